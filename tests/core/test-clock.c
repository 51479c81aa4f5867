/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/clock.h"

#include <string.h>

#include "core/error.h"

static void
test_iso8601_both_ways(void)
{
    static const struct {
        const char *text;
        gint64 seconds;
    } times[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2024-02-29T23:59:59Z", 1709251199},
        {"2026-11-22T10:42:07Z", 1795344127},
        {"1969-12-31T23:59:59Z", -1},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autoptr(GError) error = NULL;
        gint64 wall_us = 0;
        g_assert_true(guichet_time_from_iso8601(times[i].text, &wall_us, &error));
        g_assert_no_error(error);
        g_assert_cmpint(wall_us, ==, times[i].seconds * G_USEC_PER_SEC);
        g_autofree char *text = guichet_time_to_iso8601(wall_us);
        g_assert_cmpstr(text, ==, times[i].text);
    }
}

static void
test_iso8601_refuses(void)
{
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T10:42:07",
        "2026-11-22T10:42:07+01:00",
        "2026-11-22 10:42:07Z",
        "2026-02-30T10:42:07Z",
        "2026-13-01T10:42:07Z",
        "2026-11-22T24:42:07Z",
        "2026-11-22T10:42:7Z ",
        "2026-11-22T10:42:07z",
        " 026-11-22T10:42:07Z",
        "2026-11-22T10:42:07.5Z",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        gint64 wall_us = 42;
        g_assert_false(guichet_time_from_iso8601(bad[i], &wall_us, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_cmpint(wall_us, ==, 42);
    }
}

static void
test_instant_holds_three_clocks(void)
{
    GuichetInstant first = guichet_instant_now();
    GuichetInstant second = guichet_instant_now();
    g_assert_cmpint(first.wall_us, >, 1577836800 * (gint64)G_USEC_PER_SEC); /* after 2020 */
    g_assert_cmpint(second.monotonic_us, >=, first.monotonic_us);
    g_assert_cmpstr(first.boot_id, ==, second.boot_id);
    g_assert_true(strlen(first.boot_id) == 36 || *first.boot_id == '\0');
}

static void
test_ulids_are_new_and_in_order(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *last = g_strdup("");
    for (guint i = 0; i < 10000; i++) {
        char *id = guichet_ulid_new();
        g_assert_true(guichet_ulid_is_valid(id));
        g_assert_cmpint(strncmp(id, last, 10), >=, 0); /* the time comes first */
        g_free(last);
        last = g_strdup(id);
        g_assert_true(g_hash_table_add(seen, id));
    }
}

static void
test_ulid_shape(void)
{
    static const struct {
        const char *text;
        gboolean valid;
    } ids[] = {
        {"01ARZ3NDEKTSV4RRFFQ69G5FAV", TRUE},
        {"7ZZZZZZZZZZZZZZZZZZZZZZZZZ", TRUE},
        {"8ZZZZZZZZZZZZZZZZZZZZZZZZZ", FALSE},
        {"01ARZ3NDEKTSV4RRFFQ69G5FA", FALSE},
        {"01ARZ3NDEKTSV4RRFFQ69G5FAVX", FALSE},
        {"01arz3ndektsv4rrffq69g5fav", FALSE},
        {"01ARZ3NDEKTSV4RRFFQ69G5FAU", FALSE},
        {"../../../../../../../../etc", FALSE},
        {"", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        g_assert_cmpint(guichet_ulid_is_valid(ids[i].text), ==, ids[i].valid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/clock/iso-8601-both-ways", test_iso8601_both_ways);
    g_test_add_func("/core/clock/iso-8601-refuses", test_iso8601_refuses);
    g_test_add_func("/core/clock/instant-holds-three-clocks", test_instant_holds_three_clocks);
    g_test_add_func("/core/clock/ulids-are-new-and-in-order", test_ulids_are_new_and_in_order);
    g_test_add_func("/core/clock/ulid-shape", test_ulid_shape);
    return g_test_run();
}
