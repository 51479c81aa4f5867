/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** "Impossible because …": the accepted reasons as radios; choosing commits to nothing yet. */
#define GUICHET_TYPE_REASON_LIST (guichet_reason_list_get_type())
G_DECLARE_FINAL_TYPE(GuichetReasonList, guichet_reason_list, GUICHET, REASON_LIST, GtkBox)

/* @reasons: GuichetChoice*, copied. Nothing is chosen. */
void guichet_reason_list_fill(GuichetReasonList *self, GPtrArray *reasons);
/* Id of the chosen one, borrowed, or NULL. */
const char *guichet_reason_list_get_chosen(GuichetReasonList *self);
