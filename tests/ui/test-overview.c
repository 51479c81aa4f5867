/* SPDX-License-Identifier: EUPL-1.2 */
/* The lists of the window over a store that has seen years, and what it says of the station. */
#include <gtk/gtk.h>
#include <sqlite3.h>
#include <string.h>

#include "comfort.h"
#include "core/paths.h"
#include "pages/home.h"
#include "service/station-fixture.h"
#include "ui-resources.h"
#include "widgets/alert.h"
#include "widgets/notices.h"

#define MANY 3000
#define FRAME_MS 1500 /* on a loaded machine; a list of 3000 rows takes many seconds */

/* Deposited requests of former years, as tests/bench makes them. */
static const char many_sql[] =
    "BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
    " WHERE n < 3000) SELECT n FROM c;"
    "INSERT INTO request (id, procedure_sha256, state, created_wall_us, created_boot_id,"
    " created_monotonic_us, updated_us, step) SELECT printf('00%024d', n),"
    " (SELECT sha256 FROM procedure LIMIT 1), iif(n = 7, 'sealed', 'received'), n, 'b', n, n,"
    " 'summary' FROM n;"
    "INSERT INTO outbox (sequence, request, sha256, previous, file, size, sealed_us, statement,"
    " receipt, received_us) SELECT n, printf('00%024d', n), lower(hex(randomblob(32))),"
    " iif(n > 1, printf('%064x', n), NULL), printf('f%d', n), 4000, n, 'x',"
    " iif(n = 7, NULL, x'00'), iif(n = 7, NULL, n) FROM n; COMMIT;";

static void
fill(StationFixture *fixture)
{
    sqlite3 *raw = NULL;
    g_autofree char *path = guichet_station_path(fixture->root, "station.db");

    g_assert_cmpint(sqlite3_open(path, &raw), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(raw, many_sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(raw);
}

static void
on_changed(guint *count)
{
    (*count)++;
}

/* Until @count has moved; the longest turn of the loop, in ms. */
static double
wait_for(const guint *count)
{
    guint before = *count;
    gint64 longest = 0;
    gint64 end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    while (*count == before && g_get_monotonic_time() < end) {
        gint64 start = g_get_monotonic_time();

        if (!g_main_context_iteration(NULL, FALSE)) {
            g_usleep(500);
            continue;
        }
        longest = MAX(longest, g_get_monotonic_time() - start);
    }
    g_assert_cmpuint(*count, >, before);
    return (double)longest / 1000;
}

static void
test_pages_what_years_have_left(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *draft = station_fixture_draft(desk);
    fill(&fixture);
    g_autoptr(GuichetOverview) overview = guichet_overview_new();
    GuichetHomePage *home = g_object_new(GUICHET_TYPE_HOME_PAGE, NULL);
    GtkWidget *window = gtk_window_new();
    guint changed = 0;

    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(home));
    gtk_window_present(GTK_WINDOW(window));
    guichet_home_page_set_overview(home, overview);
    g_signal_connect_swapped(overview, "changed", G_CALLBACK(on_changed), &changed);
    guichet_overview_set_desk(overview, desk);
    guichet_overview_refresh(overview);
    double longest = wait_for(&changed);
    g_test_message("longest turn of the loop: %.1f ms", longest);
    g_assert_cmpfloat(longest, <, FRAME_MS);
    GPtrArray *requests = guichet_overview_get_requests(overview);
    g_assert_cmpuint(requests->len, ==, GUICHET_REQUEST_PAGE + 1);
    g_assert_nonnull(guichet_overview_find(overview, draft));
    /* the oldest, because it still waits */
    g_assert_nonnull(guichet_overview_find(overview, "00000000000000000000000007"));
    g_assert_null(guichet_overview_find(overview, "00000000000000000000000042"));
    guichet_overview_search(overview, "00000000000000000000000042");
    wait_for(&changed);
    g_assert_nonnull(guichet_overview_find(overview, "00000000000000000000000042"));
    guichet_overview_set_desk(overview, NULL);
    gtk_window_destroy(GTK_WINDOW(window));
}

static guint
count_alerts(GtkWidget *widget, const char *word)
{
    guint found = 0;

    if (GTK_IS_LABEL(widget) && strstr(gtk_label_get_text(GTK_LABEL(widget)), word) != NULL)
        found++;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        found += count_alerts(child, word);
    return found;
}

static void
test_says_what_will_stop_the_station(void)
{
    g_autoptr(GuichetOverview) overview = guichet_overview_new();
    GuichetNotices *notices = g_object_new(GUICHET_TYPE_NOTICES, NULL);
    GtkWidget *window = gtk_window_new();
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);

    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(notices));
    gtk_window_present(GTK_WINDOW(window));
    guichet_notices_set_overview(notices, overview);
    g_assert_false(gtk_widget_get_visible(GTK_WIDGET(notices)));
    guichet_overview_set_notices(overview, g_ptr_array_new_with_free_func(g_free), TRUE);
    g_assert_true(gtk_widget_get_visible(GTK_WIDGET(notices)));
    g_assert_cmpuint(count_alerts(GTK_WIDGET(notices), "Sans TPM"), ==, 1);
    g_ptr_array_add(sentences, g_strdup("Le certificat expire : appelez le centre"));
    g_ptr_array_add(sentences, g_strdup("Le disque est presque plein : libérez de la place"));
    guichet_overview_set_notices(overview, sentences, FALSE);
    g_assert_cmpuint(count_alerts(GTK_WIDGET(notices), "2 avis"), ==, 1);
    g_assert_cmpuint(count_alerts(GTK_WIDGET(notices), "appelez le centre"), ==, 1);
    g_assert_cmpuint(count_alerts(GTK_WIDGET(notices), "TPM"), ==, 0);
    guichet_overview_set_notices(overview, g_ptr_array_new_with_free_func(g_free), FALSE);
    g_assert_false(gtk_widget_get_visible(GTK_WIDGET(notices)));
    gtk_window_destroy(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    g_test_add_func("/ui/overview/pages-what-years-have-left", test_pages_what_years_have_left);
    g_test_add_func("/ui/notices/says-what-will-stop-the-station",
                    test_says_what_will_stop_the_station);
    return g_test_run();
}
