/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * Where the three parts of a day stand (children, in this order): what calls for somebody, who
 * comes, the rest. With room, who comes has a column of its own beside the two others, so that
 * none pushes another below the fold; without room, or in large text, one below the other.
 */
#define GUICHET_TYPE_DAY_LAYOUT (guichet_day_layout_get_type())
G_DECLARE_FINAL_TYPE(GuichetDayLayout, guichet_day_layout, GUICHET, DAY_LAYOUT, GtkLayoutManager)

GtkLayoutManager *guichet_day_layout_new(void);
