/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/advice-list.h"

#include <glib/gi18n-lib.h>

void
guichet_advice_clear(GtkBox *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
        gtk_box_remove(box, child);
}

GtkWidget *
guichet_advice_make_label(const char *text, const char *css)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    if (css != NULL)
        gtk_widget_add_css_class(label, css);
    return label;
}

static void
add_title(GtkBox *box, const char *title)
{
    GtkWidget *label = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                    "label", title, "xalign", 0.0, NULL);

    gtk_widget_add_css_class(label, "row-title");
    gtk_box_append(box, label);
}

void
guichet_advice_add_texts(GtkBox *box, const char *title, GPtrArray *texts, const char *mark)
{
    if (texts->len == 0)
        return;
    if (title != NULL)
        add_title(box, title);
    for (guint i = 0; i < texts->len; i++) {
        GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
        g_autofree char *number = mark == NULL ? g_strdup_printf("%u.", i + 1) : g_strdup(mark);
        GtkWidget *head = gtk_label_new(number);
        GtkWidget *text = guichet_advice_make_label(g_ptr_array_index(texts, i), NULL);

        gtk_widget_add_css_class(head, "row-title");
        gtk_widget_set_valign(head, GTK_ALIGN_START);
        gtk_widget_set_hexpand(text, TRUE);
        gtk_box_append(GTK_BOX(line), head);
        gtk_box_append(GTK_BOX(line), text);
        gtk_box_append(box, line);
    }
}

static void
add_detail(GtkBox *box, const char *text)
{
    if (text != NULL)
        gtk_box_append(box, guichet_advice_make_label(text, "row-note"));
}

void
guichet_advice_add_lines(GtkBox *box, const char *title, GPtrArray *lines)
{
    if (lines->len == 0)
        return;
    add_title(box, title);
    for (guint i = 0; i < lines->len; i++) {
        const GuichetHelpLine *line = g_ptr_array_index(lines, i);
        GtkWidget *card = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
        g_autofree char *name = line->number != NULL
                                    ? g_strdup_printf(_("%s : %s"), line->name, line->number)
                                    : g_strdup(line->name);
        g_autofree char *check = g_strdup_printf(_("À vérifier sur %s."), line->check);

        gtk_widget_add_css_class(card, "gap");
        gtk_box_append(GTK_BOX(card), guichet_advice_make_label(name, "row-title"));
        add_detail(GTK_BOX(card), line->purpose);
        add_detail(GTK_BOX(card), line->hours);
        add_detail(GTK_BOX(card), line->address);
        add_detail(GTK_BOX(card), line->relay);
        add_detail(GTK_BOX(card), check);
        gtk_box_append(box, card);
    }
}
