/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/comfort-panel.h"

#include "comfort.h"

struct _GuichetComfortPanel {
    GtkBox parent_instance;
    GtkCheckButton *size_100;
    GtkCheckButton *size_150;
    GtkCheckButton *size_200;
    GtkCheckButton *light;
    GtkCheckButton *dark;
};

G_DEFINE_FINAL_TYPE(GuichetComfortPanel, guichet_comfort_panel, GTK_TYPE_BOX)

static void
on_size_toggled(GuichetComfortPanel *self, GtkCheckButton *radio)
{
    if (!gtk_check_button_get_active(radio))
        return;
    guichet_comfort_set_text_percent(radio == self->size_200   ? 200
                                     : radio == self->size_150 ? 150
                                                               : 100);
}

static void
on_theme_toggled(GuichetComfortPanel *self, GtkCheckButton *radio)
{
    if (gtk_check_button_get_active(radio))
        guichet_comfort_set_dark(radio == self->dark);
}

static void
guichet_comfort_panel_class_init(GuichetComfortPanelClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/fr/guichet/widgets/comfort-panel.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, size_100);
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, size_150);
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, size_200);
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, light);
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, dark);
    gtk_widget_class_bind_template_callback(widget_class, on_size_toggled);
    gtk_widget_class_bind_template_callback(widget_class, on_theme_toggled);
}

static void
guichet_comfort_panel_init(GuichetComfortPanel *self)
{
    GtkCheckButton *size;

    gtk_widget_init_template(GTK_WIDGET(self));
    size = guichet_comfort_get_text_percent() == 200   ? self->size_200
           : guichet_comfort_get_text_percent() == 150 ? self->size_150
                                                       : self->size_100;
    gtk_check_button_set_active(size, TRUE);
    gtk_check_button_set_active(guichet_comfort_is_dark() ? self->dark : self->light, TRUE);
}
