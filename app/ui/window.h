/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/desk.h"

/** The one window: header with the states, pages, help and comfort beside them, keys at the foot.
 */
#define GUICHET_TYPE_WINDOW (guichet_window_get_type())
G_DECLARE_FINAL_TYPE(GuichetWindow, guichet_window, GUICHET, WINDOW, GtkApplicationWindow)

GuichetWindow *guichet_window_new(GtkApplication *application);
/* The station was opened … */
void guichet_window_set_desk(GuichetWindow *self, GuichetDesk *desk);
/* … or could not be. */
/* A picture of the theme pack, in the header. */
void guichet_window_set_logo(GuichetWindow *self, const char *path);
void guichet_window_show_error(GuichetWindow *self, const GError *error);
