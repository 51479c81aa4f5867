/* SPDX-License-Identifier: EUPL-1.2 */
/* In which minutes of the opening hours the station could capture, and what is noted of it. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "core/reserve.h"
#include "service/desk-private.h"
#include "service/statistics-private.h"

#define MINUTE_US G_TIME_SPAN_MINUTE
/* Room for a page that would be scanned next. */
#define NEXT_CAPTURE_BYTES (2 * 1024 * 1024)

/* --- laying the notes over the hours --- */

/* One opening of one day, minute by minute. */
typedef struct {
    guint day;
    guint16 from, until; /* minutes of the day */
    gint64 begins_us;
    const char **reasons; /* interned; NULL = nothing noted */
} Opening;

static void
opening_clear(gpointer data)
{
    g_free(((Opening *)data)->reasons);
}

static GArray *
list_openings(const GuichetPeriod *period, const GuichetOpeningHours *hours)
{
    GArray *openings = g_array_new(FALSE, TRUE, sizeof(Opening));
    g_array_set_clear_func(openings, opening_clear);
    for (guint i = 0; i < period->n_days; i++) {
        GDate day = period->first;
        g_date_add_days(&day, i);
        const GArray *of_day = guichet_opening_hours_on(hours, &day);
        for (guint j = 0; j < of_day->len; j++) {
            const GuichetHours *one = &g_array_index(of_day, GuichetHours, j);
            const Opening opening = {.day = i,
                                     .from = one->from,
                                     .until = one->until,
                                     .begins_us = guichet_period_instant(&day, one->from),
                                     .reasons = g_new0(const char *, one->until - one->from)};
            g_array_append_val(openings, opening);
        }
    }
    return openings;
}

/* The later note of a minute holds. */
static void
lay_note(const Opening *opening, const GuichetAvailability *note)
{
    gint64 minutes = opening->until - opening->from;
    if (note->until_us < opening->begins_us ||
        note->began_us >= opening->begins_us + minutes * MINUTE_US)
        return;
    gint64 first =
        note->began_us > opening->begins_us ? (note->began_us - opening->begins_us) / MINUTE_US : 0;
    gint64 last = MIN((note->until_us - opening->begins_us) / MINUTE_US, minutes - 1);
    for (gint64 minute = first; minute <= last; minute++)
        opening->reasons[minute] = note->reason;
}

static GuichetStationState
state_of(const Opening *opening, guint minute, const GuichetPeriod *period, gint64 since_us)
{
    gint64 begins_us = opening->begins_us + minute * MINUTE_US;
    const char *reason = opening->reasons[minute];
    if (reason != NULL)
        return *reason == '\0' ? GUICHET_STATE_COULD : GUICHET_STATE_COULD_NOT;
    if (begins_us + MINUTE_US > period->now_us)
        return GUICHET_STATE_FUTURE;
    return since_us == 0 || begins_us < since_us ? GUICHET_STATE_UNRECORDED : GUICHET_STATE_OFF;
}

static void
add_minute(GuichetAvailabilityDay *day, guint16 minute, GuichetStationState state,
           const char *reason)
{
    GuichetSpan *last =
        day->spans->len > 0 ? &g_array_index(day->spans, GuichetSpan, day->spans->len - 1) : NULL;
    day->minutes[state]++;
    if (last != NULL && last->until == minute && last->state == state && last->reason == reason) {
        last->until++;
        return;
    }
    const GuichetSpan next = {
        .from = minute, .until = minute + 1, .state = state, .reason = reason};
    g_array_append_val(day->spans, next);
}

static gint
compare_reasons(gconstpointer a, gconstpointer b)
{
    const GuichetReasonMinutes *one = a, *other = b;
    if (one->minutes != other->minutes)
        return one->minutes < other->minutes ? 1 : -1;
    return strcmp(one->reason, other->reason);
}

static void
add_reason(GArray *reasons, const char *reason, guint minutes)
{
    for (guint i = 0; i < reasons->len; i++) {
        GuichetReasonMinutes *known = &g_array_index(reasons, GuichetReasonMinutes, i);
        if (known->reason == reason) {
            known->minutes += minutes;
            return;
        }
    }
    const GuichetReasonMinutes next = {.reason = reason, .minutes = minutes};
    g_array_append_val(reasons, next);
}

static void
sum_up(GuichetStatistics *self)
{
    for (guint i = 0; i < self->availability->len; i++) {
        const GuichetAvailabilityDay *day =
            &g_array_index(self->availability, GuichetAvailabilityDay, i);
        for (guint j = 0; j < GUICHET_STATE_N; j++)
            self->minutes[j] += day->minutes[j];
        for (guint j = 0; j < day->spans->len; j++) {
            const GuichetSpan *span = &g_array_index(day->spans, GuichetSpan, j);
            if (span->state == GUICHET_STATE_COULD_NOT)
                add_reason(self->reasons, span->reason, span->until - span->from);
        }
    }
    g_array_sort(self->reasons, compare_reasons);
}

void
guichet_statistics_lay_notes(GuichetStatistics *self, const GuichetPeriod *period,
                             const GuichetOpeningHours *hours, const GArray *notes, gint64 since_us)
{
    g_autoptr(GArray) openings = list_openings(period, hours);
    for (guint i = 0; i < notes->len; i++)
        for (guint j = 0; j < openings->len; j++)
            lay_note(&g_array_index(openings, Opening, j),
                     &g_array_index(notes, GuichetAvailability, i));
    for (guint i = 0; i < period->n_days; i++) {
        GDate date = period->first;
        g_date_add_days(&date, i);
        const GuichetAvailabilityDay day = {.label =
                                                g_strdup(guichet_opening_hours_label(hours, &date)),
                                            .spans = g_array_new(FALSE, TRUE, sizeof(GuichetSpan))};
        g_array_append_val(self->availability, day);
    }
    for (guint i = 0; i < openings->len; i++) {
        const Opening *opening = &g_array_index(openings, Opening, i);
        GuichetAvailabilityDay *day =
            &g_array_index(self->availability, GuichetAvailabilityDay, opening->day);
        for (guint16 minute = opening->from; minute < opening->until; minute++) {
            const char *reason = opening->reasons[minute - opening->from];
            add_minute(day, minute, state_of(opening, minute - opening->from, period, since_us),
                       reason != NULL ? reason : g_intern_static_string(""));
        }
    }
    sum_up(self);
}

double
guichet_statistics_available(const GuichetStatistics *self)
{
    guint known = self->minutes[GUICHET_STATE_COULD] + self->minutes[GUICHET_STATE_COULD_NOT] +
                  self->minutes[GUICHET_STATE_OFF];
    return known > 0 ? (double)self->minutes[GUICHET_STATE_COULD] / known : -1;
}

/* --- noting --- */

static const struct {
    const char *reason;
    const char *label;
} reasons[] = {
    {"disk-full", N_("disque plein")},
    {"no-login", N_("aucune session ne peut s’ouvrir")},
    {"fingerprint", N_("capteur d’empreintes en panne ou débranché")},
    {"camera", N_("caméra en panne ou débranchée")},
    {"scanner", N_("scanner en panne ou débranché")},
};

const char *
guichet_availability_reason_label(const char *reason)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return _(reasons[i].label);
    return _("autre raison");
}

/* Nobody can begin a session where its rules do not read. */
static gboolean
can_log_in(GuichetDesk *self)
{
    g_autoptr(GuichetSessionPolicy) policy =
        guichet_desk_load_session_policy(guichet_station_get_root(self->station), NULL);
    return policy != NULL;
}

/* Families whose devices may fail, by the bits of the desk's device_faults. */
static const char *const families[] = {"fingerprint", "camera", "scanner"};

static gboolean
is_fault(const GError *error)
{
    return g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE) ||
           g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE_GONE) ||
           g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

void
guichet_desk_note_capture(GuichetDesk *self, const char *family, const GError *error)
{
    for (guint i = 0; i < G_N_ELEMENTS(families); i++) {
        if (strcmp(families[i], family) != 0)
            continue;
        if (error == NULL)
            g_atomic_int_and((guint *)&self->device_faults, ~(1u << i));
        else if (is_fault(error))
            g_atomic_int_or((guint *)&self->device_faults, 1u << i);
    }
}

static const char *
find_device_fault(GuichetDesk *self)
{
    guint faults = (guint)g_atomic_int_get(&self->device_faults);
    for (guint i = 0; i < G_N_ELEMENTS(families); i++)
        if ((faults & 1u << i) != 0)
            return families[i];
    return "";
}

gboolean
guichet_desk_note_availability(GuichetDesk *self, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    const char *reason = find_device_fault(self);
    if (!guichet_reserve_check(root, NEXT_CAPTURE_BYTES, NULL))
        reason = "disk-full";
    else if (!guichet_desk_is_open(self) && !can_log_in(self))
        reason = "no-login";
    return guichet_store_note_availability(self->store, reason, error);
}
