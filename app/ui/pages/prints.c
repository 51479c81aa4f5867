/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/prints.h"

#include <glib/gi18n-lib.h>

#include "widgets/hand.h"
#include "widgets/picture-frame.h"

struct _GuichetPrintsPage {
    GuichetCapturePage parent_instance;
    GuichetHand *hand;
    GuichetPictureFrame *frame;
};

G_DEFINE_FINAL_TYPE(GuichetPrintsPage, guichet_prints_page, GUICHET_TYPE_CAPTURE_PAGE)

static void
guichet_prints_page_show_pieces(GuichetCapturePage *page, const GuichetPieceSpec *spec,
                                GPtrArray *pieces)
{
    GuichetPrintsPage *self = GUICHET_PRINTS_PAGE(page);
    g_autofree char *label = g_strdup_printf(_("Empreinte prise, %s"), spec->label);

    guichet_hand_set_finger(self->hand, spec->finger);
    guichet_picture_frame_show(self->frame, guichet_step_page_get_draft(GUICHET_STEP_PAGE(page)),
                               pieces->len > 0 ? g_ptr_array_index(pieces, 0) : NULL, label);
}

static void
guichet_prints_page_build_stage(GuichetCapturePage *page, GtkBox *stage)
{
    GuichetPrintsPage *self = GUICHET_PRINTS_PAGE(page);
    GtkWidget *nothing = gtk_label_new(_("Pas encore\nd’empreinte"));

    self->hand = g_object_new(GUICHET_TYPE_HAND, "hexpand", TRUE, NULL);
    gtk_label_set_justify(GTK_LABEL(nothing), GTK_JUSTIFY_CENTER);
    gtk_widget_add_css_class(nothing, "hint");
    self->frame = guichet_picture_frame_new(200, 230, nothing);
    gtk_widget_set_valign(GTK_WIDGET(self->frame), GTK_ALIGN_CENTER);
    gtk_box_set_spacing(stage, 32);
    gtk_box_append(stage, GTK_WIDGET(self->hand));
    gtk_box_append(stage, GTK_WIDGET(self->frame));
}

static void
guichet_prints_page_class_init(GuichetPrintsPageClass *klass)
{
    GuichetCapturePageClass *capture_class = GUICHET_CAPTURE_PAGE_CLASS(klass);

    capture_class->family = GUICHET_DEVICE_FINGERPRINT;
    capture_class->capture_label = N_("Prendre l’empreinte (F5)");
    capture_class->more_label = N_("Prendre l’empreinte (F5)");
    capture_class->retake_label = N_("Recommencer (F6)");
    capture_class->nothing_asked =
        N_("Aucune empreinte n’est demandée à cette personne : continuez.");
    capture_class->build_stage = guichet_prints_page_build_stage;
    capture_class->show_pieces = guichet_prints_page_show_pieces;
    g_type_ensure(GUICHET_TYPE_HAND);
}

static void
guichet_prints_page_init(GuichetPrintsPage *self)
{
    g_object_set(self, "help",
                 _("Le doigt à poser est montré sur le dessin. F5 démarre, puis la personne pose "
                   "le doigt bien à plat. F6 recommence. Si un doigt manque, est blessé, ou si la "
                   "personne refuse, choisissez « Impossible parce que… » : le dossier continue "
                   "avec cette raison."),
                 NULL);
}
