/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/desk.h"

/**
 * The whole screen of a self-service kiosk: one thing at a time, in large type and easy words, read
 * aloud on demand. It holds one person's draft; when the person finishes, stops or has gone, it
 * forgets everything and begins anew. None of the desk's pages is in it.
 */
#define GUICHET_TYPE_KIOSK_WINDOW (guichet_kiosk_window_get_type())
G_DECLARE_FINAL_TYPE(GuichetKioskWindow, guichet_kiosk_window, GUICHET, KIOSK_WINDOW,
                     GtkApplicationWindow)

GuichetKioskWindow *guichet_kiosk_window_new(GtkApplication *application);
/* In the citizen's role; enters the kiosk's session. */
void guichet_kiosk_window_set_desk(GuichetKioskWindow *self, GuichetDesk *desk);
void guichet_kiosk_window_show_error(GuichetKioskWindow *self, const GError *error);
