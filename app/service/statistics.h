/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/opening-hours.h"
#include "db/store-statistics.h"
#include "service/desk.h"

/**
 * What the station did in a period of whole local days, without a person: computed from the store
 * (db/SCHEMA.md, "Counting"), immutable, owned by whoever asked.
 */
#define GUICHET_STATISTICS_MAX_DAYS 400

/* One procedure's deposits; supplements and hand-overs are procedures of their own. */
typedef struct {
    char *id;
    char *title; /* as it is called now; the id when it is no longer in force */
    guint total;
    guint *days; /* n_days of them */
} GuichetDepositSeries;

typedef struct {
    guint waiting;    /* at the end of the day; today: now */
    gint64 oldest_us; /* the longest that any bundle had waited on that day */
} GuichetQueueDay;

/* First deposits (no supplement, no hand-over) of a week, as far as it lies in the period. */
typedef struct {
    char monday[11];
    guint deposits;
    guint answered;  /* the centre said more than that it has them */
    guint sent_back; /* of these: a supplement asked, or refused */
} GuichetFirstTryWeek;

/* Quartiles are estimated inside the ranges of store-statistics.h, seconds; above the last range
 * they are its lower end. */
typedef struct {
    char *step; /* id, the same in all procedures */
    char *title;
    double position; /* where it comes in a request, 0 = first … 1 = last */
    guint n;
    guint buckets[GUICHET_STEP_BUCKETS];
    double quartiles[3];
} GuichetStepTime;

typedef struct {
    char monday[11];
    guint n;           /* captures; 0 = none in that week */
    guint median, p10; /* 0 … 100, nearest rank */
} GuichetQualityWeek;
typedef struct {
    char *device;
    guint n;
    GArray *weeks; /* GuichetQualityWeek, every week of the period */
} GuichetDeviceQuality;

typedef enum {
    GUICHET_STATE_COULD,
    GUICHET_STATE_COULD_NOT,
    GUICHET_STATE_OFF,        /* nobody noted anything: the window was not open */
    GUICHET_STATE_UNRECORDED, /* before the station began to note */
    GUICHET_STATE_FUTURE,
    GUICHET_STATE_N
} GuichetStationState;
typedef struct {
    guint16 from, until; /* minutes of the day, inside opening hours */
    GuichetStationState state;
    const char *reason; /* interned; "" unless it could not */
} GuichetSpan;
typedef struct {
    char *label;                    /* why the day is not as others are, or NULL */
    GArray *spans;                  /* GuichetSpan, in order; empty = closed */
    guint minutes[GUICHET_STATE_N]; /* of opening hours, by state */
} GuichetAvailabilityDay;
typedef struct {
    const char *reason; /* interned */
    guint minutes;
} GuichetReasonMinutes;

typedef struct {
    GDate first;
    guint n_days;
    GPtrArray *deposits;  /* GuichetDepositSeries*, most frequent first */
    guint total;          /* deposits in all */
    GArray *queue;        /* GuichetQueueDay, a day each */
    GArray *first_try;    /* GuichetFirstTryWeek, every week of the period */
    GPtrArray *steps;     /* GuichetStepTime*, most frequent first; of the weeks that touch it */
    GPtrArray *qualities; /* GuichetDeviceQuality*, most used first; the same weeks */
    GArray *availability; /* GuichetAvailabilityDay, a day each */
    GArray *reasons;      /* GuichetReasonMinutes, longest first */
    guint minutes[GUICHET_STATE_N]; /* of opening hours, in all */
    guint quality_limit, smallest_cell;
} GuichetStatistics;

void guichet_statistics_free(GuichetStatistics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetStatistics, guichet_statistics_free)

/* From @first to @last, "YYYY-MM-DD", both included. For whoever may see the list of requests or
 * maintains the station. GUICHET_ERROR_ARGUMENT for days that are none, out of order, or more than
 * GUICHET_STATISTICS_MAX_DAYS. */
GuichetStatistics *guichet_desk_measure(GuichetDesk *self, const char *first, const char *last,
                                        GError **error);
/* The last @days, today included: the arguments of the above. Caller frees both. */
void guichet_statistics_last_days(guint days, char **first, char **last);
/* Day @index as "YYYY-MM-DD". */
void guichet_statistics_day(const GuichetStatistics *self, guint index, char text[11]);
/* The share of opening hours in which it could capture, 0 … 1, of those that are over and were
 * recorded; -1 when there are none. */
double guichet_statistics_available(const GuichetStatistics *self);
/* The share of the first deposits about which the centre has spoken that it took as they were;
 * -1 when there are none. */
double guichet_statistics_first_try(const GuichetStatistics *self);
/* A sentence for a reason of availability ("disk-full" …). Static, translated. */
const char *guichet_availability_reason_label(const char *reason);
/* One table (section, from, subject, measure, value, label), RFC 4180, UTF-8. In each week
 * procedures of fewer than smallest_cell deposits are joined, so that nobody who was seen at the
 * desk is found in it. */
GBytes *guichet_statistics_to_csv(const GuichetStatistics *self);

/* Of a period, to @path, replacing; in the journal as "statistics-exported". Errors as
 * guichet_desk_measure(). */
gboolean guichet_desk_export_statistics(GuichetDesk *self, const char *first, const char *last,
                                        const char *path, GError **error);

/* Could the station capture now? Notes it in the store, and why not. To be called each minute while
 * the station is served, session or not. */
#define GUICHET_AVAILABILITY_SECONDS 60
gboolean guichet_desk_note_availability(GuichetDesk *self, GError **error);
/* How a capture ended (@error NULL = well): a device of @family ("scanner" …) that failed or is
 * gone is a fault until the next capture that succeeds. A person who took too long, or gave up, is
 * none. Any thread. */
void guichet_desk_note_capture(GuichetDesk *self, const char *family, const GError *error);
/* ROOT/policy/opening-hours.json, or what is compiled in where a station has none. */
GuichetOpeningHours *guichet_opening_hours_load(const char *root, GError **error);
