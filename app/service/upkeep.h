/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/** Keeping a station whole: the nightly look, copies of the store, and putting one back. */

typedef struct {
    GPtrArray *findings; /* char*: what is wrong, one French sentence each; empty = sound */
    guint bundles;       /* bundle files that were read again */
    guint64 bytes;       /* of them */
} GuichetUpkeep;
void guichet_upkeep_clear(GuichetUpkeep *upkeep);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetUpkeep, guichet_upkeep_clear)

/* Checks the store (integrity, foreign keys, invariants, journal chain), reads each bundle file of
 * outbox/ again and compares it with its row, then gives free space back. Needs no session. A
 * missing or changed file is a finding and is journalled ("bundle-missing", "bundle-damaged");
 * nothing is deleted. FALSE only when the look itself failed. */
gboolean guichet_desk_upkeep(GuichetDesk *self, GuichetUpkeep *upkeep, GError **error);

/* A consistent copy of the store while it is in use, never between a bundle's file and its row.
 * Journalled. GUICHET_ERROR_EXISTS: nothing is overwritten. */
gboolean guichet_desk_backup(GuichetDesk *self, const char *path, GError **error);

/* Puts a copy in the store's place: GUICHET_ERROR_BUSY while a program has it open. The copy is
 * checked first; the store that was there stays beside it as *@replaced
 * ("station.db.replaced-<time>"; NULL when there was none). The next opening of the desk adopts the
 * bundles of outbox/ that the copy does not know; drafts made after the copy are lost, and drafts
 * that it holds but that were sealed since come back as drafts. */
gboolean guichet_station_restore(const char *root, const char *copy, char **replaced,
                                 GError **error);
