/* SPDX-License-Identifier: EUPL-1.2 */
/* The agent's day on the screen, over a real store: who comes, what is asked, which title waits. */
#include <gtk/gtk.h>
#include <string.h>

#include "assistant.h"
#include "comfort.h"
#include "pages/handover.h"
#include "pages/home.h"
#include "town.h"
#include "ui-resources.h"
#include "widgets/alert.h"
#include "widgets/request-row.h"

typedef struct {
    StationFixture fixture;
    GuichetDesk *desk;
    GuichetOverview *overview;
    GuichetHomePage *home;
    GtkWidget *window;
    guint changed;
    char *opened; /* what "win.open" was last asked for */
} Town;

static void
on_changed(Town *town)
{
    town->changed++;
}

static void
on_open(GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    Town *town = user_data;

    g_free(town->opened);
    town->opened = g_variant_dup_string(parameter, NULL);
}

static void
iterate(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

static gboolean
wait_until(gboolean (*holds)(Town *town), Town *town)
{
    for (guint i = 0; i < 400 && !holds(town); i++)
        iterate(50);
    return holds(town);
}

static void
open_window(Town *town)
{
    static const GActionEntry entries[] = {{"open", on_open, "s", NULL, NULL, {0}}};
    g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new();
    GtkWidget *scroller = gtk_scrolled_window_new();

    g_action_map_add_action_entries(G_ACTION_MAP(group), entries, G_N_ELEMENTS(entries), town);
    town->overview = guichet_overview_new();
    town->home = g_object_new(GUICHET_TYPE_HOME_PAGE, NULL);
    town->window = gtk_window_new();
    gtk_widget_insert_action_group(town->window, "win", G_ACTION_GROUP(group));
    gtk_widget_add_css_class(town->window, "guichet");
    gtk_widget_add_css_class(GTK_WIDGET(town->home), "content");
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(town->home));
    gtk_window_set_child(GTK_WINDOW(town->window), scroller);
    gtk_window_set_default_size(GTK_WINDOW(town->window), 1024, 768);
    gtk_window_present(GTK_WINDOW(town->window));
    g_signal_connect_swapped(town->overview, "changed", G_CALLBACK(on_changed), town);
    guichet_home_page_set_overview(town->home, town->overview);
    guichet_overview_set_desk(town->overview, town->desk);
    guichet_page_enter(GUICHET_PAGE(town->home));
}

/* What is shown, as a file among the pictures of the other tests. */
static void
take_picture(Town *town, const char *name)
{
    g_autofree char *folder = g_build_filename(g_getenv("GUICHET_BUILD"), "screenshots", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(town->window);
    GtkSnapshot *snapshot = gtk_snapshot_new();

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    gtk_widget_queue_draw(town->window);
    iterate(500);
    gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(town->window),
                           gtk_widget_get_height(town->window));
    g_autoptr(GskRenderNode) node = gtk_snapshot_free_to_node(snapshot);
    g_autoptr(GdkTexture) texture =
        gsk_renderer_render_texture(gtk_native_get_renderer(GTK_NATIVE(town->window)), node, NULL);
    g_assert_true(gdk_texture_save_to_png(texture, path));
}

static GtkWidget *
find_widget(GtkWidget *widget, gboolean (*is_it)(GtkWidget *widget))
{
    GtkWidget *found = is_it(widget) ? widget : NULL;

    for (GtkWidget *child = gtk_widget_get_first_child(widget); found == NULL && child != NULL;
         child = gtk_widget_get_next_sibling(child))
        found = find_widget(child, is_it);
    return found;
}

static gboolean
is_asked_row(GtkWidget *widget)
{
    return GUICHET_IS_REQUEST_ROW(widget) &&
           guichet_request_row_get_state(GUICHET_REQUEST_ROW(widget)) ==
               GUICHET_REQUEST_SUPPLEMENT_ASKED;
}

static gboolean
is_title_row(GtkWidget *widget)
{
    return GUICHET_IS_REQUEST_ROW(widget) &&
           guichet_request_row_get_state(GUICHET_REQUEST_ROW(widget)) ==
               GUICHET_REQUEST_TITLE_READY;
}

static gboolean
is_handover(GtkWidget *widget)
{
    return GUICHET_IS_HANDOVER(widget);
}

static gboolean
is_shown_alert(GtkWidget *widget)
{
    return GUICHET_IS_ALERT(widget) && gtk_widget_get_mapped(widget);
}

static gboolean
has_rows(Town *town)
{
    return find_widget(GTK_WIDGET(town->home), is_asked_row) != NULL &&
           find_widget(GTK_WIDGET(town->home), is_title_row) != NULL;
}

static gboolean
has_opened(Town *town)
{
    return town->opened != NULL;
}

static gboolean
has_missed(Town *town)
{
    GPtrArray *appointments = guichet_overview_get_appointments(town->overview);

    return appointments->len == TOWN_APPOINTMENTS &&
           g_str_equal(((GuichetAppointment *)appointments->pdata[3])->state, "missed");
}

static gboolean
has_refused(Town *town)
{
    return find_widget(GTK_WIDGET(town->home), is_shown_alert) != NULL;
}

static GuichetRequest *
load_opened(Town *town)
{
    g_autoptr(GError) error = NULL;
    GuichetRequest *request;

    g_assert_true(wait_until(has_opened, town));
    request = guichet_desk_load_request(town->desk, town->opened, &error);
    g_assert_no_error(error);
    g_clear_pointer(&town->opened, g_free);
    return request;
}

/* In a window of 1280 × 800 header and foot leave this much: nothing that calls is below it. */
static void
check_fold(Town *town)
{
    GtkWidget *rows[] = {find_widget(GTK_WIDGET(town->home), is_asked_row),
                         find_widget(GTK_WIDGET(town->home), is_title_row)};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        graphene_rect_t box;

        g_assert_true(gtk_widget_compute_bounds(rows[i], town->window, &box));
        g_assert_cmpfloat(box.origin.y + box.size.height, <=, 660);
        g_assert_cmpfloat(box.origin.x + box.size.width, <=, 1280);
    }
}

static gboolean
is_search(GtkWidget *widget)
{
    return GTK_IS_ENTRY(widget) && gtk_widget_get_mapped(widget);
}

/* F3 takes a deposit's number as it stands on its slip: the request opens, whatever its age. */
static void
check_search(Town *town, const char *number)
{
    GtkWidget *search;

    guichet_page_enter(GUICHET_PAGE(town->home));
    guichet_page_press(GUICHET_PAGE(town->home), GUICHET_KEY_SEARCH);
    iterate(50);
    search = find_widget(GTK_WIDGET(town->home), is_search);
    g_assert_nonnull(search);
    gtk_editable_set_text(GTK_EDITABLE(search), number);
    g_signal_emit_by_name(search, "activate");
    g_assert_true(wait_until(has_opened, town));
    g_clear_pointer(&town->opened, g_free);
}

static void
on_draft(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GError) error = NULL;

    *(GuichetDraft **)user_data = guichet_draft_open_finish(GUICHET_DESK(source), result, &error);
    g_assert_no_error(error);
}

static gboolean
is_reason(GtkWidget *widget)
{
    return GUICHET_IS_ALERT(widget) && gtk_widget_get_visible(widget);
}

/* Over each step of a supplement stands why the centre asks for it, and until when. */
static void
check_reason(Town *town, const char *supplement_id)
{
    GuichetAssistant *assistant = g_object_ref_sink(g_object_new(GUICHET_TYPE_ASSISTANT, NULL));
    GuichetDraft *draft = NULL;
    GtkWidget *reason;

    guichet_draft_open_async(town->desk, supplement_id, on_draft, &draft);
    while (draft == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(strstr(guichet_draft_get_asked(draft), "La page est floue."));
    guichet_assistant_open(assistant, draft);
    reason = find_widget(GTK_WIDGET(assistant), is_reason);
    g_assert_nonnull(reason);
    guichet_assistant_open(assistant, NULL); /* and no longer than it is open */
    g_assert_null(find_widget(GTK_WIDGET(assistant), is_reason));
    g_object_unref(assistant);
    g_object_unref(draft);
}

static void
check_title(Town *town)
{
    GtkWidget *handover = find_widget(GTK_WIDGET(town->home), is_handover);

    guichet_page_enter(GUICHET_PAGE(town->home));
    gtk_widget_activate(find_widget(GTK_WIDGET(town->home), is_title_row));
    iterate(50);
    g_assert_true(gtk_widget_get_mapped(handover));
    guichet_handover_compare(GUICHET_HANDOVER(handover), "14AB12346");
    g_assert_true(wait_until(has_refused, town));
    take_picture(town, "day-wrong-title.png");
    g_assert_null(town->opened); /* not this title: stop */
    guichet_handover_compare(GUICHET_HANDOVER(handover), "14 ab 12345");
    g_autoptr(GuichetRequest) request = load_opened(town);
    g_assert_cmpstr(request->procedure_id, ==, "title-handover");
    g_assert_cmpstr(guichet_request_get_field(request, "title-number"), ==, TOWN_TITLE);
    guichet_page_enter(GUICHET_PAGE(town->home)); /* Escape: the day is back */
    iterate(50);
    g_assert_false(gtk_widget_get_mapped(handover));
}

static void
test_day(void)
{
    Town town = {.changed = 0};

    station_fixture_init(&town.fixture);
    station_fixture_enrol(&town.fixture);
    town.desk = station_fixture_login(&town.fixture);
    town_fill_day(&town.fixture, town.desk);
    open_window(&town);
    g_assert_true(wait_until(has_rows, &town));
    take_picture(&town, "day-1024x768.png");
    g_assert_cmpint(gtk_widget_get_width(town.window), <=, 1024);
    gtk_widget_activate_action(GTK_WIDGET(town.home), "day.mark", "(ss)", "RDV-03", "missed");
    g_assert_true(wait_until(has_missed, &town));
    gtk_window_set_default_size(GTK_WINDOW(town.window), 1280, 800);
    take_picture(&town, "day-1280x800.png");
    check_fold(&town);
    gtk_window_set_default_size(GTK_WINDOW(town.window), 1080, 1920);
    take_picture(&town, "day-1080x1920.png");
    gtk_widget_activate(find_widget(GTK_WIDGET(town.home), is_asked_row));
    g_autoptr(GuichetRequest) supplement = load_opened(&town);
    g_assert_cmpstr(supplement->procedure_id, ==, "other-case-supplement");
    check_reason(&town, supplement->id);
    check_search(&town, "000001");
    check_title(&town);
    guichet_overview_set_desk(town.overview, NULL);
    g_assert_cmpuint(guichet_overview_get_appointments(town.overview)->len, ==, 0);
    gtk_window_destroy(GTK_WINDOW(town.window));
    g_clear_object(&town.overview);
    g_clear_object(&town.desk);
    station_fixture_clear(&town.fixture);
}

int
main(int argc, char **argv)
{
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    g_test_add_func("/ui/day/one-key-opens-what-is-asked-and-only-the-right-title", test_day);
    return g_test_run();
}
