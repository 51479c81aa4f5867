/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/assessment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rule.h"

#include <glib/gi18n-lib.h>

static void
charge_free(GuichetCharge *charge)
{
    g_free(charge->id);
    g_free(charge->label);
    g_free(charge->reason);
    g_free(charge->remedy);
    g_free(charge->source);
    g_free(charge);
}

static void
deadline_free(GuichetDeadline *deadline)
{
    g_free(deadline->id);
    g_free(deadline->label);
    g_free(deadline->date);
    g_free(deadline->reason);
    g_free(deadline->remedy);
    g_free(deadline->source);
    g_free(deadline);
}

void
guichet_assessment_free(GuichetAssessment *assessment)
{
    if (assessment == NULL)
        return;
    g_ptr_array_unref(assessment->needs);
    g_ptr_array_unref(assessment->charges);
    g_ptr_array_unref(assessment->deadlines);
    g_free(assessment);
}

/* FALSE only on a broken rule. No rule holds. */
static gboolean
ask(JsonNode *rule, JsonNode *data, gboolean *holds, GError **error)
{
    g_autoptr(GError) local = NULL;
    *holds = guichet_rule_holds(rule, data, &local);
    if (local == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* The first reason that holds; NULL, without an error, where the file gives none. */
static gboolean
find_reason(GPtrArray *why, JsonNode *data, char **text, GError **error)
{
    for (guint i = 0; i < why->len; i++) {
        const GuichetReason *reason = why->pdata[i];
        gboolean holds;
        if (!ask(reason->condition, data, &holds, error))
            return FALSE;
        if (!holds)
            continue;
        *text = g_strdup(reason->text);
        return TRUE;
    }
    return TRUE;
}

/* --- what to bring --- */

static gboolean
add_needs(GuichetAssessment *self, GuichetProcedure *procedure, JsonNode *data, GError **error)
{
    GPtrArray *pieces = guichet_procedure_get_pieces(procedure);
    for (int wanted = 1; wanted >= 0; wanted--)
        for (guint i = 0; i < pieces->len; i++) {
            const GuichetPieceSpec *spec = pieces->pdata[i];
            gboolean required = FALSE;
            if (spec->required_if != NULL && !ask(spec->required_if, data, &required, error))
                return FALSE;
            if (required != wanted || (!required && spec->required_if != NULL))
                continue;
            GuichetNeed *need = g_new0(GuichetNeed, 1);
            need->spec = spec;
            need->required = required;
            g_ptr_array_add(self->needs, need);
        }
    return TRUE;
}

/* --- what to pay --- */

static gboolean
read_euros(JsonNode *amount, gint64 *cents)
{
    if (!JSON_NODE_HOLDS_VALUE(amount) || json_node_get_value_type(amount) == G_TYPE_STRING)
        return FALSE;
    double euros = json_node_get_double(amount);
    if (!isfinite(euros) || euros < 0 || euros > 1e9)
        return FALSE;
    *cents = llround(euros * 100);
    return TRUE;
}

static gboolean
add_charge(GuichetAssessment *self, const GuichetStampSpec *spec, JsonNode *data, GError **error)
{
    gboolean due;
    if (!ask(spec->due_if, data, &due, error))
        return FALSE;
    if (!due)
        return TRUE;
    g_autoptr(JsonNode) amount = guichet_rule_apply(spec->amount, data, error);
    if (amount == NULL)
        return FALSE;
    GuichetCharge *charge = g_new0(GuichetCharge, 1);
    g_ptr_array_add(self->charges, charge);
    charge->id = g_strdup(spec->id);
    charge->label = g_strdup(spec->label);
    charge->kind = spec->kind;
    charge->known = read_euros(amount, &charge->cents);
    charge->estimate = spec->estimate;
    charge->remedy = charge->known ? NULL : g_strdup(spec->unknown);
    charge->source = g_strdup(spec->source);
    self->total_cents += charge->cents;
    self->total_known &= charge->known;
    self->total_estimate |= charge->estimate;
    return find_reason(spec->why, data, &charge->reason, error);
}

/* --- when --- */

static gboolean
is_day(JsonNode *node)
{
    const char *text =
        JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
            ? json_node_get_string(node)
            : "";
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-';
}

static gboolean
add_deadline(GuichetAssessment *self, const GuichetDeadlineSpec *spec, const char *today,
             JsonNode *data, GError **error)
{
    gboolean due;
    if (!ask(spec->due_if, data, &due, error))
        return FALSE;
    if (!due)
        return TRUE;
    g_autoptr(JsonNode) date = guichet_rule_apply(spec->date, data, error);
    if (date == NULL)
        return FALSE;
    GuichetDeadline *deadline = g_new0(GuichetDeadline, 1);
    g_ptr_array_add(self->deadlines, deadline);
    deadline->id = g_strdup(spec->id);
    deadline->label = g_strdup(spec->label);
    deadline->kind = spec->kind;
    deadline->date = is_day(date) ? json_node_dup_string(date) : NULL;
    deadline->passed = spec->kind == GUICHET_DEADLINE_LIMIT && deadline->date != NULL &&
                       strcmp(deadline->date, today) < 0;
    deadline->estimate = spec->estimate;
    deadline->remedy = deadline->date != NULL ? NULL : g_strdup(spec->unknown);
    deadline->source = g_strdup(spec->source);
    return find_reason(spec->why, data, &deadline->reason, error);
}

GuichetAssessment *
guichet_assess(GuichetProcedure *procedure, JsonNode *rule_data, GError **error)
{
    g_autoptr(GuichetAssessment) self = g_new0(GuichetAssessment, 1);
    self->needs = g_ptr_array_new_with_free_func(g_free);
    self->charges = g_ptr_array_new_with_free_func((GDestroyNotify)charge_free);
    self->deadlines = g_ptr_array_new_with_free_func((GDestroyNotify)deadline_free);
    self->total_known = TRUE;
    JsonObject *object = json_node_get_object(rule_data);
    const char *today = json_object_get_string_member_with_default(object, "today", "");
    GPtrArray *stamps = guichet_procedure_get_stamps(procedure);
    GPtrArray *deadlines = guichet_procedure_get_deadlines(procedure);
    if (!add_needs(self, procedure, rule_data, error))
        return NULL;
    for (guint i = 0; i < stamps->len; i++)
        if (!add_charge(self, stamps->pdata[i], rule_data, error))
            return NULL;
    for (guint i = 0; i < deadlines->len; i++)
        if (!add_deadline(self, deadlines->pdata[i], today, rule_data, error))
            return NULL;
    return g_steal_pointer(&self);
}

/* --- words --- */

char *
guichet_euros_text(gint64 cents)
{
    return cents % 100 == 0
               ? g_strdup_printf(_("%" PRId64 " €"), cents / 100)
               : g_strdup_printf(_("%" PRId64 ",%02d €"), cents / 100, (int)(cents % 100));
}

char *
guichet_day_text(const char *day)
{
    static const char *const months[] = {N_("janvier"), N_("février"),  N_("mars"),
                                         N_("avril"),   N_("mai"),      N_("juin"),
                                         N_("juillet"), N_("août"),     N_("septembre"),
                                         N_("octobre"), N_("novembre"), N_("décembre")};
    int month = strlen(day) == 10 ? atoi(day + 5) : 0;
    if (month < 1 || month > 12)
        return g_strdup(day);
    int number = atoi(day + 8);
    return number == 1 ? g_strdup_printf(_("1er %s %.4s"), _(months[month - 1]), day)
                       : g_strdup_printf(_("%d %s %.4s"), number, _(months[month - 1]), day);
}
