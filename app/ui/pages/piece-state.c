/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/piece-state.h"

#include <glib/gi18n-lib.h>

#include "announce.h"
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

int
guichet_piece_state_find_missing(GuichetDraft *draft, GPtrArray *specs, guint start)
{
    for (guint i = start; i < specs->len; i++) {
        const GuichetPieceSpec *spec = g_ptr_array_index(specs, i);

        if (guichet_piece_state_is_required(draft, spec) &&
            !guichet_piece_state_is_done(draft, spec))
            return (int)i;
    }
    return -1;
}

gboolean
guichet_piece_state_is_any_required(GuichetDraft *draft, GPtrArray *specs)
{
    for (guint i = 0; i < specs->len; i++)
        if (guichet_piece_state_is_required(draft, g_ptr_array_index(specs, i)))
            return TRUE;
    return FALSE;
}

static int
compare_need(gconstpointer a, gconstpointer b, gpointer data)
{
    const GuichetPieceSpec *first = *(GuichetPieceSpec *const *)a;
    const GuichetPieceSpec *second = *(GuichetPieceSpec *const *)b;

    return guichet_piece_is_required(second, data) - guichet_piece_is_required(first, data);
}

void
guichet_piece_state_sort(GuichetDraft *draft, GPtrArray *specs)
{
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);

    g_ptr_array_sort_with_data(specs, compare_need, data);
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

void
guichet_piece_state_announce(GtkWidget *widget, GuichetDraft *draft, const GuichetPieceSpec *spec)
{
    g_autofree char *state = spec != NULL ? guichet_piece_state_describe(draft, spec) : NULL;
    g_autofree char *sentence =
        spec != NULL ? g_strdup_printf("%s : %s", spec->label, state) : NULL;

    if (sentence != NULL)
        guichet_announce(widget, sentence);
}

int
guichet_piece_state_find_target(GuichetDraft *draft, GPtrArray *specs, guint current)
{
    if (current >= specs->len)
        return -1;
    return guichet_piece_state_is_full(draft, g_ptr_array_index(specs, current))
               ? guichet_piece_state_find_missing(draft, specs, 0)
               : (int)current;
}
