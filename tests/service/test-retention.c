/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/retention.h"

#include <sqlite3.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "db/outbox-store.h"
#include "service/audit.h"
#include "service/desk-private.h"
#include "station-fixture.h"
#include "sync/bundle/message.h"

#define HOUR ((gint64)3600 * G_USEC_PER_SEC)
#define DAY (24 * HOUR)

/* --- proven time, by starts that are made up --- */

typedef struct {
    const char *boot;
    gint64 began, ran; /* hours */
} Start;

typedef struct {
    const char *what;
    Start starts[6];
    const char *touched_boot;
    gint64 touched;
    const char *now_boot;
    gint64 now;
    gint64 proven; /* hours, off_per_running 2 */
} ProofCase;

static const ProofCase proof_cases[] = {
    {"one start", {{"a", 0, 5}}, "a", 2, "a", 50, 48},
    {"a start not journalled yet", {{NULL}}, "a", 2, "a", 50, 48},
    {"a start that nobody knows", {{"a", 0, 5}}, "x", 2, "a", 50, 0},
    {"no start was kept", {{"a", 0, 5}}, "", 0, "a", 50, 0},
    {"two office days", {{"a", 0, 8}, {"b", 24, 8}}, "a", 0, "b", 8, 8 + 16 + 8},
    {"three office days", {{"a", 0, 8}, {"b", 24, 8}, {"c", 48, 1}}, "a", 0, "c", 1, 49},
    {"a week-end counts as a night", {{"a", 0, 8}, {"b", 72, 1}}, "a", 0, "b", 1, 8 + 16 + 1},
    {"the clock wakes up in five years", {{"a", 0, 8}, {"b", 43800, 1}}, "a", 0, "b", 1, 25},
    {"the clock wakes up in 1970", {{"a", 400000, 8}, {"b", 0, 1}}, "a", 0, "b", 1, 9},
    {"five starts in a row, a year apart by the clock",
     {{"a", 0, 1}, {"b", 8760, 1}, {"c", 17520, 1}, {"d", 26280, 1}, {"e", 35040, 1}},
     "a",
     0,
     "e",
     1,
     13},
    {"a clock that freezes", {{"a", 10, 30}, {"b", 10, 30}}, "a", 0, "b", 30, 60},
    {"the present start has no entry yet", {{"a", 0, 8}}, "a", 0, "b", 3, 11},
};

static void
test_proven(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(proof_cases); i++) {
        const ProofCase *item = &proof_cases[i];
        g_autoptr(GPtrArray) boots = g_ptr_array_new_with_free_func(g_free);
        for (const Start *start = item->starts; start->boot != NULL; start++) {
            GuichetBoot *boot = g_new0(GuichetBoot, 1);
            g_strlcpy(boot->boot_id, start->boot, sizeof boot->boot_id);
            boot->began_us = start->began * HOUR;
            boot->last_us = start->ran * HOUR;
            g_ptr_array_add(boots, boot);
        }
        GuichetInstant touched = {.monotonic_us = item->touched * HOUR};
        GuichetInstant now = {.monotonic_us = item->now * HOUR};
        g_strlcpy(touched.boot_id, item->touched_boot, sizeof touched.boot_id);
        g_strlcpy(now.boot_id, item->now_boot, sizeof now.boot_id);
        g_test_message("%s", item->what);
        g_assert_cmpint(guichet_retention_proven_us(boots, &touched, &now, 2), ==,
                        item->proven * HOUR);
    }
}

/* --- drafts --- */

static void
tamper(StationFixture *fixture, const char *sql)
{
    sqlite3 *raw = NULL;
    char *message = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "station.db", NULL);
    g_assert_cmpint(sqlite3_open(path, &raw), ==, SQLITE_OK);
    sqlite3_exec(raw, sql, NULL, NULL, &message);
    g_assert_cmpstr(message, ==, NULL);
    sqlite3_close(raw);
}

typedef struct {
    const char *what;
    gint64 wall, running; /* hours since the last work, by each */
    gboolean same_boot;
    gboolean gone;
    guint warnings;
} AgeCase;

static const AgeCase age_cases[] = {
    {"fresh", 0, 0, TRUE, FALSE, 0},
    {"both say 49", 49, 49, TRUE, TRUE, 0},
    {"both say 40", 40, 40, TRUE, FALSE, 1},
    {"the clock jumped by two days", 49, 0, TRUE, FALSE, 1},
    {"the clock jumped by ten years", 87600, 1, TRUE, FALSE, 1},
    {"the clock jumped while the machine was off", 87600, 1, FALSE, FALSE, 1},
    {"the clock fell back to 1970", -400000, 10, TRUE, FALSE, 0},
    {"the clock froze", 0, 60, TRUE, FALSE, 1},
    {"the clock fell back and the draft is old", -400000, 60, TRUE, FALSE, 1},
};

static void
age_draft(StationFixture *fixture, const AgeCase *item)
{
    GuichetInstant now = guichet_instant_now();
    g_autofree char *sql = g_strdup_printf(
        "UPDATE request SET updated_us = %" G_GINT64_FORMAT ", updated_monotonic_us = "
        "%" G_GINT64_FORMAT ", updated_boot_id = '%s'",
        now.wall_us - item->wall * HOUR, now.monotonic_us - item->running * HOUR,
        item->same_boot ? now.boot_id : "00000000-0000-0000-0000-000000000000");
    tamper(fixture, sql);
}

static void
test_drafts(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(age_cases); i++) {
        g_auto(StationFixture) fixture = {NULL};
        g_autoptr(GError) error = NULL;
        g_auto(GuichetRetention) retention = {NULL};
        station_fixture_init(&fixture);
        g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
        g_autofree char *id = station_fixture_draft(desk);
        age_draft(&fixture, &age_cases[i]);
        g_test_message("%s", age_cases[i].what);
        g_assert_true(guichet_desk_apply_retention(desk, 10, &retention, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(retention.abandoned, ==, age_cases[i].gone ? 1 : 0);
        g_assert_cmpuint(retention.warnings->len, ==, age_cases[i].warnings);
        g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
        g_assert_no_error(error);
        g_assert_cmpint(request->state, ==,
                        age_cases[i].gone ? GUICHET_REQUEST_ABANDONED : GUICHET_REQUEST_DRAFT);
    }
}

/* An agent sees at log-in what will go. */
static void
test_notices(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_assert_cmpuint(guichet_desk_get_notices(desk)->len, ==, 0);
    g_autofree char *id = station_fixture_draft(desk);
    age_draft(&fixture, &(AgeCase){.wall = 40, .running = 40, .same_boot = TRUE});
    g_clear_object(&desk);
    desk = station_fixture_login(&fixture);
    GPtrArray *notices = guichet_desk_get_notices(desk);
    g_assert_cmpuint(notices->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(notices, 0), id));
}

/* The policy gives a draft up, not whoever happens to log in: the technician may touch none. */
static void
test_any_role(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    age_draft(&fixture, &(AgeCase){.wall = 49, .running = 49, .same_boot = TRUE});
    g_clear_object(&desk);
    g_autoptr(GuichetDesk) technician = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetSecret) words = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    guichet_desk_set_role(technician, GUICHET_USER_ROLE_TECHNICIAN);
    g_assert_true(guichet_desk_login(technician, FIXTURE_AGENT, words, &error));
    g_assert_cmpuint(guichet_desk_get_notices(technician)->len, ==, 0);
    g_autoptr(GuichetRequest) request = guichet_store_load_request(technician->store, id, &error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_ABANDONED);
}

/* --- received bundles --- */

static void
set_grace(StationFixture *fixture, const char *days)
{
    g_autofree char *path = guichet_station_path(fixture->root, GUICHET_RETENTION_FILE);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, "\"grace_days\": 30", 2);
    g_assert_nonnull(parts[1]);
    g_autofree char *member = g_strdup_printf("\"grace_days\": %s", days);
    g_autofree char *changed = g_strjoinv(member, parts);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
}

static void
test_received(void)
{
    static const struct {
        const char *what, *grace;
        gboolean receipt;
        const char *sql;
        guint erased, warnings;
    } cases[] = {
        {"no receipt", "0", FALSE, NULL, 0, 0},
        {"a receipt within its grace", "30", TRUE, NULL, 0, 0},
        {"a receipt after its grace", "0", TRUE, NULL, 1, 0},
        {"a receipt that was touched", "0", TRUE, "UPDATE outbox SET receipt = x'3000'", 0, 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(StationFixture) fixture = {NULL};
        g_autoptr(GError) error = NULL;
        g_auto(GuichetRetention) retention = {NULL};
        station_fixture_init(&fixture);
        station_fixture_enrol(&fixture);
        set_grace(&fixture, cases[i].grace);
        g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
        g_autofree char *id = station_fixture_draft(desk);
        g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
        g_autofree char *file = station_fixture_bundle_path(&fixture, sealed);
        if (cases[i].receipt)
            station_fixture_receive(&fixture, sealed);
        if (cases[i].sql != NULL)
            tamper(&fixture, cases[i].sql);
        g_test_message("%s", cases[i].what);
        g_assert_true(guichet_desk_apply_retention(desk, 10, &retention, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(retention.erased, ==, cases[i].erased);
        g_assert_cmpuint(retention.warnings->len, ==, cases[i].warnings);
        g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS) == (cases[i].erased == 0));
        g_autoptr(GuichetRequest) after = guichet_desk_load_request(desk, id, &error);
        g_assert_cmpint(after->state, ==,
                        cases[i].receipt ? GUICHET_REQUEST_RECEIVED : GUICHET_REQUEST_SEALED);
    }
}

static gboolean
is_told(GuichetDesk *desk, const char *word)
{
    GPtrArray *notices = guichet_desk_get_notices(desk);
    for (guint i = 0; i < notices->len; i++)
        if (strstr(g_ptr_array_index(notices, i), word) != NULL)
            return TRUE;
    return FALSE;
}

/* What the clock did while nobody was there, and what an agent hears of it at the next log-in. */
static void
test_clock(void)
{
    static const struct {
        const char *floor;
        gint64 jump_us;
        gboolean behind, jumped;
    } cases[] = {
        {"2001-01-01T00:00:00Z", 0, FALSE, FALSE},
        {"2101-01-01T00:00:00Z", 0, TRUE, FALSE},
        {"2001-01-01T00:00:00Z", 5 * HOUR, FALSE, TRUE},
        {"2001-01-01T00:00:00Z", -5 * HOUR, FALSE, TRUE},
        {"2001-01-01T00:00:00Z", HOUR / 2, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(StationFixture) fixture = {0};
        station_fixture_init(&fixture);
        g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
        g_autofree char *floor = guichet_station_path(fixture.root, "run/time");
        g_assert_true(g_file_set_contents(floor, cases[i].floor, -1, &error));
        guichet_desk_logout(desk);
        desk->clock_offset_us -= cases[i].jump_us;
        g_autoptr(GuichetSecret) words = guichet_secret_new_string(FIXTURE_PASSPHRASE);
        g_assert_true(guichet_desk_login(desk, FIXTURE_AGENT, words, &error));
        g_assert_true(is_told(desk, "a déjà signé") == cases[i].behind);
        g_assert_true(is_told(desk, "a sauté") == cases[i].jumped);
        GuichetAudit audit = {0};
        g_assert_true(guichet_desk_audit(desk, &audit, &error));
        g_assert_cmpuint(audit.findings->len, ==, 0);
        guichet_audit_clear(&audit);
    }
}

/* Else it would lose its days of grace, and be judged before its certificate's beginning. */
static void
test_received_below_the_floor(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {0};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_autofree char *floor = guichet_station_path(fixture.root, "run/time");
    gint64 floor_us = 0;
    g_assert_true(guichet_time_from_iso8601("2101-01-01T00:00:00Z", &floor_us, &error));
    g_assert_true(g_file_set_contents(floor, "2101-01-01T00:00:00Z", -1, &error));
    station_fixture_receive(&fixture, sealed);
    g_autoptr(GuichetBundleRecord) record = guichet_store_next_bundle(desk->store, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpint(record->received_us, ==, floor_us);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/retention/no-clock-invents-proven-time", test_proven);
    g_test_add_func("/service/retention/a-draft-goes-when-both-ages-say-so", test_drafts);
    g_test_add_func("/service/retention/an-agent-is-told-at-log-in", test_notices);
    g_test_add_func("/service/retention/whoever-logs-in-a-draft-goes-by-the-policy", test_any_role);
    g_test_add_func("/service/retention/a-receipt-is-dated-by-the-time-floor",
                    test_received_below_the_floor);
    g_test_add_func("/service/clock/a-clock-that-jumps-or-is-behind-is-told", test_clock);
    g_test_add_func("/service/retention/a-file-goes-after-receipt-and-grace", test_received);
    return g_test_run();
}
