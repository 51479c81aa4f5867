/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench-frames STATION PLAN SYNCD
 *
 * The real window on STATION, worked as an agent would, and its frame clock watched: the gaps
 * between two frames while nothing happens (the floor), while a photo is captured, a request
 * sealed, the queue sent by SYNCD; and the time from a key to the first frame of the page that it
 * leads to, the first time and the next times. One JSON object; milliseconds.
 */
#include <gtk/gtk.h>
#include <stdio.h>

#include "comfort.h"
#include "pages/page.h"
#include "plan-request.h"
#include "ui-locale.h"
#include "ui-resources.h"
#include "window.h"

#define IDLE_MS 3000
#define ROUNDS 15
#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define AIM_MS 100

typedef struct {
    GuichetDesk *desk;
    GtkWidget *window;
    gint64 last_us; /* of the last frame */
    guint painted;
    GArray *gaps; /* double */
    GString *json;
} Bench;

/* --- the clock --- */

static void
on_update(Bench *self)
{
    gint64 now_us = g_get_monotonic_time();
    double gap = (double)(now_us - self->last_us) / 1000;

    if (self->last_us != 0)
        g_array_append_val(self->gaps, gap);
    self->last_us = now_us;
}

static void
on_painted(Bench *self)
{
    self->painted++;
}

/* A frame is asked for at every turn, so that a late one shows. */
static gboolean
on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    return G_SOURCE_CONTINUE;
}

static void
watch_clock(Bench *self)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(self->window);

    g_signal_connect_swapped(clock, "update", G_CALLBACK(on_update), self);
    g_signal_connect_swapped(clock, "after-paint", G_CALLBACK(on_painted), self);
    gtk_widget_add_tick_callback(self->window, on_tick, NULL, NULL);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* "name": {"median", "max", "frames", "late"} of what was gathered since @self->gaps was empty. */
static void
tell_gaps(Bench *self, const char *name)
{
    guint late = 0, n = self->gaps->len;

    g_array_sort(self->gaps, compare);
    for (guint i = 0; i < n; i++)
        late += g_array_index(self->gaps, double, i) > AIM_MS;
    g_string_append_printf(
        self->json,
        "%s\"%s\": {\"median_ms\": %.1f, \"max_ms\": %.1f, \"frames\": %u, \"late\": %u}",
        self->json->len > 1 ? ", " : "", name,
        n > 0 ? g_array_index(self->gaps, double, n / 2) : 0.0,
        n > 0 ? g_array_index(self->gaps, double, n - 1) : 0.0, n, late);
    g_array_set_size(self->gaps, 0);
}

static void
begin_gaps(Bench *self)
{
    g_array_set_size(self->gaps, 0);
    self->last_us = 0;
}

/* --- waiting --- */

static GtkWidget *
find_page(GtkWidget *widget, const char *name)
{
    GtkWidget *found = NULL;

    if (!gtk_widget_get_mapped(widget))
        return NULL;
    if (g_str_equal(G_OBJECT_TYPE_NAME(widget), name))
        return widget;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = find_page(child, name);
    return found;
}

static GtkWidget *
find_button(GtkWidget *widget, const char *css)
{
    GtkWidget *found = NULL;

    if (!gtk_widget_get_mapped(widget))
        return NULL;
    if (GTK_IS_BUTTON(widget) && gtk_widget_has_css_class(widget, css))
        return widget;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = find_button(child, css);
    return found;
}

static void
wait_ms(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, FALSE) ? (void)0 : g_usleep(500);
}

/* Until a frame with that page in it was painted. */
static void
wait_page(Bench *self, const char *name)
{
    gint64 end = g_get_monotonic_time() + PATIENCE_US;

    while (find_page(self->window, name) == NULL) {
        g_main_context_iteration(NULL, TRUE);
        if (g_get_monotonic_time() > end)
            g_error("%s is never shown", name);
    }
    for (guint before = self->painted; self->painted == before;)
        g_main_context_iteration(NULL, TRUE);
}

/* --- pages --- */

static const struct {
    const char *name, *action, *target, *page;
    const char *back; /* the action that leaves it again, and what it leads to */
    const char *origin;
} moves[] = {
    {"new request", "win.new", NULL, "GuichetChoicePage", "win.close-panel", "GuichetHomePage"},
    {"queue", "win.queue", NULL, "GuichetQueuePage", "win.close-panel", "GuichetHomePage"},
    {"guide", "win.guide", "true", "GuichetGuidePage", "win.close-panel", "GuichetHomePage"},
};

static const char *const steps[][2] = {
    {"civil-status", "GuichetFormPage"}, {"address", "GuichetFormPage"},
    {"papers", "GuichetPapersPage"},     {"photo", "GuichetPhotoPage"},
    {"prints", "GuichetPrintsPage"},     {"summary", "GuichetSummaryPage"},
};

static void
activate(Bench *self, const char *action, const char *target)
{
    if (target != NULL && g_str_equal(target, "true"))
        gtk_widget_activate_action(self->window, action, "b", TRUE);
    else if (target != NULL)
        gtk_widget_activate_action(self->window, action, "s", target);
    else
        gtk_widget_activate_action(self->window, action, NULL);
}

static double
time_move(Bench *self, const char *action, const char *target, const char *page)
{
    gint64 start;

    wait_ms(60); /* what the last page still had to do */
    start = g_get_monotonic_time();
    activate(self, action, target);
    wait_page(self, page);
    return (double)(g_get_monotonic_time() - start) / 1000;
}

static void
tell_times(Bench *self, const char *name, double first, GArray *times)
{
    g_array_sort(times, compare);
    g_string_append_printf(self->json,
                           ", \"page %s\": {\"first_ms\": %.1f, \"median_ms\": %.1f, \"max_ms\": "
                           "%.1f}",
                           name, first, g_array_index(times, double, times->len / 2),
                           g_array_index(times, double, times->len - 1));
}

static void
measure_moves(Bench *self)
{
    for (guint i = 0; i < G_N_ELEMENTS(moves); i++) {
        g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
        double first = 0;

        for (guint round = 0; round <= ROUNDS; round++) {
            double took = time_move(self, moves[i].action, moves[i].target, moves[i].page);

            if (round == 0)
                first = took;
            else
                g_array_append_val(times, took);
            time_move(self, moves[i].back, NULL, moves[i].origin);
        }
        tell_times(self, moves[i].name, first, times);
    }
}

/* From step to step of an open request, round and round. */
static void
measure_steps(Bench *self)
{
    GArray *times[G_N_ELEMENTS(steps)];
    double first[G_N_ELEMENTS(steps)];

    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
        times[i] = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint round = 0; round <= ROUNDS; round++)
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
            double took = time_move(self, "win.go-step", steps[i][0], steps[i][1]);

            if (round == 0)
                first[i] = took;
            else
                g_array_append_val(times[i], took);
        }
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        tell_times(self, steps[i][0], first[i], times[i]);
        g_array_unref(times[i]);
    }
}

/* --- work --- */

static void
open_request(Bench *self, const char *id)
{
    activate(self, "win.home", NULL);
    wait_page(self, "GuichetHomePage");
    activate(self, "win.open", id);
    wait_page(self, "GuichetAssistant");
}

/* What was captured may be captured again. */
static gboolean
is_capturing(Bench *self)
{
    GtkWidget *page = find_page(self->window, "GuichetPhotoPage");

    return page != NULL && (guichet_page_get_keys(GUICHET_PAGE(page)) & GUICHET_KEY_RETAKE) == 0;
}

static void
measure_capture(Bench *self, const char *id)
{
    gint64 end = g_get_monotonic_time() + PATIENCE_US;

    open_request(self, id);
    activate(self, "win.go-step", "photo");
    wait_page(self, "GuichetPhotoPage");
    wait_ms(300);
    begin_gaps(self);
    activate(self, "win.retake", NULL);
    wait_ms(100);
    while (is_capturing(self) && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    wait_ms(500);
    tell_gaps(self, "capturing");
}

static void
measure_seal(Bench *self, const char *id)
{
    open_request(self, id);
    activate(self, "win.go-step", "summary");
    wait_page(self, "GuichetSummaryPage");
    wait_ms(300);
    begin_gaps(self);
    activate(self, "win.next", NULL);
    wait_page(self, "GuichetReceiptPage");
    wait_ms(500);
    tell_gaps(self, "sealing");
}

static void
on_sent(GPid pid, int status, gpointer over)
{
    *(gboolean *)over = TRUE;
    g_spawn_close_pid(pid);
}

static void
measure_sync(Bench *self, const char *station, const char *syncd)
{
    const char *command[] = {syncd, "--root", station, "--once", NULL};
    g_autoptr(GError) error = NULL;
    gboolean over = FALSE;
    GPid pid;

    activate(self, "win.queue", NULL);
    wait_page(self, "GuichetQueuePage");
    wait_ms(300);
    begin_gaps(self);
    if (!g_spawn_async(NULL, (char **)command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                       &error))
        g_error("%s", error->message);
    g_child_watch_add(pid, on_sent, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
    wait_ms(3500); /* the lists are read again every three seconds */
    tell_gaps(self, "syncing");
}

static void
log_in(Bench *self, GKeyFile *plan)
{
    g_autofree char *agent = g_key_file_get_string(plan, "request", "agent", NULL);
    g_autofree char *phrase = g_key_file_get_string(plan, "request", "passphrase", NULL);
    GtkWidget *login = find_page(self->window, "GuichetLoginPage");
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self->window));

    gtk_editable_set_text(GTK_EDITABLE(gtk_widget_get_parent(focus)), agent);
    gtk_widget_child_focus(login, GTK_DIR_TAB_FORWARD);
    focus = gtk_window_get_focus(GTK_WINDOW(self->window));
    gtk_editable_set_text(GTK_EDITABLE(gtk_widget_get_parent(focus)), phrase);
    g_signal_emit_by_name(find_button(login, "primary"), "clicked");
    wait_page(self, "GuichetHomePage");
    wait_ms(1500); /* the pages are made while nobody presses anything */
}

static void
measure(Bench *self, char **argv, GKeyFile *plan)
{
    g_autofree char *paged = NULL, *sealed = NULL;

    log_in(self, plan);
    paged = plan_request_fill(self->desk, argv[2]);
    sealed = plan_request_fill(self->desk, argv[2]);
    begin_gaps(self);
    wait_ms(IDLE_MS);
    tell_gaps(self, "idle");
    measure_capture(self, paged);
    measure_seal(self, sealed);
    measure_sync(self, argv[1], argv[3]);
    activate(self, "win.home", NULL);
    wait_page(self, "GuichetHomePage");
    measure_moves(self);
    open_request(self, paged);
    measure_steps(self);
}

int
main(int argc, char **argv)
{
    g_autoptr(GKeyFile) plan = g_key_file_new();
    g_autoptr(GError) error = NULL;
    Bench self = {.gaps = g_array_new(FALSE, FALSE, sizeof(double)), .json = g_string_new("{")};

    if (argc != 4 || !g_key_file_load_from_file(plan, argv[2], G_KEY_FILE_NONE, NULL)) {
        g_printerr("usage: bench-frames STATION PLAN SYNCD\n");
        return 2;
    }
    guichet_locale_start();
    gtk_init();
    g_resources_register(guichet_ui_get_resource());
    guichet_comfort_apply(gdk_display_get_default());
    self.desk = guichet_desk_open(argv[1], &error);
    if (self.desk == NULL)
        g_error("%s", error->message);
    self.window = GTK_WIDGET(guichet_window_new(NULL));
    guichet_window_set_desk(GUICHET_WINDOW(self.window), self.desk);
    gtk_window_present(GTK_WINDOW(self.window));
    wait_ms(500);
    watch_clock(&self);
    measure(&self, argv, plan);
    puts(g_string_append_c(self.json, '}')->str);
    gtk_window_destroy(GTK_WINDOW(self.window));
    wait_ms(200);
    g_object_unref(self.desk);
    g_array_unref(self.gaps);
    g_string_free(self.json, TRUE);
    return 0;
}
