/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/self-check.h"

#include <sqlite3.h>
#include <string.h>

#include "core/clock.h"
#include "core/paths.h"
#include "service/upkeep.h"
#include "service/warnings.h"
#include "station-fixture.h"

#define DAY ((gint64)24 * 3600 * G_USEC_PER_SEC)

static void
test_a_window_checks_what_the_night_missed(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_assert_true(guichet_desk_self_check_due(desk)); /* never yet */
    g_assert_true(guichet_self_check_run(fixture.root, &error));
    g_assert_no_error(error);
    g_assert_false(guichet_desk_self_check_due(desk));
    g_auto(GuichetUpkeep) upkeep = {NULL};
    g_assert_true(guichet_desk_upkeep(desk, &upkeep, &error));
    g_assert_false(guichet_desk_self_check_due(desk));
    g_autofree char *path = guichet_station_path(fixture.root, GUICHET_SELF_CHECK_FILE);
    g_assert_true(g_file_set_contents(path, "{\"profile\": 3", -1, NULL));
    g_assert_true(guichet_desk_self_check_due(desk)); /* what does not read was not checked */
}

static void
spoil(StationFixture *fixture, const char *sql)
{
    sqlite3 *raw = NULL;
    g_autofree char *path = guichet_station_path(fixture->root, "station.db");
    g_assert_cmpint(sqlite3_open(path, &raw), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(raw, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(raw);
}

static guint
count_warnings(GuichetDesk *desk, const char *word)
{
    g_autoptr(GPtrArray) warnings = guichet_desk_list_warnings(desk);
    guint found = 0;
    for (guint i = 0; i < warnings->len; i++)
        found += strstr(g_ptr_array_index(warnings, i), word) != NULL;
    return found;
}

static void
test_what_it_found_is_shown_until_it_finds_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    spoil(&fixture, "UPDATE request SET state = 'sealed'");
    g_assert_true(guichet_self_check_run(fixture.root, &error));
    g_assert_cmpuint(count_warnings(desk, "anomalies"), ==, 1);
    spoil(&fixture, "UPDATE request SET state = 'draft'");
    g_assert_cmpuint(count_warnings(desk, "anomalies"), ==, 1);
    g_assert_true(guichet_self_check_run(fixture.root, &error));
    g_assert_cmpuint(count_warnings(desk, "anomalies"), ==, 0);
}

static void
test_a_week_without_a_check_is_said(void)
{
    g_auto(GuichetSelfCheck)
        check = {.checked_us = 100 * DAY, .findings = g_ptr_array_new_with_free_func(g_free)};
    g_autofree char *after_a_weekend = guichet_self_check_describe(&check, 103 * DAY);
    g_assert_null(after_a_weekend);
    g_autofree char *after_a_week = guichet_self_check_describe(&check, 107 * DAY);
    g_assert_nonnull(strstr(after_a_week, "1970-04-11"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/self-check/a-window-checks-what-the-night-missed",
                    test_a_window_checks_what_the_night_missed);
    g_test_add_func("/service/self-check/what-it-found-is-shown-until-it-finds-nothing",
                    test_what_it_found_is_shown_until_it_finds_nothing);
    g_test_add_func("/service/self-check/a-week-without-a-check-is-said",
                    test_a_week_without_a_check_is_said);
    return g_test_run();
}
