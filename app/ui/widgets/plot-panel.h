/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "widgets/plot-model.h"

/**
 * A plot with all that belongs to it: its heading, what it says in a sentence, the legend, the line
 * that reads the value under the reader, and a button for its twin as a table.
 */
#define GUICHET_TYPE_PLOT_PANEL (guichet_plot_panel_get_type())
G_DECLARE_FINAL_TYPE(GuichetPlotPanel, guichet_plot_panel, GUICHET, PLOT_PANEL, GtkBox)

GtkWidget *guichet_plot_panel_new(void);
/* Takes @model. */
void guichet_plot_panel_set_model(GuichetPlotPanel *self, GuichetPlotModel *model);
