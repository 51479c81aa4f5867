/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/alert.h"

#include "announce.h"
#include "core/error.h"
#include "text.h"

struct _GuichetAlert {
    GtkBox parent_instance;
    GtkImage *icon;
    GtkLabel *sentence;
};

G_DEFINE_FINAL_TYPE(GuichetAlert, guichet_alert, GTK_TYPE_BOX)

static const struct {
    const char *css;
    const char *icon;
} looks[] = {
    [GUICHET_ALERT_ERROR] = {"error", "guichet-warning-symbolic"},
    [GUICHET_ALERT_WARNING] = {"warning", "guichet-warning-symbolic"},
    [GUICHET_ALERT_SUCCESS] = {"success", "guichet-check-symbolic"},
};

static void
guichet_alert_class_init(GuichetAlertClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/alert.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetAlert, icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetAlert, sentence);
}

static void
guichet_alert_init(GuichetAlert *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

void
guichet_alert_show(GuichetAlert *self, GuichetAlertKind kind, const char *sentence)
{
    for (guint i = 0; i < G_N_ELEMENTS(looks); i++)
        gtk_widget_remove_css_class(GTK_WIDGET(self), looks[i].css);
    gtk_widget_add_css_class(GTK_WIDGET(self), looks[kind].css);
    gtk_image_set_from_icon_name(self->icon, looks[kind].icon);
    gtk_label_set_text(self->sentence, sentence);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                   -1);
    gtk_widget_set_visible(GTK_WIDGET(self), TRUE);
    guichet_announce(GTK_WIDGET(self), sentence);
}

void
guichet_alert_show_error(GuichetAlert *self, const GError *error)
{
    g_autofree char *sentence = NULL;

    if (g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    sentence = guichet_text_error(error);
    guichet_alert_show(self,
                       error->domain == GUICHET_RETRY ? GUICHET_ALERT_WARNING : GUICHET_ALERT_ERROR,
                       sentence);
}

void
guichet_alert_hide(GuichetAlert *self)
{
    if (gtk_widget_get_visible(GTK_WIDGET(self)))
        guichet_announce(GTK_WIDGET(self), NULL);
    gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}
