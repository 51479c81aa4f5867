/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "../drivers/card-kit.h"
#include "core/contact.h"
#include "core/error.h"
#include "core/paths.h"
#include "service/desk.h"
#include "service/offline.h"
#include "station-fixture.h"

#define PIN "135790"
#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)

typedef struct {
    StationFixture station;
    CardKit cards;
    GMainLoop *loop;
    gboolean window; /* somebody listens to the desk */
    char *removed;   /* what the window would show */
} Kit;

static char *
ask(Kit *kit, const char *sql)
{
    g_autofree char *path = guichet_station_path(kit->station.root, "station.db");
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    g_assert_cmpint(sqlite3_open(path, &database), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), ==, SQLITE_OK);
    char *answer = sqlite3_step(statement) == SQLITE_ROW
                       ? g_strdup((const char *)sqlite3_column_text(statement, 0))
                       : NULL;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

static void
allow_module(Kit *kit)
{
    g_autofree char *path = guichet_station_path(kit->station.root, GUICHET_SESSION_POLICY_FILE);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, "\"modules\": []", 2);
    g_autofree char *allowed = g_strdup_printf("\"modules\": [\"%s\"]", kit->cards.tricky);
    g_autofree char *changed = g_strjoinv(allowed, parts);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
}

/* "bruno" opens with a card, FIXTURE_AGENT with his passphrase. */
static gboolean
kit_set_up(Kit *kit)
{
    *kit = (Kit){0};
    if (!card_kit_available())
        return FALSE;
    g_autoptr(GError) error = NULL;
    card_kit_init(&kit->cards);
    card_kit_add(&kit->cards, "bruno", PIN);
    station_fixture_init(&kit->station);
    station_fixture_enrol(&kit->station);
    allow_module(kit);
    kit->loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&kit->station);
    g_autoptr(GuichetSecret) pin = guichet_secret_new_string(PIN);
    guichet_desk_add_agent(
        desk, &(GuichetLogin){.agent = "bruno", .secret = pin, .card = kit->cards.tricky}, 0,
        &error);
    g_assert_no_error(error);
    return TRUE;
}

static void
kit_tear_down(Kit *kit)
{
    g_main_loop_unref(kit->loop);
    g_free(kit->removed);
    station_fixture_clear(&kit->station);
    card_kit_clear(&kit->cards);
}

static void
on_removed(Kit *kit, const char *sentence)
{
    g_free(kit->removed);
    kit->removed = g_strdup(sentence);
}

static GuichetDesk *
login_by_card(Kit *kit, GError **error)
{
    g_autoptr(GuichetSecret) pin = guichet_secret_new_string(PIN);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(kit->station.root, error);
    if (desk != NULL && kit->window)
        g_signal_connect_swapped(desk, "card-removed", G_CALLBACK(on_removed), kit);
    return desk != NULL && guichet_desk_login(desk, "bruno", pin, error) ? g_steal_pointer(&desk)
                                                                         : NULL;
}

static void
assert_locked(GuichetDesk *desk, const char *draft)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(guichet_desk_set_field(desk, draft, "description", "encore", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_assert_false(guichet_desk_is_open(desk));
}

/* --- removal --- */

static gboolean
on_look(gpointer data)
{
    Kit *kit = data;
    if (kit->removed == NULL)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit(kit->loop);
    return G_SOURCE_REMOVE;
}

static gpointer
work_is_open(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    *(gboolean *)data = guichet_desk_is_open(desk);
    return desk;
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer loop)
{
    g_assert_nonnull(guichet_desk_call_finish(GUICHET_DESK(source), result, NULL));
    g_main_loop_quit(loop);
}

static gboolean
is_open_behind_the_lock(Kit *kit, GuichetDesk *desk)
{
    gboolean open = TRUE;
    guichet_desk_call_async(desk, work_is_open, &open, NULL, NULL, NULL, on_answered, kit->loop);
    g_main_loop_run(kit->loop);
    return open;
}

static void
a_pulled_card_locks_the_desk_and_keeps_the_draft(void)
{
    Kit kit;
    if (!kit_set_up(&kit))
        return;
    kit.window = TRUE;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = login_by_card(&kit, &error);
    g_assert_no_error(error);
    g_autofree char *draft = station_fixture_draft(desk);
    gint64 start = g_get_monotonic_time();
    card_kit_pull(&kit.cards, TRUE);
    g_timeout_add(20, on_look, &kit);
    g_main_loop_run(kit.loop);
    g_test_message("after %d ms: %s", (int)((g_get_monotonic_time() - start) / 1000), kit.removed);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 3 * G_USEC_PER_SEC);
    g_assert_nonnull(strstr(kit.removed, "retirée"));
    g_assert_false(is_open_behind_the_lock(&kit, desk));
    assert_locked(desk, draft);
    g_autofree char *told = ask(&kit, "SELECT subject FROM journal WHERE event = 'session-locked'");
    g_assert_cmpstr(told, ==, "bruno card-removed");
    /* a colleague goes on with it at once */
    g_clear_object(&desk);
    g_autoptr(GuichetDesk) second = station_fixture_login(&kit.station);
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(second, draft, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(request->pieces->len, ==, 1);
    /* and the card, put back, too */
    card_kit_pull(&kit.cards, FALSE);
    g_autoptr(GuichetDesk) again = login_by_card(&kit, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) same = guichet_desk_load_request(again, draft, &error);
    g_assert_no_error(error);
    g_clear_object(&again);
    g_clear_object(&second);
    kit_tear_down(&kit);
}

static void
a_program_without_a_window_is_locked_at_its_next_use(void)
{
    Kit kit;
    if (!kit_set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = login_by_card(&kit, &error);
    g_assert_no_error(error);
    g_autofree char *draft = station_fixture_draft(desk);
    g_usleep(1200 * 1000);
    g_assert_true(guichet_desk_is_open(desk)); /* the control: it stays while the card does */
    card_kit_pull(&kit.cards, TRUE);
    for (int i = 0; i < 60 && guichet_desk_is_open(desk); i++)
        g_usleep(50 * 1000);
    assert_locked(desk, draft);
    g_clear_object(&desk);
    g_autofree char *told = ask(&kit, "SELECT subject FROM journal WHERE event = 'session-locked'");
    g_assert_cmpstr(told, ==, "bruno card-removed");
    kit_tear_down(&kit);
}

static void
a_card_of_an_earlier_session_locks_nobody(void)
{
    Kit kit;
    if (!kit_set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = login_by_card(&kit, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    g_assert_true(guichet_desk_login(desk, FIXTURE_AGENT, passphrase, &error));
    card_kit_pull(&kit.cards, TRUE);
    g_usleep(1200 * 1000);
    g_assert_true(guichet_desk_is_open(desk));
    guichet_desk_lock(desk, GUICHET_LOCK_IDLE);
    g_assert_false(guichet_desk_is_open(desk));
    g_autofree char *told = ask(&kit, "SELECT subject FROM journal WHERE event = 'session-locked'");
    g_assert_cmpstr(told, ==, FIXTURE_AGENT " idle");
    g_clear_object(&desk);
    kit_tear_down(&kit);
}

/* --- too long without the centre --- */

static GuichetBoot *
boot(const char *id, double began_days, double ran_days)
{
    GuichetBoot *self = g_new0(GuichetBoot, 1);
    g_strlcpy(self->boot_id, id, sizeof self->boot_id);
    self->began_us = (gint64)(began_days * DAY_US);
    self->last_us = (gint64)(ran_days * DAY_US);
    return self;
}

/* Starts of the machine as (began, ran), in days; then the word, now, and the days of use. */
static const struct {
    const char *what;
    double starts[3][2];
    double word, now_wall, used;
} uses[] = {
    {"one long run", {{0, 40}}, 0, 40, 40},
    {"the word came later", {{0, 40}}, 30, 40, 10},
    {"a third of each day", {{0, 0.33}, {1, 0.33}, {2, 0.33}}, 0, 2.33, 2.31},
    {"a month in a drawer", {{0, 1}, {31, 1}}, 0, 32, 4},
    {"a clock that jumped ahead a year", {{0, 1}, {366, 0.1}}, 0, 366.1, 3.1},
    {"a clock that was set back", {{100, 20}, {1, 20}}, 100, 21, 40},
};

static void
time_of_use_is_what_the_machine_proves(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(uses); i++) {
        g_autoptr(GPtrArray) boots = g_ptr_array_new_with_free_func(g_free);
        const char *last = "";
        double ran = 0;
        for (gsize b = 0; b < 3 && uses[i].starts[b][1] > 0; b++) {
            static const char *const ids[] = {"a", "b", "c"};
            last = ids[b];
            ran = uses[i].starts[b][1];
            g_ptr_array_add(boots, boot(last, uses[i].starts[b][0], ran));
        }
        GuichetInstant now = {.wall_us = (gint64)(uses[i].now_wall * DAY_US),
                              .monotonic_us = (gint64)(ran * DAY_US)};
        g_strlcpy(now.boot_id, last, sizeof now.boot_id);
        gint64 used = guichet_offline_used_us(boots, (gint64)(uses[i].word * DAY_US), &now, 2);
        g_test_message("%s", uses[i].what);
        g_assert_cmpfloat_with_epsilon((double)used / DAY_US, uses[i].used, 0.02);
    }
}

/* The station was last heard @days ago and has run ever since: the journal is given a start that
 * long ago, and the certificate's own date is of no help. */
static void
age(StationFixture *station, int days, gboolean received)
{
    g_autofree char *path = guichet_station_path(station->root, "station.db");
    g_autofree char *sql = g_strdup_printf(
        "DROP TRIGGER IF EXISTS journal_no_update;"
        "UPDATE journal SET wall_us = wall_us - %1$d * 86400000000, boot_id = 'earlier',"
        " monotonic_us = 1000 WHERE sequence = 1;"
        "UPDATE journal SET wall_us = wall_us - 1000, boot_id = 'earlier',"
        " monotonic_us = %1$d * 86400000000%2$s WHERE sequence = 2",
        days, received ? ", event = 'request-received'" : "");
    sqlite3 *database = NULL;
    char *message = NULL;
    g_assert_cmpint(sqlite3_open(path, &database), ==, SQLITE_OK);
    sqlite3_exec(database, sql, NULL, NULL, &message);
    g_assert_null(message);
    sqlite3_close(database);
    g_autofree char *certificate = guichet_station_path(station->root, "keys/sign.crt");
    g_assert_cmpint(g_unlink(certificate), ==, 0);
}

static const struct {
    int days;
    gboolean received; /* a receipt came since, when the clock was years ahead */
    const char *heard; /* the centre has answered since, without a message: "" = now */
    gboolean opens;
    const char *says; /* in the refusal or the first notice; NULL = nothing */
} silences[] = {
    {3, FALSE, NULL, TRUE, NULL},
    {25, FALSE, NULL, TRUE, "encore 5 jours"},
    {31, FALSE, NULL, FALSE, "31 jours sans un mot du centre"},
    {31, FALSE, "", TRUE, NULL},
    {31, FALSE, "2099-01-01T00:00:00Z", FALSE, "31 jours sans un mot du centre"},
    {31, TRUE, NULL, TRUE, "vérifiez la date du poste"},
};

static void
a_station_too_long_offline_lets_nobody_in_and_says_why(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(silences); i++) {
        StationFixture station = {0};
        g_autoptr(GError) error = NULL;
        station_fixture_init(&station);
        station_fixture_enrol(&station);
        age(&station, silences[i].days, silences[i].received);
        g_autofree char *heard = guichet_station_path(station.root, "run/heard");
        if (silences[i].heard != NULL && *silences[i].heard == '\0')
            g_assert_true(guichet_contact_note(station.root, &error));
        else if (silences[i].heard != NULL)
            g_assert_true(g_file_set_contents(heard, silences[i].heard, -1, &error));
        g_autoptr(GuichetDesk) desk = guichet_desk_open(station.root, &error);
        g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
        gboolean opened = guichet_desk_login(desk, FIXTURE_AGENT, passphrase, &error);
        GPtrArray *notices = guichet_desk_get_notices(desk);
        const char *said = error != NULL      ? error->message
                           : notices->len > 0 ? notices->pdata[0]
                                              : NULL;
        g_test_message("%d: %s", silences[i].days, said);
        g_assert_cmpint(opened, ==, silences[i].opens);
        if (silences[i].says != NULL)
            g_assert_nonnull(strstr(said, silences[i].says));
        else
            g_assert_null(said);
        if (!opened)
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
        g_clear_object(&desk);
        station_fixture_clear(&station);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/card/a-pulled-card-locks-the-desk-and-keeps-the-draft",
                    a_pulled_card_locks_the_desk_and_keeps_the_draft);
    g_test_add_func("/service/card/a-program-without-a-window-is-locked-at-its-next-use",
                    a_program_without_a_window_is_locked_at_its_next_use);
    g_test_add_func("/service/card/a-card-of-an-earlier-session-locks-nobody",
                    a_card_of_an_earlier_session_locks_nobody);
    g_test_add_func("/service/offline/time-of-use-is-what-the-machine-proves",
                    time_of_use_is_what_the_machine_proves);
    g_test_add_func("/service/offline/a-station-too-long-offline-lets-nobody-in-and-says-why",
                    a_station_too_long_offline_lets_nobody_in_and_says_why);
    return g_test_run();
}
