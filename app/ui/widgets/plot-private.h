/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "widgets/plot-model.h"

/** What the files that draw a plot share. Everything is in em, so that large text grows it. */
typedef struct {
    GtkWidget *widget;
    cairo_t *cr;
    const GuichetPlotModel *model;
    double em;            /* height of the font, px */
    double width, height; /* of the whole, px */
    double x, y, w, h;    /* of the area inside the axes, px */
    gboolean rtl;         /* columns run from right to left */
    int column, row;      /* where the reader is; column -1 = nowhere */
} GuichetPlotCanvas;

#define GUICHET_PLOT_COLOURS 6

/* --- plot-canvas.c --- */
void guichet_plot_set_colour(GuichetPlotCanvas *self, const char *role, double alpha);
/* Colour of series @index. */
void guichet_plot_set_series_colour(GuichetPlotCanvas *self, guint index, double alpha);
/* Every second series has stripes, so that no colour has to be known. */
void guichet_plot_fill_series(GuichetPlotCanvas *self, guint index, double x, double y, double w,
                              double h);
void guichet_plot_stripe(GuichetPlotCanvas *self, double x, double y, double w, double h,
                         gboolean steep);
double guichet_plot_measure(GuichetPlotCanvas *self, const char *text);
/* @anchor: the part of the text's width that lies left of @x; @y is its middle. */
void guichet_plot_write(GuichetPlotCanvas *self, const char *text, double x, double y,
                        double anchor, const char *colour);
/* The left end of column @index, and how wide a column is. */
double guichet_plot_column_x(const GuichetPlotCanvas *self, guint index);
double guichet_plot_column_width(const GuichetPlotCanvas *self);
/* Value @value of an axis from the model's floor to @top. */
double guichet_plot_value_y(const GuichetPlotCanvas *self, double value, double top);
/* Room for the axes: fills x, y, w, h. */
void guichet_plot_lay_out(GuichetPlotCanvas *self);

/* --- one file a way of drawing --- */
void guichet_plot_draw_axes(GuichetPlotCanvas *self);
void guichet_plot_draw_bars(GuichetPlotCanvas *self);
void guichet_plot_draw_lines(GuichetPlotCanvas *self);
void guichet_plot_draw_strip(GuichetPlotCanvas *self);
void guichet_plot_draw_rows(GuichetPlotCanvas *self);

/* Height of a row of a histogram, em. */
#define GUICHET_PLOT_ROW_EM 2.9
void guichet_plot_draw_tone(GuichetPlotCanvas *self, GuichetPlotTone tone, double x, double y,
                            double w, double h);
