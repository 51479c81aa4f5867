/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/diagnostic.h"

/** A part of the station in the technician's list: its state as icon, colour and word. */
#define GUICHET_TYPE_TECHNICIAN_ROW (guichet_technician_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetTechnicianRow, guichet_technician_row, GUICHET, TECHNICIAN_ROW,
                     GtkListBoxRow)

GtkWidget *guichet_technician_row_new(const char *title);
/* @part NULL: not looked at; @word, or NULL for the state's own. */
void guichet_technician_row_set(GuichetTechnicianRow *self, const GuichetPart *part,
                                const char *word);
/* Icon and CSS class of a state; static. */
const char *guichet_technician_icon(GuichetFindingState state);
const char *guichet_technician_class(GuichetFindingState state);
