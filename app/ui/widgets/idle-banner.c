/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/idle-banner.h"

#include <glib/gi18n-lib.h>

#include "widgets/alert.h"

struct _GuichetIdleBanner {
    GtkBox parent_instance;
    GuichetAlert *alert;
    GuichetIdleWatch *watch;
};

G_DEFINE_FINAL_TYPE(GuichetIdleBanner, guichet_idle_banner, GTK_TYPE_BOX)

enum { PROP_WATCH = 1, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
static guint expired_signal;

static void
on_warned(GuichetIdleBanner *self, guint seconds)
{
    g_autofree char *sentence = NULL;

    /* a screen reader says each change: not one a second */
    if (gtk_widget_get_visible(GTK_WIDGET(self->alert)) && seconds % 10 != 0)
        return;
    sentence = g_strdup_printf(
        g_dngettext(GETTEXT_PACKAGE,
                    "Personne ? La session se verrouille dans %u seconde, rien ne sera perdu. Pour "
                    "continuer, bougez la souris ou appuyez sur Maj.",
                    "Personne ? La session se verrouille dans %u secondes, rien ne sera perdu. "
                    "Pour continuer, bougez la souris ou appuyez sur Maj.",
                    seconds),
        seconds);
    guichet_alert_show(self->alert, GUICHET_ALERT_WARNING, sentence);
}

static void
on_calmed(GuichetIdleBanner *self)
{
    guichet_alert_hide(self->alert);
}

static void
on_expired(GuichetIdleBanner *self)
{
    guichet_alert_hide(self->alert);
    g_signal_emit(self, expired_signal, 0);
}

static void
guichet_idle_banner_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    if (id == PROP_WATCH)
        g_value_set_object(value, GUICHET_IDLE_BANNER(object)->watch);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
guichet_idle_banner_dispose(GObject *object)
{
    GuichetIdleBanner *self = GUICHET_IDLE_BANNER(object);

    if (self->watch != NULL)
        guichet_idle_watch_stop(self->watch);
    g_clear_object(&self->watch);
    G_OBJECT_CLASS(guichet_idle_banner_parent_class)->dispose(object);
}

static void
guichet_idle_banner_class_init(GuichetIdleBannerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->get_property = guichet_idle_banner_get_property;
    object_class->dispose = guichet_idle_banner_dispose;
    properties[PROP_WATCH] = g_param_spec_object("watch", NULL, NULL, GUICHET_TYPE_IDLE_WATCH,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    expired_signal = g_signal_new("expired", GUICHET_TYPE_IDLE_BANNER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
guichet_idle_banner_init(GuichetIdleBanner *self)
{
    self->alert = g_object_new(GUICHET_TYPE_ALERT, "hexpand", TRUE, NULL);
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->alert));
}

void
guichet_idle_banner_watch(GuichetIdleBanner *self, GtkWidget *window)
{
    g_return_if_fail(self->watch == NULL);
    self->watch = guichet_idle_watch_new(window);
    g_signal_connect_object(self->watch, "warned", G_CALLBACK(on_warned), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->watch, "calmed", G_CALLBACK(on_calmed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->watch, "expired", G_CALLBACK(on_expired), self,
                            G_CONNECT_SWAPPED);
}

void
guichet_idle_banner_follow(GuichetIdleBanner *self, const GuichetSessionPolicy *policy)
{
    if (policy != NULL)
        g_object_set(self->watch, "lock-after", policy->idle_seconds, "warn-before",
                     policy->warn_seconds, NULL);
}

void
guichet_idle_banner_set_active(GuichetIdleBanner *self, gboolean active)
{
    guichet_alert_hide(self->alert);
    if (active)
        guichet_idle_watch_start(self->watch);
    else
        guichet_idle_watch_stop(self->watch);
}
