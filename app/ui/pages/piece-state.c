/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/piece-state.h"

#include <glib/gi18n-lib.h>

#include "core/completeness.h"

GPtrArray *
guichet_piece_state_get_pieces(GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    return guichet_request_get_pieces(guichet_draft_get_request(draft), spec->id);
}

const char *
guichet_piece_state_get_reason(GPtrArray *pieces)
{
    GuichetPiece *piece = pieces->len > 0 ? g_ptr_array_index(pieces, 0) : NULL;

    return piece != NULL ? piece->impossible_reason : NULL;
}

const char *
guichet_piece_state_get_reason_label(const GuichetPieceSpec *spec, const char *reason)
{
    for (guint i = 0; i < spec->impossible->len; i++) {
        const GuichetChoice *choice = g_ptr_array_index(spec->impossible, i);

        if (g_str_equal(choice->id, reason))
            return choice->label;
    }
    return reason;
}

gboolean
guichet_piece_state_is_required(GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);

    return guichet_piece_is_required(spec, data);
}

gboolean
guichet_piece_state_is_done(GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    g_autoptr(GPtrArray) pieces = guichet_piece_state_get_pieces(draft, spec);

    return guichet_piece_state_get_reason(pieces) != NULL || pieces->len >= MAX(spec->min_pages, 1);
}

gboolean
guichet_piece_state_is_full(GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    g_autoptr(GPtrArray) pieces = guichet_piece_state_get_pieces(draft, spec);

    return guichet_piece_state_get_reason(pieces) != NULL || pieces->len >= MAX(spec->max_pages, 1);
}

char *
guichet_piece_state_describe(GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    g_autoptr(GPtrArray) pieces = guichet_piece_state_get_pieces(draft, spec);

    if (guichet_piece_state_get_reason(pieces) != NULL)
        return g_strdup(_("Impossible, raison notée"));
    if (pieces->len > 0 && spec->family == GUICHET_PIECE_DOCUMENT)
        return g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "%u page acceptée", "%u pages acceptées", pieces->len),
            pieces->len);
    if (pieces->len > 0)
        return g_strdup(_("Acceptée"));
    return g_strdup(guichet_piece_state_is_required(draft, spec) ? _("À fournir")
                                                                 : _("Facultatif"));
}
