/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/desk.h"

/**
 * The start of the station in one line below the log-in: everything in order, or what to tell the
 * technician. It never stands in the way: nobody waits for it, and a session opens whatever it
 * says.
 */
#define GUICHET_TYPE_TECHNICIAN_STRIP (guichet_technician_strip_get_type())
G_DECLARE_FINAL_TYPE(GuichetTechnicianStrip, guichet_technician_strip, GUICHET, TECHNICIAN_STRIP,
                     GtkBox)

/* Looks at devices (nothing is opened), disk, clock and certificates, behind the window. */
void guichet_technician_strip_begin(GuichetTechnicianStrip *self, GuichetDesk *desk);
