/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * Counts the seconds since the last key, click, touch or move over a window.
 *
 * Properties, in seconds: "lock-after" (600 until the session policy says, 0 never), "warn-before"
 * (60).
 * Signal "warned" (guint seconds left): every second of the last "warn-before".
 * Signal "calmed": somebody moved after a warning. Signal "expired": nobody did; the watch is then
 * off until it is started again. Time spent in suspend counts.
 */
#define GUICHET_TYPE_IDLE_WATCH (guichet_idle_watch_get_type())
G_DECLARE_FINAL_TYPE(GuichetIdleWatch, guichet_idle_watch, GUICHET, IDLE_WATCH, GObject)

/* @window owns the watch's controller and must outlive the watch. */
GuichetIdleWatch *guichet_idle_watch_new(GtkWidget *window);
void guichet_idle_watch_start(GuichetIdleWatch *self);
void guichet_idle_watch_stop(GuichetIdleWatch *self);
