/* SPDX-License-Identifier: EUPL-1.2 */
/* What leaves the station: one long table, that any spreadsheet turns. */
#include <glib/gi18n-lib.h>

#include "core/csv.h"
#include "core/paths.h"
#include "service/desk-private.h"
#include "service/statistics-private.h"

static void
add_row(GString *text, const char *section, const char *from, const char *subject,
        const char *measure, guint64 value, const char *label)
{
    g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, value);
    const char *const cells[] = {section, from, subject, measure, number, label, NULL};
    guichet_csv_append_row(text, cells);
}

/* --- deposits: procedures of few people are joined --- */

/* Days of the period in week @week, the first week being that of the first day. */
static void
find_days(const GuichetStatistics *self, guint week, guint *first, guint *behind)
{
    guint offset = g_date_get_weekday(&self->first) - 1;
    *first = week > 0 ? week * 7 - offset : 0;
    *behind = MIN((week + 1) * 7 - offset, self->n_days);
}

static guint
sum_week(const GuichetDepositSeries *series, guint first, guint behind)
{
    guint n = 0;
    for (guint i = first; i < behind; i++)
        n += series->days[i];
    return n;
}

/* Series come most frequent first; in a week the small ones are joined, and if these are few all
 * the same, with the smallest that was large enough. */
static void
add_deposit_week(GString *text, const GuichetStatistics *self, const char *monday, guint week)
{
    guint first, behind, joined = 0, smallest = self->deposits->len, least = G_MAXUINT;
    find_days(self, week, &first, &behind);
    g_autofree guint *n = g_new0(guint, self->deposits->len + 1);
    for (guint i = 0; i < self->deposits->len; i++) {
        n[i] = sum_week(g_ptr_array_index(self->deposits, i), first, behind);
        if (n[i] < self->smallest_cell)
            joined += n[i], n[i] = 0;
        else if (n[i] <= least)
            least = n[i], smallest = i;
    }
    if (joined > 0 && joined < self->smallest_cell && smallest < self->deposits->len)
        joined += n[smallest], n[smallest] = 0;
    for (guint i = 0; i < self->deposits->len; i++) {
        const GuichetDepositSeries *series = g_ptr_array_index(self->deposits, i);
        if (n[i] > 0)
            add_row(text, "deposits-week", monday, series->id, "count", n[i], series->title);
    }
    if (joined > 0)
        add_row(text, "deposits-week", monday, "joined", "count", joined,
                _("démarches peu demandées, réunies"));
}

static void
add_deposits(GString *text, const GuichetStatistics *self)
{
    for (guint i = 0; i < self->n_days; i++) {
        char day[11];
        guint n = 0;
        guichet_statistics_day(self, i, day);
        for (guint j = 0; j < self->deposits->len; j++)
            n += ((const GuichetDepositSeries *)g_ptr_array_index(self->deposits, j))->days[i];
        add_row(text, "deposits-day", day, "", "count", n, _("demandes déposées"));
    }
    g_autoptr(GPtrArray) weeks = guichet_statistics_list_weeks(self);
    for (guint i = 0; i < weeks->len; i++)
        add_deposit_week(text, self, g_ptr_array_index(weeks, i), i);
}

/* --- the others --- */

static void
add_first_try(GString *text, const GuichetStatistics *self)
{
    for (guint i = 0; i < self->first_try->len; i++) {
        const GuichetFirstTryWeek *week = &g_array_index(self->first_try, GuichetFirstTryWeek, i);
        const char *label = _("complètes du premier coup");
        add_row(text, "first-try", week->monday, "", "deposits", week->deposits, label);
        add_row(text, "first-try", week->monday, "", "answered", week->answered, label);
        add_row(text, "first-try", week->monday, "", "sent-back", week->sent_back, label);
    }
}

static void
add_queue(GString *text, const GuichetStatistics *self)
{
    for (guint i = 0; i < self->queue->len; i++) {
        const GuichetQueueDay *queue = &g_array_index(self->queue, GuichetQueueDay, i);
        const char *label = _("liasses à envoyer");
        char day[11];
        guichet_statistics_day(self, i, day);
        add_row(text, "queue", day, "", "waiting", queue->waiting, label);
        add_row(text, "queue", day, "", "oldest-minutes",
                (guint64)(queue->oldest_us / G_TIME_SPAN_MINUTE), label);
    }
}

static void
add_steps(GString *text, const GuichetStatistics *self)
{
    static const char *const quartiles[] = {"quartile-1-seconds", "median-seconds",
                                            "quartile-3-seconds"};
    char from[11];
    guichet_statistics_monday(&self->first, from);
    for (guint i = 0; i < self->steps->len; i++) {
        const GuichetStepTime *step = g_ptr_array_index(self->steps, i);
        if (step->n < self->smallest_cell)
            continue;
        add_row(text, "step", from, step->step, "count", step->n, step->title);
        for (guint j = 0; j < G_N_ELEMENTS(quartiles); j++)
            add_row(text, "step", from, step->step, quartiles[j],
                    (guint64)(step->quartiles[j] + 0.5), step->title);
    }
}

static void
add_quality(GString *text, const GuichetStatistics *self)
{
    for (guint i = 0; i < self->qualities->len; i++) {
        const GuichetDeviceQuality *device = g_ptr_array_index(self->qualities, i);
        for (guint j = 0; j < device->weeks->len; j++) {
            const GuichetQualityWeek *week = &g_array_index(device->weeks, GuichetQualityWeek, j);
            const char *label = _("qualité des captures");
            if (week->n == 0)
                continue;
            add_row(text, "quality", week->monday, device->device, "count", week->n, label);
            add_row(text, "quality", week->monday, device->device, "median", week->median, label);
            add_row(text, "quality", week->monday, device->device, "p10", week->p10, label);
        }
    }
}

static void
add_availability(GString *text, const GuichetStatistics *self)
{
    static const char *const measures[GUICHET_STATE_N] = {
        [GUICHET_STATE_COULD] = "could-minutes",
        [GUICHET_STATE_COULD_NOT] = "could-not-minutes",
        [GUICHET_STATE_OFF] = "off-minutes",
        [GUICHET_STATE_UNRECORDED] = "unrecorded-minutes",
    };
    for (guint i = 0; i < self->availability->len; i++) {
        const GuichetAvailabilityDay *of_day =
            &g_array_index(self->availability, GuichetAvailabilityDay, i);
        char day[11];
        guichet_statistics_day(self, i, day);
        for (guint j = 0; j < GUICHET_STATE_FUTURE && of_day->spans->len > 0; j++)
            add_row(text, "availability", day, "", measures[j], of_day->minutes[j],
                    _("heures d’ouverture"));
    }
    char first[11];
    guichet_statistics_day(self, 0, first);
    for (guint i = 0; i < self->reasons->len; i++) {
        const GuichetReasonMinutes *reason = &g_array_index(self->reasons, GuichetReasonMinutes, i);
        add_row(text, "unavailable", first, reason->reason, "minutes", reason->minutes,
                guichet_availability_reason_label(reason->reason));
    }
}

GBytes *
guichet_statistics_to_csv(const GuichetStatistics *self)
{
    static const char *const head[] = {"section", "from",  "subject", "measure",
                                       "value",   "label", NULL};
    GString *text = g_string_new(NULL);
    guichet_csv_append_row(text, head);
    add_deposits(text, self);
    add_first_try(text, self);
    add_queue(text, self);
    add_steps(text, self);
    add_quality(text, self);
    add_availability(text, self);
    gsize size = text->len;
    return g_bytes_new_take(g_string_free(text, FALSE), size);
}

gboolean
guichet_desk_export_statistics(GuichetDesk *self, const char *first, const char *last,
                               const char *path, GError **error)
{
    g_autofree char *period = g_strdup_printf("%s/%s", first, last);
    g_autoptr(GuichetStatistics) statistics = guichet_desk_measure(self, first, last, error);
    if (statistics == NULL || !guichet_desk_journal_act(self, "statistics-exported", period, error))
        return FALSE;
    g_autoptr(GBytes) csv = guichet_statistics_to_csv(statistics);
    return guichet_write_file_durably(path, g_bytes_get_data(csv, NULL), g_bytes_get_size(csv),
                                      0640, error);
}
