/* SPDX-License-Identifier: EUPL-1.2 */
/* The guided path on the screen: answers by click, back without loss, and a list that fits. */
#include <gtk/gtk.h>

#include "comfort.h"
#include "pages/checklist.h"
#include "pages/guide.h"
#include "ui-resources.h"

static void
iterate(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

static GuichetGuide *
load_guide(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "guide", "guide.json", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    GuichetGuide *guide;
    char *text;
    gsize size;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    bytes = g_bytes_new_take(text, size);
    guide = guichet_guide_new(bytes, "guide.json", &error);
    g_assert_no_error(error);
    return guide;
}

static GuichetPlan *
make_plan(GuichetGuide *guide, const char *const *answers)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) procedures = guichet_procedure_load_folder(folder, &error);
    g_autoptr(GuichetGuidePlace) place =
        guichet_guide_walk(guide, answers, g_get_real_time(), &error);
    GuichetPlan *plan = guichet_plan_new(guide, place, procedures, g_get_real_time(), &error);

    g_assert_no_error(error);
    return plan;
}

static GtkWidget *
open_window(GtkWidget *page, int width, int height)
{
    GtkWidget *window = gtk_window_new();
    GtkWidget *scroller = gtk_scrolled_window_new();

    gtk_widget_add_css_class(window, "guichet");
    gtk_widget_add_css_class(page, "content");
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), page);
    gtk_window_set_default_size(GTK_WINDOW(window), width, height);
    gtk_window_set_child(GTK_WINDOW(window), scroller);
    gtk_window_present(GTK_WINDOW(window));
    iterate(100);
    return window;
}

/* The grid of tiles is the last child of the page. */
static GtkWidget *
find_tile(GuichetGuidePage *page, guint index)
{
    GtkWidget *tile = gtk_widget_get_first_child(gtk_widget_get_last_child(GTK_WIDGET(page)));

    for (guint i = 0; i < index; i++)
        tile = gtk_widget_get_next_sibling(tile);
    g_assert_nonnull(tile);
    return tile;
}

static void
press(GuichetGuidePage *page, guint index)
{
    g_signal_emit_by_name(find_tile(page, index), "clicked");
    iterate(50);
}

static void
test_back_loses_nothing(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    GuichetGuidePage *page = g_object_new(GUICHET_TYPE_GUIDE_PAGE, NULL);
    GtkWidget *window = open_window(GTK_WIDGET(page), 1280, 800);

    guichet_guide_page_set_guide(page, guide);
    press(page, 2); /* vehicle */
    press(page, 1); /* inherited */
    guichet_page_press(GUICHET_PAGE(page), GUICHET_KEY_PREVIOUS);
    iterate(50);
    g_assert_true(gtk_widget_has_css_class(find_tile(page, 1), "chosen"));
    guichet_page_press(GUICHET_PAGE(page), GUICHET_KEY_PREVIOUS);
    iterate(50);
    g_assert_true(gtk_widget_has_css_class(find_tile(page, 2), "chosen"));
    g_assert_true(gtk_widget_is_focus(find_tile(page, 2)));
    press(page, 2); /* the same answer: what came after it is still there */
    g_assert_true(gtk_widget_has_css_class(find_tile(page, 1), "chosen"));
    guichet_page_press(GUICHET_PAGE(page), GUICHET_KEY_PREVIOUS);
    press(page, 1); /* another one: it is not */
    for (guint i = 0; i < 5; i++)
        g_assert_false(gtk_widget_has_css_class(find_tile(page, i), "chosen"));
    gtk_window_destroy(GTK_WINDOW(window));
}

static void
check_width(int percent, int width, int height)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    const char *const answers[] = {"difficulty", "no-home", "passport", "loss", "protected", NULL};
    GuichetGuidePage *page;
    GuichetChecklistPage *list;
    GtkWidget *window;

    guichet_comfort_set_text_percent(percent);
    page = g_object_new(GUICHET_TYPE_GUIDE_PAGE, NULL);
    window = open_window(GTK_WIDGET(page), width, height);
    guichet_guide_page_set_guide(page, guide);
    iterate(100);
    g_assert_cmpint(gtk_widget_get_width(window), <=, width);
    gtk_window_destroy(GTK_WINDOW(window));
    list = g_object_new(GUICHET_TYPE_CHECKLIST_PAGE, NULL);
    window = open_window(GTK_WIDGET(list), width, height);
    guichet_checklist_page_show(list, NULL, make_plan(guide, answers));
    guichet_page_enter(GUICHET_PAGE(list));
    iterate(100);
    g_assert_cmpint(gtk_widget_get_width(window), <=, width);
    gtk_window_destroy(GTK_WINDOW(window));
    guichet_comfort_set_text_percent(100);
}

static void
test_fits(void)
{
    check_width(100, 1280, 800);
    check_width(200, 1280, 800);
    check_width(100, 1080, 1920);
}

int
main(int argc, char **argv)
{
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    g_test_add_func("/ui/guide/back-loses-nothing", test_back_loses_nothing);
    g_test_add_func("/ui/guide/questions-and-list-fit-the-screen", test_fits);
    return g_test_run();
}
