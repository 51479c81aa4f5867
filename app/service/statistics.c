/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/statistics.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "service-resources.h"
#include "service/desk-private.h"
#include "service/statistics-private.h"

/* --- the result --- */

static void
series_free(gpointer data)
{
    GuichetDepositSeries *series = data;
    g_free(series->id);
    g_free(series->title);
    g_free(series->days);
    g_free(series);
}

static void
step_free(gpointer data)
{
    GuichetStepTime *step = data;
    g_free(step->step);
    g_free(step->title);
    g_free(step);
}

static void
device_free(gpointer data)
{
    GuichetDeviceQuality *device = data;
    g_free(device->device);
    g_array_unref(device->weeks);
    g_free(device);
}

static void
day_clear(gpointer data)
{
    GuichetAvailabilityDay *day = data;
    g_clear_pointer(&day->label, g_free);
    g_clear_pointer(&day->spans, g_array_unref);
}

static GuichetStatistics *
statistics_new(const GuichetPeriod *period, const GuichetOpeningHours *hours)
{
    GuichetStatistics *self = g_new0(GuichetStatistics, 1);
    self->first = period->first;
    self->n_days = period->n_days;
    self->quality_limit = hours->quality_limit;
    self->smallest_cell = hours->smallest_cell;
    self->deposits = g_ptr_array_new_with_free_func(series_free);
    self->queue = g_array_new(FALSE, TRUE, sizeof(GuichetQueueDay));
    g_array_set_size(self->queue, period->n_days);
    self->first_try = g_array_new(FALSE, TRUE, sizeof(GuichetFirstTryWeek));
    self->steps = g_ptr_array_new_with_free_func(step_free);
    self->qualities = g_ptr_array_new_with_free_func(device_free);
    self->availability = g_array_new(FALSE, TRUE, sizeof(GuichetAvailabilityDay));
    g_array_set_clear_func(self->availability, day_clear);
    self->reasons = g_array_new(FALSE, TRUE, sizeof(GuichetReasonMinutes));
    return self;
}

void
guichet_statistics_free(GuichetStatistics *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->deposits);
    g_array_unref(self->queue);
    g_array_unref(self->first_try);
    g_ptr_array_unref(self->steps);
    g_ptr_array_unref(self->qualities);
    g_array_unref(self->availability);
    g_array_unref(self->reasons);
    g_free(self);
}

void
guichet_statistics_day(const GuichetStatistics *self, guint index, char text[11])
{
    GDate day = self->first;
    g_date_add_days(&day, index);
    g_date_strftime(text, 11, "%Y-%m-%d", &day);
}

void
guichet_statistics_monday(const GDate *day, char text[11])
{
    GDate monday = *day;
    g_date_subtract_days(&monday, g_date_get_weekday(&monday) - 1);
    g_date_strftime(text, 11, "%Y-%m-%d", &monday);
}

GPtrArray *
guichet_statistics_list_weeks(const GuichetStatistics *self)
{
    GPtrArray *weeks = g_ptr_array_new_with_free_func(g_free);
    GDate day = self->first, last = self->first;
    g_date_add_days(&last, self->n_days - 1);
    g_date_subtract_days(&day, g_date_get_weekday(&day) - 1);
    for (; g_date_compare(&day, &last) <= 0; g_date_add_days(&day, 7)) {
        char *monday = g_malloc(11);
        guichet_statistics_monday(&day, monday);
        g_ptr_array_add(weeks, monday);
    }
    return weeks;
}

/* --- the period --- */

gint64
guichet_period_instant(const GDate *day, guint minute)
{
    g_autoptr(GDateTime) time =
        g_date_time_new_local(g_date_get_year(day), (int)g_date_get_month(day), g_date_get_day(day),
                              (int)minute / 60, (int)minute % 60, 0);
    return time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : 0;
}

int
guichet_period_find_day(const GuichetPeriod *period, gint64 wall_us)
{
    if (wall_us < period->midnights[0] || wall_us >= period->midnights[period->n_days])
        return -1;
    guint low = 0, high = period->n_days;
    while (high - low > 1) {
        guint middle = (low + high) / 2;
        if (period->midnights[middle] <= wall_us)
            low = middle;
        else
            high = middle;
    }
    return (int)low;
}

static gboolean
parse_day(const char *text, GDate *day, GError **error)
{
    guint y, m, d;
    if (g_regex_match_simple("^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$", text, G_REGEX_DOLLAR_ENDONLY, 0) &&
        sscanf(text, "%4u-%2u-%2u", &y, &m, &d) == 3 &&
        g_date_valid_dmy((GDateDay)d, (GDateMonth)m, (GDateYear)y)) {
        g_date_clear(day, 1);
        g_date_set_dmy(day, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
        return TRUE;
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.20s » n’est pas un jour : écrivez AAAA-MM-JJ, par exemple 2026-11-22"),
                text);
    return FALSE;
}

static gboolean
period_init(GuichetPeriod *period, const char *first, const char *last, GError **error)
{
    GDate end;
    if (!parse_day(first, &period->first, error) || !parse_day(last, &end, error))
        return FALSE;
    int days = g_date_days_between(&period->first, &end) + 1;
    if (days < 1 || days > GUICHET_STATISTICS_MAX_DAYS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("du %s au %s : donnez d’abord le premier jour, et %d jours au plus"), first,
                    last, GUICHET_STATISTICS_MAX_DAYS);
        return FALSE;
    }
    period->n_days = (guint)days;
    period->now_us = g_get_real_time();
    period->midnights = g_new(gint64, period->n_days + 1);
    for (guint i = 0; i <= period->n_days; i++) {
        GDate day = period->first;
        g_date_add_days(&day, i);
        period->midnights[i] = guichet_period_instant(&day, 0);
    }
    return TRUE;
}

void
guichet_statistics_last_days(guint days, char **first, char **last)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autoptr(GDateTime) then = g_date_time_add_days(now, 1 - (int)days);
    *first = g_date_time_format(then, "%Y-%m-%d");
    *last = g_date_time_format(now, "%Y-%m-%d");
}

/* --- deposits --- */

static char *
find_title(const char *id, GPtrArray *procedures)
{
    static const char suffix[] = "-supplement";
    gboolean supplement = g_str_has_suffix(id, suffix);
    g_autofree char *bare = g_strndup(id, strlen(id) - (supplement ? strlen(suffix) : 0));
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        const char *title = guichet_procedure_get_title(procedure);
        if (strcmp(guichet_procedure_get_id(procedure), bare) == 0)
            return supplement ? g_strdup_printf(_("%s (complément)"), title) : g_strdup(title);
    }
    return g_strdup(id);
}

static GuichetDepositSeries *
ensure_series(GuichetStatistics *self, const char *id, GPtrArray *procedures)
{
    for (guint i = 0; i < self->deposits->len; i++) {
        GuichetDepositSeries *series = g_ptr_array_index(self->deposits, i);
        if (strcmp(series->id, id) == 0)
            return series;
    }
    GuichetDepositSeries *series = g_new0(GuichetDepositSeries, 1);
    series->id = g_strdup(id);
    series->title = find_title(id, procedures);
    series->days = g_new0(guint, self->n_days);
    g_ptr_array_add(self->deposits, series);
    return series;
}

/* It waited from its seal to its receipt, or until now. */
static void
lay_waiting(GuichetStatistics *self, const GuichetPeriod *period, const GuichetDeposit *deposit)
{
    gint64 until = deposit->received_us > 0 ? MAX(deposit->received_us, deposit->sealed_us)
                                            : MAX(period->now_us, deposit->sealed_us);
    int day = deposit->sealed_us < period->midnights[0]
                  ? 0
                  : guichet_period_find_day(period, deposit->sealed_us);
    if (day < 0)
        return;
    for (guint i = (guint)day; i < period->n_days && period->midnights[i] <= until; i++) {
        GuichetQueueDay *queue = &g_array_index(self->queue, GuichetQueueDay, i);
        gint64 end = period->midnights[i + 1];
        gboolean waits_still = deposit->received_us == 0 && until < end;
        queue->waiting += until >= end || waits_still;
        queue->oldest_us = MAX(queue->oldest_us, MIN(until, end) - deposit->sealed_us);
    }
}

/* Said by the centre: more than that it has the bundle. */
static gboolean
is_answered(const GuichetDeposit *deposit)
{
    return deposit->sent_back ||
           (deposit->state != GUICHET_REQUEST_SEALED && deposit->state != GUICHET_REQUEST_SENDING &&
            deposit->state != GUICHET_REQUEST_RECEIVED && deposit->state != GUICHET_REQUEST_ERASED);
}

static void
lay_first_try(GuichetStatistics *self, guint day, const GuichetDeposit *deposit)
{
    guint offset = g_date_get_weekday(&self->first) - 1;
    GuichetFirstTryWeek *week =
        &g_array_index(self->first_try, GuichetFirstTryWeek, (day + offset) / 7);
    week->deposits++;
    week->answered += is_answered(deposit);
    week->sent_back += deposit->sent_back;
}

static gint
compare_series(gconstpointer a, gconstpointer b)
{
    const GuichetDepositSeries *one = *(GuichetDepositSeries *const *)a;
    const GuichetDepositSeries *other = *(GuichetDepositSeries *const *)b;
    if (one->total != other->total)
        return one->total < other->total ? 1 : -1;
    return strcmp(one->id, other->id);
}

static void
lay_deposits(GuichetStatistics *self, const GuichetPeriod *period, const GArray *deposits,
             GPtrArray *procedures)
{
    g_autoptr(GPtrArray) weeks = guichet_statistics_list_weeks(self);
    for (guint i = 0; i < weeks->len; i++) {
        GuichetFirstTryWeek week = {.deposits = 0};
        g_strlcpy(week.monday, g_ptr_array_index(weeks, i), sizeof week.monday);
        g_array_append_val(self->first_try, week);
    }
    for (guint i = 0; i < deposits->len; i++) {
        const GuichetDeposit *deposit = &g_array_index(deposits, GuichetDeposit, i);
        lay_waiting(self, period, deposit);
        int day = guichet_period_find_day(period, deposit->sealed_us);
        if (day < 0)
            continue;
        GuichetDepositSeries *series = ensure_series(self, deposit->procedure, procedures);
        series->days[day]++;
        series->total++;
        self->total++;
        if (!deposit->joins)
            lay_first_try(self, (guint)day, deposit);
    }
    g_ptr_array_sort(self->deposits, compare_series);
}

/* --- all of it --- */

GuichetOpeningHours *
guichet_opening_hours_load(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_OPENING_HOURS_FILE);
    g_autoptr(GBytes) bytes = g_file_test(path, G_FILE_TEST_EXISTS)
                                  ? guichet_read_file(path, GUICHET_OPENING_HOURS_MAX_BYTES, error)
                                  : g_resource_lookup_data(guichet_service_get_resource(),
                                                           "/fr/guichet/service/opening-hours.json",
                                                           G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return bytes != NULL ? guichet_opening_hours_new(g_bytes_get_data(bytes, NULL),
                                                     g_bytes_get_size(bytes), path, error)
                         : NULL;
}

static gboolean
may_measure(GuichetDesk *self, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, NULL) ||
           guichet_desk_may(self, GUICHET_ACTION_LIST, error);
}

static gboolean
fill(GuichetStatistics *self, GuichetDesk *desk, const GuichetPeriod *period,
     const GuichetOpeningHours *hours, GError **error)
{
    gint64 first_us = period->midnights[0], behind_us = period->midnights[period->n_days];
    gint64 since_us = 0;
    GDate last = period->first;
    char first_week[11], last_week[11];
    g_date_add_days(&last, period->n_days - 1);
    guichet_statistics_monday(&period->first, first_week);
    guichet_statistics_monday(&last, last_week);
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(desk, error);
    if (procedures == NULL)
        return FALSE;
    g_autoptr(GArray) deposits =
        guichet_store_list_deposits(desk->store, first_us, behind_us, error);
    g_autoptr(GArray) steps =
        deposits != NULL ? guichet_store_list_step_counts(desk->store, first_week, last_week, error)
                         : NULL;
    g_autoptr(GArray) quality =
        steps != NULL ? guichet_store_list_quality(desk->store, first_week, last_week, error)
                      : NULL;
    g_autoptr(GArray) notes =
        quality != NULL
            ? guichet_store_list_availability(desk->store, first_us, behind_us, &since_us, error)
            : NULL;
    if (notes == NULL)
        return FALSE;
    lay_deposits(self, period, deposits, procedures);
    guichet_statistics_lay_steps(self, steps, procedures);
    guichet_statistics_lay_quality(self, quality);
    guichet_statistics_lay_notes(self, period, hours, notes, since_us);
    return TRUE;
}

GuichetStatistics *
guichet_desk_measure(GuichetDesk *self, const char *first, const char *last, GError **error)
{
    g_auto(GuichetPeriod) period = {.n_days = 0};
    if (!may_measure(self, error) || !period_init(&period, first, last, error))
        return NULL;
    g_autoptr(GuichetOpeningHours) hours =
        guichet_opening_hours_load(guichet_station_get_root(self->station), error);
    if (hours == NULL)
        return NULL;
    g_autoptr(GuichetStatistics) statistics = statistics_new(&period, hours);
    return fill(statistics, self, &period, hours, error) ? g_steal_pointer(&statistics) : NULL;
}

double
guichet_statistics_first_try(const GuichetStatistics *self)
{
    guint answered = 0, sent_back = 0;
    for (guint i = 0; i < self->first_try->len; i++) {
        const GuichetFirstTryWeek *week = &g_array_index(self->first_try, GuichetFirstTryWeek, i);
        answered += week->answered;
        sent_back += week->sent_back;
    }
    return answered > 0 ? (double)(answered - sent_back) / answered : -1;
}
