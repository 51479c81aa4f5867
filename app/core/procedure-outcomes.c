/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <string.h>

#include "core/json.h"

#include <glib/gi18n-lib.h>

/* What a procedure answers: tables of values, what is to pay, and when. */

/* --- tables --- */

static void
row_free(GuichetTableRow *row)
{
    g_free(row->from);
    g_free(row->until);
    g_clear_pointer(&row->values, json_object_unref);
    g_free(row->source);
    g_free(row);
}

static gboolean
read_values(GuichetTableRow *row, JsonObject *object, const char *where, GError **error)
{
    JsonObject *values = guichet_json_object(object, "values", where, error);
    if (values == NULL)
        return FALSE;
    guint count = json_object_get_size(values);
    if (count == 0 || count > PROCEDURE_MAX_KEYS)
        return procedure_refuse(error, where, "values", _("de 1 à %d valeurs sont attendues"),
                                PROCEDURE_MAX_KEYS);
    JsonObjectIter iter;
    const char *key;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, values);
    while (json_object_iter_next_ordered(&iter, &key, &value))
        if (!JSON_NODE_HOLDS_VALUE(value) || json_node_get_value_type(value) == G_TYPE_BOOLEAN) {
            g_autofree char *place = g_strdup_printf("%s/values", where);
            return procedure_refuse(error, place, key, _("un nombre ou un texte est attendu"));
        }
    row->values = json_object_ref(values);
    return TRUE;
}

/* Two rows of one table never hold on one day: the amount would depend on their order. */
static gboolean
check_succession(GPtrArray *rows, const char *where, GError **error)
{
    const GuichetTableRow *row = rows->pdata[rows->len - 1];
    const GuichetTableRow *before = rows->len > 1 ? rows->pdata[rows->len - 2] : NULL;
    if (row->until != NULL && strcmp(row->until, row->from) < 0)
        return procedure_refuse(error, where, "until", _("cette date précède « from »"));
    if (before == NULL)
        return TRUE;
    if (before->until == NULL)
        return procedure_refuse(error, where, "from",
                                _("la ligne d’avant n’a pas de fin, donnez-lui « until »"));
    return strcmp(before->until, row->from) < 0 ||
           procedure_refuse(error, where, "from",
                            _("la ligne d’avant vaut jusqu’au %s, elles se recouvrent"),
                            before->until);
}

static gboolean
read_row(JsonObject *object, const char *where, GPtrArray *rows, GError **error)
{
    static const char *const members[] = {"from", "until", "values", "source", NULL};
    GuichetTableRow *row = g_new0(GuichetTableRow, 1);
    g_ptr_array_add(rows, row);
    return guichet_json_only(object, members, where, error) &&
           procedure_read_day(object, "from", where, &row->from, error) &&
           (!json_object_has_member(object, "until") ||
            procedure_read_day(object, "until", where, &row->until, error)) &&
           read_values(row, object, where, error) &&
           procedure_read_plain(object, "source", where, &row->source, error) &&
           check_succession(rows, where, error);
}

static gboolean
read_table(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "label", "unit", "rows", NULL};
    GuichetTable *table = g_new0(GuichetTable, 1);
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    g_ptr_array_add(into, table);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &table->id, error) ||
        !procedure_read_text(object, "label", where, &table->label, error) ||
        !procedure_read_plain(object, "unit", where, &table->unit, error))
        return FALSE;
    return procedure_read_entries(object, "rows", where, PROCEDURE_MAX_ROWS, read_row, table->rows,
                                  error) &&
           (table->rows->len > 0 || procedure_refuse(error, where, "rows", _("la liste est vide")));
}

/* --- reasons --- */

static void
reason_free(GuichetReason *reason)
{
    g_clear_pointer(&reason->condition, json_node_unref);
    g_free(reason->text);
    g_free(reason);
}

static gboolean
read_reason(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"if", "text", NULL};
    const GuichetReason *before = into->len > 0 ? into->pdata[into->len - 1] : NULL;
    if (before != NULL && before->condition == NULL)
        return procedure_refuse(error, where, "if", _("la raison d’avant vaut toujours"));
    GuichetReason *reason = g_new0(GuichetReason, 1);
    g_ptr_array_add(into, reason);
    return guichet_json_only(object, members, where, error) &&
           procedure_read_rule(object, "if", where, &reason->condition, error) &&
           procedure_read_text(object, "text", where, &reason->text, error);
}

/* One text, or a list whose last element holds always, so that a result never lacks a reason. */
static gboolean
read_why(JsonObject *object, const char *where, GPtrArray *why, GError **error)
{
    JsonNode *node = json_object_get_member(object, "why");
    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node)) {
        GuichetReason *reason = g_new0(GuichetReason, 1);
        g_ptr_array_add(why, reason);
        return procedure_read_text(object, "why", where, &reason->text, error);
    }
    if (!procedure_read_entries(object, "why", where, PROCEDURE_MAX_REASONS, read_reason, why,
                                error))
        return FALSE;
    return (why->len > 0 && ((GuichetReason *)why->pdata[why->len - 1])->condition == NULL) ||
           procedure_refuse(error, where, "why",
                            _("la dernière raison vaut toujours, sans « if »"));
}

/* --- stamps, taxes, fees --- */

static gboolean
read_charge_kind(GuichetStampSpec *stamp, JsonObject *object, const char *where, GError **error)
{
    static const char *const kinds[] = {"stamp", "tax", "fee", NULL};
    int kind = json_object_has_member(object, "kind")
                   ? procedure_read_word(object, "kind", kinds, where, error)
                   : GUICHET_CHARGE_STAMP;
    stamp->kind = (GuichetChargeKind)MAX(kind, 0);
    return kind >= 0;
}

static gboolean
read_stamp(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id",     "label",   "kind", "estimate", "due_if",
                                          "amount", "unknown", "why",  "source",   NULL};
    GuichetStampSpec *stamp = g_new0(GuichetStampSpec, 1);
    stamp->why = g_ptr_array_new_with_free_func((GDestroyNotify)reason_free);
    g_ptr_array_add(into, stamp);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &stamp->id, error) ||
        !procedure_read_text(object, "label", where, &stamp->label, error) ||
        !read_charge_kind(stamp, object, where, error) ||
        !procedure_read_boolean(object, "estimate", where, &stamp->estimate, error) ||
        !procedure_read_rule(object, "due_if", where, &stamp->due_if, error) ||
        !procedure_read_plain(object, "source", where, &stamp->source, error) ||
        !procedure_read_rule(object, "amount", where, &stamp->amount, error) ||
        !procedure_read_optional_text(object, "unknown", where, &stamp->unknown, error))
        return FALSE;
    if (stamp->amount == NULL)
        return procedure_refuse(error, where, "amount", _("ce membre manque"));
    return !json_object_has_member(object, "why") || read_why(object, where, stamp->why, error);
}

/* --- deadlines --- */

static gboolean
read_deadline(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id",   "label",   "kind", "estimate", "due_if",
                                          "date", "unknown", "why",  "source",   NULL};
    static const char *const kinds[] = {"limit", "wait", "validity", NULL};
    GuichetDeadlineSpec *deadline = g_new0(GuichetDeadlineSpec, 1);
    deadline->why = g_ptr_array_new_with_free_func((GDestroyNotify)reason_free);
    g_ptr_array_add(into, deadline);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &deadline->id, error) ||
        !procedure_read_text(object, "label", where, &deadline->label, error) ||
        !procedure_read_boolean(object, "estimate", where, &deadline->estimate, error) ||
        !procedure_read_rule(object, "due_if", where, &deadline->due_if, error) ||
        !procedure_read_plain(object, "source", where, &deadline->source, error) ||
        !procedure_read_rule(object, "date", where, &deadline->date, error) ||
        !procedure_read_optional_text(object, "unknown", where, &deadline->unknown, error))
        return FALSE;
    int kind = procedure_read_word(object, "kind", kinds, where, error);
    if (kind < 0)
        return FALSE;
    deadline->kind = (GuichetDeadlineKind)kind;
    if (deadline->date == NULL)
        return procedure_refuse(error, where, "date", _("ce membre manque"));
    return read_why(object, where, deadline->why, error);
}

gboolean
guichet_procedure_read_outcomes(GuichetProcedure *self, JsonObject *object, const char *where,
                                GError **error)
{
    return (!json_object_has_member(object, "tables") ||
            procedure_read_list(object, "tables", where, PROCEDURE_MAX_TABLES, read_table,
                                self->tables, error)) &&
           procedure_read_list(object, "stamps", where, PROCEDURE_MAX_STAMPS, read_stamp,
                               self->stamps, error) &&
           (!json_object_has_member(object, "deadlines") ||
            procedure_read_list(object, "deadlines", where, PROCEDURE_MAX_DEADLINES, read_deadline,
                                self->deadlines, error));
}
