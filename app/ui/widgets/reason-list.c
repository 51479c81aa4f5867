/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/reason-list.h"

#include <glib/gi18n-lib.h>

#include "core/procedure.h"
#include "widgets/choice-button.h"

struct _GuichetReasonList {
    GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE(GuichetReasonList, guichet_reason_list, GTK_TYPE_BOX)

static void
guichet_reason_list_class_init(GuichetReasonListClass *klass)
{
    gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
guichet_reason_list_init(GuichetReasonList *self)
{
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 8);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Impossible parce que"), -1);
}

void
guichet_reason_list_fill(GuichetReasonList *self, GPtrArray *reasons)
{
    GtkWidget *child, *first = NULL;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self))) != NULL)
        gtk_box_remove(GTK_BOX(self), child);
    for (guint i = 0; i < reasons->len; i++) {
        const GuichetChoice *reason = g_ptr_array_index(reasons, i);
        GtkWidget *radio = guichet_choice_button_new(reason->id, reason->label, first);

        if (first == NULL)
            first = radio;
        gtk_box_append(GTK_BOX(self), radio);
    }
}

const char *
guichet_reason_list_get_chosen(GuichetReasonList *self)
{
    GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(self));

    for (; child != NULL; child = gtk_widget_get_next_sibling(child))
        if (gtk_check_button_get_active(GTK_CHECK_BUTTON(child)))
            return gtk_widget_get_name(child);
    return NULL;
}
