/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/* Closes the ways out of @window that GTK opens by default: the inspector (a second time by the
 * settings of the package). */
void guichet_lockdown_close(GtkWindow *window);
