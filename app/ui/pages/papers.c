/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/papers.h"

#include <glib/gi18n-lib.h>

#include "widgets/picture-frame.h"

struct _GuichetPapersPage {
    GuichetCapturePage parent_instance;
    GtkFlowBox *pages;
    GtkLabel *empty;
};

G_DEFINE_FINAL_TYPE(GuichetPapersPage, guichet_papers_page, GUICHET_TYPE_CAPTURE_PAGE)

static void
on_remove(GuichetPapersPage *self, GtkWidget *button)
{
    guichet_capture_page_remove(GUICHET_CAPTURE_PAGE(self), gtk_widget_get_name(button));
}

static GtkWidget *
make_thumbnail(GuichetPapersPage *self, const GuichetPieceSpec *spec, const GuichetPiece *piece)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    GuichetPictureFrame *picture = guichet_picture_frame_new(140, 196, NULL);
    GtkWidget *remove = gtk_button_new_with_label(_("Retirer"));
    g_autofree char *label = g_strdup_printf(_("Page %u"), piece->ordinal);
    g_autofree char *name = g_strdup_printf("%s, %s", spec->label, label);
    g_autofree char *remove_name = g_strdup_printf(_("Retirer la page %u"), piece->ordinal);

    gtk_widget_set_halign(box, GTK_ALIGN_START);
    gtk_widget_set_name(remove, piece->id);
    gtk_accessible_update_property(GTK_ACCESSIBLE(remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   remove_name, -1);
    g_signal_connect_swapped(remove, "clicked", G_CALLBACK(on_remove), self);
    guichet_picture_frame_show(picture, guichet_step_page_get_draft(GUICHET_STEP_PAGE(self)), piece,
                               name);
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(picture));
    gtk_box_append(GTK_BOX(box), gtk_label_new(label));
    gtk_box_append(GTK_BOX(box), remove);
    return box;
}

static void
guichet_papers_page_show_pieces(GuichetCapturePage *page, const GuichetPieceSpec *spec,
                                GPtrArray *pieces)
{
    GuichetPapersPage *self = GUICHET_PAPERS_PAGE(page);
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->pages))) != NULL)
        gtk_flow_box_remove(self->pages, child);
    for (guint i = 0; i < pieces->len; i++) {
        gtk_flow_box_append(self->pages, make_thumbnail(self, spec, g_ptr_array_index(pieces, i)));
        gtk_widget_set_focusable(GTK_WIDGET(gtk_flow_box_get_child_at_index(self->pages, i)),
                                 FALSE);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->pages), pieces->len > 0);
    gtk_widget_set_visible(GTK_WIDGET(self->empty), pieces->len == 0);
    gtk_label_set_text(self->empty,
                       spec->reason != NULL ? spec->reason : _("Posez la page sur la vitre."));
}

static void
guichet_papers_page_build_stage(GuichetCapturePage *page, GtkBox *stage)
{
    GuichetPapersPage *self = GUICHET_PAPERS_PAGE(page);

    self->empty = GTK_LABEL(gtk_label_new(NULL));
    gtk_label_set_xalign(self->empty, 0.5);
    gtk_label_set_wrap(self->empty, TRUE);
    gtk_label_set_justify(self->empty, GTK_JUSTIFY_CENTER);
    gtk_label_set_max_width_chars(self->empty, 46);
    gtk_widget_set_hexpand(GTK_WIDGET(self->empty), TRUE);
    gtk_widget_add_css_class(GTK_WIDGET(self->empty), "empty-stage");
    gtk_box_append(stage, GTK_WIDGET(self->empty));

    self->pages = GTK_FLOW_BOX(gtk_flow_box_new());
    gtk_flow_box_set_selection_mode(self->pages, GTK_SELECTION_NONE);
    gtk_flow_box_set_min_children_per_line(self->pages, 1);
    gtk_flow_box_set_max_children_per_line(self->pages, 5);
    gtk_flow_box_set_column_spacing(self->pages, 16);
    gtk_flow_box_set_row_spacing(self->pages, 16);
    gtk_widget_set_hexpand(GTK_WIDGET(self->pages), TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->pages), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Pages acceptées"), -1);
    gtk_box_append(stage, GTK_WIDGET(self->pages));
}

static void
guichet_papers_page_class_init(GuichetPapersPageClass *klass)
{
    GuichetCapturePageClass *capture_class = GUICHET_CAPTURE_PAGE_CLASS(klass);

    capture_class->family = GUICHET_DEVICE_SCANNER;
    capture_class->capture_label = N_("Scanner une page (F5)");
    capture_class->more_label = N_("Scanner une autre page (F5)");
    capture_class->nothing_asked = N_(
        "Aucune pièce n’est obligatoire ici : continuez, ou scannez ce que la personne apporte.");
    capture_class->build_stage = guichet_papers_page_build_stage;
    capture_class->show_pieces = guichet_papers_page_show_pieces;
}

static void
guichet_papers_page_init(GuichetPapersPage *self)
{
    g_object_set(self, "help",
                 _("Posez chaque page sur la vitre du scanner, puis F5. Une page est gardée dès "
                   "qu’elle apparaît ici. « Retirer » peut être annulé par Ctrl+Z. Ctrl+Entrée "
                   "passe à la pièce suivante, puis à l’étape suivante. Une pièce qui manque "
                   "n’empêche pas de continuer : elle sera rappelée à la relecture."),
                 NULL);
}
