/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/diagnostic.h"

/**
 * One part of the station in full: what is wrong and what to do, the trial's picture, the facts and
 * what was tried. Signals "try" and "stop".
 */
#define GUICHET_TYPE_TECHNICIAN_PART (guichet_technician_part_get_type())
G_DECLARE_FINAL_TYPE(GuichetTechnicianPart, guichet_technician_part, GUICHET, TECHNICIAN_PART,
                     GtkBox)

/* @part NULL: not looked at yet. */
void guichet_technician_part_show(GuichetTechnicianPart *self, GuichetPartKind kind,
                                  const GuichetPart *part, GdkTexture *picture);
/* @sentence NULL: nothing runs. @fraction -1: not known. */
void guichet_technician_part_progress(GuichetTechnicianPart *self, const char *sentence,
                                      double fraction);
/* Where the work is: the trial, or its end. */
void guichet_technician_part_focus(GuichetTechnicianPart *self);
