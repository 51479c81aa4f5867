/* SPDX-License-Identifier: EUPL-1.2 */
/* Another language in the middle of the work: nothing that was typed goes, the focus comes back. */
#include <gtk/gtk.h>

#include "assistant.h"
#include "comfort.h"
#include "page-stack.h"
#include "pages/form.h"
#include "pages/login.h"
#include "typed.h"
#include "ui-locale.h"
#include "ui-resources.h"
#include "widgets/field-row.h"

static void
iterate(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

static GtkWidget *
find_class(GtkWidget *widget, GType type, guint *skip)
{
    GtkWidget *child, *found = NULL;

    if (g_type_is_a(G_OBJECT_TYPE(widget), type) && (*skip)-- == 0)
        return widget;
    for (child = gtk_widget_get_first_child(widget); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = find_class(child, type, skip);
    return found;
}

static GtkWidget *
find_nth(GtkWidget *widget, GType type, guint n)
{
    return find_class(widget, type, &n);
}

static void
ignore_page(GuichetPage *page, gpointer user_data)
{
    (*(guint *)user_data)++;
}

static GuichetDraft *
make_draft(const char *id)
{
    g_autofree char *path =
        g_strdup_printf("%s/assets/procedures/%s.json", g_getenv("GUICHET_SOURCE"), id);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetProcedure) procedure = guichet_procedure_load(path, &error);

    g_assert_no_error(error);
    return guichet_draft_new(NULL, guichet_request_new(procedure),
                             guichet_procedure_ref(procedure));
}

typedef struct {
    GtkWidget *window;
    GtkStack *stack;
    GuichetPage *shown;
    guint made;
} Desk;

static void
desk_open(Desk *desk, GuichetDraft *draft)
{
    desk->made = 0;
    desk->window = gtk_window_new();
    desk->stack = GTK_STACK(gtk_stack_new());
    gtk_window_set_default_size(GTK_WINDOW(desk->window), 1280, 800);
    gtk_window_set_child(GTK_WINDOW(desk->window), GTK_WIDGET(desk->stack));
    guichet_page_stack_ensure(desk->stack, GUICHET_TYPE_LOGIN_PAGE, ignore_page, &desk->made);
    desk->shown =
        guichet_page_stack_ensure(desk->stack, GUICHET_TYPE_ASSISTANT, ignore_page, &desk->made);
    guichet_assistant_open(GUICHET_ASSISTANT(desk->shown), draft);
    gtk_stack_set_visible_child_name(desk->stack, "GuichetAssistant");
    gtk_window_present(GTK_WINDOW(desk->window));
    guichet_page_enter(desk->shown);
    iterate(100);
}

static void
switch_to(Desk *desk, const char *code, GtkWidget **focus)
{
    guichet_locale_set(code);
    guichet_page_stack_renew(desk->stack, &desk->shown, focus, ignore_page, &desk->made);
    iterate(50);
}

static void
assert_words(Desk *desk, const char *wanted)
{
    GtkWidget *previous = find_nth(GTK_WIDGET(desk->shown), GTK_TYPE_BUTTON, 0);

    g_assert_cmpstr(gtk_button_get_label(GTK_BUTTON(previous)), ==, wanted);
}

/* What is not well formed is stored nowhere: it must come over by itself. */
static void
test_typed_text_and_focus_come_over(void)
{
    g_autoptr(GuichetDraft) draft = make_draft("passport");
    GtkWidget *focus, *entry, *radio;
    GuichetPage *old;
    Desk desk;

    desk_open(&desk, draft);
    radio = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_CHECK_BUTTON, 1);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
    guichet_assistant_go(GUICHET_ASSISTANT(desk.shown), "civil-status");
    iterate(100);
    entry = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 3);
    gtk_editable_set_text(GTK_EDITABLE(entry), "31/02/19");
    gtk_editable_set_position(GTK_EDITABLE(entry), 3);
    focus = gtk_widget_get_first_child(entry);
    old = desk.shown;
    switch_to(&desk, "en", &focus);
    g_assert_true(desk.shown != old);
    g_assert_cmpuint(desk.made, ==, 4);
    entry = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 3);
    g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(entry)), ==, "31/02/19");
    g_assert_cmpint(gtk_editable_get_position(GTK_EDITABLE(entry)), ==, 3);
    g_assert_true(focus == entry);
    radio = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_CHECK_BUTTON, 1);
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(radio)));
    assert_words(&desk, "Previous (Alt+←)");
    gtk_window_destroy(GTK_WINDOW(desk.window));
    guichet_locale_set("fr");
}

/* What is typed in one entry, and the state of the radios, through every language and back. */
static void
test_all_languages_and_back_lose_nothing(void)
{
    static const char *const languages[] = {"en", "ar", "fr"};
    g_autoptr(GuichetDraft) draft = make_draft("passport");
    GtkWidget *focus = NULL, *entry, *radio;
    Desk desk; /* entry 0 is on the page before */

    desk_open(&desk, draft);
    guichet_assistant_go(GUICHET_ASSISTANT(desk.shown), "civil-status");
    iterate(100);
    gtk_editable_set_text(GTK_EDITABLE(find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 1)),
                          "Lefèvre-د");
    gtk_editable_set_text(GTK_EDITABLE(find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 4)), "1/");
    radio = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_CHECK_BUTTON, 0);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
        switch_to(&desk, languages[i], &focus);
        entry = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 1);
        g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(entry)), ==, "Lefèvre-د");
        entry = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_ENTRY, 4);
        g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(entry)), ==, "1/");
        g_assert_cmpint(gtk_widget_get_direction(gtk_widget_get_first_child(entry)), ==,
                        GTK_TEXT_DIR_LTR);
        radio = find_nth(GTK_WIDGET(desk.shown), GTK_TYPE_CHECK_BUTTON, 0);
        g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(radio)));
    }
    assert_words(&desk, "Précédent (Alt+←)");
    gtk_window_destroy(GTK_WINDOW(desk.window));
}

static void
test_arabic_runs_from_right_to_left(void)
{
    g_autoptr(GuichetDraft) draft = make_draft("passport");
    GtkWidget *focus = NULL;
    Desk desk;

    desk_open(&desk, draft);
    switch_to(&desk, "ar", &focus);
    g_assert_cmpint(gtk_widget_get_direction(GTK_WIDGET(desk.shown)), ==, GTK_TEXT_DIR_RTL);
    switch_to(&desk, "fr", &focus);
    g_assert_cmpint(gtk_widget_get_direction(GTK_WIDGET(desk.shown)), ==, GTK_TEXT_DIR_LTR);
    assert_words(&desk, "Précédent (Alt+←)");
    gtk_window_destroy(GTK_WINDOW(desk.window));
}

/* A passphrase goes over in its own buffer. */
static void
test_what_is_hidden_is_not_copied(void)
{
    GtkWidget *from = gtk_entry_new(), *to = gtk_entry_new();
    g_autoptr(GuichetTyped) typed = NULL;

    g_object_ref_sink(from);
    g_object_ref_sink(to);
    gtk_entry_set_visibility(GTK_ENTRY(from), FALSE);
    gtk_editable_set_text(GTK_EDITABLE(from), "phrase secrète");
    typed = guichet_typed_take(from, NULL);
    guichet_typed_give(typed, to);
    g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(to)), ==, "phrase secrète");
    g_assert_true(gtk_entry_get_buffer(GTK_ENTRY(to)) == gtk_entry_get_buffer(GTK_ENTRY(from)));
    g_object_unref(from);
    g_object_unref(to);
}

/* Another tree: what has no place is left out, nothing is written into the wrong kind of widget. */
static void
test_another_tree_is_passed_over(void)
{
    GtkWidget *from = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *to = gtk_list_box_new();
    GtkWidget *entry = gtk_entry_new(), *view = gtk_text_view_new();
    g_autoptr(GuichetTyped) typed = NULL;

    g_object_ref_sink(from);
    g_object_ref_sink(to);
    gtk_box_append(GTK_BOX(from), entry);
    gtk_box_append(GTK_BOX(from), view);
    gtk_editable_set_text(GTK_EDITABLE(entry), "a");
    typed = guichet_typed_take(from, view);
    guichet_typed_give(typed, to);
    g_assert_null(guichet_typed_find_focus(typed, to));
    g_object_unref(from);
    g_object_unref(to);
}

static void
test_numbers_keep_their_order(void)
{
    g_autofree char *plain = guichet_locale_isolate("10:42");
    g_autofree char *apart = NULL, *nothing = NULL;

    g_assert_cmpstr(plain, ==, "10:42");
    guichet_locale_set("ar");
    apart = guichet_locale_isolate("10:42");
    nothing = guichet_locale_isolate("");
    g_assert_cmpstr(apart, ==,
                    "\xe2\x81\xa8"
                    "10:42"
                    "\xe2\x81\xa9");
    g_assert_cmpstr(nothing, ==, "");
    guichet_locale_set("xx"); /* unknown: nothing changes */
    g_assert_cmpstr(guichet_locale_get()->code, ==, "ar");
    guichet_locale_set("fr");
}

int
main(int argc, char **argv)
{
    guichet_locale_start();
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    g_test_add_func("/ui/language/typed-text-and-focus-come-over",
                    test_typed_text_and_focus_come_over);
    g_test_add_func("/ui/language/all-languages-and-back-lose-nothing",
                    test_all_languages_and_back_lose_nothing);
    g_test_add_func("/ui/language/arabic-runs-from-right-to-left",
                    test_arabic_runs_from_right_to_left);
    g_test_add_func("/ui/typed/what-is-hidden-is-not-copied", test_what_is_hidden_is_not_copied);
    g_test_add_func("/ui/typed/another-tree-is-passed-over", test_another_tree_is_passed_over);
    g_test_add_func("/ui/language/numbers-keep-their-order", test_numbers_keep_their_order);
    return g_test_run();
}
