/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * Saying what just happened to who cannot see it. GTK 4.8 has no live regions (they come with
 * 4.14), but screen readers say a description that changes on the control that has the focus, and
 * that of a control that takes it. So the sentence describes whatever has the focus once the window
 * has dealt with the event, until the focus moves on by itself.
 */
/* In the window of @widget; NULL takes the last one back. */
void guichet_announce(GtkWidget *widget, const char *sentence);
/* Of work that goes on: whatever is said next takes its place. */
void guichet_announce_progress(GtkWidget *widget, const char *sentence);
