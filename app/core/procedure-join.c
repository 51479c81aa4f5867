/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests that join an earlier one: what that one becomes, and the procedure of a supplement. */
#include "core/procedure-private.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/request.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

#define SUPPLEMENT_SUFFIX "-supplement"

void
guichet_join_free(GuichetJoin *join)
{
    if (join == NULL)
        return;
    g_free(join->state);
    g_clear_pointer(&join->condition, json_node_unref);
    g_free(join);
}

static gboolean
read_join(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"state", "if", NULL};
    GuichetRequestState state;
    GuichetJoin *join = g_new0(GuichetJoin, 1);
    g_ptr_array_add(into, join);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "state", where, &join->state, error) ||
        !procedure_read_rule(object, "if", where, &join->condition, error))
        return FALSE;
    return guichet_request_state_from_name(join->state, &state) ||
           procedure_refuse(error, where, "state", _("« %s » n’est pas un état"), join->state);
}

gboolean
guichet_procedure_read_joins(GuichetProcedure *self, JsonObject *object, const char *where,
                             GError **error)
{
    return !json_object_has_member(object, "joins") ||
           procedure_read_entries(object, "joins", where, GUICHET_REQUEST_N_STATES, read_join,
                                  self->joins, error);
}

gboolean
guichet_procedure_joins(GuichetProcedure *self)
{
    return self->joins->len > 0;
}

gboolean
guichet_procedure_join(GuichetProcedure *self, JsonNode *data, const char **state, GError **error)
{
    *state = NULL;
    for (guint i = 0; i < self->joins->len; i++) {
        const GuichetJoin *join = self->joins->pdata[i];
        g_autoptr(GError) failure = NULL;
        gboolean holds = guichet_rule_holds(join->condition, data, &failure);
        if (failure != NULL) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        if (holds) {
            *state = join->state;
            return TRUE;
        }
    }
    return TRUE;
}

/* --- the procedure of a supplement --- */

static gboolean
is_asked(const char *const *pieces, JsonNode *id)
{
    return json_node_get_value_type(id) == G_TYPE_STRING &&
           g_strv_contains(pieces, json_node_get_string(id));
}

/* The asked pieces as they were, but required: the centre has said why. */
static JsonArray *
copy_pieces(JsonObject *parent, const char *const *asked)
{
    JsonArray *from = json_object_get_array_member(parent, "pieces");
    JsonArray *to = json_array_new();
    for (guint i = 0; i < json_array_get_length(from); i++) {
        JsonObject *piece = json_array_get_object_element(from, i);
        if (!is_asked(asked, json_object_get_member(piece, "id")))
            continue;
        g_autoptr(JsonNode) copy = json_node_copy(json_array_get_element(from, i));
        json_object_set_boolean_member(json_node_get_object(copy), "required_if", TRUE);
        json_array_add_element(to, g_steal_pointer(&copy));
    }
    return to;
}

static JsonArray *
copy_names(JsonObject *step, const char *const *asked)
{
    JsonArray *to = json_array_new();
    JsonArray *from = json_object_has_member(step, "pieces")
                          ? json_object_get_array_member(step, "pieces")
                          : NULL;
    for (guint i = 0; from != NULL && i < json_array_get_length(from); i++)
        if (is_asked(asked, json_array_get_element(from, i)))
            json_array_add_element(to, json_node_copy(json_array_get_element(from, i)));
    return to;
}

/* The steps that still have something to capture, and the summary. */
static JsonArray *
copy_steps(JsonObject *parent, const char *const *asked)
{
    JsonArray *from = json_object_get_array_member(parent, "steps");
    JsonArray *to = json_array_new();
    for (guint i = 0; i < json_array_get_length(from); i++) {
        JsonObject *step = json_array_get_object_element(from, i);
        g_autoptr(JsonArray) names = copy_names(step, asked);
        gboolean is_summary = strcmp(json_object_get_string_member(step, "kind"), "summary") == 0;
        if (json_array_get_length(names) == 0 && !is_summary)
            continue;
        g_autoptr(JsonNode) copy = json_node_copy(json_array_get_element(from, i));
        if (!is_summary)
            json_object_set_array_member(json_node_get_object(copy), "pieces",
                                         g_steal_pointer(&names));
        json_array_add_element(to, g_steal_pointer(&copy));
    }
    return to;
}

/* json_node_copy() shares objects inside: what is changed is parsed anew. */
static JsonNode *
parse_anew(GuichetProcedure *parent, GError **error)
{
    gsize size;
    const void *bytes = g_bytes_get_data(parent->bytes, &size);
    return guichet_json_parse(bytes, size, parent->id, error);
}

static char *
supplement_id(const char *id)
{
    return g_str_has_suffix(id, SUPPLEMENT_SUFFIX)
               ? g_strdup(id)
               : g_strdup_printf("%.*s" SUPPLEMENT_SUFFIX,
                                 (int)(PROCEDURE_MAX_ID - strlen(SUPPLEMENT_SUFFIX)), id);
}

static JsonArray *
write_joins(void)
{
    JsonObject *join = json_object_new();
    json_object_set_string_member(join, "state",
                                  guichet_request_state_name(GUICHET_REQUEST_SUPPLEMENT_SEALED));
    json_object_set_boolean_member(join, "if", TRUE);
    JsonArray *joins = json_array_new();
    json_array_add_object_element(joins, join);
    return joins;
}

static gboolean
check_asked(GuichetProcedure *parent, const char *const *asked, GError **error)
{
    for (guint i = 0; asked[i] != NULL; i++) {
        if (guichet_procedure_find_piece(parent, asked[i]) != NULL)
            continue;
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Le centre demande « %.40s », que la démarche « %s » ne connaît pas : "
                      "appelez-le, ou faites une demande « Autre situation »"),
                    asked[i], parent->title);
        return FALSE;
    }
    return TRUE;
}

GuichetProcedure *
guichet_procedure_new_supplement(GuichetProcedure *parent, const char *const *asked, GError **error)
{
    g_autoptr(JsonNode) node = check_asked(parent, asked, error) ? parse_anew(parent, error) : NULL;
    if (node == NULL)
        return NULL;
    static const char *const dropped[] = {"tables", "stamps", "deadlines", NULL};
    JsonObject *object = json_node_get_object(node);
    g_autofree char *id = supplement_id(parent->id);
    g_autofree char *title = g_strdup_printf(_("Complément : %s"), parent->title);
    for (guint i = 0; dropped[i] != NULL; i++)
        json_object_remove_member(object, dropped[i]);
    json_object_set_string_member(object, "id", id);
    json_object_set_string_member(object, "title", title);
    json_object_set_array_member(object, "fields", json_array_new());
    json_object_set_array_member(object, "stamps", json_array_new());
    json_object_set_array_member(object, "pieces", copy_pieces(object, asked));
    json_object_set_array_member(object, "steps", copy_steps(object, asked));
    json_object_set_array_member(object, "joins", write_joins());
    char *text = guichet_json_canonical(node);
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    return guichet_procedure_new(bytes, id, error);
}
