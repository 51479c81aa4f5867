/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * audit-window: the real window on a real station in a temporary folder, that does what it is told
 * on the standard input and says what it sees on the standard output, one JSON object a line:
 *
 * (words are kept apart by tabs)
 *
 *   style LANGUAGE PERCENT light|dark WIDTH HEIGHT
 *   login | action NAME [TEXT] | entry N TEXT | choose N | press CLASS | row N | wait CLASS |
 * control NAME settle MILLISECONDS | look | rings | tabs | picture FILE | page | focus
 */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comfort.h"
#include "pages/page.h"
#include "pixels.h"
#include "service/station-fixture.h"
#include "ui-locale.h"
#include "ui-resources.h"
#include "walk.h"
#include "widgets/field-row.h"
#include "window.h"

typedef struct {
    StationFixture fixture;
    GuichetDesk *desk;
    GtkWidget *window; /* the real one, or that of a control */
    GPtrArray *met;    /* what had the focus since "tabs", in order; borrowed */
    gboolean over;
    int width, height;
} Audit;

static void
settle(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

static void
on_painted(GdkFrameClock *clock, gpointer count)
{
    ++*(guint *)count;
}

/* Two whole frames: what was asked of the window is laid out and drawn, however busy the machine.
 */
static void
settle_frames(GtkWidget *window)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    gint64 end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
    guint count = 0;
    gulong handler;

    if (clock == NULL)
        return;
    handler = g_signal_connect(clock, "after-paint", G_CALLBACK(on_painted), &count);
    while (count < 2 && g_get_monotonic_time() < end) {
        gtk_widget_queue_draw(window);
        gdk_frame_clock_request_phase(clock, GDK_FRAME_CLOCK_PHASE_PAINT);
        settle(10);
    }
    g_signal_handler_disconnect(clock, handler);
}

static void
answer(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autofree char *text = NULL;

    json_node_init_object(node, object);
    text = json_to_string(node, FALSE);
    puts(text);
    fflush(stdout);
    json_object_unref(object);
}

/* --- finding --- */

typedef gboolean (*Match)(GtkWidget *widget, gconstpointer data);

static GtkWidget *
find(GtkWidget *widget, Match match, gconstpointer data, int *skip)
{
    GtkWidget *child, *found = NULL;

    if (!gtk_widget_get_mapped(widget))
        return NULL;
    if (match(widget, data) && (*skip)-- == 0)
        return widget;
    for (child = gtk_widget_get_first_child(widget); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = find(child, match, data, skip);
    return found;
}

static gboolean
has_class(GtkWidget *widget, gconstpointer css)
{
    return GTK_IS_BUTTON(widget) && gtk_widget_has_css_class(widget, css);
}

static gboolean
is_entry(GtkWidget *widget, gconstpointer data)
{
    return GTK_IS_ENTRY(widget) || GTK_IS_TEXT_VIEW(widget);
}

static gboolean
is_radio(GtkWidget *widget, gconstpointer data)
{
    return GTK_IS_CHECK_BUTTON(widget);
}

static gboolean
is_row(GtkWidget *widget, gconstpointer data)
{
    return GTK_IS_LIST_BOX_ROW(widget);
}

static gboolean
is_page(GtkWidget *widget, gconstpointer data)
{
    return GUICHET_IS_PAGE(widget);
}

static void
type_into(Audit *self, int n, const char *text)
{
    GtkWidget *entry = find(self->window, is_entry, NULL, &n);

    if (entry != NULL && GTK_IS_TEXT_VIEW(entry))
        gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(entry)), text, -1);
    else if (entry != NULL)
        gtk_editable_set_text(GTK_EDITABLE(entry), text);
}

static void
press(Audit *self, const char *css)
{
    int first = 0;
    GtkWidget *button = find(self->window, has_class, css, &first);

    if (button != NULL)
        g_signal_emit_by_name(button, "clicked");
}

static gboolean
is_of_class(GtkWidget *widget, gconstpointer name)
{
    return g_str_equal(G_OBJECT_TYPE_NAME(widget), name);
}

/* A page of that class is shown, or five seconds have gone. */
static void
wait_for(Audit *self, const char *name)
{
    for (int i = 0; i < 100; i++) {
        int first = 0;

        settle(50);
        if (find(self->window, is_of_class, name, &first) != NULL)
            break;
    }
    settle_frames(self->window);
}

/* Mapped pages, the outer first: "GuichetAssistant GuichetFormPage". */
static void
tell_page(Audit *self)
{
    JsonObject *object = json_object_new();
    g_autoptr(GString) names = g_string_new(NULL);

    for (int n = 0;; n++) {
        int skip = n;
        GtkWidget *page = find(self->window, is_page, NULL, &skip);

        if (page == NULL)
            break;
        g_string_append_printf(names, "%s%s", n > 0 ? " " : "", G_OBJECT_TYPE_NAME(page));
    }
    json_object_set_string_member(object, "pages", names->str);
    answer(object);
}

/* --- doing --- */

static void
fit(Audit *self)
{
    gtk_window_set_default_size(GTK_WINDOW(self->window), self->width, self->height);
    settle(150);
}

static void
set_style(Audit *self, char **words)
{
    guichet_comfort_set_text_percent(atoi(words[2]));
    guichet_comfort_set_dark(g_str_equal(words[3], "dark"));
    self->width = atoi(words[4]);
    self->height = atoi(words[5]);
    if (!g_str_equal(guichet_locale_get()->code, words[1])) {
        gtk_widget_activate_action(self->window, "win.language", "s", words[1]);
        settle(400);
    }
    fit(self);
}

static void
log_in(Audit *self)
{
    type_into(self, 0, FIXTURE_AGENT);
    type_into(self, 1, FIXTURE_PASSPHRASE);
    press(self, "primary");
    wait_for(self, "GuichetHomePage");
}

static void
act(Audit *self, char **words)
{
    if (words[2] != NULL)
        gtk_widget_activate_action(self->window, words[1], "s", words[2]);
    else
        gtk_widget_activate_action(self->window, words[1], NULL);
    settle(200);
}

static void
choose(Audit *self, int n)
{
    GtkWidget *radio = find(self->window, is_radio, NULL, &n);

    if (radio != NULL)
        gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
    settle(100);
}

static void
activate_row(Audit *self, int n)
{
    GtkWidget *row = find(self->window, is_row, NULL, &n);

    if (row != NULL)
        gtk_widget_activate(row);
    settle(300);
}

/* A widget that breaks one rule, beside one that breaks none: the audit must find it. */
static GtkWidget *
make_broken(const char *name)
{
    GtkWidget *widget = gtk_button_new_with_label(name);

    if (g_str_equal(name, "name"))
        widget = gtk_button_new_from_icon_name("guichet-check-symbolic");
    if (g_str_equal(name, "target"))
        gtk_widget_add_css_class(widget, "audit-small");
    if (g_str_equal(name, "contrast"))
        gtk_widget_add_css_class(widget, "audit-pale");
    if (g_str_equal(name, "focus-ring"))
        gtk_widget_add_css_class(widget, "audit-ringless");
    if (g_str_equal(name, "trap")) {
        widget = gtk_text_view_new();
        gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Notes", -1);
        gtk_widget_set_size_request(widget, 200, 60);
    }
    if (g_str_equal(name, "fit"))
        gtk_widget_set_size_request(widget, 4000, 60);
    if (g_str_equal(name, "cut")) {
        widget = gtk_label_new("Une phrase bien trop longue pour la place qu’on lui laisse");
        gtk_label_set_ellipsize(GTK_LABEL(widget), PANGO_ELLIPSIZE_END);
        gtk_widget_set_size_request(widget, 80, -1);
        gtk_widget_set_hexpand(widget, FALSE);
        gtk_widget_set_halign(widget, GTK_ALIGN_START);
        gtk_label_set_max_width_chars(GTK_LABEL(widget), 8);
    }
    return widget;
}

static void
show_control(Audit *self, const char *name)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 16);
    g_autoptr(GtkCssProvider) broken = gtk_css_provider_new();

    gtk_css_provider_load_from_data(
        broken,
        "window.guichet button.audit-small { min-height: 30px; min-width: 30px; padding: 0; }"
        "window.guichet button.audit-pale label { color: #9aa09c; }"
        "window.guichet button.audit-ringless:focus-visible { outline: none; }",
        -1);
    gtk_style_context_add_provider_for_display(gdk_display_get_default(),
                                               GTK_STYLE_PROVIDER(broken),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
    gtk_window_destroy(GTK_WINDOW(self->window));
    self->window = gtk_window_new();
    gtk_window_set_title(GTK_WINDOW(self->window), "Guichet");
    gtk_widget_add_css_class(self->window, "guichet");
    gtk_box_append(GTK_BOX(box), gtk_button_new_with_label("Sain"));
    gtk_box_append(GTK_BOX(box), make_broken(name));
    gtk_box_append(GTK_BOX(box), gtk_button_new_with_label("Sain aussi"));
    gtk_window_set_child(GTK_WINDOW(self->window), box);
    gtk_window_present(GTK_WINDOW(self->window));
    settle(300);
}

/* --- keys --- */

static void
on_focus(Audit *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self->window));

    if (focus != NULL)
        g_ptr_array_add(self->met, focus);
}

static void
on_keys_done(GPid pid, int status, gpointer done)
{
    *(gboolean *)done = TRUE;
    g_spawn_close_pid(pid);
}

/* Real presses of Tab by xdotool, at a pace that the window keeps up with. */
static gboolean
press_tab(const char *count)
{
    const char *command[] = {"xdotool", "key", "--delay", "25", "--repeat", count, "Tab", NULL};
    gboolean done = FALSE;
    GPid pid;

    if (!g_spawn_async(NULL, (char **)command, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL))
        return FALSE;
    g_child_watch_add(pid, on_keys_done, &done);
    while (!done)
        g_main_context_iteration(NULL, TRUE);
    settle(150);
    return TRUE;
}

static gboolean
is_upward(GtkWidget *from, GtkWidget *to, GtkWidget *window)
{
    graphene_rect_t a, b;

    return gtk_widget_compute_bounds(from, window, &a) &&
           gtk_widget_compute_bounds(to, window, &b) && b.origin.y + b.size.height <= a.origin.y;
}

static void
count_reached(Audit *self, GPtrArray *stops, JsonObject *object)
{
    g_autofree gboolean *reached = g_new0(gboolean, stops->len + 1);
    JsonArray *missed = json_array_new();
    guint upward = 0;

    for (guint i = 0; i < self->met->len; i++) {
        int stop = audit_find_stop(stops, g_ptr_array_index(self->met, i));

        if (stop >= 0)
            reached[stop] = TRUE;
        if (i > 0 && is_upward(g_ptr_array_index(self->met, i - 1), g_ptr_array_index(self->met, i),
                               self->window))
            upward++;
    }
    for (guint i = 0; i < stops->len; i++) {
        g_autofree char *name = audit_describe(g_ptr_array_index(stops, i));

        if (!reached[i])
            json_array_add_string_element(missed, name);
    }
    json_object_set_int_member(object, "moves", self->met->len);
    json_object_set_int_member(object, "upward", upward);
    json_object_set_array_member(object, "missed", missed);
}

/* Tab @count times: which stops were not reached, how often the focus moved and how often it went
 * up. A trap shows as moves that are fewer than presses. */
static void
walk_tabs(Audit *self)
{
    g_autoptr(GPtrArray) stops = audit_list_stops(self->window);
    guint presses = audit_count_targets(self->window) + 8;
    g_autofree char *count = g_strdup_printf("%u", presses);
    JsonObject *object = json_object_new();
    gulong handler;

    g_ptr_array_set_size(self->met, 0);
    handler =
        g_signal_connect_swapped(self->window, "notify::focus-widget", G_CALLBACK(on_focus), self);
    json_object_set_boolean_member(object, "pressed", press_tab(count));
    g_signal_handler_disconnect(self->window, handler);
    json_object_set_int_member(object, "presses", presses);
    count_reached(self, stops, object);
    answer(object);
}

static void
take_picture(Audit *self, const char *path)
{
    g_autoptr(AuditSheet) sheet = audit_sheet_new(self->window);

    cairo_surface_write_to_png(sheet->surface, path);
}

static void
tell_focus(Audit *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self->window));
    JsonObject *object = json_object_new();
    g_autofree char *name = focus != NULL ? audit_describe(focus) : g_strdup("");

    json_object_set_string_member(object, "focus", name);
    answer(object);
}

/* --- commands --- */

static gboolean
ask(Audit *self, char **words)
{
    if (g_str_equal(words[0], "look"))
        answer(audit_look(self->window, self->width, self->height));
    else if (g_str_equal(words[0], "rings"))
        answer(audit_look_at_focus(self->window));
    else if (g_str_equal(words[0], "tabs"))
        walk_tabs(self);
    else if (g_str_equal(words[0], "page"))
        tell_page(self);
    else if (g_str_equal(words[0], "focus"))
        tell_focus(self);
    else
        return FALSE;
    return TRUE;
}

static void
obey(Audit *self, char **words)
{
    if (g_str_equal(words[0], "style"))
        set_style(self, words);
    else if (g_str_equal(words[0], "login"))
        log_in(self);
    else if (g_str_equal(words[0], "action"))
        act(self, words);
    else if (g_str_equal(words[0], "entry"))
        type_into(self, atoi(words[1]), words[2]);
    else if (g_str_equal(words[0], "choose"))
        choose(self, atoi(words[1]));
    else if (g_str_equal(words[0], "row"))
        activate_row(self, atoi(words[1]));
    else if (g_str_equal(words[0], "wait"))
        wait_for(self, words[1]);
    else if (g_str_equal(words[0], "press"))
        press(self, words[1]);
    else if (g_str_equal(words[0], "control"))
        show_control(self, words[1]);
    else if (g_str_equal(words[0], "settle"))
        settle((guint)atoi(words[1]));
    else if (g_str_equal(words[0], "picture"))
        take_picture(self, words[1]);
    settle_frames(self->window);
    answer(json_object_new());
}

static gboolean
on_line(int fd, GIOCondition condition, gpointer user_data)
{
    char line[4096];
    g_auto(GStrv) words = NULL;

    if (fgets(line, sizeof line, stdin) == NULL) {
        ((Audit *)user_data)->over = TRUE;
        return G_SOURCE_REMOVE;
    }
    g_strchomp(line);
    words = g_strsplit(line, "\t", -1);
    if (!ask(user_data, words))
        obey(user_data, words);
    return G_SOURCE_CONTINUE;
}

/* A day with something in each list: a draft, a deposit that waits, one that was received. */
static void
fill_day(Audit *self)
{
    GError *error = NULL;
    g_autoptr(GuichetDesk) desk = station_fixture_login(&self->fixture);
    g_autofree char *first = station_fixture_draft(desk);
    g_autofree char *second = station_fixture_draft(desk);
    g_autofree char *draft = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) waiting = guichet_desk_seal(desk, first, &error);
    g_autoptr(GuichetRequest) received = guichet_desk_seal(desk, second, &error);

    g_assert_no_error(error);
    station_fixture_receive(&self->fixture, received);
    guichet_desk_logout(desk);
}

int
main(int argc, char **argv)
{
    Audit self = {.width = 1280, .height = 800};

    guichet_locale_start();
    gtk_init();
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    setvbuf(stdin, NULL, _IONBF, 0); /* the loop waits on what the buffer would hide */
    station_fixture_init(&self.fixture);
    station_fixture_enrol(&self.fixture);
    fill_day(&self);
    self.met = g_ptr_array_new();
    self.desk = guichet_desk_open(self.fixture.root, NULL);
    self.window = GTK_WIDGET(guichet_window_new(NULL));
    guichet_window_set_desk(GUICHET_WINDOW(self.window), self.desk);
    gtk_window_present(GTK_WINDOW(self.window));
    settle(300);
    answer(json_object_new());
    g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_line, &self);
    while (!self.over)
        g_main_context_iteration(NULL, TRUE);
    gtk_window_destroy(GTK_WINDOW(self.window));
    settle(200);
    g_object_unref(self.desk);
    g_ptr_array_unref(self.met);
    station_fixture_clear(&self.fixture);
    return 0;
}
