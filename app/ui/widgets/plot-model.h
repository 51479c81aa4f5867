/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * What a plot shows, in numbers and in words: the drawing, the line under it and the table beside
 * it all come from here. No widget.
 */
typedef enum {
    GUICHET_PLOT_BARS,  /* a bar a column, its series one on the other */
    GUICHET_PLOT_LINES, /* a line a series, with a band below it where the series has one */
    GUICHET_PLOT_ROWS,  /* a row a series: a histogram over the columns, and its note */
    GUICHET_PLOT_STRIP, /* a strip a column, cut into spans along the value axis */
} GuichetPlotKind;

/* How the spans of a strip look: never by colour alone. */
typedef enum {
    GUICHET_PLOT_TONE_GOOD,
    GUICHET_PLOT_TONE_BAD,
    GUICHET_PLOT_TONE_OFF,
    GUICHET_PLOT_TONE_UNKNOWN,
    GUICHET_PLOT_N_TONES
} GuichetPlotTone;

typedef struct {
    char *name;
    char *note;     /* said beside the name in the legend, or behind a row; or NULL */
    double *values; /* one a column; NAN = none */
    double *low;    /* lower end of the band; or NULL */
} GuichetPlotSeries;

typedef struct {
    double from, until;
    GuichetPlotTone tone;
} GuichetPlotSpan;

typedef struct {
    char *name;     /* "lundi 16 novembre" */
    char *tick;     /* under the axis: "16 nov."; "" = none */
    GArray *spans;  /* GuichetPlotSpan, of a strip */
    char *sentence; /* of a strip: what its spans say */
} GuichetPlotColumn;

/* A value as it is read: "12", "7 h 20". Caller frees. */
typedef char *(*GuichetPlotFormat)(double value);

typedef struct {
    GuichetPlotKind kind;
    char *title;        /* "Demandes déposées par jour" */
    char *summary;      /* one or two sentences: what it says; shown above it */
    char *empty;        /* instead of the plot where there is nothing to show; NULL otherwise */
    gboolean warning;   /* the summary asks for something to be done */
    char *column_word;  /* heads the columns in the table: "Jour" */
    char *low_word;     /* heads the band's lower end */
    GPtrArray *columns; /* GuichetPlotColumn* */
    GPtrArray *series;  /* GuichetPlotSeries* */
    double floor, top;  /* of the value axis; top 0 = from the values */
    double limit;       /* a line across; NAN = none */
    char *limit_name;
    GuichetPlotFormat format;
} GuichetPlotModel;

/* Columns are added before the first series. */
GuichetPlotModel *guichet_plot_model_new(GuichetPlotKind kind, const char *title);
void guichet_plot_model_free(GuichetPlotModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPlotModel, guichet_plot_model_free)
/* Both give what they added, borrowed. @name and @tick are copied. */
GuichetPlotColumn *guichet_plot_model_add_column(GuichetPlotModel *self, const char *name,
                                                 const char *tick);
/* All its values NAN, with a band where @banded. After the last column. */
GuichetPlotSeries *guichet_plot_model_add_series(GuichetPlotModel *self, const char *name,
                                                 gboolean banded);
void guichet_plot_column_add_span(GuichetPlotColumn *self, double from, double until,
                                  GuichetPlotTone tone);

/* The end of the value axis: a round number that nothing is above; and how far its lines are
 * apart. */
double guichet_plot_model_get_top(const GuichetPlotModel *self, double *step);
/* What is at @column (and, for rows, at series @row), for the line under the plot. Caller frees. */
char *guichet_plot_model_read(const GuichetPlotModel *self, guint column, guint row);
/* The same as a table: lines of cells (GStrv), the first being the heads. Caller unrefs. */
GPtrArray *guichet_plot_model_tabulate(const GuichetPlotModel *self);
