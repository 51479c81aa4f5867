/* SPDX-License-Identifier: EUPL-1.2 */
#include "still.h"

#define SAME_FRAMES 3
#define NOW_AND_THEN_MS 10 /* what a timer of the window may still have in hand */

static gint64
patience(void)
{
    return g_get_monotonic_time() + AUDIT_PATIENCE_SECONDS * G_USEC_PER_SEC;
}

/* --- the worker --- */

static gpointer
work_nothing(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return desk;
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);
    *(gboolean *)user_data = TRUE;
}

/* The desk does one thing after another: when this is answered, all before it was. */
static void
wait_for_desk(GuichetDesk *desk)
{
    gboolean answered = FALSE;

    if (desk == NULL)
        return;
    guichet_desk_call_async(desk, work_nothing, NULL, NULL, NULL, NULL, on_answered, &answered);
    while (!answered)
        g_main_context_iteration(NULL, TRUE);
}

/* --- frames --- */

static void
on_painted(GdkFrameClock *clock, gpointer count)
{
    ++*(guint *)count;
}

static gboolean
on_late(gpointer late)
{
    *(gboolean *)late = TRUE;
    return G_SOURCE_CONTINUE;
}

gboolean
audit_paint(GtkWidget *window, guint wanted)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    gboolean late = FALSE;
    guint count = 0, timer;
    gulong handler;

    if (clock == NULL)
        return FALSE;
    handler = g_signal_connect(clock, "after-paint", G_CALLBACK(on_painted), &count);
    timer = g_timeout_add_seconds(AUDIT_PATIENCE_SECONDS, on_late, &late);
    while (count < wanted && !late) {
        guint before = count;

        gtk_widget_queue_draw(window);
        gdk_frame_clock_request_phase(clock, GDK_FRAME_CLOCK_PHASE_PAINT);
        while (count == before && !late)
            g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(timer);
    g_signal_handler_disconnect(clock, handler);
    return !late;
}

/* --- what is seen --- */

static guint
mix(guint sum, gsize part)
{
    return (sum ^ (guint)part ^ (guint)(part >> 32)) * 16777619u;
}

/* The same sum: the same widgets in the same places, with the same words. */
static guint
sum_up(GtkWidget *widget, GtkWidget *window, guint sum)
{
    graphene_rect_t box;
    GtkWidget *child;

    if (!gtk_widget_get_mapped(widget))
        return mix(sum, 1);
    sum = mix(sum, (gsize)widget);
    if (gtk_widget_compute_bounds(widget, window, &box)) {
        sum = mix(sum, (gsize)(box.origin.x * 16) << 20 | (gsize)(guint)(int)box.origin.y);
        sum = mix(sum, (gsize)box.size.width << 20 | (gsize)box.size.height);
    }
    if (GTK_IS_LABEL(widget))
        sum = mix(sum, g_str_hash(gtk_label_get_text(GTK_LABEL(widget))));
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        sum = sum_up(child, window, sum);
    return mix(sum, gtk_widget_get_state_flags(widget) & GTK_STATE_FLAG_INSENSITIVE);
}

static void
drain(void)
{
    gint64 end = g_get_monotonic_time() + NOW_AND_THEN_MS * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

gboolean
audit_rest(GtkWidget *window, GuichetDesk *desk)
{
    gint64 end = patience();
    guint last = 0, same = 0;

    while (same < SAME_FRAMES && g_get_monotonic_time() < end) {
        guint sum;

        wait_for_desk(desk);
        drain();
        if (!audit_paint(window, 1))
            return FALSE;
        sum = sum_up(window, window, 0);
        same = sum == last ? same + 1 : 0;
        last = sum;
    }
    return same >= SAME_FRAMES;
}
