/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/request.h"

#include <string.h>

#include "core/error.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

#define TO(state) (1u << GUICHET_REQUEST_##state)

/* One row a state (DESIGN §4). A state that leads to itself may be said again: another attempt
 * to send, another word of the centre. */
static const struct {
    const char *name;
    const char *label;
    guint next; /* bits of the states that may follow */
} states[GUICHET_REQUEST_N_STATES] = {
    [GUICHET_REQUEST_DRAFT] = {"draft", N_("Brouillon"), TO(SEALED) | TO(ABANDONED)},
    /* the receipt of a bundle that left on a courier stick comes without any attempt to send */
    [GUICHET_REQUEST_SEALED] = {"sealed", N_("À envoyer"), TO(SENDING) | TO(RECEIVED)},
    [GUICHET_REQUEST_SENDING] = {"sending", N_("Envoi en cours"),
                                 TO(SENDING) | TO(SEALED) | TO(RECEIVED)},
    [GUICHET_REQUEST_RECEIVED] = {"received", N_("Reçue par le centre"),
                                  TO(IN_PROGRESS) | TO(SUPPLEMENT_ASKED) | TO(REFUSED) |
                                      TO(TITLE_READY) | TO(ERASED)},
    [GUICHET_REQUEST_IN_PROGRESS] = {"in-progress", N_("En cours d’instruction"),
                                     TO(IN_PROGRESS) | TO(SUPPLEMENT_ASKED) | TO(REFUSED) |
                                         TO(TITLE_READY) | TO(ERASED)},
    [GUICHET_REQUEST_SUPPLEMENT_ASKED] = {"supplement-asked", N_("Complément demandé"),
                                          TO(SUPPLEMENT_ASKED) | TO(SUPPLEMENT_SEALED) |
                                              TO(IN_PROGRESS) | TO(REFUSED) | TO(TITLE_READY) |
                                              TO(ERASED)},
    [GUICHET_REQUEST_SUPPLEMENT_SEALED] = {"supplement-sealed", N_("Complément déposé"),
                                           TO(SUPPLEMENT_ASKED) | TO(IN_PROGRESS) | TO(REFUSED) |
                                               TO(TITLE_READY) | TO(ERASED)},
    [GUICHET_REQUEST_REFUSED] = {"refused", N_("Refusée"), TO(ERASED)},
    [GUICHET_REQUEST_TITLE_READY] = {"title-ready", N_("Titre à remettre"),
                                     TO(HANDED_OVER) | TO(DESTROYED) | TO(ERASED)},
    [GUICHET_REQUEST_HANDED_OVER] = {"handed-over", N_("Titre remis"), TO(ERASED)},
    [GUICHET_REQUEST_DESTROYED] = {"destroyed", N_("Titre détruit"), TO(ERASED)},
    [GUICHET_REQUEST_ERASED] = {"erased", N_("Effacée de ce poste"), 0},
    [GUICHET_REQUEST_ABANDONED] = {"abandoned", N_("Abandonnée"), 0},
};

const char *
guichet_request_state_name(GuichetRequestState state)
{
    g_return_val_if_fail((guint)state < GUICHET_REQUEST_N_STATES, NULL);
    return states[state].name;
}

const char *
guichet_request_state_label(GuichetRequestState state)
{
    g_return_val_if_fail((guint)state < GUICHET_REQUEST_N_STATES, NULL);
    return _(states[state].label);
}

gboolean
guichet_request_state_from_name(const char *name, GuichetRequestState *state)
{
    for (guint i = 0; i < GUICHET_REQUEST_N_STATES; i++) {
        if (strcmp(states[i].name, name) == 0) {
            *state = (GuichetRequestState)i;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
guichet_request_state_check(GuichetRequestState from, GuichetRequestState to, GError **error)
{
    g_return_val_if_fail((guint)from < GUICHET_REQUEST_N_STATES, FALSE);
    g_return_val_if_fail((guint)to < GUICHET_REQUEST_N_STATES, FALSE);
    if (states[from].next & 1u << to)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("une demande « %s » ne peut pas devenir « %s » : rien n’a été changé"),
                _(states[from].label), _(states[to].label));
    return FALSE;
}

GuichetRequest *
guichet_request_new(GuichetProcedure *procedure)
{
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    GuichetStep *first = steps->pdata[0];
    GuichetRequest *request = g_new0(GuichetRequest, 1);
    request->id = guichet_ulid_new();
    request->procedure_id = g_strdup(guichet_procedure_get_id(procedure));
    request->procedure_revision = guichet_procedure_get_revision(procedure);
    request->procedure_sha256 = g_strdup(guichet_procedure_get_sha256(procedure));
    request->state = GUICHET_REQUEST_DRAFT;
    request->created = guichet_instant_now();
    request->updated_us = request->created.wall_us;
    request->step = g_strdup(first->id);
    request->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    request->pieces = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    return request;
}

void
guichet_request_free(GuichetRequest *request)
{
    if (request == NULL)
        return;
    g_free(request->id);
    g_free(request->procedure_id);
    g_free(request->procedure_sha256);
    g_free(request->step);
    g_clear_pointer(&request->fields, g_hash_table_unref);
    g_clear_pointer(&request->pieces, g_ptr_array_unref);
    g_free(request->bundle_sha256);
    g_free(request->status_text);
    g_free(request->parent);
    g_free(request);
}

const char *
guichet_request_get_field(GuichetRequest *request, const char *id)
{
    const char *value = g_hash_table_lookup(request->fields, id);
    return value != NULL ? value : "";
}

GPtrArray *
guichet_request_get_pieces(GuichetRequest *request, const char *kind)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < request->pieces->len; i++) {
        GuichetPiece *piece = request->pieces->pdata[i];
        if (strcmp(piece->kind, kind) == 0)
            g_ptr_array_add(found, piece);
    }
    return found;
}

/* --- what rules see --- */

static void
set_date(JsonObject *object, const GuichetField *field, const char *value)
{
    g_autofree char *whole = guichet_date_complete(value);
    json_object_set_string_member(object, field->id, whole);
}

static void
set_typed(JsonObject *object, const GuichetField *field, const char *value)
{
    if (*value == '\0')
        json_object_set_null_member(object, field->id);
    else if (field->type == GUICHET_FIELD_BOOLEAN)
        json_object_set_boolean_member(object, field->id, strcmp(value, "true") == 0);
    else if (field->type == GUICHET_FIELD_INTEGER)
        json_object_set_int_member(object, field->id, g_ascii_strtoll(value, NULL, 10));
    else if (field->type == GUICHET_FIELD_DATE)
        set_date(object, field, value);
    else
        json_object_set_string_member(object, field->id, value);
}

static JsonObject *
build_fields(GuichetRequest *request, GuichetProcedure *procedure)
{
    JsonObject *object = json_object_new();
    GPtrArray *fields = guichet_procedure_get_fields(procedure);
    for (guint i = 0; i < fields->len; i++) {
        GuichetField *field = fields->pdata[i];
        set_typed(object, field, guichet_request_get_field(request, field->id));
    }
    return object;
}

/* Pages that there are; "impossible" is no page. */
static JsonObject *
build_pieces(GuichetRequest *request, GuichetProcedure *procedure)
{
    JsonObject *object = json_object_new();
    GPtrArray *specs = guichet_procedure_get_pieces(procedure);
    for (guint i = 0; i < specs->len; i++) {
        GuichetPieceSpec *spec = specs->pdata[i];
        g_autoptr(GPtrArray) pieces = guichet_request_get_pieces(request, spec->id);
        gint64 count = 0;
        for (guint j = 0; j < pieces->len; j++)
            count += ((GuichetPiece *)pieces->pdata[j])->impossible_reason == NULL;
        json_object_set_int_member(object, spec->id, count);
    }
    return object;
}

/* Why a piece is absent: the reason's id, or null. */
static JsonObject *
build_impossible(GuichetRequest *request, GuichetProcedure *procedure)
{
    JsonObject *object = json_object_new();
    GPtrArray *specs = guichet_procedure_get_pieces(procedure);
    for (guint i = 0; i < specs->len; i++)
        json_object_set_null_member(object, ((GuichetPieceSpec *)specs->pdata[i])->id);
    for (guint i = 0; i < request->pieces->len; i++) {
        GuichetPiece *piece = request->pieces->pdata[i];
        if (piece->impossible_reason != NULL)
            json_object_set_string_member(object, piece->kind, piece->impossible_reason);
    }
    return object;
}

/* The rows that hold on @today. */
static JsonObject *
build_tables(GuichetProcedure *procedure, const char *today)
{
    JsonObject *object = json_object_new();
    GPtrArray *tables = guichet_procedure_get_tables(procedure);
    for (guint i = 0; i < tables->len; i++) {
        const GuichetTable *table = tables->pdata[i];
        const GuichetTableRow *row = guichet_table_row_on(table, today);
        if (row != NULL)
            json_object_set_object_member(object, table->id, json_object_ref(row->values));
    }
    return object;
}

/* What was answered to a question that is no longer asked counts for nothing. Questions depend on
 * one another without circles (procedure-check.c), so the passes come to an end. */
static void
forget_hidden(JsonNode *data, GuichetProcedure *procedure)
{
    GPtrArray *fields = guichet_procedure_get_fields(procedure);
    JsonObject *values = json_object_get_object_member(json_node_get_object(data), "fields");
    gboolean changed = TRUE;
    for (guint pass = 0; changed && pass < fields->len; pass++) {
        changed = FALSE;
        for (guint i = 0; i < fields->len; i++) {
            GuichetField *field = fields->pdata[i];
            g_autoptr(GError) broken = NULL;
            if (field->visible_if == NULL || json_object_get_null_member(values, field->id) ||
                guichet_rule_holds(field->visible_if, data, &broken) || broken != NULL)
                continue;
            json_object_set_null_member(values, field->id);
            changed = TRUE;
        }
    }
}

JsonNode *
guichet_request_rule_data(GuichetRequest *request, GuichetProcedure *procedure, gint64 today_us)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(today_us / G_USEC_PER_SEC);
    g_autofree char *today = now != NULL ? g_date_time_format(now, "%Y-%m-%d") : NULL;
    JsonObject *object = json_object_new();
    json_object_set_object_member(object, "fields", build_fields(request, procedure));
    json_object_set_object_member(object, "pieces", build_pieces(request, procedure));
    json_object_set_object_member(object, "impossible", build_impossible(request, procedure));
    json_object_set_object_member(object, "tables",
                                  build_tables(procedure, today != NULL ? today : ""));
    json_object_set_string_member(object, "today", today);
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);
    json_node_take_object(node, object);
    forget_hidden(node, procedure);
    return node;
}
