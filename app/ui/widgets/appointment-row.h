/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "overview.h"

/**
 * An appointment of today: when, what, how many, and whether they came. Its buttons activate
 * "day.mark" with (reference, "arrived" | "missed" | "booked").
 */
#define GUICHET_TYPE_APPOINTMENT_ROW (guichet_appointment_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetAppointmentRow, guichet_appointment_row, GUICHET, APPOINTMENT_ROW,
                     GtkListBoxRow)

GtkWidget *guichet_appointment_row_new(GuichetOverview *overview,
                                       const GuichetAppointment *appointment);
