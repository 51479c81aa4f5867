/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/check-row.h"

struct _GuichetCheckRow {
    GtkListBoxRow parent_instance;
    GtkImage *icon;
    GtkLabel *label;
    GtkLabel *state;
};

G_DEFINE_FINAL_TYPE(GuichetCheckRow, guichet_check_row, GTK_TYPE_LIST_BOX_ROW)

static void
guichet_check_row_class_init(GuichetCheckRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/check-row.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetCheckRow, icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetCheckRow, label);
    gtk_widget_class_bind_template_child(widget_class, GuichetCheckRow, state);
}

static void
guichet_check_row_init(GuichetCheckRow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
guichet_check_row_new(void)
{
    return g_object_new(GUICHET_TYPE_CHECK_ROW, NULL);
}

void
guichet_check_row_set(GuichetCheckRow *self, const char *label, const char *state, gboolean done)
{
    g_autofree char *name = g_strdup_printf("%s, %s", label, state);

    gtk_image_set_from_icon_name(self->icon,
                                 done ? "guichet-check-symbolic" : "guichet-circle-symbolic");
    if (done)
        gtk_widget_add_css_class(GTK_WIDGET(self->icon), "done");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self->icon), "done");
    gtk_label_set_text(self->label, label);
    gtk_label_set_text(self->state, state);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

GtkWidget *
guichet_check_row_make_header(const char *title)
{
    GtkWidget *label = gtk_label_new(title);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_add_css_class(label, "list-header");
    return label;
}

static gboolean
on_list_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
            gpointer next)
{
    return key == GDK_KEY_Tab && (state & GDK_CONTROL_MASK) == 0 &&
           gtk_widget_child_focus(next, GTK_DIR_TAB_FORWARD);
}

void
guichet_check_row_leave_on_tab(GtkListBox *list, GtkWidget *next)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_list_key), next);
    gtk_widget_add_controller(GTK_WIDGET(list), keys);
}
