/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "overview.h"

/**
 * The courier stick in the window: which stick is plugged, what may go out on it and what it brings
 * home, with progress, a way to stop, and the sticks that have not come back. One sentence while
 * there is no stick; looks for one every other second while it is on the screen.
 */
#define GUICHET_TYPE_STICK_PANEL (guichet_stick_panel_get_type())
G_DECLARE_FINAL_TYPE(GuichetStickPanel, guichet_stick_panel, GUICHET, STICK_PANEL, GtkBox)

/* Whose station, and what waits; refreshed after each trip. */
void guichet_stick_panel_set_overview(GuichetStickPanel *self, GuichetOverview *overview);
