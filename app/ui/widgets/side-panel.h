/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** At the side of the page: its help (F1) or the reading comfort (F9). Hidden until one is shown.
 */
#define GUICHET_TYPE_SIDE_PANEL (guichet_side_panel_get_type())
G_DECLARE_FINAL_TYPE(GuichetSidePanel, guichet_side_panel, GUICHET, SIDE_PANEL, GtkBox)

/* FALSE when that very content was shown already: the second press is the caller's to close it.
 * A true answer comes with the focus on the button that closes the panel. */
gboolean guichet_side_panel_show_help(GuichetSidePanel *self, const char *text);
gboolean guichet_side_panel_show_comfort(GuichetSidePanel *self);
/* To the language of now, among the choices of the reading comfort. */
void guichet_side_panel_focus_language(GuichetSidePanel *self);
