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

/* A path as request.h gives data to rules: today, fields.<id>, pieces.<id>. */
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
    return refuse(error, where, _("« %.60s » n’est ni « today », ni « fields.… », ni « pieces.… »"),
                  path);
}

static gboolean check_rule(GuichetProcedure *self, JsonNode *rule, const char *where,
                           GError **error);

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
        if (!check_rule_of(self, stamp->amount, what, "stamps", i, "amount", error))
            return FALSE;
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
    return check_rules(self, what, error) && check_steps(self, what, error);
}
