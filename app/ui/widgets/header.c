/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/header.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>

#include "text.h"
#include "ui-locale.h"
#include "widgets/notices.h"

struct _GuichetHeader {
    GtkBox parent_instance;
    GuichetOverview *overview; /* the window's; lives longer */
    GtkImage *logo;
    GtkWidget *brand;
    GtkLabel *station;
    GtkLabel *who;
    GtkButton *lock;
    GtkWidget *sync_box;
    GtkImage *sync_icon;
    GtkLabel *sync;
    GuichetNotices *notices;
    GtkWidget *saved_box;
    GtkLabel *saved;
    gboolean narrow;
};

G_DEFINE_FINAL_TYPE(GuichetHeader, guichet_header, GTK_TYPE_BOX)

static void
guichet_header_class_init(GuichetHeaderClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(GUICHET_TYPE_NOTICES);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/header.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, logo);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, brand);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, station);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, who);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, lock);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, sync_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, sync_icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, sync);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, notices);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, saved_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetHeader, saved);
}

static void
guichet_header_init(GuichetHeader *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static void
refresh_room(GuichetHeader *self)
{
    gboolean session = *gtk_label_get_text(self->who) != '\0';

    gtk_widget_set_visible(self->brand, !self->narrow);
    gtk_widget_set_visible(GTK_WIDGET(self->station), !self->narrow || !session);
    gtk_widget_set_visible(GTK_WIDGET(self->who), session && !self->narrow);
    gtk_widget_set_hexpand(GTK_WIDGET(self->lock), self->narrow);
}

static void
say(GtkWidget *box, GtkLabel *label, const char *text)
{
    gtk_label_set_text(label, text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
on_overview_changed(GuichetHeader *self)
{
    const GuichetStoreCounts *counts = guichet_overview_get_counts(self->overview);
    g_autofree char *text = guichet_overview_describe_sync(self->overview);
    gboolean failing = counts->waiting > 0 && counts->last_error != NULL;

    say(self->sync_box, self->sync, text);
    gtk_image_set_from_icon_name(self->sync_icon, failing               ? "guichet-offline-symbolic"
                                                  : counts->waiting > 0 ? "guichet-send-symbolic"
                                                                        : "guichet-check-symbolic");
}

void
guichet_header_set_overview(GuichetHeader *self, GuichetOverview *overview)
{
    self->overview = overview;
    guichet_notices_set_overview(self->notices, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
}

void
guichet_header_set_logo(GuichetHeader *self, const char *path)
{
    gtk_image_set_from_file(self->logo, path);
    gtk_widget_set_visible(GTK_WIDGET(self->logo), path != NULL);
}

void
guichet_header_set_station(GuichetHeader *self, const char *name)
{
    gtk_label_set_text(self->station, name);
}

void
guichet_header_set_agent(GuichetHeader *self, const char *agent)
{
    gtk_label_set_text(self->who, agent != NULL ? agent : "");
    gtk_widget_set_visible(GTK_WIDGET(self->lock), agent != NULL);
    gtk_widget_set_visible(self->sync_box, agent != NULL);
    refresh_room(self);
}

void
guichet_header_set_saved(GuichetHeader *self, gint64 wall_us)
{
    g_autofree char *moment = guichet_text_moment(wall_us);
    g_autofree char *apart = guichet_locale_isolate(moment);
    g_autofree char *text = g_strdup_printf(_("Enregistré à %s"), apart);

    if (wall_us > 0)
        say(self->saved_box, self->saved, text);
    gtk_widget_set_visible(self->saved_box, wall_us > 0);
}

void
guichet_header_set_narrow(GuichetHeader *self, gboolean narrow)
{
    self->narrow = narrow;
    refresh_room(self);
}

void
guichet_header_renew_words(GuichetHeader *self)
{
    gtk_button_set_label(self->lock, _("Verrouiller"));
    guichet_header_set_saved(self, 0);
    if (self->overview != NULL)
        on_overview_changed(self);
}
