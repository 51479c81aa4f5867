/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "widgets/plot-model.h"

/**
 * A plot, drawn. It takes the focus: the arrows, Home and End go from value to value, and what is
 * there is said by the signal "read" (sentence) and by the accessible description. The name of the
 * picture is the model's title and summary. In a right-to-left language its columns run so too.
 */
#define GUICHET_TYPE_PLOT (guichet_plot_get_type())
G_DECLARE_FINAL_TYPE(GuichetPlot, guichet_plot, GUICHET, PLOT, GtkWidget)

/* @model is borrowed, and outlives the widget or the next call. NULL = nothing. */
void guichet_plot_set_model(GuichetPlot *self, const GuichetPlotModel *model);

/** The sign of a series or of a tone in a legend; says nothing to a screen reader. */
#define GUICHET_TYPE_PLOT_SIGN (guichet_plot_sign_get_type())
G_DECLARE_FINAL_TYPE(GuichetPlotSign, guichet_plot_sign, GUICHET, PLOT_SIGN, GtkWidget)

GtkWidget *guichet_plot_sign_new_series(guint index);
GtkWidget *guichet_plot_sign_new_tone(GuichetPlotTone tone);
