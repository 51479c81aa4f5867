/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/photo.h"

#include <glib/gi18n-lib.h>

#include "widgets/picture-frame.h"

struct _GuichetPhotoPage {
    GuichetCapturePage parent_instance;
    GuichetPictureFrame *frame;
};

G_DEFINE_FINAL_TYPE(GuichetPhotoPage, guichet_photo_page, GUICHET_TYPE_CAPTURE_PAGE)

static const char *const advice[] = {
    N_("Visage de face, droit, au centre"),
    N_("Yeux ouverts, bouche fermée, expression neutre"),
    N_("Tête nue, visage dégagé, sans reflet sur les lunettes"),
    N_("Lumière égale, sans ombre ; fond clair et uni"),
};

static GtkWidget *
make_advice(void)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    GtkWidget *title = gtk_label_new(_("Avant de prendre la photo"));

    gtk_label_set_xalign(GTK_LABEL(title), 0);
    gtk_widget_add_css_class(title, "row-title");
    gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(box), title);
    for (guint i = 0; i < G_N_ELEMENTS(advice); i++) {
        GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
        GtkWidget *icon =
            g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                         "icon-name", "guichet-dot-symbolic", "valign", GTK_ALIGN_START, NULL);
        GtkWidget *label = gtk_label_new(_(advice[i]));

        gtk_label_set_xalign(GTK_LABEL(label), 0);
        gtk_label_set_wrap(GTK_LABEL(label), TRUE);
        gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
        gtk_box_append(GTK_BOX(line), icon);
        gtk_box_append(GTK_BOX(line), label);
        gtk_box_append(GTK_BOX(box), line);
    }
    return box;
}

static void
guichet_photo_page_show_pieces(GuichetCapturePage *page, const GuichetPieceSpec *spec,
                               GPtrArray *pieces)
{
    GuichetPhotoPage *self = GUICHET_PHOTO_PAGE(page);

    guichet_picture_frame_show(self->frame, guichet_step_page_get_draft(GUICHET_STEP_PAGE(page)),
                               pieces->len > 0 ? g_ptr_array_index(pieces, 0) : NULL,
                               _("Photo prise"));
}

static void
guichet_photo_page_build_stage(GuichetCapturePage *page, GtkBox *stage)
{
    GuichetPhotoPage *self = GUICHET_PHOTO_PAGE(page);
    GtkWidget *silhouette =
        g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                     "icon-name", "guichet-person-symbolic", "pixel-size", 160, NULL);

    gtk_widget_add_css_class(silhouette, "silhouette");
    self->frame = guichet_picture_frame_new(252, 324, silhouette);
    gtk_widget_set_valign(GTK_WIDGET(self->frame), GTK_ALIGN_START);
    gtk_box_set_spacing(stage, 32);
    gtk_box_append(stage, GTK_WIDGET(self->frame));
    gtk_box_append(stage, make_advice());
}

static void
guichet_photo_page_class_init(GuichetPhotoPageClass *klass)
{
    GuichetCapturePageClass *capture_class = GUICHET_CAPTURE_PAGE_CLASS(klass);

    capture_class->family = GUICHET_DEVICE_CAMERA;
    capture_class->capture_label = N_("Prendre la photo (F5)");
    capture_class->more_label = N_("Prendre la photo (F5)");
    capture_class->retake_label = N_("Recommencer (F6)");
    capture_class->nothing_asked = N_("Aucune photo n’est demandée ici : continuez.");
    capture_class->build_stage = guichet_photo_page_build_stage;
    capture_class->show_pieces = guichet_photo_page_show_pieces;
}

static void
guichet_photo_page_init(GuichetPhotoPage *self)
{
    g_object_set(self, "help",
                 _("Placez la personne de face, puis F5. La photo qui apparaît est déjà gardée. "
                   "Si elle ne convient pas, F6 en prend une autre, qui la remplace. Si la photo "
                   "ne peut pas être prise, dites pourquoi : le dossier continue."),
                 NULL);
}
