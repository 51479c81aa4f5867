/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

/* What a schema can't see: that names mean something. */

static gboolean G_GNUC_PRINTF(3, 4)
    refuse(GError **error, const char *where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s: %s", where, reason);
    return FALSE;
}

/* --- names in rules --- */

static gboolean check_rule(GuichetProcedure *self, JsonNode *rule, const char *where,
                           GError **error);

/* A path as request.h gives data to rules: today, fields.<id>, pieces.<id>, impossible.<id>. */
static gboolean
check_path(GuichetProcedure *self, const char *path, const char *where, GError **error)
{
    if (strcmp(path, "today") == 0)
        return TRUE;
    if (g_str_has_prefix(path, "fields."))
        return guichet_procedure_find_field(self, path + strlen("fields.")) != NULL ||
               refuse(error, where, _("champ inconnu « %.60s »"), path);
    if (g_str_has_prefix(path, "pieces."))
        return guichet_procedure_find_piece(self, path + strlen("pieces.")) != NULL ||
               refuse(error, where, _("pièce inconnue « %.60s »"), path);
    if (g_str_has_prefix(path, "impossible."))
        return guichet_procedure_find_piece(self, path + strlen("impossible.")) != NULL ||
               refuse(error, where, _("pièce inconnue « %.60s »"), path);
    return refuse(error, where,
                  _("« %.60s » n’est ni « today », ni « fields.… », ni « pieces.… », ni "
                    "« impossible.… »"),
                  path);
}

static const GuichetTable *
find_table(GuichetProcedure *self, const char *id)
{
    for (guint i = 0; i < self->tables->len; i++)
        if (strcmp(((GuichetTable *)self->tables->pdata[i])->id, id) == 0)
            return self->tables->pdata[i];
    return NULL;
}

static gboolean
table_has(const GuichetTable *table, const char *key)
{
    for (guint i = 0; i < table->rows->len; i++)
        if (json_object_has_member(((GuichetTableRow *)table->rows->pdata[i])->values, key))
            return TRUE;
    return FALSE;
}

static const char *
text_of(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

/* The table is named in full; so is the key, or a rule gives it, of which only names are checked.
 */
static gboolean
check_lookup(GuichetProcedure *self, JsonNode *args, const char *where, GError **error)
{
    JsonArray *array = JSON_NODE_HOLDS_ARRAY(args) ? json_node_get_array(args) : NULL;
    if (array == NULL || json_array_get_length(array) != 2)
        return refuse(error, where, _("une table et une clé sont attendues"));
    const char *name = text_of(json_array_get_element(array, 0));
    const GuichetTable *table = name != NULL ? find_table(self, name) : NULL;
    if (table == NULL)
        return refuse(error, where, _("table inconnue « %.60s »"), name != NULL ? name : "?");
    const char *key = text_of(json_array_get_element(array, 1));
    if (key != NULL && !table_has(table, key))
        return refuse(error, where, _("la table « %s » n’a pas de clé « %.60s »"), name, key);
    return key != NULL || check_rule(self, json_array_get_element(array, 1), where, error);
}

static gboolean
check_paths(GuichetProcedure *self, JsonNode *args, guint max, const char *where, GError **error)
{
    g_autoptr(JsonArray) single = NULL;
    if (!JSON_NODE_HOLDS_ARRAY(args)) {
        single = json_array_new();
        json_array_add_element(single, json_node_copy(args));
    }
    JsonArray *array = single != NULL ? single : json_node_get_array(args);
    if (json_array_get_length(array) == 0)
        return refuse(error, where, _("un nom de donnée est attendu"));
    for (guint i = 0; i < MIN(json_array_get_length(array), max); i++) {
        JsonNode *node = json_array_get_element(array, i);
        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
            return refuse(error, where, _("un nom de donnée écrit en toutes lettres est attendu"));
        if (!check_path(self, json_node_get_string(node), where, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_operation(GuichetProcedure *self, const char *name, JsonNode *args, const char *where,
                GError **error)
{
    /* inside these the names are those of an element, not of the request */
    static const char *const scoped[] = {"map", "filter", "reduce", "all", "none", "some", NULL};
    if (strcmp(name, "var") == 0)
        return check_paths(self, args, 1, where, error);
    if (strcmp(name, "missing") == 0)
        return check_paths(self, args, G_MAXUINT, where, error);
    if (strcmp(name, "lookup") == 0)
        return check_lookup(self, args, where, error);
    if (strcmp(name, "missing_some") == 0 && JSON_NODE_HOLDS_ARRAY(args) &&
        json_array_get_length(json_node_get_array(args)) == 2)
        return check_paths(self, json_array_get_element(json_node_get_array(args), 1), G_MAXUINT,
                           where, error);
    if (!g_strv_contains(scoped, name))
        return check_rule(self, args, where, error);
    return !JSON_NODE_HOLDS_ARRAY(args) || json_array_get_length(json_node_get_array(args)) == 0 ||
           check_rule(self, json_array_get_element(json_node_get_array(args), 0), where, error);
}

static gboolean
check_rule(GuichetProcedure *self, JsonNode *rule, const char *where, GError **error)
{
    if (JSON_NODE_HOLDS_ARRAY(rule)) {
        JsonArray *array = json_node_get_array(rule);
        for (guint i = 0; i < json_array_get_length(array); i++) {
            g_autofree char *place = g_strdup_printf("%s/%u", where, i);
            if (!check_rule(self, json_array_get_element(array, i), place, error))
                return FALSE;
        }
    } else if (JSON_NODE_HOLDS_OBJECT(rule)) {
        JsonObjectIter iter;
        const char *name;
        JsonNode *args;
        json_object_iter_init_ordered(&iter, json_node_get_object(rule));
        while (json_object_iter_next_ordered(&iter, &name, &args)) {
            g_autofree char *place = g_strdup_printf("%s/%s", where, name);
            if (!check_operation(self, name, args, place, error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_rule_of(GuichetProcedure *self, JsonNode *rule, const char *what, const char *list, guint i,
              const char *member, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: /%s/%u/%s", what, list, i, member);
    return rule == NULL || check_rule(self, rule, where, error);
}

static gboolean
check_reasons(GuichetProcedure *self, GPtrArray *why, const char *what, const char *list, guint i,
              GError **error)
{
    for (guint j = 0; j < why->len; j++) {
        g_autofree char *member = g_strdup_printf("why/%u/if", j);
        if (!check_rule_of(self, ((GuichetReason *)why->pdata[j])->condition, what, list, i, member,
                           error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_rules(GuichetProcedure *self, const char *what, GError **error)
{
    for (guint i = 0; i < self->fields->len; i++) {
        GuichetField *field = self->fields->pdata[i];
        if (!check_rule_of(self, field->required_if, what, "fields", i, "required_if", error) ||
            !check_rule_of(self, field->visible_if, what, "fields", i, "visible_if", error))
            return FALSE;
    }
    for (guint i = 0; i < self->pieces->len; i++) {
        GuichetPieceSpec *piece = self->pieces->pdata[i];
        if (!check_rule_of(self, piece->required_if, what, "pieces", i, "required_if", error))
            return FALSE;
    }
    for (guint i = 0; i < self->stamps->len; i++) {
        GuichetStampSpec *stamp = self->stamps->pdata[i];
        if (!check_rule_of(self, stamp->due_if, what, "stamps", i, "due_if", error) ||
            !check_rule_of(self, stamp->amount, what, "stamps", i, "amount", error) ||
            !check_reasons(self, stamp->why, what, "stamps", i, error))
            return FALSE;
    }
    for (guint i = 0; i < self->deadlines->len; i++) {
        GuichetDeadlineSpec *deadline = self->deadlines->pdata[i];
        if (!check_rule_of(self, deadline->due_if, what, "deadlines", i, "due_if", error) ||
            !check_rule_of(self, deadline->date, what, "deadlines", i, "date", error) ||
            !check_reasons(self, deadline->why, what, "deadlines", i, error))
            return FALSE;
    }
    for (guint i = 0; i < self->joins->len; i++) {
        GuichetJoin *join = self->joins->pdata[i];
        if (!check_rule_of(self, join->condition, what, "joins", i, "if", error))
            return FALSE;
    }
    return TRUE;
}

/* --- circles --- */

/* Calls @visit for each text in @rule that is "<prefix><id>". */
typedef gboolean (*Visit)(gpointer data, const char *id);

static gboolean
visit_names(JsonNode *rule, const char *prefix, Visit visit, gpointer data)
{
    const char *text = text_of(rule);
    if (text != NULL)
        return !g_str_has_prefix(text, prefix) || visit(data, text + strlen(prefix));
    if (JSON_NODE_HOLDS_ARRAY(rule)) {
        JsonArray *array = json_node_get_array(rule);
        for (guint i = 0; i < json_array_get_length(array); i++)
            if (!visit_names(json_array_get_element(array, i), prefix, visit, data))
                return FALSE;
    } else if (JSON_NODE_HOLDS_OBJECT(rule)) {
        g_autoptr(GList) values = json_object_get_values(json_node_get_object(rule));
        for (GList *value = values; value != NULL; value = value->next)
            if (!visit_names(value->data, prefix, visit, data))
                return FALSE;
    }
    return TRUE;
}

typedef struct {
    GuichetProcedure *procedure;
    GPtrArray *path;   /* ids from the question on which the search began, borrowed */
    GHashTable *sound; /* fields from which no circle was found */
} Walk;

/* Walks to the question @id and to those that decide whether it is shown; FALSE, with the path in
 * place, when it was passed already. */
static gboolean
walk_to(gpointer data, const char *id)
{
    Walk *walk = data;
    GuichetField *field = guichet_procedure_find_field(walk->procedure, id);
    if (field == NULL || g_hash_table_contains(walk->sound, field))
        return TRUE;
    gboolean again = g_ptr_array_find_with_equal_func(walk->path, id, g_str_equal, NULL);
    g_ptr_array_add(walk->path, field->id);
    if (again ||
        (field->visible_if != NULL && !visit_names(field->visible_if, "fields.", walk_to, walk)))
        return FALSE;
    g_ptr_array_set_size(walk->path, (int)walk->path->len - 1);
    g_hash_table_add(walk->sound, field);
    return TRUE;
}

/* Questions that wait for each other would never be shown. */
static gboolean
check_circles(GuichetProcedure *self, const char *what, GError **error)
{
    g_autoptr(GHashTable) sound = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < self->fields->len; i++) {
        g_autoptr(GPtrArray) path = g_ptr_array_new();
        Walk walk = {self, path, sound};
        if (walk_to(&walk, ((GuichetField *)self->fields->pdata[i])->id))
            continue;
        g_autofree char *where = g_strdup_printf("%s: /fields/%u/visible_if", what, i);
        g_ptr_array_add(path, NULL);
        g_autofree char *names = g_strjoinv(" → ", (char **)path->pdata);
        return refuse(error, where, _("ces questions s’attendent l’une l’autre : %.200s"), names);
    }
    return TRUE;
}

static gboolean
is_other(gpointer data, const char *id)
{
    return strcmp(data, id) != 0;
}

/* A piece that is asked for until it is there would pass as never asked for. */
static gboolean
check_self_reference(GuichetProcedure *self, const char *what, GError **error)
{
    for (guint i = 0; i < self->pieces->len; i++) {
        GuichetPieceSpec *piece = self->pieces->pdata[i];
        if (piece->required_if == NULL ||
            (visit_names(piece->required_if, "pieces.", is_other, piece->id) &&
             visit_names(piece->required_if, "impossible.", is_other, piece->id)))
            continue;
        g_autofree char *where = g_strdup_printf("%s: /pieces/%u/required_if", what, i);
        return refuse(error, where, _("« %s » dépend d’elle-même"), piece->id);
    }
    return TRUE;
}

/* --- names in steps --- */

static gboolean
fits_step(GuichetPieceFamily family, GuichetStepKind kind)
{
    switch (kind) {
    case GUICHET_STEP_PAPERS:
        return family == GUICHET_PIECE_DOCUMENT || family == GUICHET_PIECE_SIGNATURE;
    case GUICHET_STEP_PHOTO:
        return family == GUICHET_PIECE_PHOTO;
    case GUICHET_STEP_PRINTS:
        return family == GUICHET_PIECE_FINGERPRINT;
    case GUICHET_STEP_FORM:
    case GUICHET_STEP_SUMMARY:
        break;
    }
    return FALSE;
}

static gboolean
check_step(GuichetProcedure *self, GuichetStep *step, const char *where, GHashTable *seen,
           GError **error)
{
    GStrv names = step->fields != NULL ? step->fields : step->pieces;
    const char *list = step->fields != NULL ? "fields" : "pieces";
    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        g_autofree char *place = g_strdup_printf("%s/%s/%u", where, list, i);
        GuichetField *field = guichet_procedure_find_field(self, names[i]);
        GuichetPieceSpec *piece = guichet_procedure_find_piece(self, names[i]);
        gpointer entry = step->fields != NULL ? (gpointer)field : (gpointer)piece;
        if (entry == NULL)
            return refuse(error, place, _("« %.60s » n’existe pas"), names[i]);
        if (step->pieces != NULL && !fits_step(piece->family, step->kind))
            return refuse(error, place, _("« %s » n’est pas de la famille de cette étape"),
                          names[i]);
        if (!g_hash_table_add(seen, entry))
            return refuse(error, place, _("« %s » est déjà dans une étape"), names[i]);
    }
    return TRUE;
}

/* What no step shows could never be filled in. */
static gboolean
check_all_seen(GPtrArray *entries, GHashTable *seen, const char *what, const char *list,
               GError **error)
{
    for (guint i = 0; i < entries->len; i++) {
        if (g_hash_table_contains(seen, entries->pdata[i]))
            continue;
        g_autofree char *where = g_strdup_printf("%s: /%s/%u", what, list, i);
        return refuse(error, where, _("« %s » n’est dans aucune étape"),
                      *(char **)entries->pdata[i]);
    }
    return TRUE;
}

static gboolean
check_steps(GuichetProcedure *self, const char *what, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < self->steps->len; i++) {
        GuichetStep *step = self->steps->pdata[i];
        g_autofree char *where = g_strdup_printf("%s: /steps/%u", what, i);
        if (!check_step(self, step, where, seen, error))
            return FALSE;
        if ((step->kind == GUICHET_STEP_SUMMARY) != (i + 1 == self->steps->len))
            return refuse(error, where, _("l’étape « summary » est la dernière, et la seule"));
    }
    if (self->steps->len == 0) {
        g_autofree char *where = g_strdup_printf("%s: /steps", what);
        return refuse(error, where, _("une étape « summary » au moins est attendue"));
    }
    return check_all_seen(self->fields, seen, what, "fields", error) &&
           check_all_seen(self->pieces, seen, what, "pieces", error);
}

gboolean
guichet_procedure_check_references(GuichetProcedure *self, const char *what, GError **error)
{
    return check_rules(self, what, error) && check_circles(self, what, error) &&
           check_self_reference(self, what, error) && check_steps(self, what, error);
}
