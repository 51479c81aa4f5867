/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store-statistics.h"

#include <string.h>

#include "db/query.h"
#include "db/store-private.h"

const guint guichet_step_bucket_ends[GUICHET_STEP_BUCKETS - 1] = {15,  30,  60,   120,
                                                                  300, 600, 1200, 1800};

/* --- deposits --- */

static void
read_deposit(GuichetQuery *query, GuichetDeposit *deposit)
{
    deposit->sealed_us = guichet_query_int(query, "sealed_us");
    deposit->received_us = guichet_query_int(query, "received_us");
    deposit->procedure = g_intern_string(guichet_query_text(query, "procedure"));
    if (!guichet_request_state_from_name(guichet_query_text(query, "state"), &deposit->state))
        deposit->state = GUICHET_REQUEST_SEALED;
    deposit->joins = guichet_query_int(query, "joins") != 0;
    deposit->sent_back = guichet_query_int(query, "sent_back") != 0;
}

static GuichetQuery *
ask_period(GuichetStore *self, const char *statement, gint64 first_us, gint64 behind_us,
           GError **error)
{
    GuichetQuery *query = guichet_query_new(self->database, statement, error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":first", first_us);
    guichet_query_bind_int(query, ":behind", behind_us);
    return query;
}

GArray *
guichet_store_list_deposits(GuichetStore *self, gint64 first_us, gint64 behind_us, GError **error)
{
    g_autoptr(GArray) deposits = g_array_new(FALSE, TRUE, sizeof(GuichetDeposit));
    g_autoptr(GuichetQuery) query =
        ask_period(self, "statistics/list-deposits", first_us, behind_us, error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        GuichetDeposit deposit = {0};
        read_deposit(query, &deposit);
        g_array_append_val(deposits, deposit);
    }
    return step == 0 ? g_steal_pointer(&deposits) : NULL;
}

/* --- counters --- */

static GuichetQuery *
ask_weeks(GuichetStore *self, const char *statement, const char *first, const char *last,
          GError **error)
{
    GuichetQuery *query = guichet_query_new(self->database, statement, error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":first", first);
    guichet_query_bind_text(query, ":last", last);
    return query;
}

static void
add_step_count(GArray *counts, GuichetQuery *query)
{
    const char *procedure = g_intern_string(guichet_query_text(query, "procedure"));
    const char *step = g_intern_string(guichet_query_text(query, "step"));
    GuichetStepCount *last =
        counts->len > 0 ? &g_array_index(counts, GuichetStepCount, counts->len - 1) : NULL;
    if (last == NULL || last->procedure != procedure || last->step != step) {
        const GuichetStepCount next = {.procedure = procedure, .step = step};
        g_array_append_val(counts, next);
        last = &g_array_index(counts, GuichetStepCount, counts->len - 1);
    }
    gint64 bucket = guichet_query_int(query, "bucket");
    if (bucket >= 0 && bucket < GUICHET_STEP_BUCKETS)
        last->n[bucket] += (guint)guichet_query_int(query, "n");
}

GArray *
guichet_store_list_step_counts(GuichetStore *self, const char *first, const char *last,
                               GError **error)
{
    g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(GuichetStepCount));
    g_autoptr(GuichetQuery) query = ask_weeks(self, "statistics/list-steps", first, last, error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        add_step_count(counts, query);
    return step == 0 ? g_steal_pointer(&counts) : NULL;
}

static void
add_quality(GArray *counts, GuichetQuery *query)
{
    const char *device = g_intern_string(guichet_query_text(query, "device"));
    const char *week = guichet_query_text(query, "week");
    GuichetQualityCount *last =
        counts->len > 0 ? &g_array_index(counts, GuichetQualityCount, counts->len - 1) : NULL;
    if (last == NULL || last->device != device || strcmp(last->week, week) != 0) {
        GuichetQualityCount next = {.device = device};
        g_strlcpy(next.week, week, sizeof next.week);
        g_array_append_val(counts, next);
        last = &g_array_index(counts, GuichetQualityCount, counts->len - 1);
    }
    last->n[CLAMP(guichet_query_int(query, "quality"), 0, 100)] +=
        (guint)guichet_query_int(query, "n");
}

GArray *
guichet_store_list_quality(GuichetStore *self, const char *first, const char *last, GError **error)
{
    g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(GuichetQualityCount));
    g_autoptr(GuichetQuery) query = ask_weeks(self, "statistics/list-quality", first, last, error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        add_quality(counts, query);
    return step == 0 ? g_steal_pointer(&counts) : NULL;
}

/* --- availability --- */

/* Is @now so soon after the last note, by both clocks, that the time between them is known? */
static gboolean
continues(GuichetQuery *last, const GuichetInstant *now)
{
    gint64 ran_us = now->monotonic_us - guichet_query_int(last, "monotonic_us");
    gint64 clock_us = now->wall_us - guichet_query_int(last, "until_us");
    return strcmp(guichet_query_text(last, "boot_id"), now->boot_id) == 0 && ran_us >= 0 &&
           ran_us <= GUICHET_AVAILABILITY_GAP_US && clock_us >= 0 &&
           clock_us <= GUICHET_AVAILABILITY_GAP_US;
}

static gboolean
extend(GuichetStore *self, gint64 number, const GuichetInstant *now, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "statistics/extend-availability", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":number", number);
    guichet_query_bind_int(query, ":until_us", now->wall_us);
    guichet_query_bind_int(query, ":monotonic_us", now->monotonic_us);
    return guichet_query_run(query, error);
}

static gboolean
begin(GuichetStore *self, const char *reason, const GuichetInstant *now, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "statistics/begin-availability", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":began_us", now->wall_us);
    guichet_query_bind_text(query, ":boot_id", now->boot_id);
    guichet_query_bind_int(query, ":monotonic_us", now->monotonic_us);
    guichet_query_bind_text(query, ":reason", reason);
    return guichet_query_run(query, error);
}

/* The last note reaches until now when nothing broke in between, whatever is noted now. */
static gboolean
note(GuichetStore *self, const char *reason, GError **error)
{
    const GuichetInstant now = guichet_instant_now();
    gint64 number = 0;
    gboolean same = FALSE;
    g_autoptr(GuichetQuery) last =
        guichet_query_new(self->database, "statistics/last-availability", error);
    int step = last != NULL ? guichet_query_step(last, error) : -1;
    if (step < 0)
        return FALSE;
    if (step == 1 && continues(last, &now)) {
        number = guichet_query_int(last, "number");
        same = strcmp(guichet_query_text(last, "reason"), reason) == 0;
    }
    return (number == 0 || extend(self, number, &now, error)) &&
           (same || begin(self, reason, &now, error));
}

gboolean
guichet_store_note_availability(GuichetStore *self, const char *reason, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    return transaction != NULL && note(self, reason, error) &&
           guichet_transaction_commit(transaction, error);
}

static gboolean
read_since(GuichetStore *self, gint64 *since_us, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "statistics/first-availability", error);
    if (query == NULL || guichet_query_step(query, error) != 1)
        return FALSE;
    *since_us = guichet_query_int(query, "began_us");
    return TRUE;
}

GArray *
guichet_store_list_availability(GuichetStore *self, gint64 first_us, gint64 behind_us,
                                gint64 *since_us, GError **error)
{
    g_autoptr(GArray) notes = g_array_new(FALSE, TRUE, sizeof(GuichetAvailability));
    g_autoptr(GuichetQuery) query =
        ask_period(self, "statistics/list-availability", first_us, behind_us, error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        const GuichetAvailability row = {
            .began_us = guichet_query_int(query, "began_us"),
            .until_us = guichet_query_int(query, "until_us"),
            .reason = g_intern_string(guichet_query_text(query, "reason")),
        };
        g_array_append_val(notes, row);
    }
    return step == 0 && read_since(self, since_us, error) ? g_steal_pointer(&notes) : NULL;
}

/* --- one request's life --- */

static void
clear_event(gpointer data)
{
    g_free(((GuichetStoreEvent *)data)->event);
}

GArray *
guichet_store_list_events(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GArray) events = g_array_new(FALSE, TRUE, sizeof(GuichetStoreEvent));
    g_array_set_clear_func(events, clear_event);
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "statistics/list-events", error);
    int step = query != NULL ? 1 : -1;
    if (query != NULL)
        guichet_query_bind_text(query, ":request", request_id);
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        const GuichetStoreEvent event = {.wall_us = guichet_query_int(query, "wall_us"),
                                         .event = g_strdup(guichet_query_text(query, "event"))};
        g_array_append_val(events, event);
    }
    return step == 0 ? g_steal_pointer(&events) : NULL;
}

void
guichet_sending_clear(GuichetSending *sending)
{
    g_clear_pointer(&sending->last_error, g_free);
}

gboolean
guichet_store_find_sending(GuichetStore *self, const char *request_id, GuichetSending *sending,
                           GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "statistics/find-sending", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    int step = guichet_query_step(query, error);
    if (step < 0)
        return FALSE;
    *sending = (GuichetSending){0};
    if (step == 0)
        return TRUE;
    sending->sequence = guichet_query_int(query, "sequence");
    sending->sealed_us = guichet_query_int(query, "sealed_us");
    sending->size = (gsize)guichet_query_int(query, "size");
    sending->attempts = guichet_query_int(query, "attempts");
    sending->last_error = g_strdup(guichet_query_text(query, "last_error"));
    sending->received_us = guichet_query_int(query, "received_us");
    sending->erased_us = guichet_query_int(query, "erased_us");
    return TRUE;
}
