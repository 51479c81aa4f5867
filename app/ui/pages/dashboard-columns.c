/* SPDX-License-Identifier: EUPL-1.2 */
/* Words and columns that the plots of the dashboard share. */
#include <glib/gi18n-lib.h>

#include "pages/dashboard-private.h"
#include "text.h"

/* 12 345, with narrow spaces that do not break. */
char *
guichet_dashboard_group_digits(guint number)
{
    if (number < 1000)
        return g_strdup_printf("%u", number);
    return g_strdup_printf("%u\u202f%03u", number / 1000, number % 1000);
}

GDate
guichet_dashboard_day(const GuichetStatistics *statistics, guint index)
{
    GDate day = statistics->first;

    g_date_add_days(&day, index);
    return day;
}

GDate
guichet_dashboard_monday(const GuichetStatistics *statistics, guint week)
{
    GDate monday = statistics->first;

    g_date_subtract_days(&monday, g_date_get_weekday(&monday) - 1);
    g_date_add_days(&monday, 7 * week);
    return monday;
}

char *
guichet_dashboard_format_percent(double value)
{
    return g_strdup_printf("%.0f\u00a0%%", value);
}

char *
guichet_dashboard_week_date(const GuichetStatistics *statistics, guint week)
{
    GDate monday = guichet_dashboard_monday(statistics, week);

    return guichet_text_short_date(&monday);
}

/* --- columns --- */

/* Under a month each day, then the Mondays, then the months. */
static char *
tick_of_day(const GuichetStatistics *statistics, const GDate *day, guint index)
{
    if (statistics->n_days > GUICHET_DASHBOARD_BY_DAY)
        return g_date_get_day(day) == 1 ? guichet_text_month(day) : g_strdup("");
    if (statistics->n_days > 14 && g_date_get_weekday(day) != G_DATE_MONDAY)
        return g_strdup("");
    return guichet_text_short_date(day);
}

void
guichet_dashboard_add_days(GuichetPlotModel *model, const GuichetStatistics *statistics)
{
    model->column_word = g_strdup(_("Jour"));
    for (guint i = 0; i < statistics->n_days; i++) {
        GDate day = guichet_dashboard_day(statistics, i);
        g_autofree char *name = guichet_text_date(&day);
        g_autofree char *tick = tick_of_day(statistics, &day, i);

        guichet_plot_model_add_column(model, name, tick);
    }
}

/* In a year the first week of a month carries its name. */
static char *
tick_of_week(const GuichetStatistics *statistics, const GDate *monday)
{
    if (statistics->n_days <= GUICHET_DASHBOARD_BY_DAY)
        return guichet_text_short_date(monday);
    return g_date_get_day(monday) <= 7 ? guichet_text_month(monday) : g_strdup("");
}

void
guichet_dashboard_add_weeks(GuichetPlotModel *model, const GuichetStatistics *statistics)
{
    model->column_word = g_strdup(_("Semaine"));
    for (guint i = 0; i < statistics->first_try->len; i++) {
        GDate monday = guichet_dashboard_monday(statistics, i);
        g_autofree char *date = guichet_text_short_date(&monday);
        g_autofree char *name = g_strdup_printf(_("semaine du %s"), date);
        g_autofree char *tick = tick_of_week(statistics, &monday);

        guichet_plot_model_add_column(model, name, tick);
    }
}
