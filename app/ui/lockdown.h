/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * The ways out of a window that GTK opens by default, closed here; the inspector a second time by
 * the settings of the package. What leaves a session by other roads is packaging/kiosk's.
 */

/* For every window: the inspector, context menus, the emoji chooser. */
void guichet_lockdown_close(GtkWindow *window);
/* For a window in front of which nobody is known: besides, only the keys with which one writes and
 * moves about reach it, the clipboard does not, and nothing closes it. */
void guichet_lockdown_tighten(GtkWindow *window);
