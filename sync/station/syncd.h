/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/session.h"

/**
 * When guichet-syncd does its rounds: at an interval, at once when something appears in outbox/ or
 * run/sync-now is made or SIGUSR1 comes, and after failures by full jitter (backoff.h). A round
 * runs in a thread; signals are heard meanwhile, and SIGTERM cancels it.
 */
typedef struct {
    guint interval_s; /* between rounds when all is well, ± 25 % */
    guint spread_s;   /* the first contact waits U(0, spread): fleets come back together */
    gboolean once;    /* one forced round, then end */
} GuichetSyncdSettings;

/* Until SIGTERM or SIGINT (TRUE), or the end of the one round: then TRUE if all was sent. Prints
 * one line a round. @session is used by one thread at a time. */
gboolean guichet_syncd_run(const GuichetSyncdSettings *settings, GuichetSyncSession *session,
                           GError **error);
