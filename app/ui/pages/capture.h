/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/step-page.h"

/**
 * What the papers, photo and prints pages have in common: a list of pieces to capture, the one in
 * hand, its capture with progress and cancel, "impossible because …", and errors said in place.
 * A page of a family sets the words and shows the pieces in its own way.
 */
#define GUICHET_TYPE_CAPTURE_PAGE (guichet_capture_page_get_type())
G_DECLARE_DERIVABLE_TYPE(GuichetCapturePage, guichet_capture_page, GUICHET, CAPTURE_PAGE,
                         GuichetStepPage)

struct _GuichetCapturePageClass {
    GuichetStepPageClass parent_class;
    GuichetDeviceFamily family;
    const char *capture_label; /* untranslated; of the button, with its key */
    const char *more_label;    /* the same when a page is there already */
    const char *retake_label;  /* NULL: no F6 on this page */
    const char *nothing_asked; /* said when the step asks nothing of this person */
    /* Fills the stage, once. */
    void (*build_stage)(GuichetCapturePage *self, GtkBox *stage);
    /* Shows @pieces (GuichetPiece*, never "impossible") of @spec on the stage. */
    void (*show_pieces)(GuichetCapturePage *self, const GuichetPieceSpec *spec, GPtrArray *pieces);
};

/* Removes a page; it can be taken back. */
void guichet_capture_page_remove(GuichetCapturePage *self, const char *piece_id);
