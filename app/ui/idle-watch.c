/* SPDX-License-Identifier: EUPL-1.2 */
#include "idle-watch.h"

#include <time.h>

#define LOCK_AFTER_SECONDS 600
#define WARN_BEFORE_SECONDS 60

struct _GuichetIdleWatch {
    GObject parent_instance;
    guint lock_after, warn_before;
    gint64 last;           /* second of the last sign of somebody */
    double last_x, last_y; /* of the pointer */
    guint source;          /* 0: off */
    gboolean warned;
};

G_DEFINE_FINAL_TYPE(GuichetIdleWatch, guichet_idle_watch, G_TYPE_OBJECT)

enum { PROP_LOCK_AFTER = 1, PROP_WARN_BEFORE, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

enum { WARNED, CALMED, EXPIRED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gint64
get_seconds(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
}

static void
note_somebody(GuichetIdleWatch *self)
{
    self->last = get_seconds();
    if (!self->warned)
        return;
    self->warned = FALSE;
    g_signal_emit(self, signals[CALMED], 0);
}

/* GTK makes motion events of its own when the page moves under a pointer that rests. */
static gboolean
has_moved(GuichetIdleWatch *self, GdkEvent *event)
{
    double x = self->last_x, y = self->last_y;
    gboolean moved;

    if (!gdk_event_get_position(event, &x, &y))
        return FALSE;
    moved = x != self->last_x || y != self->last_y;
    self->last_x = x;
    self->last_y = y;
    return moved;
}

static gboolean
on_event(GtkEventController *controller, GdkEvent *event, gpointer user_data)
{
    GuichetIdleWatch *self = user_data;

    switch (gdk_event_get_event_type(event)) {
    case GDK_MOTION_NOTIFY:
        if (has_moved(self, event))
            note_somebody(self);
        break;
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
        note_somebody(self);
        break;
    default:
        break;
    }
    return GDK_EVENT_PROPAGATE;
}

static gboolean
on_second(gpointer user_data)
{
    g_autoptr(GuichetIdleWatch) self = g_object_ref(user_data);
    gint64 left = self->last + self->lock_after - get_seconds();

    if (self->lock_after == 0)
        return G_SOURCE_CONTINUE;
    if (left <= 0) {
        self->source = 0;
        self->warned = FALSE;
        g_signal_emit(self, signals[EXPIRED], 0);
        return G_SOURCE_REMOVE;
    }
    if (left <= self->warn_before) {
        self->warned = TRUE;
        g_signal_emit(self, signals[WARNED], 0, (guint)left);
    }
    return G_SOURCE_CONTINUE;
}

static void
guichet_idle_watch_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    GuichetIdleWatch *self = GUICHET_IDLE_WATCH(object);

    if (id == PROP_LOCK_AFTER)
        g_value_set_uint(value, self->lock_after);
    else if (id == PROP_WARN_BEFORE)
        g_value_set_uint(value, self->warn_before);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
guichet_idle_watch_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    GuichetIdleWatch *self = GUICHET_IDLE_WATCH(object);

    if (id == PROP_LOCK_AFTER)
        self->lock_after = g_value_get_uint(value);
    else if (id == PROP_WARN_BEFORE)
        self->warn_before = g_value_get_uint(value);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
guichet_idle_watch_finalize(GObject *object)
{
    guichet_idle_watch_stop(GUICHET_IDLE_WATCH(object));
    G_OBJECT_CLASS(guichet_idle_watch_parent_class)->finalize(object);
}

static void
guichet_idle_watch_class_init(GuichetIdleWatchClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    object_class->get_property = guichet_idle_watch_get_property;
    object_class->set_property = guichet_idle_watch_set_property;
    object_class->finalize = guichet_idle_watch_finalize;
    properties[PROP_LOCK_AFTER] =
        g_param_spec_uint("lock-after", NULL, NULL, 0, G_MAXINT, LOCK_AFTER_SECONDS, flags);
    properties[PROP_WARN_BEFORE] =
        g_param_spec_uint("warn-before", NULL, NULL, 0, G_MAXINT, WARN_BEFORE_SECONDS, flags);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    signals[WARNED] = g_signal_new("warned", GUICHET_TYPE_IDLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
    signals[CALMED] = g_signal_new("calmed", GUICHET_TYPE_IDLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
    signals[EXPIRED] = g_signal_new("expired", GUICHET_TYPE_IDLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
guichet_idle_watch_init(GuichetIdleWatch *self)
{
    self->lock_after = LOCK_AFTER_SECONDS;
    self->warn_before = WARN_BEFORE_SECONDS;
}

GuichetIdleWatch *
guichet_idle_watch_new(GtkWidget *window)
{
    GuichetIdleWatch *self = g_object_new(GUICHET_TYPE_IDLE_WATCH, NULL);
    GtkEventController *events = gtk_event_controller_legacy_new();

    gtk_event_controller_set_propagation_phase(events, GTK_PHASE_CAPTURE);
    g_signal_connect_object(events, "event", G_CALLBACK(on_event), self, 0);
    gtk_widget_add_controller(window, events);
    return self;
}

void
guichet_idle_watch_start(GuichetIdleWatch *self)
{
    guichet_idle_watch_stop(self);
    self->last = get_seconds();
    self->source = g_timeout_add_seconds(1, on_second, self);
}

void
guichet_idle_watch_stop(GuichetIdleWatch *self)
{
    self->warned = FALSE;
    g_clear_handle_id(&self->source, g_source_remove);
}
