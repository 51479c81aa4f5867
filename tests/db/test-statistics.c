/* SPDX-License-Identifier: EUPL-1.2 */
/* What is counted while the work goes on, and that it names nobody. */
#include <string.h>

#include "core/error.h"
#include "db/outbox-store.h"
#include "db/store-statistics.h"
#include "store-kit.h"

/* As if the present step had been entered @seconds earlier. */
static void
pass_time(Kit *kit, int seconds)
{
    g_autofree char *sql =
        g_strdup_printf("UPDATE step_time SET entered_us = entered_us - %d000000 "
                        "WHERE boot_id <> ''",
                        seconds);
    kit_tamper(kit, sql);
}

static void
go(GuichetStore *store, const char *id, const char *step)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(guichet_store_set_step(store, id, step, &error));
    g_assert_no_error(error);
}

static void
times_of_steps_are_counted_at_the_seal(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    go(store, id, "one");
    pass_time(kit, 40);
    go(store, id, "two");
    pass_time(kit, 300);
    go(store, id, "one"); /* back: both visits are one time */
    pass_time(kit, 30);
    kit_seal(store, id);
    g_autofree char *left = kit_ask(kit, "SELECT count(*) FROM step_time");
    g_assert_cmpstr(left, ==, "0");
    g_autoptr(GArray) counts =
        guichet_store_list_step_counts(store, "0000-00-00", "9999-99-99", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(counts->len, ==, 2);
    const GuichetStepCount *one = &g_array_index(counts, GuichetStepCount, 0);
    const GuichetStepCount *two = &g_array_index(counts, GuichetStepCount, 1);
    g_assert_cmpstr(one->step, ==, "one");
    g_assert_cmpuint(one->n[3], ==, 1); /* 70 s */
    g_assert_cmpstr(two->step, ==, "two");
    g_assert_cmpuint(two->n[5], ==, 1); /* 300 s belong to the range above */
    g_assert_true(guichet_store_check(store, NULL, &error));
}

/* A lunch is not work: the time ends with the last change before it. */
static void
a_long_rest_does_not_count(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    go(store, id, "one");
    pass_time(kit, 4000);
    kit_tamper(kit, "UPDATE request SET updated_monotonic_us = updated_monotonic_us - 3950000000");
    kit_seal(store, id);
    g_autofree char *bucket = kit_ask(kit, "SELECT bucket || ' ' || n FROM step_week");
    g_assert_cmpstr(bucket, ==, "2 1"); /* 50 s */
}

static void
what_is_given_up_is_not_counted(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    go(store, id, "one");
    pass_time(kit, 40);
    g_assert_true(guichet_store_abandon(store, id, &error));
    g_autofree char *left =
        kit_ask(kit, "SELECT (SELECT count(*) FROM step_time) + (SELECT count(*) FROM step_week)");
    g_assert_cmpstr(left, ==, "0");
}

/* --- quality --- */

static void
put(GuichetStore *store, const char *id, guint page, const char *device, const char *attributes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = g_bytes_new_static("page", 4);
    g_autoptr(GuichetPiece) piece =
        guichet_piece_new("paper", page, "text/plain", content, device, attributes);
    g_assert_true(guichet_store_put_piece(store, id, piece, &error));
    g_assert_no_error(error);
}

static void
captures_are_counted_by_device_and_week(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    put(store, id, 1, "sensor 1", "{\"quality\":30}");
    put(store, id, 1, "sensor 1", "{\"quality\":80,\"dpi\":500}"); /* the first one, done again */
    put(store, id, 1, "sensor 1", "{\"quality\":80}");
    put(store, id, 1, "sensor 2", "{\"quality\":0}");
    g_autoptr(GArray) counts =
        guichet_store_list_quality(store, "0000-00-00", "9999-99-99", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(counts->len, ==, 2);
    const GuichetQualityCount *first = &g_array_index(counts, GuichetQualityCount, 0);
    g_assert_cmpstr(first->device, ==, "sensor 1");
    g_assert_cmpuint(first->n[30], ==, 1);
    g_assert_cmpuint(first->n[80], ==, 2);
    g_assert_cmpuint(g_array_index(counts, GuichetQualityCount, 1).n[0], ==, 1);
    g_autofree char *monday = kit_ask(kit, "SELECT strftime('%w', week) FROM quality_week");
    g_assert_cmpstr(monday, ==, "1");
}

/* Attributes come from a program that drives a foreign library. */
static void
nonsense_is_not_counted_and_stops_nothing(Kit *kit, gconstpointer data)
{
    static const char *const attributes[] = {
        "{}",
        "{\"quality\":101}",
        "{\"quality\":-1}",
        "{\"quality\":\"80\"}",
        "{\"quality\":80.5}",
        "{\"quality\":null}",
        "{\"note\":\"\\\"quality\\\":80\"}",
        "[\"quality\"]",
        "{\"quality\"",
        "",
    };
    g_autofree char *endless = g_strnfill(500, 'x');
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
        put(store, id, 1, "sensor", attributes[i]);
    put(store, id, 1, "", "{\"quality\":80}");
    put(store, id, 1, endless, "{\"quality\":80}");
    g_autofree char *rows = kit_ask(kit, "SELECT count(*) FROM quality_week");
    g_assert_cmpstr(rows, ==, "0");
}

/* A capture that is refused is not counted: one transaction. */
static void
a_refused_capture_counts_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_tamper(kit, "CREATE TRIGGER no BEFORE UPDATE ON request BEGIN "
                    "SELECT RAISE (ABORT, 'no'); END");
    g_autoptr(GBytes) content = g_bytes_new_static("page", 4);
    g_autoptr(GuichetPiece) piece =
        guichet_piece_new("paper", 1, "text/plain", content, "sensor", "{\"quality\":50}");
    g_assert_false(guichet_store_put_piece(store, id, piece, &error));
    g_autofree char *rows = kit_ask(kit, "SELECT count(*) FROM quality_week");
    g_assert_cmpstr(rows, ==, "0");
}

/* --- availability --- */

static void
note(GuichetStore *store, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(guichet_store_note_availability(store, reason, &error));
    g_assert_no_error(error);
}

static void
minutes_grow_until_something_changes(Kit *kit, gconstpointer data)
{
    static const struct {
        int seconds;        /* since the last note */
        const char *reason; /* noted now */
        const char *rows;
    } notes[] = {
        {0, "", "1"},           {60, "", "1"}, {100, "", "1"},
        {60, "disk-full", "2"}, {60, "", "3"}, {600 /* off */, "", "4"},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    for (gsize i = 0; i < G_N_ELEMENTS(notes); i++) {
        int s = notes[i].seconds;
        g_autofree char *sql = g_strdup_printf("UPDATE availability SET began_us = began_us - "
                                               "%d000000, until_us = until_us - %d000000,"
                                               " monotonic_us = monotonic_us - %d000000",
                                               s, s, s);
        kit_tamper(kit, sql);
        note(store, notes[i].reason);
        g_autofree char *rows = kit_ask(kit, "SELECT count(*) FROM availability");
        g_assert_cmpstr(rows, ==, notes[i].rows);
    }
    gint64 since_us = -1;
    g_autoptr(GArray) all =
        guichet_store_list_availability(store, 0, G_MAXINT64, &since_us, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 4);
    const GuichetAvailability *first = &g_array_index(all, GuichetAvailability, 0);
    const GuichetAvailability *second = &g_array_index(all, GuichetAvailability, 1);
    g_assert_cmpint(since_us, ==, first->began_us);
    g_assert_cmpint((first->until_us - first->began_us) / G_USEC_PER_SEC, ==, 220);
    g_assert_cmpstr(second->reason, ==, "disk-full");
    g_assert_cmpint((second->until_us - second->began_us) / G_USEC_PER_SEC, ==, 60);
}

/* A clock that jumped leaves a hole, never an invented morning. */
static void
a_jump_of_the_clock_ends_a_note(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    note(store, "");
    kit_tamper(kit, "UPDATE availability SET until_us = until_us - 7200000000");
    note(store, "");
    kit_tamper(kit, "UPDATE availability SET until_us = until_us + 7200000000");
    note(store, "");
    g_autofree char *rows = kit_ask(kit, "SELECT count(*) FROM availability");
    g_assert_cmpstr(rows, ==, "3");
}

/* --- deposits and events --- */

static void
apply(Kit *kit, gint64 number, gint64 sequence, const char *state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetOutboxStore) outbox =
        guichet_outbox_store_open(kit->path, kit->folder, &error);
    g_autofree char *sha256 = kit_sha256(sequence);
    g_autoptr(GBytes) bytes = g_bytes_new_static("message", 7);
    const GuichetMessage message = {
        .number = number, .bundle_sha256 = sha256, .state = (char *)state, .text = (char *)"mot"};
    g_assert_true(guichet_outbox_apply(GUICHET_OUTBOX(outbox), &message, bytes, &error));
    g_assert_no_error(error);
}

static void
receive(Kit *kit, gint64 sequence)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetOutboxStore) outbox =
        guichet_outbox_store_open(kit->path, kit->folder, &error);
    g_autofree char *sha256 = kit_sha256(sequence);
    g_autoptr(GBytes) receipt = g_bytes_new_static("accusé", 7);
    g_assert_true(guichet_outbox_record_attempt(GUICHET_OUTBOX(outbox), sha256, NULL, 0, &error));
    g_assert_true(guichet_outbox_record_receipt(GUICHET_OUTBOX(outbox), sha256, receipt, &error));
    g_assert_no_error(error);
}

static void
a_deposit_remembers_that_it_came_back(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    char *ids[3];
    for (gint64 i = 0; i < 3; i++) {
        ids[i] = kit_add_draft(kit, store);
        kit_seal(store, ids[i]);
        if (i < 2)
            receive(kit, i + 1);
    }
    apply(kit, 1, 1, "in-progress");
    apply(kit, 2, 1, "supplement-asked");
    apply(kit, 3, 1, "in-progress"); /* the state alone has forgotten */
    apply(kit, 4, 2, "in-progress");
    g_autoptr(GArray) deposits = guichet_store_list_deposits(store, 0, G_MAXINT64, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(deposits->len, ==, 3);
    for (guint i = 0; i < 3; i++) {
        const GuichetDeposit *deposit = &g_array_index(deposits, GuichetDeposit, i);
        g_assert_cmpint(deposit->sent_back, ==, i == 0);
        g_assert_cmpint(deposit->received_us > 0, ==, i < 2);
        g_assert_false(deposit->joins);
    }
    g_autoptr(GArray) later =
        guichet_store_list_deposits(store, G_MAXINT64 - 1, G_MAXINT64, &error);
    g_assert_cmpuint(later->len, ==, 1); /* still waits, whenever one looks */

    g_autoptr(GArray) events = guichet_store_list_events(store, ids[0], &error);
    g_assert_no_error(error);
    static const char *const expected[] = {
        "request-draft",       "request-sealed",           "request-sending",    "request-received",
        "request-in-progress", "request-supplement-asked", "request-in-progress"};
    g_assert_cmpuint(events->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < events->len; i++)
        g_assert_cmpstr(g_array_index(events, GuichetStoreEvent, i).event, ==, expected[i]);
    g_auto(GuichetSending) sending = {0};
    g_assert_true(guichet_store_find_sending(store, ids[2], &sending, &error));
    g_assert_cmpint(sending.sequence, ==, 3);
    g_assert_cmpint(sending.received_us, ==, 0);
    for (guint i = 0; i < 3; i++)
        g_free(ids[i]);
}

/* --- nobody is in it --- */

static void
no_counter_names_a_request_or_an_agent(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    go(store, id, "one");
    pass_time(kit, 40);
    put(store, id, 1, "sensor 1", "{\"quality\":30}");
    kit_seal(store, id);
    note(store, "");
    static const char *const tables[] = {"step_time", "step_week", "quality_week", "availability"};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *columns =
            g_strdup_printf("SELECT group_concat(name) FROM pragma_table_info('%s')", tables[i]);
        g_autofree char *names = kit_ask(kit, columns);
        g_assert_null(strstr(names, "agent"));
        g_assert_cmpint(strstr(names, "request") != NULL, ==, i == 0); /* lives with its draft */
    }
    g_autofree char *left = kit_ask(kit, "SELECT count(*) FROM step_time");
    g_assert_cmpstr(left, ==, "0");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/statistics/times-of-steps-are-counted-at-the-seal",
            times_of_steps_are_counted_at_the_seal);
    kit_add("/db/statistics/a-long-rest-does-not-count", a_long_rest_does_not_count);
    kit_add("/db/statistics/what-is-given-up-is-not-counted", what_is_given_up_is_not_counted);
    kit_add("/db/statistics/captures-are-counted-by-device-and-week",
            captures_are_counted_by_device_and_week);
    kit_add("/db/statistics/nonsense-is-not-counted-and-stops-nothing",
            nonsense_is_not_counted_and_stops_nothing);
    kit_add("/db/statistics/a-refused-capture-counts-nothing", a_refused_capture_counts_nothing);
    kit_add("/db/statistics/minutes-grow-until-something-changes",
            minutes_grow_until_something_changes);
    kit_add("/db/statistics/a-jump-of-the-clock-ends-a-note", a_jump_of_the_clock_ends_a_note);
    kit_add("/db/statistics/a-deposit-remembers-that-it-came-back",
            a_deposit_remembers_that_it_came_back);
    kit_add("/db/statistics/no-counter-names-a-request-or-an-agent",
            no_counter_names_a_request_or_an_agent);
    return g_test_run();
}
