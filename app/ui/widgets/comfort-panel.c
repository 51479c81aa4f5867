/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/comfort-panel.h"

#include "comfort.h"
#include "ui-locale.h"
#include "widgets/choice-button.h"

struct _GuichetComfortPanel {
    GtkBox parent_instance;
    GtkCheckButton *size_100;
    GtkCheckButton *size_150;
    GtkCheckButton *size_200;
    GtkCheckButton *light;
    GtkCheckButton *dark;
    GtkBox *languages;
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
on_language_toggled(GuichetComfortPanel *self, GtkCheckButton *radio)
{
    if (gtk_check_button_get_active(radio))
        gtk_widget_activate_action(GTK_WIDGET(self), "win.language", "s",
                                   gtk_widget_get_name(GTK_WIDGET(radio)));
}

/* Each language is called what it calls itself. */
static void
add_languages(GuichetComfortPanel *self)
{
    GtkWidget *first = NULL;

    for (const GuichetLocale *row = guichet_locales; row->code != NULL; row++) {
        GtkWidget *radio = guichet_choice_button_new(row->code, row->name, first);

        gtk_box_append(self->languages, radio);
        if (row == guichet_locale_get())
            gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
        g_signal_connect_swapped(radio, "toggled", G_CALLBACK(on_language_toggled), self);
        first = first != NULL ? first : radio;
    }
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
    gtk_widget_class_bind_template_child(widget_class, GuichetComfortPanel, languages);
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
    add_languages(self);
}

void
guichet_comfort_panel_focus_language(GuichetComfortPanel *self)
{
    GtkWidget *child;

    for (child = gtk_widget_get_first_child(GTK_WIDGET(self->languages)); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        if (GTK_IS_CHECK_BUTTON(child) && gtk_check_button_get_active(GTK_CHECK_BUTTON(child)))
            gtk_widget_grab_focus(child);
}
