/* SPDX-License-Identifier: EUPL-1.2 */
/* What the desk does: deposits, how complete they were, and how long their steps took. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "pages/dashboard-private.h"
#include "text.h"

#define LARGEST_SERIES 5 /* procedures that have a colour of their own */
#define LARGEST_STEPS 10 /* rows of the histogram */

/* --- deposits --- */

static guint
week_of_day(const GuichetStatistics *statistics, guint day)
{
    return (day + g_date_get_weekday(&statistics->first) - 1) / 7;
}

static void
add_to_series(GuichetPlotSeries *line, const GuichetStatistics *statistics,
              const GuichetDepositSeries *series)
{
    for (guint i = 0; i < statistics->n_days; i++) {
        double *value =
            &line->values[statistics->n_days > GUICHET_DASHBOARD_BY_DAY ? week_of_day(statistics, i)
                                                                        : i];

        *value = (isnan(*value) ? 0 : *value) + series->days[i];
    }
}

static gint
compare_ids(gconstpointer a, gconstpointer b)
{
    const GuichetDepositSeries *one = *(GuichetDepositSeries *const *)a;
    const GuichetDepositSeries *other = *(GuichetDepositSeries *const *)b;

    return g_strcmp0(one->id, other->id);
}

static void
add_procedure(GuichetPlotModel *model, const GuichetStatistics *statistics,
              const GuichetDepositSeries *series)
{
    GuichetPlotSeries *line = guichet_plot_model_add_series(model, series->title, FALSE);

    add_to_series(line, statistics, series);
    line->note = guichet_dashboard_group_digits(series->total);
}

/* The most frequent ones, always in the same order, so that each keeps its colour. */
static void
add_procedures(GuichetPlotModel *model, const GuichetStatistics *statistics)
{
    guint alone = statistics->deposits->len == LARGEST_SERIES + 1
                      ? LARGEST_SERIES + 1
                      : MIN(statistics->deposits->len, LARGEST_SERIES);
    g_autoptr(GPtrArray) shown = g_ptr_array_new();
    guint joined = 0;

    for (guint i = 0; i < alone; i++)
        g_ptr_array_add(shown, g_ptr_array_index(statistics->deposits, i));
    g_ptr_array_sort(shown, compare_ids);
    for (guint i = 0; i < shown->len; i++)
        add_procedure(model, statistics, g_ptr_array_index(shown, i));
    if (alone == statistics->deposits->len)
        return;
    GuichetPlotSeries *others = guichet_plot_model_add_series(model, _("Autres démarches"), FALSE);
    for (guint i = alone; i < statistics->deposits->len; i++) {
        const GuichetDepositSeries *series = g_ptr_array_index(statistics->deposits, i);

        add_to_series(others, statistics, series);
        joined += series->total;
    }
    others->note = guichet_dashboard_group_digits(joined);
}

static char *
summarise_deposits(const GuichetStatistics *statistics)
{
    guint best = 0, busiest = 0, open = 0;
    g_autofree char *total = guichet_dashboard_group_digits(statistics->total);

    for (guint i = 0; i < statistics->n_days; i++) {
        guint n = 0;

        for (guint j = 0; j < statistics->deposits->len; j++)
            n += ((const GuichetDepositSeries *)statistics->deposits->pdata[j])->days[i];
        open += n > 0;
        if (n > best) {
            best = n;
            busiest = i;
        }
    }
    GDate day = guichet_dashboard_day(statistics, busiest);
    g_autofree char *date = guichet_text_date(&day);
    guint tenths = (10 * statistics->total + open / 2) / MAX(open, 1);
    return g_strdup_printf(_("%s demandes déposées, %u,%u par jour d’activité. Le jour le plus "
                             "chargé : %s, %u."),
                           total, tenths / 10, tenths % 10, date, best);
}

GuichetPlotModel *
guichet_dashboard_plot_deposits(const GuichetStatistics *statistics)
{
    gboolean weekly = statistics->n_days > GUICHET_DASHBOARD_BY_DAY;
    GuichetPlotModel *model =
        guichet_plot_model_new(GUICHET_PLOT_BARS, weekly ? _("Demandes déposées par semaine")
                                                         : _("Demandes déposées par jour"));

    if (statistics->total == 0) {
        model->empty = g_strdup(_("Aucune demande n’a été déposée dans cette période. Chaque "
                                  "dépôt apparaîtra ici, par jour et par démarche ; une période "
                                  "plus longue en montre peut-être déjà."));
        return model;
    }
    if (weekly)
        guichet_dashboard_add_weeks(model, statistics);
    else
        guichet_dashboard_add_days(model, statistics);
    add_procedures(model, statistics);
    model->summary = summarise_deposits(statistics);
    return model;
}

/* --- complete at first try --- */

GuichetPlotModel *
guichet_dashboard_plot_first_try(const GuichetStatistics *statistics)
{
    GuichetPlotModel *model =
        guichet_plot_model_new(GUICHET_PLOT_LINES, _("Complètes du premier coup"));
    guint deposits = 0, answered = 0, back = 0;

    guichet_dashboard_add_weeks(model, statistics);
    GuichetPlotSeries *line =
        guichet_plot_model_add_series(model, _("acceptées sans complément ni refus"), FALSE);
    for (guint i = 0; i < statistics->first_try->len; i++) {
        const GuichetFirstTryWeek *week =
            &g_array_index(statistics->first_try, GuichetFirstTryWeek, i);

        if (week->answered > 0)
            line->values[i] = 100.0 * (week->answered - week->sent_back) / week->answered;
        deposits += week->deposits;
        answered += week->answered;
        back += week->sent_back;
    }
    model->top = 100;
    model->format = guichet_dashboard_format_percent;
    if (answered == 0)
        model->empty = g_strdup(_("Le centre n’a encore rien dit des demandes de cette période : "
                                  "il faut quelques jours avant de savoir lesquelles étaient "
                                  "complètes."));
    model->summary = g_strdup_printf(
        _("Le centre a répondu à %u demandes : %u sont revenues, pour un complément ou un refus. "
          "Il n’a encore rien dit de %u autres."),
        answered, back, deposits - answered);
    return model;
}

/* --- steps --- */

/* Upper ends as guichet_step_bucket_ends has them. */
static const char *const range_ticks[GUICHET_STEP_BUCKETS] = {
    N_("< 15 s"),   N_("15–30 s"),   N_("30–60 s"),   N_("1–2 min"),  N_("2–5 min"),
    N_("5–10 min"), N_("10–20 min"), N_("20–30 min"), N_("> 30 min"),
};

static char *
name_range(guint index)
{
    g_autofree char *from =
        index > 0 ? guichet_text_duration(guichet_step_bucket_ends[index - 1]) : NULL;
    g_autofree char *until = index + 1 < GUICHET_STEP_BUCKETS
                                 ? guichet_text_duration(guichet_step_bucket_ends[index])
                                 : NULL;

    if (from == NULL)
        return g_strdup_printf(_("moins de %s"), until);
    if (until == NULL)
        return g_strdup_printf(_("%s et plus"), from);
    return g_strdup_printf(_("%s à %s"), from, until);
}

/* As they come in a request. */
static gint
compare_positions(gconstpointer a, gconstpointer b)
{
    const GuichetStepTime *one = *(GuichetStepTime *const *)a;
    const GuichetStepTime *other = *(GuichetStepTime *const *)b;

    return one->position < other->position ? -1 : one->position > other->position;
}

static void
add_step(GuichetPlotModel *model, const GuichetStepTime *step)
{
    GuichetPlotSeries *row = guichet_plot_model_add_series(model, step->title, FALSE);
    g_autofree char *median = guichet_text_duration(step->quartiles[1]);

    row->note = g_strdup_printf(_("environ %s"), median);
    for (guint i = 0; i < GUICHET_STEP_BUCKETS; i++)
        row->values[i] = step->buckets[i];
}

static char *
summarise_steps(const GuichetStatistics *statistics)
{
    const GuichetStepTime *longest = NULL;
    g_autofree char *first = guichet_dashboard_week_date(statistics, 0);

    for (guint i = 0; i < MIN(statistics->steps->len, LARGEST_STEPS); i++) {
        const GuichetStepTime *step = g_ptr_array_index(statistics->steps, i);

        if (longest == NULL || step->quartiles[1] > longest->quartiles[1])
            longest = step;
    }
    g_autofree char *median = guichet_text_duration(longest->quartiles[1]);
    g_autofree char *long_ones = guichet_text_duration(longest->quartiles[2]);
    return g_strdup_printf(_("Le plus long : « %s », environ %s ; une demande sur quatre y passe "
                             "plus de %s. Depuis la semaine du %s, par semaines entières."),
                           longest->title, median, long_ones, first);
}

GuichetPlotModel *
guichet_dashboard_plot_steps(const GuichetStatistics *statistics)
{
    GuichetPlotModel *model = guichet_plot_model_new(GUICHET_PLOT_ROWS, _("Temps par étape"));

    if (statistics->steps->len == 0) {
        model->empty = g_strdup(_("Pas encore de temps mesuré : il se compte pendant les demandes "
                                  "faites dans cette fenêtre, et s’ajoute au dépôt, sans nom ni "
                                  "numéro."));
        return model;
    }
    model->column_word = g_strdup(_("Étape"));
    for (guint i = 0; i < GUICHET_STEP_BUCKETS; i++) {
        g_autofree char *name = name_range(i);

        guichet_plot_model_add_column(model, name, _(range_ticks[i]));
    }
    g_autoptr(GPtrArray) shown = g_ptr_array_new();
    for (guint i = 0; i < MIN(statistics->steps->len, LARGEST_STEPS); i++)
        g_ptr_array_add(shown, g_ptr_array_index(statistics->steps, i));
    g_ptr_array_sort(shown, compare_positions);
    for (guint i = 0; i < shown->len; i++)
        add_step(model, g_ptr_array_index(shown, i));
    model->summary = summarise_steps(statistics);
    return model;
}

/* --- key figures --- */

char *
guichet_dashboard_total(const GuichetStatistics *statistics)
{
    return guichet_dashboard_group_digits(statistics->total);
}

static char *
format_share(double share)
{
    return share >= 0 ? guichet_dashboard_format_percent(100 * share) : NULL;
}

char *
guichet_dashboard_first_try(const GuichetStatistics *statistics)
{
    return format_share(guichet_statistics_first_try(statistics));
}

char *
guichet_dashboard_longest_wait(const GuichetStatistics *statistics)
{
    gint64 longest_us = 0;

    for (guint i = 0; i < statistics->queue->len; i++)
        longest_us =
            MAX(longest_us, g_array_index(statistics->queue, GuichetQueueDay, i).oldest_us);
    return longest_us > 0 ? guichet_text_duration((double)longest_us / G_USEC_PER_SEC) : NULL;
}

char *
guichet_dashboard_available(const GuichetStatistics *statistics)
{
    return format_share(guichet_statistics_available(statistics));
}
