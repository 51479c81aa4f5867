/* SPDX-License-Identifier: EUPL-1.2 */
/* Waits after failures: within their bounds, spread, and never overflowing. */
#include "core/error.h"
#include "sync/station/backoff.h"
#include "sync/station/http.h"

static void
test_stays_within_base_and_cap(void)
{
    static const guint failures[] = {1, 2, 5, 9, 10, 64, G_MAXUINT};
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        gint64 ceiling = failures[i] < 9 ? (gint64)GUICHET_BACKOFF_BASE_US << failures[i]
                                         : (gint64)GUICHET_BACKOFF_CAP_US;
        for (guint n = 0; n < 1000; n++) {
            gint64 wait = guichet_backoff_us(failures[i]);
            g_assert_cmpint(wait, >=, G_USEC_PER_SEC);
            g_assert_cmpint(wait, <=, ceiling);
        }
    }
}

/* 9,000 stations must not come back together: each tenth of the range holds about 900. */
static void
test_is_spread_over_the_range(void)
{
    guint tenths[10] = {0};
    for (guint n = 0; n < 9000; n++) {
        gint64 tenth = guichet_backoff_us(20) / (GUICHET_BACKOFF_CAP_US / 10); /* MIN asks twice */
        tenths[MIN(tenth, 9)]++;
    }
    for (guint i = 0; i < 10; i++)
        g_assert_cmpuint(tenths[i], <, 1100);
}

static GuichetHttp *
open_http(const char *url, GError **error)
{
    GuichetHttpSettings settings = {
        .base_url = url, .certificate_path = "a", .key_path = "b", .ca_path = "c"};
    return guichet_http_new(&settings, error);
}

static void
test_only_https_is_taken(void)
{
    static const char *const urls[] = {"http://127.0.0.1:1", "", "file:///etc/passwd",
                                       "ftp://centre", "centre.example"};
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(open_http(urls[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

static void
test_a_location_stays_on_the_centre(void)
{
    static const struct {
        const char *location, *path;
    } cases[] = {
        {"/v1/depots/ab", "/v1/depots/ab"},
        {"https://centre.example:8443/v1/depots/ab", "/v1/depots/ab"},
        {"https://centre.example/v1/depots/ab", NULL},
        {"https://other.example:8443/v1/depots/ab", NULL},
        {"http://centre.example:8443/v1/depots/ab", NULL},
        {"//other.example/v1", NULL},
        {"https://centre.example:8443@other.example/", NULL},
        {"file:///etc/passwd", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetHttp) http = open_http("https://centre.example:8443", &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = guichet_http_path_of(http, cases[i].location, &error);
        g_assert_cmpstr(path, ==, cases[i].path);
        if (cases[i].path == NULL)
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_PROTOCOL);
        g_clear_error(&error);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tus/backoff/stays-within-base-and-cap", test_stays_within_base_and_cap);
    g_test_add_func("/tus/backoff/is-spread-over-the-range", test_is_spread_over_the_range);
    g_test_add_func("/tus/http/only-https-is-taken", test_only_https_is_taken);
    g_test_add_func("/tus/http/a-location-stays-on-the-centre",
                    test_a_location_stays_on_the_centre);
    return g_test_run();
}
