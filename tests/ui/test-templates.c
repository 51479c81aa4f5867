/* SPDX-License-Identifier: EUPL-1.2 */
/* Makes and shows every class of the window under a virtual display; criticals are fatal. */
#include <gtk/gtk.h>

#include "assistant.h"
#include "comfort.h"
#include "pages/checklist.h"
#include "pages/choice.h"
#include "pages/consent.h"
#include "pages/dashboard.h"
#include "pages/follow.h"
#include "pages/form.h"
#include "pages/guide.h"
#include "pages/handover.h"
#include "pages/home.h"
#include "pages/login.h"
#include "pages/mediator-home.h"
#include "pages/papers.h"
#include "pages/photo.h"
#include "pages/prints.h"
#include "pages/professional.h"
#include "pages/queue.h"
#include "pages/receipt.h"
#include "pages/site-help.h"
#include "pages/summary.h"
#include "pages/technician-part.h"
#include "pages/technician-row.h"
#include "pages/technician.h"
#include "text.h"
#include "ui-resources.h"
#include "widgets/alert.h"
#include "widgets/appointment-row.h"
#include "widgets/check-row.h"
#include "widgets/comfort-panel.h"
#include "widgets/field-row.h"
#include "widgets/hand.h"
#include "widgets/idle-banner.h"
#include "widgets/key-foot.h"
#include "widgets/picture-frame.h"
#include "widgets/plot-panel.h"
#include "widgets/plot.h"
#include "widgets/reason-list.h"
#include "widgets/request-row.h"
#include "window.h"

#define TARGET_PIXELS 44 /* WCAG 2.1, 2.5.5 */

static GType (*const classes[])(void) = {
    guichet_alert_get_type,
    guichet_assistant_get_type,
    guichet_check_row_get_type,
    guichet_choice_page_get_type,
    guichet_comfort_panel_get_type,
    guichet_field_row_get_type,
    guichet_form_page_get_type,
    guichet_hand_get_type,
    guichet_home_page_get_type,
    guichet_key_foot_get_type,
    guichet_login_page_get_type,
    guichet_papers_page_get_type,
    guichet_photo_page_get_type,
    guichet_picture_frame_get_type,
    guichet_prints_page_get_type,
    guichet_queue_page_get_type,
    guichet_reason_list_get_type,
    guichet_receipt_page_get_type,
    guichet_request_row_get_type,
    guichet_summary_page_get_type,
    guichet_idle_banner_get_type,
    guichet_handover_get_type,
    guichet_appointment_row_get_type,
    guichet_guide_page_get_type,
    guichet_checklist_page_get_type,
    guichet_consent_page_get_type,
    guichet_follow_page_get_type,
    guichet_mediator_home_get_type,
    guichet_professional_page_get_type,
    guichet_site_help_page_get_type,
    guichet_dashboard_page_get_type,
    guichet_plot_panel_get_type,
    guichet_plot_get_type,
    guichet_technician_page_get_type,
    guichet_technician_part_get_type,
    guichet_technician_row_get_type,
};

static void
iterate(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

static void
test_every_class(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        GtkWidget *window = gtk_window_new();
        GtkWidget *widget = g_object_new(classes[i](), NULL);
        GtkWidget *list = GTK_IS_LIST_BOX_ROW(widget) ? gtk_list_box_new() : NULL;

        if (list != NULL)
            gtk_list_box_append(GTK_LIST_BOX(list), widget);
        gtk_window_set_child(GTK_WINDOW(window), list != NULL ? list : widget);
        gtk_window_present(GTK_WINDOW(window));
        iterate(20);
        gtk_window_destroy(GTK_WINDOW(window));
    }
}

/* --- targets, on every step of every procedure --- */

static gboolean
is_small(GtkWidget *widget)
{
    graphene_rect_t bounds;

    if (!gtk_widget_get_mapped(widget) || !gtk_widget_get_focusable(widget))
        return FALSE;
    if (GTK_IS_SCROLLED_WINDOW(widget) || GTK_IS_TEXT(widget) || GTK_IS_TEXT_VIEW(widget) ||
        GTK_IS_LIST_BOX(widget) || GTK_IS_LABEL(widget))
        return FALSE;
    return !gtk_widget_compute_bounds(widget, GTK_WIDGET(gtk_widget_get_root(widget)), &bounds) ||
           bounds.size.width < TARGET_PIXELS || bounds.size.height < TARGET_PIXELS;
}

static GtkWidget *
find_small(GtkWidget *widget)
{
    GtkWidget *child = gtk_widget_get_first_child(widget);
    GtkWidget *small = is_small(widget) ? widget : NULL;

    for (; small == NULL && child != NULL; child = gtk_widget_get_next_sibling(child))
        small = find_small(child);
    return small;
}

/* A page is laid out with its next frames: small targets have some time to grow. */
static void
check_targets(GtkWidget *window, const char *place)
{
    GtkWidget *small = find_small(window);

    for (int i = 0; i < 100 && small != NULL; i++) {
        iterate(50);
        small = find_small(window);
    }
    if (small != NULL)
        g_error("%s: a %s is %d by %d px", place, G_OBJECT_TYPE_NAME(small),
                gtk_widget_get_width(small), gtk_widget_get_height(small));
}

static GPtrArray *
load_procedures(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
    g_autoptr(GError) error = NULL;
    GPtrArray *procedures = guichet_procedure_load_folder(folder, &error);

    g_assert_no_error(error);
    return procedures;
}

static void
show_steps(GuichetProcedure *procedure, gboolean check)
{
    GtkWidget *window = gtk_window_new();
    GuichetAssistant *assistant = g_object_new(GUICHET_TYPE_ASSISTANT, NULL);
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    g_autoptr(GuichetDraft) draft =
        guichet_draft_new(NULL, guichet_request_new(procedure), guichet_procedure_ref(procedure));

    gtk_widget_add_css_class(window, "guichet");
    gtk_window_set_default_size(GTK_WINDOW(window), 1280, 800);
    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(assistant));
    gtk_window_present(GTK_WINDOW(window));
    guichet_assistant_open(assistant, draft);
    guichet_page_enter(GUICHET_PAGE(assistant));
    for (guint i = 0; i < steps->len; i++) {
        const GuichetStep *step = g_ptr_array_index(steps, i);

        guichet_assistant_go(assistant, step->id);
        iterate(60);
        if (check)
            check_targets(window, step->id);
        if (gtk_widget_get_width(window) > 1280)
            g_error("%s: %d px wide", step->id, gtk_widget_get_width(window));
    }
    gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_every_step(void)
{
    g_autoptr(GPtrArray) procedures = load_procedures();

    for (guint i = 0; i < procedures->len; i++)
        show_steps(g_ptr_array_index(procedures, i), TRUE);
}

static void
test_every_step_in_large(void)
{
    g_autoptr(GPtrArray) procedures = load_procedures();

    guichet_comfort_set_text_percent(200);
    guichet_comfort_set_dark(TRUE);
    for (guint i = 0; i < procedures->len; i++)
        show_steps(g_ptr_array_index(procedures, i), FALSE);
    guichet_comfort_set_dark(FALSE);
    guichet_comfort_set_text_percent(100);
}

static void
test_day_and_choice(void)
{
    GtkWidget *window = gtk_window_new();
    GuichetHomePage *home = g_object_new(GUICHET_TYPE_HOME_PAGE, NULL);
    GuichetChoicePage *choice = g_object_new(GUICHET_TYPE_CHOICE_PAGE, NULL);
    GtkWidget *both = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    g_autoptr(GuichetOverview) overview = guichet_overview_new();
    GPtrArray *procedures = load_procedures();
    GPtrArray *requests = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_request_free);
    GuichetStoreCounts counts = {.drafts = 1};

    g_ptr_array_add(requests, guichet_request_new(g_ptr_array_index(procedures, 0)));
    guichet_home_page_set_overview(home, overview);
    guichet_choice_page_set_overview(choice, overview);
    guichet_overview_set_content(overview, requests, procedures, &counts);
    gtk_widget_add_css_class(window, "guichet");
    gtk_box_append(GTK_BOX(both), GTK_WIDGET(home));
    gtk_box_append(GTK_BOX(both), GTK_WIDGET(choice));
    gtk_window_set_child(GTK_WINDOW(window), both);
    gtk_window_present(GTK_WINDOW(window));
    iterate(100);
    check_targets(window, "home and choice");
    gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_window_closes_the_inspector(void)
{
    GtkWidget *window = g_object_new(GUICHET_TYPE_WINDOW, NULL);
    gboolean handled = FALSE;
    guint before;

    gtk_window_present(GTK_WINDOW(window));
    iterate(100);
    check_targets(window, "window");
    before = g_list_model_get_n_items(gtk_window_get_toplevels());
    g_signal_emit_by_name(window, "enable-debugging", FALSE, &handled);
    iterate(100);
    g_assert_cmpuint(g_list_model_get_n_items(gtk_window_get_toplevels()), ==, before);
    gtk_window_destroy(GTK_WINDOW(window));
}

/* --- nobody there --- */

static void
on_count(guint *count)
{
    (*count)++;
}

static GtkWidget *
find_alert(GtkWidget *widget)
{
    GtkWidget *child = gtk_widget_get_first_child(widget);

    return child != NULL && GUICHET_IS_ALERT(child) ? child : NULL;
}

static void
test_idle_warns_then_expires(void)
{
    GtkWidget *window = gtk_window_new();
    GuichetIdleBanner *banner = g_object_new(GUICHET_TYPE_IDLE_BANNER, NULL);
    g_autoptr(GuichetIdleWatch) watch = NULL;
    guint expired = 0;

    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(banner));
    guichet_idle_banner_watch(banner, window);
    g_object_get(banner, "watch", &watch, NULL);
    g_object_set(watch, "lock-after", 4, "warn-before", 2, NULL);
    g_signal_connect_swapped(banner, "expired", G_CALLBACK(on_count), &expired);
    gtk_window_present(GTK_WINDOW(window));
    guichet_idle_banner_set_active(banner, TRUE);
    g_assert_false(gtk_widget_get_visible(find_alert(GTK_WIDGET(banner))));
    /* seconds are counted whole, and a window that appears under the pointer counts as a move */
    for (int i = 0; i < 100 && !gtk_widget_get_visible(find_alert(GTK_WIDGET(banner))); i++)
        iterate(100);
    g_assert_true(gtk_widget_get_visible(find_alert(GTK_WIDGET(banner))));
    g_assert_cmpuint(expired, ==, 0);
    for (int i = 0; i < 100 && expired == 0; i++)
        iterate(100);
    g_assert_false(gtk_widget_get_visible(find_alert(GTK_WIDGET(banner))));
    iterate(2000);
    g_assert_cmpuint(expired, ==, 1);
    gtk_window_destroy(GTK_WINDOW(window));
}

/* Real keys, on the whole window: each puts the lock off. */
static void
test_idle_is_put_off_by_a_key(void)
{
    GtkWidget *window = g_object_new(GUICHET_TYPE_WINDOW, NULL);
    g_autoptr(GuichetIdleWatch) watch = guichet_idle_watch_new(window);
    g_autofree char *tool = g_find_program_in_path("xdotool");
    guint expired = 0;

    if (tool == NULL) {
        g_test_skip("xdotool is not installed");
        gtk_window_destroy(GTK_WINDOW(window));
        return;
    }
    g_object_set(watch, "lock-after", 4, "warn-before", 1, NULL);
    g_signal_connect_swapped(watch, "expired", G_CALLBACK(on_count), &expired);
    gtk_window_present(GTK_WINDOW(window));
    iterate(300);
    g_assert_true(g_spawn_command_line_sync(
        "xdotool search --onlyvisible --name ^Guichet$ windowfocus", NULL, NULL, NULL, NULL));
    guichet_idle_watch_start(watch);
    for (int i = 0; i < 5; i++) {
        g_assert_true(
            g_spawn_command_line_async(i % 2 == 0 ? "xdotool key Shift_L" : "xdotool key a", NULL));
        iterate(1200);
    }
    g_assert_cmpuint(expired, ==, 0);
    for (int i = 0; i < 100 && expired == 0; i++)
        iterate(100);
    g_assert_cmpuint(expired, ==, 1);
    guichet_idle_watch_stop(watch);
    gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_idle_rests_when_told(void)
{
    GtkWidget *window = gtk_window_new();
    GuichetIdleBanner *banner = g_object_new(GUICHET_TYPE_IDLE_BANNER, NULL);
    g_autoptr(GuichetIdleWatch) watch = NULL;
    guint expired = 0;

    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(banner));
    guichet_idle_banner_watch(banner, window);
    g_object_get(banner, "watch", &watch, NULL);
    g_object_set(watch, "lock-after", 1, NULL);
    g_signal_connect_swapped(banner, "expired", G_CALLBACK(on_count), &expired);
    guichet_idle_banner_set_active(banner, TRUE);
    guichet_idle_banner_set_active(banner, FALSE);
    iterate(2500);
    g_assert_cmpuint(expired, ==, 0);
    g_object_set(watch, "lock-after", 0, NULL); /* never */
    guichet_idle_banner_set_active(banner, TRUE);
    iterate(2500);
    g_assert_cmpuint(expired, ==, 0);
    gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_errors_are_sentences(void)
{
    static const struct {
        const char *message, *sentence;
    } cases[] = {
        {"disque plein ; libérez de la place", "Disque plein ; libérez de la place."},
        {"échec\nsuite", "Échec."},
        {"Déjà fait.", "Déjà fait."},
        {"", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, 0, cases[i].message);
        g_autofree char *sentence = guichet_text_error(error);

        g_assert_cmpstr(sentence, ==, cases[i].sentence);
    }
}

int
main(int argc, char **argv)
{
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    g_test_add_func("/ui/templates/every-class-is-made", test_every_class);
    g_test_add_func("/ui/templates/every-step-has-large-targets", test_every_step);
    g_test_add_func("/ui/templates/every-step-fits-at-200-percent-in-the-dark",
                    test_every_step_in_large);
    g_test_add_func("/ui/templates/day-and-choice-have-large-targets", test_day_and_choice);
    g_test_add_func("/ui/window/closes-the-inspector", test_window_closes_the_inspector);
    g_test_add_func("/ui/text/errors-are-sentences", test_errors_are_sentences);
    g_test_add_func("/ui/idle/warns-then-expires-once", test_idle_warns_then_expires);
    g_test_add_func("/ui/idle/is-put-off-by-a-key", test_idle_is_put_off_by_a_key);
    g_test_add_func("/ui/idle/rests-when-told", test_idle_rests_when_told);
    return g_test_run();
}
