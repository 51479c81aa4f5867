/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "draft.h"

#include <gtk/gtk.h>

/** A picture of a stored piece in a frame of a fixed size, whatever the picture's own is. */
#define GUICHET_TYPE_PICTURE_FRAME (guichet_picture_frame_get_type())
G_DECLARE_FINAL_TYPE(GuichetPictureFrame, guichet_picture_frame, GUICHET, PICTURE_FRAME, GtkWidget)

/* Pixels. @empty stands in the frame while there is no picture; may be NULL. Takes @empty. */
GuichetPictureFrame *guichet_picture_frame_new(int width, int height, GtkWidget *empty);
/* At once if the picture is known, else as soon as it is read. @piece NULL: empty again. */
void guichet_picture_frame_show(GuichetPictureFrame *self, GuichetDraft *draft,
                                const GuichetPiece *piece, const char *label);
