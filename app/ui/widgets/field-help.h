/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "core/procedure.h"

/**
 * Under a question whose answer is tidied and never forced: places that begin with what is typed,
 * then advice on what stands there, with a better form to take where there is one. Down goes into
 * the list, Up and Escape back to the answer, Enter takes; Tab passes by.
 *
 * Signal "taken" (char *value): the person wants this in the answer.
 */
#define GUICHET_TYPE_FIELD_HELP (guichet_field_help_get_type())
G_DECLARE_FINAL_TYPE(GuichetFieldHelp, guichet_field_help, GUICHET, FIELD_HELP, GtkBox)

/* @input: where the answer is typed; it outlives the help. */
GuichetFieldHelp *guichet_field_help_new(const GuichetField *field, GtkWidget *input);
void guichet_field_help_set_places(GuichetFieldHelp *self, GuichetPlaces *places);
/* Shows what begins with @typed, while it is typed. */
void guichet_field_help_suggest(GuichetFieldHelp *self, const char *typed);
/* Says what there is to say of the stored @value; suggestions go. */
void guichet_field_help_advise(GuichetFieldHelp *self, const char *value);
/* FALSE when there is nothing to go into. */
gboolean guichet_field_help_go_into(GuichetFieldHelp *self);
/* Describes the input for assistive technology. */
GtkLabel *guichet_field_help_get_label(GuichetFieldHelp *self);
