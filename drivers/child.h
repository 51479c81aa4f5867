/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/protocol.h"

/**
 * One guichet-device child, from its start to its end: reads its events, watches the clock, and
 * never leaves it behind. Private to drivers/ and its tests.
 */
typedef struct {
    guint overall_ms; /* from start to the final event */
    guint silence_ms; /* between two events */
    guint grace_ms;   /* from the final event, or from SIGTERM, to SIGKILL */
} GuichetChildLimits;

extern const GuichetChildLimits guichet_child_default_limits;

/* Every event that isn't final; borrowed. */
typedef void (*GuichetChildEventFunc)(const GuichetEvent *event, gpointer user_data);

/* The operation ends when the child has ended: no process is left when @callback runs.
 * Errors: GUICHET_ERROR_DEVICE (couldn't start, died, spoke nonsense), TIMEOUT, CANCELLED, and
 * whatever error the child reported. */
void guichet_child_run_async(const char *const *argv, const GuichetChildLimits *limits,
                             GCancellable *cancellable, GuichetChildEventFunc events,
                             gpointer events_data, GAsyncReadyCallback callback,
                             gpointer user_data);
/* The final event: CAPTURED or LISTED. */
GuichetEvent *guichet_child_run_finish(GAsyncResult *result, GError **error);
