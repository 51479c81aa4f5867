/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/technician-row.h"

static const struct {
    const char *icon, *css_class;
} looks[GUICHET_FINDING_N] = {
    [GUICHET_FINDING_OK] = {"guichet-check-symbolic", "success"},
    [GUICHET_FINDING_ATTENTION] = {"guichet-warning-symbolic", "warning"},
    [GUICHET_FINDING_FAULT] = {"guichet-close-symbolic", "error"},
};

struct _GuichetTechnicianRow {
    GtkListBoxRow parent_instance;
    GtkImage *icon;
    GtkLabel *title, *word;
};

G_DEFINE_FINAL_TYPE(GuichetTechnicianRow, guichet_technician_row, GTK_TYPE_LIST_BOX_ROW)

const char *
guichet_technician_icon(GuichetFindingState state)
{
    return looks[state].icon;
}

const char *
guichet_technician_class(GuichetFindingState state)
{
    return looks[state].css_class;
}

static void
guichet_technician_row_class_init(GuichetTechnicianRowClass *klass)
{
}

static void
guichet_technician_row_init(GuichetTechnicianRow *self)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

    self->icon = GTK_IMAGE(
        g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
    self->title = GTK_LABEL(gtk_label_new(NULL));
    self->word = GTK_LABEL(gtk_label_new(NULL));
    gtk_widget_add_css_class(GTK_WIDGET(self->icon), "finding-icon");
    gtk_widget_add_css_class(GTK_WIDGET(self->title), "row-title");
    gtk_widget_add_css_class(GTK_WIDGET(self->word), "row-note");
    gtk_widget_set_hexpand(GTK_WIDGET(self->title), TRUE);
    gtk_label_set_xalign(self->title, 0);
    gtk_label_set_wrap(self->title, TRUE);
    gtk_label_set_xalign(self->word, 1);
    gtk_box_append(GTK_BOX(line), GTK_WIDGET(self->icon));
    gtk_box_append(GTK_BOX(line), GTK_WIDGET(self->title));
    gtk_box_append(GTK_BOX(line), GTK_WIDGET(self->word));
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(self), line);
    gtk_widget_add_css_class(GTK_WIDGET(self), "part");
}

GtkWidget *
guichet_technician_row_new(const char *title)
{
    GuichetTechnicianRow *self = g_object_new(GUICHET_TYPE_TECHNICIAN_ROW, NULL);

    gtk_label_set_text(self->title, title);
    guichet_technician_row_set(self, NULL, NULL);
    return GTK_WIDGET(self);
}

void
guichet_technician_row_set(GuichetTechnicianRow *self, const GuichetPart *part, const char *word)
{
    const char *title = gtk_label_get_text(self->title);
    const char *said = word;
    g_autofree char *name = NULL;

    for (guint i = 0; i < GUICHET_FINDING_N; i++)
        gtk_widget_remove_css_class(GTK_WIDGET(self), looks[i].css_class);
    gtk_image_set_from_icon_name(self->icon, "guichet-dot-symbolic");
    if (part != NULL && word == NULL) {
        GuichetFindingState state = guichet_part_get_state(part);

        gtk_widget_add_css_class(GTK_WIDGET(self), looks[state].css_class);
        gtk_image_set_from_icon_name(self->icon, looks[state].icon);
        said = guichet_finding_state_label(state);
    }
    gtk_label_set_text(self->word, said != NULL ? said : "");
    name = said != NULL ? g_strdup_printf("%s, %s", title, said) : g_strdup(title);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
