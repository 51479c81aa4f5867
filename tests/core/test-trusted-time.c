/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/trusted-time.h"

#include <glib/gstdio.h>

#include "core/clock.h"
#include "core/paths.h"

#define YEAR_US (365 * G_TIME_SPAN_DAY)

typedef struct {
    char *root;
    char *run;
    char *file;
} Kit;

static void
set_up(Kit *kit, gconstpointer data)
{
    kit->root = g_dir_make_tmp("guichet-time-XXXXXX", NULL);
    kit->run = guichet_station_path(kit->root, "run");
    kit->file = guichet_station_path(kit->root, "run/time");
    g_assert_cmpint(g_mkdir(kit->run, 0750), ==, 0);
}

static void
tear_down(Kit *kit, gconstpointer data)
{
    g_remove(kit->file);
    g_rmdir(kit->run);
    g_rmdir(kit->root);
    g_free(kit->file);
    g_free(kit->run);
    g_free(kit->root);
}

static gboolean
is_about(gint64 time_us, gint64 expected_us)
{
    return ABS(time_us - expected_us) <= 5 * G_USEC_PER_SEC;
}

static void
is_the_clock_while_nobody_told_another(Kit *kit, gconstpointer data)
{
    g_assert_true(is_about(guichet_trusted_time_now(kit->root), guichet_instant_now().wall_us));
}

static void
only_rises(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    gint64 ahead = guichet_instant_now().wall_us + YEAR_US;
    g_assert_true(guichet_trusted_time_raise(kit->root, ahead, &error));
    g_assert_true(guichet_trusted_time_raise(kit->root, ahead - YEAR_US / 2, &error));
    g_assert_no_error(error);
    g_assert_true(is_about(guichet_trusted_time_now(kit->root), ahead));
}

static void
a_floor_in_the_past_changes_nothing(Kit *kit, gconstpointer data)
{
    gint64 now = guichet_instant_now().wall_us;
    g_assert_true(guichet_trusted_time_raise(kit->root, now - YEAR_US, NULL));
    g_assert_true(is_about(guichet_trusted_time_now(kit->root), now));
}

static void
a_broken_file_counts_as_none(Kit *kit, gconstpointer data)
{
    static const char *const texts[] = {"", "\n", "2999", "9999-99-99T00:00:00Z",
                                        "2999-01-01T00:00:00Z and then more than fits in a line, "
                                        "which no station has written"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_true(g_file_set_contents(kit->file, texts[i], -1, NULL));
        g_assert_true(is_about(guichet_trusted_time_now(kit->root), guichet_instant_now().wall_us));
    }
}

#define ADD(name, test) g_test_add("/core/trusted-time/" name, Kit, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("is-the-clock-while-nobody-told-another", is_the_clock_while_nobody_told_another);
    ADD("only-rises", only_rises);
    ADD("a-floor-in-the-past-changes-nothing", a_floor_in_the_past_changes_nothing);
    ADD("a-broken-file-counts-as-none", a_broken_file_counts_as_none);
    return g_test_run();
}
