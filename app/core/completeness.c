/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/completeness.h"

#include <string.h>

#include "core/rule.h"

#include <glib/gi18n-lib.h>

typedef struct {
    GuichetProcedure *procedure;
    GuichetRequest *request;
    const GuichetStep *step;
    JsonNode *data;
    GPtrArray *gaps;
} Check;

void
guichet_gap_free(GuichetGap *gap)
{
    if (gap == NULL)
        return;
    g_free(gap->subject);
    g_free(gap->step);
    g_free(gap->label);
    g_free(gap->reason);
    g_free(gap->remedy);
    g_free(gap);
}

static void
add_gap(Check *check, const char *family, const char *id, const char *label, const char *reason,
        const char *remedy)
{
    GuichetGap *gap = g_new0(GuichetGap, 1);
    gap->subject = g_strdup_printf("%s:%s", family, id);
    gap->step = g_strdup(check->step->id);
    gap->label = g_strdup(label);
    gap->reason = g_strdup(reason);
    gap->remedy = g_strdup(remedy);
    g_ptr_array_add(check->gaps, gap);
}

/* As guichet_rule_holds(), but "no rule" is @absent, and the outcome is apart from the error. */
static gboolean
ask(JsonNode *rule, gboolean absent, JsonNode *data, gboolean *holds, GError **error)
{
    *holds = absent;
    if (rule == NULL)
        return TRUE;
    g_autoptr(GError) local = NULL;
    *holds = guichet_rule_holds(rule, data, &local);
    if (local == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* --- fields --- */

static void
check_value(Check *check, const GuichetField *field, const char *value)
{
    g_autoptr(GError) refusal = NULL;
    g_autofree char *stored = guichet_field_normalise(field, value, &refusal);
    if (stored == NULL)
        add_gap(check, "field", field->id, field->label,
                _("La réponse ne correspond pas à ce que la démarche attend."), refusal->message);
}

static gboolean
check_field(Check *check, const GuichetField *field, GError **error)
{
    gboolean visible, required;
    if (!ask(field->visible_if, TRUE, check->data, &visible, error) ||
        !ask(field->required_if, FALSE, check->data, &required, error))
        return FALSE;
    const char *value = guichet_request_get_field(check->request, field->id);
    if (!visible)
        return TRUE;
    if (*value != '\0')
        check_value(check, field, value);
    else if (required)
        add_gap(check, "field", field->id, field->label,
                _("Cette réponse est nécessaire à la démarche."),
                field->hint != NULL ? field->hint : _("Posez la question et notez la réponse."));
    return TRUE;
}

/* --- pieces --- */

static gboolean
is_accepted_reason(const GuichetPieceSpec *spec, const char *reason)
{
    for (guint i = 0; i < spec->impossible->len; i++)
        if (strcmp(((GuichetChoice *)spec->impossible->pdata[i])->id, reason) == 0)
            return TRUE;
    return FALSE;
}

static void
check_pages(Check *check, const GuichetPieceSpec *spec, guint pages, gboolean required)
{
    if (pages > spec->max_pages) {
        g_autofree char *reason =
            g_strdup_printf(_("Il y a %u pages, la démarche en admet %u."), pages, spec->max_pages);
        add_gap(check, "piece", spec->id, spec->label, reason, _("Retirez les pages en trop."));
    } else if (pages == 0 && required) {
        add_gap(check, "piece", spec->id, spec->label, spec->reason, spec->remedy);
    } else if (pages > 0 && pages < spec->min_pages) {
        g_autofree char *reason = g_strdup_printf(
            _("Il y a %u page sur les %u que la démarche attend."), pages, spec->min_pages);
        add_gap(check, "piece", spec->id, spec->label, reason, spec->remedy);
    }
}

static gboolean
check_piece(Check *check, const GuichetPieceSpec *spec, GError **error)
{
    g_autoptr(GPtrArray) pieces = guichet_request_get_pieces(check->request, spec->id);
    guint pages = 0;
    gboolean required, excused = FALSE;
    if (!ask(spec->required_if, FALSE, check->data, &required, error))
        return FALSE;
    for (guint i = 0; i < pieces->len; i++) {
        GuichetPiece *piece = pieces->pdata[i];
        if (piece->impossible_reason == NULL) {
            pages++;
        } else if (is_accepted_reason(spec, piece->impossible_reason)) {
            excused = TRUE;
        } else {
            add_gap(check, "piece", spec->id, spec->label,
                    _("Le motif d’impossibilité n’est pas admis par la démarche."), spec->remedy);
            return TRUE;
        }
    }
    check_pages(check, spec, pages, required && !excused);
    return TRUE;
}

/* --- all --- */

static gboolean
check_step(Check *check, GError **error)
{
    const GuichetStep *step = check->step;
    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++)
        if (!check_field(check, guichet_procedure_find_field(check->procedure, step->fields[i]),
                         error))
            return FALSE;
    for (guint i = 0; step->pieces != NULL && step->pieces[i] != NULL; i++)
        if (!check_piece(check, guichet_procedure_find_piece(check->procedure, step->pieces[i]),
                         error))
            return FALSE;
    return TRUE;
}

GPtrArray *
guichet_completeness_check(GuichetProcedure *procedure, GuichetRequest *request, gint64 today_us,
                           GError **error)
{
    g_autoptr(JsonNode) data = guichet_request_rule_data(request, procedure, today_us);
    g_autoptr(GPtrArray) gaps = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_gap_free);
    Check check = {.procedure = procedure, .request = request, .data = data, .gaps = gaps};
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    for (guint i = 0; i < steps->len; i++) {
        check.step = steps->pdata[i];
        if (!check_step(&check, error))
            return NULL;
    }
    return g_steal_pointer(&gaps);
}

/* A rule that fails shows the field and asks for the piece: the check then says why. */
gboolean
guichet_field_is_visible(const GuichetField *field, JsonNode *rule_data)
{
    gboolean visible;
    return !ask(field->visible_if, TRUE, rule_data, &visible, NULL) || visible;
}

gboolean
guichet_piece_is_required(const GuichetPieceSpec *piece, JsonNode *rule_data)
{
    gboolean required;
    return !ask(piece->required_if, FALSE, rule_data, &required, NULL) || required;
}
