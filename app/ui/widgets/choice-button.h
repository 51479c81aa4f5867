/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/* One answer of a list of choices: a radio with a large target whose label wraps. @id becomes the
 * widget's name; @group is another of the list, or NULL for the first. */
GtkWidget *guichet_choice_button_new(const char *id, const char *label, GtkWidget *group);
