/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/store.h"

/**
 * What a dashboard is made of: facts without a person and without a request's number
 * (SCHEMA.md, "Counting"). All times are wall time in µs; needs no key.
 */

/* A sealed request. */
typedef struct {
    gint64 sealed_us;
    gint64 received_us;    /* by the centre's receipt; 0 = waits */
    const char *procedure; /* its id; interned */
    GuichetRequestState state;
    gboolean joins;     /* a supplement, a hand-over: not a first deposit */
    gboolean sent_back; /* the centre once asked for a supplement, or refused it */
} GuichetDeposit;
/* Sealed before @behind_us, and from @first_us on or still waiting then: by time
 * (GuichetDeposit). */
GArray *guichet_store_list_deposits(GuichetStore *self, gint64 first_us, gint64 behind_us,
                                    GError **error);

/* Upper ends of the ranges of time that steps are counted by, seconds; the last has none. */
#define GUICHET_STEP_BUCKETS 9
extern const guint guichet_step_bucket_ends[GUICHET_STEP_BUCKETS - 1];
typedef struct {
    const char *procedure, *step; /* ids; interned */
    guint n[GUICHET_STEP_BUCKETS];
} GuichetStepCount;
/* Sums of the weeks from Monday @first to Monday @last (GuichetStepCount). */
GArray *guichet_store_list_step_counts(GuichetStore *self, const char *first, const char *last,
                                       GError **error);

typedef struct {
    const char *device; /* as pieces name it; interned */
    char week[11];      /* its Monday */
    guint n[101];       /* captures of each quality */
} GuichetQualityCount;
/* Of each device and week, in that order (GuichetQualityCount). */
GArray *guichet_store_list_quality(GuichetStore *self, const char *first, const char *last,
                                   GError **error);

/* Could the station capture now? @reason: "" = yes, else a short id of why not. To be called every
 * minute while it runs; a silence of more than GUICHET_AVAILABILITY_GAP_US is time that it was
 * off, as is what a jump of the clock leaves unsaid. */
#define GUICHET_AVAILABILITY_GAP_US (150 * G_TIME_SPAN_SECOND)
gboolean guichet_store_note_availability(GuichetStore *self, const char *reason, GError **error);
typedef struct {
    gint64 began_us, until_us;
    const char *reason; /* interned; "" = it could */
} GuichetAvailability;
/* Those that touch the period, in the order in which they were noted (GuichetAvailability).
 * *@since_us: when the first of all was noted, 0 = never. */
GArray *guichet_store_list_availability(GuichetStore *self, gint64 first_us, gint64 behind_us,
                                        gint64 *since_us, GError **error);

/* --- one request's life --- */
typedef struct {
    gint64 wall_us;
    char *event; /* of the journal: "request-sealed" … (SCHEMA.md) */
} GuichetStoreEvent;
/* In the order of the journal (GuichetStoreEvent). Free the array. */
GArray *guichet_store_list_events(GuichetStore *self, const char *request_id, GError **error);
typedef struct {
    gint64 sequence, sealed_us, attempts;
    gsize size;
    gint64 received_us, erased_us; /* 0 = not yet */
    char *last_error;              /* why the last attempt failed, or NULL */
} GuichetSending;
void guichet_sending_clear(GuichetSending *sending);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetSending, guichet_sending_clear)
/* sequence 0 while it is not sealed. */
gboolean guichet_store_find_sending(GuichetStore *self, const char *request_id,
                                    GuichetSending *sending, GError **error);
