/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "overview.h"

/** A request in a list: who or which number, what, when, and its state as icon and word. */
#define GUICHET_TYPE_REQUEST_ROW (guichet_request_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetRequestRow, guichet_request_row, GUICHET, REQUEST_ROW, GtkListBoxRow)

GtkWidget *guichet_request_row_new(GuichetOverview *overview, GuichetRequest *request);
const char *guichet_request_row_get_id(GuichetRequestRow *self);
GuichetRequestState guichet_request_row_get_state(GuichetRequestRow *self);
/* Whether everything that is written on the row, taken together, contains @text. */
gboolean guichet_request_row_matches(GuichetRequestRow *self, const char *text);
