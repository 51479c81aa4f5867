/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** The program: options, style, keys, and the station that is opened behind the first window. */
#define GUICHET_TYPE_APPLICATION (guichet_application_get_type())
G_DECLARE_FINAL_TYPE(GuichetApplication, guichet_application, GUICHET, APPLICATION, GtkApplication)

GuichetApplication *guichet_application_new(void);
