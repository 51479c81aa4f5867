/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "core/procedure.h"

/**
 * One question of a form: label, hint, the control that fits its type, and its error.
 *
 * Signal "edited": the value was changed by the person (not by set_value).
 * Signal "left": the person is done with it (focus out, or a choice made).
 * Signal "entered": Enter was pressed in it: the person wants the next question.
 *
 * A tidied answer has help under it (field-help.h); in a list of suggestions the row still has
 * the focus. Choices: arrows and first letters choose, as well as the space bar and the pointer.
 */
#define GUICHET_TYPE_FIELD_ROW (guichet_field_row_get_type())
G_DECLARE_FINAL_TYPE(GuichetFieldRow, guichet_field_row, GUICHET, FIELD_ROW, GtkBox)

/* @field lives as long as its procedure, which the caller keeps. */
GuichetFieldRow *guichet_field_row_new(const GuichetField *field);
const GuichetField *guichet_field_row_get_field(GuichetFieldRow *self);
/* What stands in the control, in the form that guichet_field_normalise() takes; caller frees. */
char *guichet_field_row_get_value(GuichetFieldRow *self);
/* Shows a stored value; says nothing. */
void guichet_field_row_set_value(GuichetFieldRow *self, const char *value);
/* For suggestions and advice; without, none. */
void guichet_field_row_set_places(GuichetFieldRow *self, GuichetPlaces *places);
/* NULL takes the error away. */
void guichet_field_row_set_error(GuichetFieldRow *self, const char *sentence);
/* Whether the label says "(facultatif)". */
void guichet_field_row_set_required(GuichetFieldRow *self, gboolean required);
/* Where the question stands elsewhere, in other words: label and hint stay for assistive technology
 * as the control's, and are not drawn. */
void guichet_field_row_hide_words(GuichetFieldRow *self);
gboolean guichet_field_row_has_focus(GuichetFieldRow *self);
/* Whether the row needs the form's whole width. */
gboolean guichet_field_row_is_wide(GuichetFieldRow *self);
/* With @large text, choices stand in fewer columns. */
void guichet_field_row_lay_out(GuichetFieldRow *self, gboolean large);
void guichet_field_row_focus(GuichetFieldRow *self);
