/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "overview.h"

/**
 * Before a title is given: its number, typed or read, is compared with that of the title which the
 * centre sent. The right one opens the hand-over; any other stops there. A part of the day's page.
 *
 * Signal "begun" (string): the draft to open.
 */
#define GUICHET_TYPE_HANDOVER (guichet_handover_get_type())
G_DECLARE_FINAL_TYPE(GuichetHandover, guichet_handover, GUICHET, HANDOVER, GtkBox)

/* @request_id: in state title-ready. */
void guichet_handover_show(GuichetHandover *self, GuichetOverview *overview,
                           const char *request_id);
/* As if @number had been typed and Enter pressed. */
void guichet_handover_compare(GuichetHandover *self, const char *number);
