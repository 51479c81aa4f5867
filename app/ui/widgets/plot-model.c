/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/plot-model.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_LINES 5 /* across the plot */

static char *
format_plain(double value)
{
    return g_strdup_printf("%.0f", value);
}

static void
column_free(gpointer data)
{
    GuichetPlotColumn *column = data;

    g_free(column->name);
    g_free(column->tick);
    g_free(column->sentence);
    g_clear_pointer(&column->spans, g_array_unref);
    g_free(column);
}

static void
series_free(gpointer data)
{
    GuichetPlotSeries *series = data;

    g_free(series->name);
    g_free(series->note);
    g_free(series->values);
    g_free(series->low);
    g_free(series);
}

GuichetPlotModel *
guichet_plot_model_new(GuichetPlotKind kind, const char *title)
{
    GuichetPlotModel *self = g_new0(GuichetPlotModel, 1);

    self->kind = kind;
    self->title = g_strdup(title);
    self->columns = g_ptr_array_new_with_free_func(column_free);
    self->series = g_ptr_array_new_with_free_func(series_free);
    self->limit = NAN;
    self->format = format_plain;
    return self;
}

void
guichet_plot_model_free(GuichetPlotModel *self)
{
    if (self == NULL)
        return;
    g_free(self->title);
    g_free(self->summary);
    g_free(self->empty);
    g_free(self->column_word);
    g_free(self->low_word);
    g_free(self->limit_name);
    g_ptr_array_unref(self->columns);
    g_ptr_array_unref(self->series);
    g_free(self);
}

GuichetPlotColumn *
guichet_plot_model_add_column(GuichetPlotModel *self, const char *name, const char *tick)
{
    GuichetPlotColumn *column = g_new0(GuichetPlotColumn, 1);

    g_return_val_if_fail(self->series->len == 0, NULL);
    column->name = g_strdup(name);
    column->tick = g_strdup(tick != NULL ? tick : "");
    g_ptr_array_add(self->columns, column);
    return column;
}

static double *
new_values(guint n)
{
    double *values = g_new(double, MAX(n, 1));

    for (guint i = 0; i < n; i++)
        values[i] = NAN;
    return values;
}

GuichetPlotSeries *
guichet_plot_model_add_series(GuichetPlotModel *self, const char *name, gboolean banded)
{
    GuichetPlotSeries *series = g_new0(GuichetPlotSeries, 1);

    series->name = g_strdup(name);
    series->values = new_values(self->columns->len);
    series->low = banded ? new_values(self->columns->len) : NULL;
    g_ptr_array_add(self->series, series);
    return series;
}

void
guichet_plot_column_add_span(GuichetPlotColumn *self, double from, double until,
                             GuichetPlotTone tone)
{
    const GuichetPlotSpan span = {.from = from, .until = until, .tone = tone};

    if (self->spans == NULL)
        self->spans = g_array_new(FALSE, TRUE, sizeof(GuichetPlotSpan));
    g_array_append_val(self->spans, span);
}

/* --- the value axis --- */

static double
find_greatest(const GuichetPlotModel *self)
{
    double greatest = isnan(self->limit) ? 0 : self->limit;

    for (guint i = 0; i < self->columns->len; i++) {
        double sum = 0;

        for (guint j = 0; j < self->series->len; j++) {
            const GuichetPlotSeries *series = g_ptr_array_index(self->series, j);
            double value = isnan(series->values[i]) ? 0 : series->values[i];

            sum = self->kind == GUICHET_PLOT_BARS ? sum + value : MAX(sum, value);
        }
        greatest = MAX(greatest, sum);
    }
    return greatest;
}

/* 1, 2 or 5 times a power of ten, never less than 1. */
static double
find_step(double range)
{
    static const double factors[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(MAX(range / MAX_LINES, 1))));

    for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
        if (range / (power * factors[i]) <= MAX_LINES)
            return power * factors[i];
    return power * 10;
}

double
guichet_plot_model_get_top(const GuichetPlotModel *self, double *step)
{
    double end = self->top > 0 ? self->top : MAX(find_greatest(self), 1);

    *step = find_step(end - self->floor);
    return self->top > 0 ? end : self->floor + ceil((end - self->floor) / *step) * *step;
}

/* --- in words --- */

static void
append_value(const GuichetPlotModel *self, GString *text, const GuichetPlotSeries *series,
             guint column)
{
    g_autofree char *value = self->format(series->values[column]);

    g_string_append_printf(text, "%s%s : %s", text->len > 0 ? ", " : "", series->name, value);
    if (series->low != NULL && !isnan(series->low[column])) {
        g_autofree char *low = self->format(series->low[column]);

        g_string_append_printf(text, " (%s : %s)", self->low_word, low);
    }
}

static char *
read_values(const GuichetPlotModel *self, guint column)
{
    g_autoptr(GString) text = g_string_new(NULL);
    double sum = 0;
    guint n = 0;

    for (guint i = 0; i < self->series->len; i++) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->series, i);

        if (isnan(series->values[column]) ||
            (self->kind == GUICHET_PLOT_BARS && series->values[column] == 0))
            continue;
        append_value(self, text, series, column);
        sum += series->values[column];
        n++;
    }
    if (n == 0)
        return g_strdup(_("rien"));
    if (self->kind != GUICHET_PLOT_BARS || self->series->len == 1)
        return g_strdup(text->str);
    return g_strdup_printf(_("%.0f en tout (%s)"), sum, text->str);
}

char *
guichet_plot_model_read(const GuichetPlotModel *self, guint column, guint row)
{
    const GuichetPlotColumn *at = g_ptr_array_index(self->columns, column);

    if (self->kind == GUICHET_PLOT_STRIP)
        return g_strdup_printf("%s : %s", at->name, at->sentence);
    if (self->kind == GUICHET_PLOT_ROWS) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->series, row);
        g_autofree char *value = self->format(series->values[column]);

        return g_strdup_printf("%s, %s : %s (%s)", series->name, at->name, value, series->note);
    }
    g_autofree char *values = read_values(self, column);
    return g_strdup_printf("%s : %s", at->name, values);
}

/* --- as a table --- */

static char *
cell_of(const GuichetPlotModel *self, const double *values, guint column)
{
    return isnan(values[column]) ? g_strdup("–") : self->format(values[column]);
}

static void
add_line(GPtrArray *lines, GPtrArray *cells)
{
    g_ptr_array_add(cells, NULL);
    g_ptr_array_add(lines, g_ptr_array_free(cells, FALSE));
}

static void
tabulate_rows(const GuichetPlotModel *self, GPtrArray *lines)
{
    GPtrArray *head = g_ptr_array_new();

    g_ptr_array_add(head, g_strdup(self->column_word));
    for (guint i = 0; i < self->columns->len; i++)
        g_ptr_array_add(head, g_strdup(((GuichetPlotColumn *)self->columns->pdata[i])->name));
    add_line(lines, head);
    for (guint j = 0; j < self->series->len; j++) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->series, j);
        GPtrArray *cells = g_ptr_array_new();

        g_ptr_array_add(cells, g_strdup_printf("%s (%s)", series->name, series->note));
        for (guint i = 0; i < self->columns->len; i++)
            g_ptr_array_add(cells, cell_of(self, series->values, i));
        add_line(lines, cells);
    }
}

static void
tabulate_head(const GuichetPlotModel *self, GPtrArray *lines)
{
    GPtrArray *head = g_ptr_array_new();

    g_ptr_array_add(head, g_strdup(self->column_word));
    if (self->kind == GUICHET_PLOT_STRIP)
        g_ptr_array_add(head, g_strdup(self->title));
    for (guint j = 0; j < self->series->len; j++) {
        const GuichetPlotSeries *series = g_ptr_array_index(self->series, j);

        g_ptr_array_add(head, g_strdup(series->name));
        if (series->low != NULL)
            g_ptr_array_add(head, g_strdup_printf("%s, %s", series->name, self->low_word));
    }
    add_line(lines, head);
}

GPtrArray *
guichet_plot_model_tabulate(const GuichetPlotModel *self)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);

    if (self->kind == GUICHET_PLOT_ROWS) {
        tabulate_rows(self, lines);
        return lines;
    }
    tabulate_head(self, lines);
    for (guint i = 0; i < self->columns->len; i++) {
        const GuichetPlotColumn *column = g_ptr_array_index(self->columns, i);
        GPtrArray *cells = g_ptr_array_new();

        g_ptr_array_add(cells, g_strdup(column->name));
        if (self->kind == GUICHET_PLOT_STRIP)
            g_ptr_array_add(cells, g_strdup(column->sentence));
        for (guint j = 0; j < self->series->len; j++) {
            const GuichetPlotSeries *series = g_ptr_array_index(self->series, j);

            g_ptr_array_add(cells, cell_of(self, series->values, i));
            if (series->low != NULL)
                g_ptr_array_add(cells, cell_of(self, series->low, i));
        }
        add_line(lines, cells);
    }
    return lines;
}
