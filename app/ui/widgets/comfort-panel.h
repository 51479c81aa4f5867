/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** F9: text size, theme and language, at once, for this session. */
#define GUICHET_TYPE_COMFORT_PANEL (guichet_comfort_panel_get_type())
G_DECLARE_FINAL_TYPE(GuichetComfortPanel, guichet_comfort_panel, GUICHET, COMFORT_PANEL, GtkBox)

void guichet_comfort_panel_focus_language(GuichetComfortPanel *self);
