/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "draft.h"

/** What the open draft holds of one piece that its procedure asks for. */

/* GuichetPiece* in order, borrowed; free the array. */
GPtrArray *guichet_piece_state_get_pieces(GuichetDraft *draft, const GuichetPieceSpec *spec);
/* The reason id, when the piece was declared impossible; else NULL. Borrowed. */
const char *guichet_piece_state_get_reason(GPtrArray *pieces);
const char *guichet_piece_state_get_reason_label(const GuichetPieceSpec *spec, const char *reason);
gboolean guichet_piece_state_is_required(GuichetDraft *draft, const GuichetPieceSpec *spec);
/* Enough is there, or the reason why it can't be had. */
gboolean guichet_piece_state_is_done(GuichetDraft *draft, const GuichetPieceSpec *spec);
/* Nothing more may be added. */
gboolean guichet_piece_state_is_full(GuichetDraft *draft, const GuichetPieceSpec *spec);
/* "2 pages acceptées", "À fournir" …; caller frees. */
char *guichet_piece_state_describe(GuichetDraft *draft, const GuichetPieceSpec *spec);

/* Says it to who cannot see it (announce.h), in the window of @widget. @spec may be NULL. */
void guichet_piece_state_announce(GtkWidget *widget, GuichetDraft *draft,
                                  const GuichetPieceSpec *spec);

/* Over the pieces of a step (@specs: GuichetPieceSpec*). */
/* The first required one that is missing, from @start on, or -1. */
int guichet_piece_state_find_missing(GuichetDraft *draft, GPtrArray *specs, guint start);
gboolean guichet_piece_state_is_any_required(GuichetDraft *draft, GPtrArray *specs);
/* What is asked now comes first, in the procedure's order. */
void guichet_piece_state_sort(GuichetDraft *draft, GPtrArray *specs);
/* Which piece a capture would take: the one at @current, or else the next that is missing; or -1.
 */
int guichet_piece_state_find_target(GuichetDraft *draft, GPtrArray *specs, guint current);
