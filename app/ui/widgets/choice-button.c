/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/choice-button.h"

GtkWidget *
guichet_choice_button_new(const char *id, const char *label, GtkWidget *group)
{
    /* a grouped check button is a check box to AT-SPI unless its role is set at construction */
    GtkWidget *radio = g_object_new(GTK_TYPE_CHECK_BUTTON, "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_RADIO, "label", label, "name", id, NULL);
    GtkWidget *text = gtk_widget_get_last_child(radio);

    gtk_widget_add_css_class(radio, "choice");
    if (group != NULL)
        gtk_check_button_set_group(GTK_CHECK_BUTTON(radio), GTK_CHECK_BUTTON(group));
    if (GTK_IS_LABEL(text)) {
        gtk_label_set_wrap(GTK_LABEL(text), TRUE);
        gtk_label_set_natural_wrap_mode(GTK_LABEL(text), GTK_NATURAL_WRAP_NONE);
    }
    return radio;
}
