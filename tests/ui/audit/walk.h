/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

/** What an auditor sees of a window from inside: sizes, places and pixels of what is shown now. */
#define AUDIT_TARGET_PIXELS 44 /* WCAG 2.1, 2.5.5 */

/* {"faults": [{"kind", "what"}…], "controls": n, "texts": n, "edges": n}: targets too small, text
 * of too little contrast, cut or shortened text, a window that does not fit @width × @height. */
JsonObject *audit_look(GtkWidget *window, int width, int height);
/* The same for the ring round each control that takes the focus: it must be seen. Moves the focus.
 */
JsonObject *audit_look_at_focus(GtkWidget *window);
/* "GtkButton Suivant", to name a widget in a fault. Caller frees. */
char *audit_describe(GtkWidget *widget);
/* Everything shown that can take the focus with Tab: the first of each group of radios, each list.
 * Borrowed widgets. */
GPtrArray *audit_list_stops(GtkWidget *window);
/* How many controls there are, each radio for itself: Tab may go through all of them. */
guint audit_count_targets(GtkWidget *window);
/* Of @stops, which one @focus belongs to, or -1. */
int audit_find_stop(GPtrArray *stops, GtkWidget *focus);
