/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/side-panel.h"

#include <glib/gi18n-lib.h>

#include "widgets/comfort-panel.h"

struct _GuichetSidePanel {
    GtkBox parent_instance;
    GtkLabel *title;
    GtkBox *content;
    GtkWidget *help;
    GtkWidget *comfort; /* made when first shown */
    GtkWidget *close;
};

G_DEFINE_FINAL_TYPE(GuichetSidePanel, guichet_side_panel, GTK_TYPE_BOX)

static void
guichet_side_panel_class_init(GuichetSidePanelClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/side-panel.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetSidePanel, title);
    gtk_widget_class_bind_template_child(widget_class, GuichetSidePanel, content);
    gtk_widget_class_bind_template_child(widget_class, GuichetSidePanel, help);
    gtk_widget_class_bind_template_child(widget_class, GuichetSidePanel, close);
}

static void
guichet_side_panel_init(GuichetSidePanel *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static gboolean
show(GuichetSidePanel *self, const char *title, GtkWidget *content)
{
    if (gtk_widget_get_visible(GTK_WIDGET(self)) && gtk_widget_get_visible(content) &&
        g_str_equal(gtk_label_get_text(self->title), title))
        return FALSE;
    gtk_label_set_text(self->title, title);
    gtk_widget_set_visible(self->help, content == self->help);
    if (self->comfort != NULL)
        gtk_widget_set_visible(self->comfort, content == self->comfort);
    gtk_widget_set_visible(GTK_WIDGET(self), TRUE);
    gtk_widget_grab_focus(self->close);
    return TRUE;
}

gboolean
guichet_side_panel_show_help(GuichetSidePanel *self, const char *text)
{
    gtk_label_set_text(GTK_LABEL(self->help), text != NULL ? text : "");
    return show(self, _("Aide"), self->help);
}

gboolean
guichet_side_panel_show_comfort(GuichetSidePanel *self)
{
    if (self->comfort == NULL) {
        self->comfort = g_object_new(GUICHET_TYPE_COMFORT_PANEL, NULL);
        gtk_box_append(self->content, self->comfort);
    }
    return show(self, _("Confort de lecture"), self->comfort);
}

void
guichet_side_panel_focus_language(GuichetSidePanel *self)
{
    if (self->comfort != NULL)
        guichet_comfort_panel_focus_language(GUICHET_COMFORT_PANEL(self->comfort));
}
