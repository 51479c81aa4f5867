/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/depot.h"

/**
 * What the numbers of a station's bundles, and the SHA-256 that each repeats of the one before,
 * tell of its whole history (FORMAT.md §5). Nothing here refuses a deposit: a citizen's request is
 * taken, and the operators ask the station.
 *
 *   gap   numbers that never came: still at the station, on a stick that is away, or lost
 *   fork  a bundle follows another one than the one that came: the station's store was put back to
 *         an older copy, or two machines use one key
 *
 * A replay changes nothing and leaves nothing to find; a second bundle under a number that came
 * is refused at ingest (GUICHET_ERROR_EXISTS).
 */
typedef struct {
    char *station;
    gboolean fork;      /* else a gap */
    gint64 first, last; /* numbers that are missing, or first = last = the one that forks */
    gint64 since_us;    /* when the bundle behind it was received */
} GuichetChainFault;
void guichet_chain_fault_free(GuichetChainFault *fault);

/* GuichetChainFault*, by station and number; @deposits: GuichetDeposit* in any order. */
GPtrArray *guichet_chain_check(GPtrArray *deposits);
/* One French sentence; caller frees. */
char *guichet_chain_describe(const GuichetChainFault *fault);
