/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** A line of a checklist: done or not, what it is, and its state in words. */
#define GUICHET_TYPE_CHECK_ROW (guichet_check_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetCheckRow, guichet_check_row, GUICHET, CHECK_ROW, GtkListBoxRow)

GtkWidget *guichet_check_row_new(void);
void guichet_check_row_set(GuichetCheckRow *self, const char *label, const char *state,
                           gboolean done);
/* The title of a group of rows. */
GtkWidget *guichet_check_row_make_header(const char *title);
/* Tab goes from @list to what is in @next, not through the rows: they are for the arrows. (GTK has
 * a property for that from 4.18 on.) @next lives as long as @list. */
void guichet_check_row_leave_on_tab(GtkListBox *list, GtkWidget *next);
