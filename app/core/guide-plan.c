/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/guide-plan.h"

#include <string.h>

#include "core/assessment.h"
#include "core/error.h"
#include "core/request.h"

#include <glib/gi18n-lib.h>

static void
piece_free(gpointer data)
{
    GuichetPlanPiece *piece = data;
    g_free(piece->id);
    g_free(piece->label);
    g_free(piece->hint);
    g_free(piece->reason);
    g_free(piece);
}

void
guichet_plan_free(GuichetPlan *plan)
{
    g_clear_pointer(&plan->procedure, guichet_procedure_unref);
    g_hash_table_unref(plan->fields);
    g_ptr_array_unref(plan->pieces);
    g_ptr_array_unref(plan->advice);
    g_ptr_array_unref(plan->dates);
    g_free(plan->price);
    g_free(plan->delay);
    g_free(plan->said);
    g_free(plan);
}

static GuichetProcedure *
find_procedure(GPtrArray *procedures, const char *id)
{
    for (guint i = 0; i < procedures->len; i++)
        if (strcmp(guichet_procedure_get_id(procedures->pdata[i]), id) == 0)
            return guichet_procedure_ref(procedures->pdata[i]);
    return NULL;
}

/* Answers that the procedure has and takes, normalised, into @into. */
static void
take_fields(GuichetProcedure *procedure, GHashTable *answers, GHashTable *into)
{
    GHashTableIter iter;
    gpointer id, value;
    g_hash_table_iter_init(&iter, answers);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        const GuichetField *field = guichet_procedure_find_field(procedure, id);
        char *normal = field != NULL ? guichet_field_normalise(field, value, NULL) : NULL;
        if (normal != NULL)
            g_hash_table_replace(into, g_strdup(id), normal);
    }
}

static void
add_piece(GuichetPlan *plan, const GuichetPieceSpec *spec)
{
    GuichetPlanPiece *piece = g_new0(GuichetPlanPiece, 1);
    piece->id = g_strdup(spec->id);
    piece->label = g_strdup(spec->label);
    piece->hint = g_strdup(spec->hint);
    piece->reason = g_strdup(spec->reason);
    piece->on_spot =
        spec->family == GUICHET_PIECE_FINGERPRINT || spec->family == GUICHET_PIECE_SIGNATURE;
    g_ptr_array_add(plan->pieces, piece);
}

static char *
describe_price(const GuichetAssessment *assessment)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *total = guichet_euros_text(assessment->total_cents);
    if (assessment->total_cents > 0)
        g_string_append_printf(text, assessment->total_estimate ? _("%s (estimation)") : "%s",
                               total);
    else
        g_string_append(text, assessment->total_known ? _("Gratuit") : _("Prix à confirmer"));
    for (guint i = 0; i < assessment->charges->len; i++) {
        const GuichetCharge *charge = assessment->charges->pdata[i];
        const char *why = charge->known ? charge->reason : charge->remedy;
        g_string_append_printf(text, "%s%s", i > 0 ? _(" ; ") : " — ", charge->label);
        if (why != NULL)
            g_string_append_printf(text, _(" : %s"), why);
    }
    return g_strdup(text->str);
}

static void
add_date(GuichetPlan *plan, const GuichetDeadline *deadline)
{
    g_autofree char *day = deadline->date != NULL ? guichet_day_text(deadline->date) : NULL;
    if (day != NULL)
        g_ptr_array_add(plan->dates, g_strdup_printf(deadline->estimate ? _("%s : %s (estimation)")
                                                                        : _("%s : %s"),
                                                     deadline->label, day));
}

/* Pieces, price and dates of a request that has these answers, by the procedure's rules. */
static gboolean
apply_rules(GuichetPlan *plan, GHashTable *supposed, gint64 today_us, GError **error)
{
    g_autoptr(GuichetRequest) trial = guichet_request_new(plan->procedure);
    take_fields(plan->procedure, supposed, trial->fields);
    take_fields(plan->procedure, plan->fields, trial->fields);
    g_autoptr(JsonNode) data = guichet_request_rule_data(trial, plan->procedure, today_us);
    g_autoptr(GuichetAssessment) assessment = guichet_assess(plan->procedure, data, error);
    if (assessment == NULL)
        return FALSE;
    for (guint i = 0; i < assessment->needs->len; i++) {
        const GuichetNeed *need = assessment->needs->pdata[i];
        if (need->required)
            add_piece(plan, need->spec);
    }
    for (guint i = 0; i < assessment->deadlines->len; i++)
        add_date(plan, assessment->deadlines->pdata[i]);
    plan->cents = assessment->total_cents;
    plan->price_known = assessment->total_known;
    plan->price = describe_price(assessment);
    return TRUE;
}

GuichetPlan *
guichet_plan_new(GuichetGuide *guide, const GuichetGuidePlace *place, GPtrArray *procedures,
                 gint64 today_us, GError **error)
{
    g_return_val_if_fail(place->procedure_id != NULL, NULL);
    GuichetProcedure *procedure = find_procedure(procedures, place->procedure_id);
    gboolean stands_in = procedure == NULL;
    if (stands_in)
        procedure = find_procedure(procedures, GUICHET_GUIDE_OTHER_CASE);
    if (procedure == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Ce poste n’a ni la démarche « %s » ni « %s » : demandez au technicien de "
                      "mettre les démarches à jour"),
                    place->procedure_id, GUICHET_GUIDE_OTHER_CASE);
        return NULL;
    }
    g_autoptr(GuichetPlan) plan = g_new0(GuichetPlan, 1);
    plan->procedure = procedure;
    plan->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    plan->pieces = g_ptr_array_new_with_free_func(piece_free);
    plan->advice = g_ptr_array_new_with_free_func(g_free);
    plan->dates = g_ptr_array_new_with_free_func(g_free);
    plan->said = guichet_guide_place_describe(place);
    plan->delay = g_strdup(guichet_guide_get_delay(guide, guichet_procedure_get_id(procedure)));
    for (guint i = 0; i < place->advice->len; i++)
        g_ptr_array_add(plan->advice, g_strdup(place->advice->pdata[i]));
    take_fields(procedure, place->fields, plan->fields);
    if (stands_in)
        g_hash_table_replace(plan->fields, g_strdup("description"), g_strdup(plan->said));
    return apply_rules(plan, place->supposed, today_us, error) ? g_steal_pointer(&plan) : NULL;
}
