/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/policy.h"
#include "service/desk.h"

/** What grows too old goes: assets/policy/README.md says when, why, and what a clock may not do. */

typedef struct {
    GPtrArray *warnings; /* char*: drafts that will go, or whose two ages disagree; one sentence
                            each */
    guint abandoned;     /* drafts whose key was destroyed */
    guint erased;        /* bundle files that went after their receipt */
} GuichetRetention;
void guichet_retention_clear(GuichetRetention *retention);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetRetention, guichet_retention_clear)

/* Abandons drafts that are old by the wall clock and by proven time, and erases at most @bundles
 * files whose receipt, verified anew, is older than the grace; their requests keep their state.
 * Needs no session. */
gboolean guichet_desk_apply_retention(GuichetDesk *self, guint bundles, GuichetRetention *result,
                                      GError **error);

/* The time since @touched that no wall clock can invent, µs: what the machine ran, by
 * CLOCK_BOOTTIME of each start in @boots (GuichetBoot*, oldest first), plus the time between two
 * starts but at most
 * @off_per_running times what it ran before. 0 when the start of @touched is unknown. */
gint64 guichet_retention_proven_us(GPtrArray *boots, const GuichetInstant *touched,
                                   const GuichetInstant *now, guint off_per_running);
