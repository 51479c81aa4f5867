/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * audit-window ROLE: a real window on a real station in a temporary folder, that does what it is
 * told on the standard input and says what it sees on the standard output, one JSON object a line.
 * Each answer comes when the window rests (still.h), so that nobody has to sleep.
 *
 * (words are kept apart by tabs)
 *
 *   style LANGUAGE PERCENT light|dark WIDTH HEIGHT
 *   login (unless a session is open) | action NAME [TEXT] | draft passport|filled|other
 *   entry N TEXT | choose N | press CLASS [N] | row N | open asked|title | wait CLASS
 *   kiosk SCREEN | warn | calm | control NAME
 *   look | rings | tabs | picture FILE | page | focus
 */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comfort.h"
#include "kiosk/window-private.h"
#include "pages/page.h"
#include "pixels.h"
#include "stage.h"
#include "still.h"
#include "ui-locale.h"
#include "ui-resources.h"
#include "walk.h"
#include "widgets/request-row.h"

typedef struct {
    Stage stage;
    GPtrArray *met; /* what had the focus since "tabs", in order; borrowed */
    gboolean over;
    int width, height;
} Audit;

static gboolean
rest(Audit *self)
{
    return audit_rest(self->stage.window, self->stage.desk);
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
    GtkWidget *entry = find(self->stage.driven, is_entry, NULL, &n);

    if (entry != NULL && GTK_IS_TEXT_VIEW(entry))
        gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(entry)), text, -1);
    else if (entry != NULL)
        gtk_editable_set_text(GTK_EDITABLE(entry), text);
}

static void
press(Audit *self, const char *css, int n)
{
    GtkWidget *button = find(self->stage.driven, has_class, css, &n);

    if (button != NULL)
        g_signal_emit_by_name(button, "clicked");
}

static gboolean
is_of_class(GtkWidget *widget, gconstpointer name)
{
    return g_str_equal(G_OBJECT_TYPE_NAME(widget), name);
}

/* A page of that class is shown, or the patience of still.h has gone. */
static void
wait_for(Audit *self, const char *name)
{
    gint64 end = g_get_monotonic_time() + AUDIT_PATIENCE_SECONDS * G_USEC_PER_SEC;
    int first;

    do {
        first = 0;
        rest(self);
    } while (find(self->stage.driven, is_of_class, name, &first) == NULL &&
             g_get_monotonic_time() < end);
}

/* Mapped pages, the outer first: "GuichetAssistant GuichetFormPage". */
static void
tell_page(Audit *self)
{
    JsonObject *object = json_object_new();
    g_autoptr(GString) names = g_string_new(NULL);

    for (int n = 0;; n++) {
        int skip = n;
        GtkWidget *page = find(self->stage.driven, is_page, NULL, &skip);

        if (page == NULL)
            break;
        g_string_append_printf(names, "%s%s", n > 0 ? " " : "", G_OBJECT_TYPE_NAME(page));
    }
    json_object_set_string_member(object, "pages", names->str);
    answer(object);
}

/* --- doing --- */

static void
set_style(Audit *self, char **words)
{
    guichet_comfort_set_text_percent(atoi(words[2]));
    guichet_comfort_set_dark(g_str_equal(words[3], "dark"));
    self->width = atoi(words[4]);
    self->height = atoi(words[5]);
    stage_speak(&self->stage, words[1]);
    gtk_window_set_default_size(GTK_WINDOW(self->stage.window), self->width, self->height);
}

static void
log_in(Audit *self)
{
    if (guichet_desk_is_open(self->stage.desk))
        return;
    type_into(self, 0, FIXTURE_AGENT);
    type_into(self, 1, FIXTURE_PASSPHRASE);
    press(self, "primary", 0);
    for (int i = 0; i < AUDIT_PATIENCE_SECONDS && !guichet_desk_is_open(self->stage.desk); i++)
        rest(self);
}

static void
act(Audit *self, char **words)
{
    if (words[2] == NULL)
        gtk_widget_activate_action(self->stage.driven, words[1], NULL);
    else if (g_str_equal(words[2], "true"))
        gtk_widget_activate_action(self->stage.driven, words[1], "b", TRUE);
    else
        gtk_widget_activate_action(self->stage.driven, words[1], "s", words[2]);
}

static void
open_draft(Audit *self, const char *name)
{
    const char *id = g_str_equal(name, "passport") ? self->stage.passport
                     : g_str_equal(name, "filled") ? self->stage.filled
                                                   : self->stage.other;

    gtk_widget_activate_action(self->stage.driven, "win.open", "s", id);
    wait_for(self, "GuichetAssistant");
}

static void
choose(Audit *self, int n)
{
    GtkWidget *radio = find(self->stage.driven, is_radio, NULL, &n);

    if (radio != NULL)
        gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
}

static void
activate_row(Audit *self, int n)
{
    GtkWidget *row = find(self->stage.driven, is_row, NULL, &n);

    if (row != NULL)
        gtk_widget_activate(row);
}

static gboolean
is_in_state(GtkWidget *widget, gconstpointer state)
{
    return GUICHET_IS_REQUEST_ROW(widget) &&
           guichet_request_row_get_state(GUICHET_REQUEST_ROW(widget)) == GPOINTER_TO_UINT(state);
}

static void
open_row(Audit *self, const char *name)
{
    GuichetRequestState state =
        g_str_equal(name, "asked") ? GUICHET_REQUEST_SUPPLEMENT_ASKED : GUICHET_REQUEST_TITLE_READY;
    int first = 0;
    GtkWidget *row = find(self->stage.driven, is_in_state, GUINT_TO_POINTER((guint)state), &first);

    if (row != NULL)
        gtk_widget_activate(row);
}

static const char *const kiosk_screens[] = {
    [SCREEN_CLOSED] = "closed", [SCREEN_WELCOME] = "welcome", [SCREEN_CHOICE] = "choice",
    [SCREEN_TICKET] = "ticket", [SCREEN_RESUME] = "resume",   [SCREEN_QUESTION] = "question",
    [SCREEN_PAPERS] = "papers", [SCREEN_REVIEW] = "review",   [SCREEN_DONE] = "done",
    [SCREEN_STOP] = "stop",
};

static void
show_kiosk(Audit *self, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(kiosk_screens); i++)
        if (g_str_equal(kiosk_screens[i], name))
            guichet_kiosk_show(GUICHET_KIOSK_WINDOW(self->stage.driven), i);
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
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 16), *window = gtk_window_new();
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
    gtk_window_set_title(GTK_WINDOW(window), "Guichet");
    gtk_widget_add_css_class(window, "guichet");
    gtk_box_append(GTK_BOX(box), gtk_button_new_with_label("Sain"));
    gtk_box_append(GTK_BOX(box), make_broken(name));
    gtk_box_append(GTK_BOX(box), gtk_button_new_with_label("Sain aussi"));
    gtk_window_set_child(GTK_WINDOW(window), box);
    stage_replace(&self->stage, window);
}

/* --- keys --- */

static void
on_focus(Audit *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self->stage.window));

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
    /* xdotool is gone, so the server has every key: fetch them all */
    gdk_display_sync(gdk_display_get_default());
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
                               self->stage.window))
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
    g_autoptr(GPtrArray) stops = audit_list_stops(self->stage.window);
    guint presses = audit_count_targets(self->stage.window) + 8;
    g_autofree char *count = g_strdup_printf("%u", presses);
    JsonObject *object = json_object_new();
    gulong handler;

    g_ptr_array_set_size(self->met, 0);
    handler = g_signal_connect_swapped(self->stage.window, "notify::focus-widget",
                                       G_CALLBACK(on_focus), self);
    json_object_set_boolean_member(object, "pressed", press_tab(count));
    rest(self);
    g_signal_handler_disconnect(self->stage.window, handler);
    json_object_set_int_member(object, "presses", presses);
    count_reached(self, stops, object);
    answer(object);
}

static void
take_picture(Audit *self, const char *path)
{
    g_autoptr(AuditSheet) sheet = audit_sheet_new(self->stage.window);

    cairo_surface_write_to_png(sheet->surface, path);
}

static void
tell_focus(Audit *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self->stage.window));
    JsonObject *object = json_object_new();
    g_autofree char *name = focus != NULL ? audit_describe(focus) : g_strdup("");

    json_object_set_string_member(object, "focus", name);
    answer(object);
}

/* --- commands --- */

static gboolean
ask(Audit *self, char **words)
{
    if (g_str_equal(words[0], "look") && rest(self))
        answer(audit_look(self->stage.window, self->width, self->height));
    else if (g_str_equal(words[0], "rings") && rest(self))
        answer(audit_look_at_focus(self->stage.window));
    else if (g_str_equal(words[0], "tabs") && rest(self))
        walk_tabs(self);
    else if (g_str_equal(words[0], "page"))
        tell_page(self);
    else if (g_str_equal(words[0], "focus"))
        tell_focus(self);
    else
        return FALSE;
    return TRUE;
}

/* Commands of one word. */
static gboolean
obey_word(Audit *self, const char *word)
{
    if (g_str_equal(word, "login"))
        log_in(self);
    else if (g_str_equal(word, "warn") || g_str_equal(word, "calm"))
        stage_warn(&self->stage, *word == 'w');
    else
        return FALSE;
    return TRUE;
}

static void
obey(Audit *self, char **words)
{
    if (g_str_equal(words[0], "style"))
        set_style(self, words);
    else if (g_str_equal(words[0], "action"))
        act(self, words);
    else if (g_str_equal(words[0], "draft"))
        open_draft(self, words[1]);
    else if (g_str_equal(words[0], "entry"))
        type_into(self, atoi(words[1]), words[2]);
    else if (g_str_equal(words[0], "choose"))
        choose(self, atoi(words[1]));
    else if (g_str_equal(words[0], "row"))
        activate_row(self, atoi(words[1]));
    else if (g_str_equal(words[0], "open"))
        open_row(self, words[1]);
    else if (g_str_equal(words[0], "wait"))
        wait_for(self, words[1]);
    else if (g_str_equal(words[0], "press"))
        press(self, words[1], words[2] != NULL ? atoi(words[2]) : 0);
    else if (g_str_equal(words[0], "kiosk"))
        show_kiosk(self, words[1]);
    else if (g_str_equal(words[0], "control"))
        show_control(self, words[1]);
    else if (g_str_equal(words[0], "picture"))
        take_picture(self, words[1]);
}

static gboolean
on_line(int fd, GIOCondition condition, gpointer user_data)
{
    Audit *self = user_data;
    char line[4096];
    g_auto(GStrv) words = NULL;
    JsonObject *done;

    if (fgets(line, sizeof line, stdin) == NULL) {
        self->over = TRUE;
        return G_SOURCE_REMOVE;
    }
    g_strchomp(line);
    words = g_strsplit(line, "\t", -1);
    if (ask(self, words))
        return G_SOURCE_CONTINUE;
    if (!obey_word(self, words[0]))
        obey(self, words);
    done = json_object_new();
    json_object_set_boolean_member(done, "rests", rest(self));
    answer(done);
    return G_SOURCE_CONTINUE;
}

int
main(int argc, char **argv)
{
    Audit self = {.width = 1280, .height = 800};

    if (argc != 2) {
        fputs("usage: audit-window agent|mediator|technician|citizen|second\n", stderr);
        return 2;
    }
    guichet_locale_start();
    gtk_init();
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    setvbuf(stdin, NULL, _IONBF, 0); /* the loop waits on what the buffer would hide */
    stage_open(&self.stage, argv[1]);
    self.met = g_ptr_array_new();
    answer(json_object_new());
    g_unix_fd_add(0, G_IO_IN | G_IO_HUP, on_line, &self);
    while (!self.over)
        g_main_context_iteration(NULL, TRUE);
    stage_close(&self.stage);
    g_ptr_array_unref(self.met);
    return 0;
}
