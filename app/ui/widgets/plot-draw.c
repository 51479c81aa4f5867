/* SPDX-License-Identifier: EUPL-1.2 */
/* Bars, lines with their bands, strips of hours, rows of histograms. */
#include "widgets/plot-private.h"

#include <math.h>

/* --- bars --- */

void
guichet_plot_draw_bars(GuichetPlotCanvas *self)
{
    double step, top = guichet_plot_model_get_top(self->model, &step);
    double width = guichet_plot_column_width(self);
    double gap = width > self->em * 0.5 ? width * 0.2 : MIN(1, width * 0.15);

    for (guint i = 0; i < self->model->columns->len; i++) {
        double x = guichet_plot_column_x(self, i) + gap / 2, below = 0;

        for (guint j = 0; j < self->model->series->len; j++) {
            const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, j);

            if (isnan(series->values[i]) || series->values[i] <= 0)
                continue;
            double from = guichet_plot_value_y(self, below, top);
            double until = guichet_plot_value_y(self, below + series->values[i], top);
            /* a thread of ground between two parts */
            double cut = below > 0 && from - until > 3 ? 1 : 0;
            guichet_plot_fill_series(self, j, x, until, width - gap, from - until - cut);
            below += series->values[i];
        }
    }
}

/* --- lines --- */

static double
middle_of(const GuichetPlotCanvas *self, guint column)
{
    return guichet_plot_column_x(self, column) + guichet_plot_column_width(self) / 2;
}

/* The columns from @first on that have a value without a gap: one behind the last. */
static guint
find_end(const GuichetPlotSeries *series, guint first, guint n)
{
    while (first < n && !isnan(series->values[first]))
        first++;
    return first;
}

static void
trace(GuichetPlotCanvas *self, const double *values, guint first, guint behind, double top)
{
    for (guint i = first; i < behind; i++)
        cairo_line_to(self->cr, middle_of(self, i), guichet_plot_value_y(self, values[i], top));
}

static void
draw_band(GuichetPlotCanvas *self, const GuichetPlotSeries *series, guint index, guint first,
          guint behind, double top)
{
    cairo_new_path(self->cr);
    trace(self, series->values, first, behind, top);
    for (guint i = behind; i > first; i--)
        cairo_line_to(self->cr, middle_of(self, i - 1),
                      guichet_plot_value_y(self, series->low[i - 1], top));
    cairo_close_path(self->cr);
    guichet_plot_set_series_colour(self, index, 0.22);
    cairo_fill(self->cr);
}

/* Circle, square, triangle … with the colour. */
static void
draw_mark(GuichetPlotCanvas *self, guint index, double x, double y)
{
    double r = self->em * 0.24;

    cairo_new_path(self->cr);
    if (index % 3 == 0) {
        cairo_arc(self->cr, x, y, r, 0, 2 * G_PI);
    } else if (index % 3 == 1) {
        cairo_rectangle(self->cr, x - r, y - r, 2 * r, 2 * r);
    } else {
        cairo_move_to(self->cr, x, y - r * 1.2);
        cairo_line_to(self->cr, x + r * 1.2, y + r);
        cairo_line_to(self->cr, x - r * 1.2, y + r);
        cairo_close_path(self->cr);
    }
    guichet_plot_set_series_colour(self, index, 1);
    cairo_fill(self->cr);
}

static void
draw_run(GuichetPlotCanvas *self, const GuichetPlotSeries *series, guint index, guint first,
         guint behind, double top)
{
    gboolean marks = guichet_plot_column_width(self) > self->em * 0.7 || behind - first == 1;

    if (series->low != NULL)
        draw_band(self, series, index, first, behind, top);
    cairo_new_path(self->cr);
    trace(self, series->values, first, behind, top);
    guichet_plot_set_series_colour(self, index, 1);
    cairo_set_line_width(self->cr, self->em * 0.14);
    cairo_set_line_join(self->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(self->cr);
    for (guint i = first; marks && i < behind; i++)
        draw_mark(self, index, middle_of(self, i),
                  guichet_plot_value_y(self, series->values[i], top));
}

static void
draw_limit(GuichetPlotCanvas *self, double top)
{
    const double dashes[] = {self->em * 0.5, self->em * 0.35};

    if (isnan(self->model->limit))
        return;
    double y = round(guichet_plot_value_y(self, self->model->limit, top)) + 0.5;
    guichet_plot_set_colour(self, "error_color", 1);
    cairo_save(self->cr);
    cairo_set_dash(self->cr, dashes, G_N_ELEMENTS(dashes), 0);
    cairo_set_line_width(self->cr, self->em * 0.12);
    cairo_move_to(self->cr, self->x, y);
    cairo_line_to(self->cr, self->x + self->w, y);
    cairo_stroke(self->cr);
    cairo_restore(self->cr);
    guichet_plot_write(self, self->model->limit_name,
                       self->rtl ? self->x + self->w - self->em * 0.4 : self->x + self->em * 0.4,
                       y + self->em * 0.8, self->rtl ? 1 : 0, "error_color");
}

void
guichet_plot_draw_lines(GuichetPlotCanvas *self)
{
    double step, top = guichet_plot_model_get_top(self->model, &step);
    guint n = self->model->columns->len;

    draw_limit(self, top);
    for (guint j = 0; j < self->model->series->len; j++) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, j);

        for (guint first = 0; first < n;) {
            guint behind = find_end(series, first, n);

            if (behind > first)
                draw_run(self, series, j, first, behind, top);
            first = behind + 1;
        }
    }
}

/* --- strips --- */

static const struct {
    const char *ground;
    const char *stripes; /* NULL = none */
    gboolean steep;
} tones[GUICHET_PLOT_N_TONES] = {
    [GUICHET_PLOT_TONE_GOOD] = {"plot_1", NULL, FALSE},
    [GUICHET_PLOT_TONE_BAD] = {"error_color", "card_color", TRUE},
    [GUICHET_PLOT_TONE_OFF] = {"warning_soft_color", "warning_color", FALSE},
    [GUICHET_PLOT_TONE_UNKNOWN] = {"line_color", NULL, FALSE},
};

void
guichet_plot_draw_tone(GuichetPlotCanvas *self, GuichetPlotTone tone, double x, double y, double w,
                       double h)
{
    guichet_plot_set_colour(self, tones[tone].ground, tone == GUICHET_PLOT_TONE_GOOD ? 0.75 : 1);
    cairo_rectangle(self->cr, x, y, w, h);
    cairo_fill(self->cr);
    if (tones[tone].stripes == NULL)
        return;
    guichet_plot_set_colour(self, tones[tone].stripes, 1);
    guichet_plot_stripe(self, x, y, w, h, tones[tone].steep);
}

void
guichet_plot_draw_strip(GuichetPlotCanvas *self)
{
    double step, top = guichet_plot_model_get_top(self->model, &step);
    double width = guichet_plot_column_width(self);
    double gap = width > self->em ? width * 0.25 : width > 4 ? 1 : 0;

    for (guint i = 0; i < self->model->columns->len; i++) {
        const GuichetPlotColumn *column = g_ptr_array_index(self->model->columns, i);
        double x = guichet_plot_column_x(self, i);

        for (guint j = 0; column->spans != NULL && j < column->spans->len; j++) {
            const GuichetPlotSpan *span = &g_array_index(column->spans, GuichetPlotSpan, j);
            double from = guichet_plot_value_y(self, span->from, top);
            double until = guichet_plot_value_y(self, span->until, top);

            guichet_plot_draw_tone(self, span->tone, x + gap / 2, from, width - gap, until - from);
        }
    }
}

/* --- rows --- */

static void
draw_row(GuichetPlotCanvas *self, guint index, double y, double height)
{
    const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, index);
    double width = guichet_plot_column_width(self), greatest = 1;
    double room = height - self->em * 0.9;

    for (guint i = 0; i < self->model->columns->len; i++)
        greatest = MAX(greatest, series->values[i]);
    for (guint i = 0; i < self->model->columns->len; i++) {
        double x = guichet_plot_column_x(self, i), h = series->values[i] / greatest * room;
        gboolean here = self->column == (int)i && self->row == (int)index;

        guichet_plot_set_colour(self, here ? "focus_color" : "plot_1", 1);
        cairo_rectangle(self->cr, x + 1, y + height - h, width - 2,
                        series->values[i] > 0 ? MAX(h, 2) : 0);
        cairo_fill(self->cr);
    }
    guichet_plot_set_colour(self, "strong_line_color", 1);
    cairo_rectangle(self->cr, self->x, round(y + height), self->w, 1);
    cairo_fill(self->cr);
    guichet_plot_write(self, series->name,
                       self->rtl ? self->x + self->w + self->em * 0.5 : self->x - self->em * 0.5,
                       y + height - self->em * 0.6, self->rtl ? 0 : 1, "text_color");
    guichet_plot_write(self, series->note,
                       self->rtl ? self->x - self->em * 0.5 : self->x + self->w + self->em * 0.5,
                       y + height - self->em * 0.6, self->rtl ? 1 : 0, "text_color");
}

void
guichet_plot_draw_rows(GuichetPlotCanvas *self)
{
    double height = self->h / MAX(self->model->series->len, 1);

    for (guint i = 0; i < self->model->series->len; i++)
        draw_row(self, i, self->y + i * height, height);
}
