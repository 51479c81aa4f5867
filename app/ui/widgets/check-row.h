/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** A line of a checklist: done or not, what it is, and its state in words. */
#define GUICHET_TYPE_CHECK_ROW (guichet_check_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetCheckRow, guichet_check_row, GUICHET, CHECK_ROW, GtkListBoxRow)

GtkWidget *guichet_check_row_new(void);
void guichet_check_row_set(GuichetCheckRow *self, const char *label, const char *state,
                           gboolean done);
