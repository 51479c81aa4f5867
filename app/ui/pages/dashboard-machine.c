/* SPDX-License-Identifier: EUPL-1.2 */
/* What the machines do: quality of captures, age of the queue, availability. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "pages/dashboard-private.h"
#include "text.h"

#define LARGEST_DEVICES 3                  /* lines of quality */
#define LONG_WAIT_US (3 * G_TIME_SPAN_DAY) /* then the axis has days */

static char *
format_hours(double value)
{
    return value > 0 ? guichet_text_duration(value * 3600) : g_strdup("0");
}

static char *
format_days(double value)
{
    return value > 0 ? guichet_text_duration(value * 86400) : g_strdup("0");
}

static char *
format_clock(double value)
{
    return g_strdup_printf(_("%.0f h"), value);
}

/* --- quality --- */

/* The last week with captures, or G_MAXUINT. */
static guint
find_last(const GuichetDeviceQuality *device)
{
    for (guint i = device->weeks->len; i > 0; i--)
        if (g_array_index(device->weeks, GuichetQualityWeek, i - 1).n > 0)
            return i - 1;
    return G_MAXUINT;
}

static guint
count_low_weeks(const GuichetStatistics *statistics, const GuichetDeviceQuality *device)
{
    guint n = 0;

    for (guint i = 0; i < device->weeks->len; i++) {
        const GuichetQualityWeek *week = &g_array_index(device->weeks, GuichetQualityWeek, i);

        n += week->n > 0 && week->median < statistics->quality_limit;
    }
    return n;
}

/* Of the device used last: what to do now, else what was. */
static void
summarise_quality(GuichetPlotModel *model, const GuichetStatistics *statistics)
{
    const GuichetDeviceQuality *device = NULL;
    guint last = 0, low = 0;

    for (guint i = 0; i < statistics->qualities->len; i++) {
        const GuichetDeviceQuality *other = g_ptr_array_index(statistics->qualities, i);
        guint seen = find_last(other);

        low += count_low_weeks(statistics, other);
        if (seen != G_MAXUINT && (device == NULL || seen > last)) {
            device = other;
            last = seen;
        }
    }
    if (device == NULL)
        return;
    guint median = g_array_index(device->weeks, GuichetQualityWeek, last).median;
    g_autofree char *date = guichet_dashboard_week_date(statistics, last);
    model->warning = median < statistics->quality_limit;
    if (model->warning)
        model->summary = g_strdup_printf(
            _("%s : médiane de %u la semaine du %s, sous la limite de %u. Nettoyez la vitre du "
              "capteur, puis refaites une empreinte d’essai."),
            device->device, median, date, statistics->quality_limit);
    else if (low > 0)
        model->summary = g_strdup_printf(
            _("%s : médiane de %u la semaine du %s, c’est bien. %u semaines de la période étaient "
              "sous la limite de %u : la vitre était sans doute sale."),
            device->device, median, date, low, statistics->quality_limit);
    else
        model->summary = g_strdup_printf(
            _("%s : médiane de %u la semaine du %s ; jamais sous la limite de %u dans la période."),
            device->device, median, date, statistics->quality_limit);
}

static void
add_device(GuichetPlotModel *model, const GuichetDeviceQuality *device)
{
    GuichetPlotSeries *line = guichet_plot_model_add_series(model, device->device, TRUE);

    line->note = guichet_dashboard_group_digits(device->n);
    for (guint i = 0; i < device->weeks->len; i++) {
        const GuichetQualityWeek *week = &g_array_index(device->weeks, GuichetQualityWeek, i);

        if (week->n == 0)
            continue;
        line->values[i] = week->median;
        line->low[i] = week->p10;
    }
}

GuichetPlotModel *
guichet_dashboard_plot_quality(const GuichetStatistics *statistics)
{
    GuichetPlotModel *model =
        guichet_plot_model_new(GUICHET_PLOT_LINES, _("Qualité des empreintes, par appareil"));

    guichet_dashboard_add_weeks(model, statistics);
    for (guint i = 0; i < MIN(statistics->qualities->len, LARGEST_DEVICES); i++)
        add_device(model, g_ptr_array_index(statistics->qualities, i));
    model->top = 100;
    model->limit = statistics->quality_limit;
    model->limit_name = g_strdup_printf(_("limite : %u"), statistics->quality_limit);
    model->low_word = g_strdup(_("une sur dix au-dessous de"));
    summarise_quality(model, statistics);
    if (model->summary == NULL)
        model->empty = g_strdup(_("Aucune empreinte n’a été prise dans cette période. Dès les "
                                  "premières, leur netteté se suit ici semaine par semaine : une "
                                  "vitre sale se voit avant que le centre ne refuse."));
    return model;
}

/* --- queue --- */

GuichetPlotModel *
guichet_dashboard_plot_queue(const GuichetStatistics *statistics)
{
    GuichetPlotModel *model =
        guichet_plot_model_new(GUICHET_PLOT_LINES, _("Attente d’envoi, par jour"));
    guint waiting = 0, worst = 0;
    gint64 longest_us = 0;

    guichet_dashboard_add_days(model, statistics);
    GuichetPlotSeries *line =
        guichet_plot_model_add_series(model, _("la plus longue attente du jour"), FALSE);
    for (guint i = 0; i < statistics->n_days; i++) {
        const GuichetQueueDay *day = &g_array_index(statistics->queue, GuichetQueueDay, i);

        line->values[i] = (double)day->oldest_us / (double)G_TIME_SPAN_HOUR;
        waiting = day->waiting;
        if (day->oldest_us > longest_us) {
            longest_us = day->oldest_us;
            worst = i;
        }
    }
    model->format = format_hours;
    if (longest_us > LONG_WAIT_US) {
        for (guint i = 0; i < statistics->n_days; i++)
            line->values[i] /= 24;
        model->format = format_days;
    }
    if (longest_us == 0) {
        model->empty = g_strdup(_("Rien n’a attendu d’être envoyé dans cette période."));
        return model;
    }
    GDate day = guichet_dashboard_day(statistics, worst);
    g_autofree char *date = guichet_text_date(&day);
    g_autofree char *longest = guichet_text_duration((double)longest_us / G_USEC_PER_SEC);
    model->summary = g_strdup_printf(
        _("Plus longue attente : %s, le %s. Reste à envoyer à la fin de la période : %u."), longest,
        date, waiting);
    return model;
}

/* --- availability --- */

static const GuichetPlotTone tones[GUICHET_STATE_FUTURE] = {
    [GUICHET_STATE_COULD] = GUICHET_PLOT_TONE_GOOD,
    [GUICHET_STATE_COULD_NOT] = GUICHET_PLOT_TONE_BAD,
    [GUICHET_STATE_OFF] = GUICHET_PLOT_TONE_OFF,
    [GUICHET_STATE_UNRECORDED] = GUICHET_PLOT_TONE_UNKNOWN,
};

static const char *
word_of(const GuichetSpan *span)
{
    switch (span->state) {
    case GUICHET_STATE_COULD:
        return _("pouvait servir");
    case GUICHET_STATE_COULD_NOT:
        return guichet_availability_reason_label(span->reason);
    case GUICHET_STATE_OFF:
        return _("éteint ou fermé");
    case GUICHET_STATE_UNRECORDED:
        return _("avant le premier relevé");
    default:
        return _("à venir");
    }
}

static void
fill_day(GuichetPlotColumn *column, const GuichetAvailabilityDay *day)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < day->spans->len; i++) {
        const GuichetSpan *span = &g_array_index(day->spans, GuichetSpan, i);

        if (span->state < GUICHET_STATE_FUTURE)
            guichet_plot_column_add_span(column, span->from / 60.0, span->until / 60.0,
                                         tones[span->state]);
        g_string_append_printf(text, "%s%02u:%02u–%02u:%02u %s", i > 0 ? " ; " : "",
                               span->from / 60u, span->from % 60u, span->until / 60u,
                               span->until % 60u, word_of(span));
    }
    if (day->spans->len == 0)
        g_string_append(text, day->label != NULL ? day->label : _("fermé au public"));
    column->sentence = g_strdup(text->str);
}

/* The hours between which anything is ever drawn. */
static void
find_hours(const GuichetStatistics *statistics, double *floor_hour, double *top_hour)
{
    *floor_hour = 24;
    *top_hour = 0;
    for (guint i = 0; i < statistics->availability->len; i++) {
        const GuichetAvailabilityDay *day =
            &g_array_index(statistics->availability, GuichetAvailabilityDay, i);

        for (guint j = 0; j < day->spans->len; j++) {
            const GuichetSpan *span = &g_array_index(day->spans, GuichetSpan, j);

            *floor_hour = MIN(*floor_hour, floor(span->from / 60.0));
            *top_hour = MAX(*top_hour, ceil(span->until / 60.0));
        }
    }
}

/* Hours of opening are no days: "30 h", never "1 j 6 h". */
static char *
name_hours(guint minutes)
{
    if (minutes < 60)
        return g_strdup_printf(_("%u min"), minutes);
    return minutes % 60 > 0 ? g_strdup_printf(_("%u h %02u"), minutes / 60, minutes % 60)
                            : g_strdup_printf(_("%u h"), minutes / 60);
}

static void
append_reasons(GString *text, const GuichetStatistics *statistics)
{
    for (guint i = 0; i < statistics->reasons->len; i++) {
        const GuichetReasonMinutes *reason =
            &g_array_index(statistics->reasons, GuichetReasonMinutes, i);
        g_autofree char *hours = name_hours(reason->minutes);

        g_string_append_printf(text, "%s %s, %s", i == 0 ? _(" Il ne pouvait pas :") : " ;",
                               guichet_availability_reason_label(reason->reason), hours);
    }
    if (statistics->reasons->len > 0)
        g_string_append_c(text, '.');
}

static void
append_hours(GString *text, const char *sentence, guint minutes)
{
    g_autofree char *hours = name_hours(minutes);

    if (minutes > 0)
        g_string_append_printf(text, " %s : %s.", sentence, hours);
}

static char *
summarise_availability(const GuichetStatistics *statistics)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(
        text, _("Le poste pouvait servir pendant %.0f %% des heures d’ouverture passées."),
        100 * guichet_statistics_available(statistics));
    append_reasons(text, statistics);
    append_hours(text, _("Éteint ou fermé"), statistics->minutes[GUICHET_STATE_OFF]);
    append_hours(text, _("Avant le premier relevé"), statistics->minutes[GUICHET_STATE_UNRECORDED]);
    return g_strdup(text->str);
}

GuichetPlotModel *
guichet_dashboard_plot_availability(const GuichetStatistics *statistics)
{
    GuichetPlotModel *model =
        guichet_plot_model_new(GUICHET_PLOT_STRIP, _("Disponibilité aux heures d’ouverture"));

    if (guichet_statistics_available(statistics) < 0) {
        model->empty = g_strdup(_("Pas encore de relevé aux heures d’ouverture. Le poste note "
                                  "chaque minute s’il peut servir, dès que cette fenêtre est "
                                  "ouverte ; les heures d’ouverture se règlent dans "
                                  "policy/opening-hours.json."));
        return model;
    }
    guichet_dashboard_add_days(model, statistics);
    for (guint i = 0; i < statistics->availability->len; i++)
        fill_day(g_ptr_array_index(model->columns, i),
                 &g_array_index(statistics->availability, GuichetAvailabilityDay, i));
    find_hours(statistics, &model->floor, &model->top);
    model->format = format_clock;
    model->summary = summarise_availability(statistics);
    return model;
}
