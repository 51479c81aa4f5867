/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "widgets/plot-model.h"

/**
 * The twin of a plot in words: a table that a screen reader walks by rows and cells. Made anew for
 * each model; nothing of it stays bound to the model.
 */
GtkWidget *guichet_plot_table_new(const GuichetPlotModel *model);
