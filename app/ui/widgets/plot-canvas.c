/* SPDX-License-Identifier: EUPL-1.2 */
/* Colours, words and the axes of a plot. */
#include "widgets/plot-private.h"

#include <math.h>

#define TICK_GAP_EM 0.8 /* between two words under the axis */

void
guichet_plot_set_colour(GuichetPlotCanvas *self, const char *role, double alpha)
{
    GtkStyleContext *style = gtk_widget_get_style_context(self->widget);
    GdkRGBA colour;

    if (!gtk_style_context_lookup_color(style, role, &colour))
        gtk_style_context_get_color(style, &colour);
    cairo_set_source_rgba(self->cr, colour.red, colour.green, colour.blue, colour.alpha * alpha);
}

void
guichet_plot_set_series_colour(GuichetPlotCanvas *self, guint index, double alpha)
{
    g_autofree char *role = g_strdup_printf("plot_%u", index % GUICHET_PLOT_COLOURS + 1);

    guichet_plot_set_colour(self, role, alpha);
}

void
guichet_plot_stripe(GuichetPlotCanvas *self, double x, double y, double w, double h, gboolean steep)
{
    double gap = self->em * 0.5;

    cairo_save(self->cr);
    cairo_rectangle(self->cr, x, y, w, h);
    cairo_clip(self->cr);
    cairo_set_line_width(self->cr, self->em * 0.09);
    /* anchored to the plot, not to the bar: neighbours go on in one pattern */
    for (double at = floor((x - h) / gap) * gap; at < x + w + h; at += gap) {
        cairo_move_to(self->cr, at + (steep ? h : 0), y);
        cairo_line_to(self->cr, at + (steep ? 0 : h), y + h);
    }
    cairo_stroke(self->cr);
    cairo_restore(self->cr);
}

void
guichet_plot_fill_series(GuichetPlotCanvas *self, guint index, double x, double y, double w,
                         double h)
{
    guichet_plot_set_series_colour(self, index, 1);
    cairo_rectangle(self->cr, x, y, w, h);
    cairo_fill(self->cr);
    if (index % 2 == 0)
        return;
    guichet_plot_set_colour(self, "card_color", 0.4);
    guichet_plot_stripe(self, x, y, w, h, index % 4 == 1);
}

double
guichet_plot_measure(GuichetPlotCanvas *self, const char *text)
{
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(self->widget, text);
    int width;

    pango_layout_get_pixel_size(layout, &width, NULL);
    return width;
}

void
guichet_plot_write(GuichetPlotCanvas *self, const char *text, double x, double y, double anchor,
                   const char *colour)
{
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(self->widget, text);
    int width, height;

    pango_layout_get_pixel_size(layout, &width, &height);
    guichet_plot_set_colour(self, colour, 1);
    cairo_move_to(self->cr, round(x - anchor * width), round(y - height / 2.0));
    pango_cairo_show_layout(self->cr, layout);
}

/* --- where things are --- */

double
guichet_plot_column_width(const GuichetPlotCanvas *self)
{
    return self->w / MAX(self->model->columns->len, 1);
}

double
guichet_plot_column_x(const GuichetPlotCanvas *self, guint index)
{
    double width = guichet_plot_column_width(self);

    return self->rtl ? self->x + self->w - (index + 1) * width : self->x + index * width;
}

double
guichet_plot_value_y(const GuichetPlotCanvas *self, double value, double top)
{
    double share = (value - self->model->floor) / (top - self->model->floor);

    /* the hours of a day run down the page */
    if (self->model->kind == GUICHET_PLOT_STRIP)
        return self->y + share * self->h;
    return self->y + self->h - share * self->h;
}

static double
measure_names(GuichetPlotCanvas *self)
{
    double widest = 0, step, top = guichet_plot_model_get_top(self->model, &step);

    if (self->model->kind == GUICHET_PLOT_ROWS) {
        for (guint i = 0; i < self->model->series->len; i++) {
            const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, i);

            widest = MAX(widest, guichet_plot_measure(self, series->name));
        }
        return MIN(widest, self->width * 0.35);
    }
    for (double value = self->model->floor; value <= top + step / 2; value += step) {
        g_autofree char *text = self->model->format(value);

        widest = MAX(widest, guichet_plot_measure(self, text));
    }
    return widest;
}

static double
measure_notes(GuichetPlotCanvas *self)
{
    double widest = self->em * 0.5;

    for (guint i = 0; self->model->kind == GUICHET_PLOT_ROWS && i < self->model->series->len; i++) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, i);

        widest = MAX(widest, guichet_plot_measure(self, series->note) + self->em);
    }
    return widest;
}

void
guichet_plot_lay_out(GuichetPlotCanvas *self)
{
    double names = measure_names(self) + self->em * 0.8, notes = measure_notes(self);

    self->x = self->rtl ? notes : names;
    self->w = MAX(self->width - names - notes, self->em);
    self->y = self->em * 0.9;
    self->h = MAX(self->height - self->em * 2.9, self->em);
}

/* --- the axes --- */

static void
draw_value_lines(GuichetPlotCanvas *self)
{
    double step, top = guichet_plot_model_get_top(self->model, &step);

    for (double value = self->model->floor; value <= top + step / 2; value += step) {
        double y = round(guichet_plot_value_y(self, value, top)) + 0.5;
        gboolean ground = value == self->model->floor && self->model->kind != GUICHET_PLOT_STRIP;
        g_autofree char *text = self->model->format(value);

        guichet_plot_set_colour(self, ground ? "strong_line_color" : "line_color", 1);
        cairo_set_line_width(self->cr, 1);
        cairo_move_to(self->cr, self->x, y);
        cairo_line_to(self->cr, self->x + self->w, y);
        cairo_stroke(self->cr);
        guichet_plot_write(
            self, text, self->rtl ? self->x + self->w + self->em * 0.5 : self->x - self->em * 0.5,
            y, self->rtl ? 0 : 1, "soft_text_color");
    }
}

/* As many words as fit, from the first on. */
static void
draw_ticks(GuichetPlotCanvas *self)
{
    double y = self->y + self->h + self->em * 1.1, width = guichet_plot_column_width(self);
    double taken = self->rtl ? self->width + self->em : -self->em;

    for (guint i = 0; i < self->model->columns->len; i++) {
        const GuichetPlotColumn *column = g_ptr_array_index(self->model->columns, i);
        double middle = guichet_plot_column_x(self, i) + width / 2;
        double size = guichet_plot_measure(self, column->tick);
        double begin = CLAMP(middle - size / 2, 0, MAX(self->width - size, 0));

        if (*column->tick == '\0' || (self->rtl ? begin + size > taken - self->em * TICK_GAP_EM
                                                : begin < taken + self->em * TICK_GAP_EM))
            continue;
        guichet_plot_set_colour(self, "strong_line_color", 1);
        cairo_rectangle(self->cr, round(middle), self->y + self->h, 1, self->em * 0.3);
        cairo_fill(self->cr);
        guichet_plot_write(self, column->tick, begin, y, 0, "soft_text_color");
        taken = self->rtl ? begin : begin + size;
    }
}

/* The column of the reader, behind all else. */
static void
draw_cursor(GuichetPlotCanvas *self)
{
    double width = guichet_plot_column_width(self);

    if (self->column < 0)
        return;
    double x = guichet_plot_column_x(self, (guint)self->column);
    double wide = MAX(width, 3);
    guichet_plot_set_colour(self, "accent_soft_color", 1);
    cairo_rectangle(self->cr, x + (width - wide) / 2, self->y - self->em * 0.4, wide,
                    self->h + self->em * 0.4);
    cairo_fill(self->cr);
}

void
guichet_plot_draw_axes(GuichetPlotCanvas *self)
{
    if (self->model->kind != GUICHET_PLOT_ROWS) {
        draw_cursor(self);
        draw_value_lines(self);
    }
    draw_ticks(self);
}
