/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/reserve.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/error.h"
#include "core/paths.h"

typedef struct {
    char *root;
    char *reserve;
} Kit;

static void
put_policy(Kit *kit, const char *text)
{
    g_autofree char *folder = g_build_filename(kit->root, "policy", NULL);
    g_autofree char *path = guichet_station_path(kit->root, GUICHET_RESERVE_POLICY);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0750), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
put_sizes(Kit *kit, gint64 reserve, gint64 margin)
{
    g_autofree char *text = g_strdup_printf("{\"reserve_bytes\": %" G_GINT64_FORMAT
                                            ", \"margin_bytes\": %" G_GINT64_FORMAT "}",
                                            reserve, margin);
    put_policy(kit, text);
}

static void
set_up(Kit *kit, gconstpointer data)
{
    kit->root = g_dir_make_tmp("guichet-reserve-XXXXXX", NULL);
    kit->reserve = guichet_station_path(kit->root, GUICHET_RESERVE_FILE);
    g_autofree char *run = g_build_filename(kit->root, "run", NULL);
    g_assert_cmpint(g_mkdir(run, 0750), ==, 0);
}

static void
tear_down(Kit *kit, gconstpointer data)
{
    static const char *const parts[] = {GUICHET_RESERVE_FILE, GUICHET_RESERVE_POLICY, "run",
                                        "policy", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = guichet_station_path(kit->root, parts[i]);
        g_remove(path);
    }
    g_free(kit->reserve);
    g_free(kit->root);
}

static gint64
held(Kit *kit)
{
    struct stat info;
    return stat(kit->reserve, &info) == 0 ? (gint64)info.st_size : -1;
}

static gint64
free_bytes(Kit *kit)
{
    struct statvfs disk;
    g_assert_cmpint(statvfs(kit->root, &disk), ==, 0);
    return (gint64)disk.f_bavail * (gint64)disk.f_frsize;
}

static void
is_given_up_and_taken_back(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    put_sizes(kit, 65536, 4096);
    g_assert_true(guichet_reserve_make(kit->root, &error));
    g_assert_cmpint(held(kit), ==, 65536);
    guichet_reserve_settle(kit->root, 0);
    g_assert_cmpint(held(kit), ==, 65536);
    guichet_reserve_settle(kit->root, (gsize)free_bytes(kit) * 2); /* as if the disk were full */
    g_assert_cmpint(held(kit), ==, 0);
    guichet_reserve_settle(kit->root, 0);
    g_assert_cmpint(held(kit), ==, 65536);
}

static void
a_capture_that_does_not_fit_is_refused(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    put_sizes(kit, 0, 4096);
    g_assert_true(guichet_reserve_check(kit->root, 1000, &error));
    g_assert_no_error(error);
    g_assert_false(guichet_reserve_check(kit->root, (gsize)free_bytes(kit) / 2, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL);
}

/* What the reserve lacks is not free: otherwise captures would eat what sealing was given. */
static void
a_reserve_that_was_given_up_counts_as_used(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    put_sizes(kit, free_bytes(kit) * 2, 0);
    g_assert_false(guichet_reserve_check(kit->root, 1, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL);
}

static void
a_station_without_policy_has_none(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(guichet_reserve_make(kit->root, &error));
    g_assert_true(guichet_reserve_check(kit->root, 1, &error));
    guichet_reserve_settle(kit->root, 1);
    g_assert_no_error(error);
    g_assert_cmpint(held(kit), ==, -1);
}

static void
a_broken_policy_is_refused(Kit *kit, gconstpointer data)
{
    static const char *const policies[] = {
        "",
        "[]",
        "{}",
        "{\"reserve_bytes\": -1, \"margin_bytes\": 0}",
        "{\"reserve_bytes\": \"1\", \"margin_bytes\": 0}",
        "{\"reserve_bytes\": 1, \"margin_bytes\": 99999999999999}"};
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autoptr(GError) error = NULL;
        put_policy(kit, policies[i]);
        g_assert_false(guichet_reserve_check(kit->root, 1, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        guichet_reserve_settle(kit->root, 1);
    }
}

#define ADD(name, test) g_test_add("/core/reserve/" name, Kit, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("is-given-up-and-taken-back", is_given_up_and_taken_back);
    ADD("a-capture-that-does-not-fit-is-refused", a_capture_that_does_not_fit_is_refused);
    ADD("a-reserve-that-was-given-up-counts-as-used", a_reserve_that_was_given_up_counts_as_used);
    ADD("a-station-without-policy-has-none", a_station_without_policy_has_none);
    ADD("a-broken-policy-is-refused", a_broken_policy_is_refused);
    return g_test_run();
}
