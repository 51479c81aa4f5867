/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gdk/gdk.h>

#include "service/diagnostic.h"

/**
 * One part of the station looked at, or a device tried, without ever stalling the window: devices
 * in their children, the line by guichet-syncd, the rest on the desk's worker, pictures on a
 * thread.
 */
typedef struct {
    GuichetPart *part;
    GdkTexture *picture; /* of the trial; nobody keeps it; or NULL */
} GuichetTrial;
void guichet_trial_free(GuichetTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTrial, guichet_trial_free)

/* @whole: a device also gives a picture. What goes wrong, cancelling too, is a finding of the part:
 * _finish fails only when the station itself is gone. */
void guichet_trial_async(GuichetDesk *desk, GuichetPartKind kind, gboolean whole,
                         GCancellable *cancellable, GuichetCaptureProgress progress,
                         gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data);
GuichetTrial *guichet_trial_finish(GAsyncResult *result, GError **error);
