/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/notices.h"

#include <glib/gi18n-lib.h>

#include "widgets/alert.h"

struct _GuichetNotices {
    GtkBox parent_instance;
    GuichetOverview *overview;
    GtkWidget *button;
    GtkLabel *count;
    GtkWidget *list;
};

G_DEFINE_FINAL_TYPE(GuichetNotices, guichet_notices, GTK_TYPE_BOX)

static void
add_sentence(GuichetNotices *self, const char *sentence)
{
    GuichetAlert *alert = g_object_new(GUICHET_TYPE_ALERT, NULL);

    guichet_alert_show(alert, GUICHET_ALERT_WARNING, sentence);
    gtk_box_append(GTK_BOX(self->list), GTK_WIDGET(alert));
}

/* One word in the header: how many, or the one state that stays as long as the machine does. */
static char *
describe(guint count)
{
    return count > 0
               ? g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u avis", "%u avis", count), count)
               : g_strdup(_("Sans TPM"));
}

static void
on_overview_changed(GuichetNotices *self)
{
    GPtrArray *notices = guichet_overview_get_notices(self->overview);
    gboolean no_tpm = guichet_overview_lacks_tpm(self->overview);
    g_autofree char *words = describe(notices->len);
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(self->list)) != NULL)
        gtk_box_remove(GTK_BOX(self->list), child);
    for (guint i = 0; i < notices->len; i++)
        add_sentence(self, g_ptr_array_index(notices, i));
    if (no_tpm)
        add_sentence(self,
                     _("Ce poste n’a pas de TPM : s’il est volé, seules les phrases de passe "
                       "protègent ce qu’il contient. Choisissez-les longues ; le technicien peut "
                       "installer le poste sur une machine qui en a un."));
    gtk_label_set_text(self->count, words);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   words, -1);
    gtk_widget_set_visible(GTK_WIDGET(self), notices->len > 0 || no_tpm);
}

static void
guichet_notices_dispose(GObject *object)
{
    GuichetNotices *self = GUICHET_NOTICES(object);

    g_clear_object(&self->overview);
    G_OBJECT_CLASS(guichet_notices_parent_class)->dispose(object);
}

static void
guichet_notices_class_init(GuichetNoticesClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_notices_dispose;
}

static void
guichet_notices_init(GuichetNotices *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *popover = gtk_popover_new();
    GtkWidget *icon = g_object_new(GTK_TYPE_IMAGE, "icon-name", "guichet-warning-symbolic",
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

    self->count = GTK_LABEL(gtk_label_new(NULL));
    gtk_box_append(GTK_BOX(box), icon);
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->count));
    self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("À savoir"), -1);
    gtk_popover_set_child(GTK_POPOVER(popover), self->list);
    self->button = gtk_menu_button_new();
    gtk_widget_add_css_class(self->button, "on-header");
    gtk_menu_button_set_child(GTK_MENU_BUTTON(self->button), box);
    gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->button), popover);
    gtk_box_append(GTK_BOX(self), self->button);
    gtk_widget_set_valign(GTK_WIDGET(self), GTK_ALIGN_CENTER);
    gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}

void
guichet_notices_set_overview(GuichetNotices *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
