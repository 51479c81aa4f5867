/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "db/journal.h"
#include "db/kiosk.h"
#include "db/query.h"
#include "db/state.h"
#include "db/store-private.h"
#include "db/tally.h"

gboolean
guichet_store_touch(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/touch", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request_id);
    guichet_query_bind_now(query);
    return guichet_query_run(query, error);
}

/* --- adding --- */

static gboolean
check_new(GuichetRequest *request, GuichetProcedure *procedure, GError **error)
{
    if (g_strcmp0(request->procedure_sha256, guichet_procedure_get_sha256(procedure)) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("demande %s : elle a été préparée sous une autre version de la démarche %s"),
                    request->id, guichet_procedure_get_id(procedure));
        return FALSE;
    }
    if (request->state != GUICHET_REQUEST_DRAFT || request->pieces->len > 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("demande %s : une nouvelle demande est un brouillon sans pièce"),
                    request->id);
        return FALSE;
    }
    return TRUE;
}

gboolean
guichet_store_insert_procedure(GuichetStore *self, GuichetProcedure *procedure, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/insert-procedure", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", guichet_procedure_get_sha256(procedure));
    guichet_query_bind_text(query, ":id", guichet_procedure_get_id(procedure));
    guichet_query_bind_int(query, ":revision", guichet_procedure_get_revision(procedure));
    guichet_query_bind_bytes(query, ":bytes", guichet_procedure_get_bytes(procedure));
    return guichet_query_run(query, error);
}

static gboolean
insert_request(GuichetStore *self, const GuichetRequest *request, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request->id);
    guichet_query_bind_text(query, ":procedure_sha256", request->procedure_sha256);
    guichet_query_bind_text(query, ":state", guichet_request_state_name(request->state));
    guichet_query_bind_int(query, ":created_wall_us", request->created.wall_us);
    guichet_query_bind_text(query, ":created_boot_id", request->created.boot_id);
    guichet_query_bind_int(query, ":created_monotonic_us", request->created.monotonic_us);
    guichet_query_bind_text(query, ":step", request->step != NULL ? request->step : "");
    guichet_query_bind_text(query, ":parent", request->parent);
    return guichet_query_run(query, error);
}

static gboolean
add_request(GuichetStore *self, GuichetRequest *request, GuichetProcedure *procedure,
            const char *ticket, GError **error)
{
    guichet_store_heed(self);
    if (!check_new(request, procedure, error))
        return FALSE;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    return transaction != NULL && guichet_store_insert_procedure(self, procedure, error) &&
           insert_request(self, request, error) &&
           guichet_draft_create(self->database, self->kek, self->kiosk, request->id,
                                request->fields, error) &&
           (ticket == NULL ||
            guichet_kiosk_add_ticket(self->database, self->kiosk, request->id, ticket, error)) &&
           guichet_journal_append(self->database, "request-draft", request->id, error) &&
           guichet_transaction_commit(transaction, error);
}

gboolean
guichet_store_add_request(GuichetStore *self, GuichetRequest *request, GuichetProcedure *procedure,
                          GError **error)
{
    return add_request(self, request, procedure, NULL, error);
}

gboolean
guichet_store_add_ticketed(GuichetStore *self, GuichetRequest *request, GuichetProcedure *procedure,
                           const char *ticket, GError **error)
{
    guichet_store_heed(self);
    if (self->kiosk == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                            _("la borne n’est pas ouverte ; adressez-vous au guichet"));
        return FALSE;
    }
    request->kiosk = self->kek == NULL;
    return add_request(self, request, procedure, ticket, error);
}

/* --- reading --- */

static GuichetRequest *
read_row(GuichetQuery *query, GError **error)
{
    GuichetRequestState state;
    const char *id = guichet_query_text(query, "id");
    if (!guichet_request_state_from_name(guichet_query_text(query, "state"), &state)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("demande %s : état inconnu dans la base ; appelez le technicien"), id);
        return NULL;
    }
    GuichetRequest *request = g_new0(GuichetRequest, 1);
    request->id = g_strdup(id);
    request->procedure_id = g_strdup(guichet_query_text(query, "procedure_id"));
    request->procedure_revision = (guint)guichet_query_int(query, "revision");
    request->procedure_sha256 = g_strdup(guichet_query_text(query, "procedure_sha256"));
    request->state = state;
    request->created.wall_us = guichet_query_int(query, "created_wall_us");
    g_strlcpy(request->created.boot_id, guichet_query_text(query, "created_boot_id"),
              sizeof request->created.boot_id);
    request->created.monotonic_us = guichet_query_int(query, "created_monotonic_us");
    request->updated_us = guichet_query_int(query, "updated_us");
    request->step = g_strdup(guichet_query_text(query, "step"));
    request->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    request->pieces = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    request->bundle_sha256 = g_strdup(guichet_query_text(query, "bundle_sha256"));
    request->sequence = guichet_query_int(query, "sequence");
    request->status_text = g_strdup(guichet_query_text(query, "status_text"));
    request->parent = g_strdup(guichet_query_text(query, "parent"));
    request->kiosk = guichet_query_int(query, "kiosk") != 0;
    return request;
}

/* Ids from @first on and before @behind, newest first. */
static GPtrArray *
list_range(GuichetStore *self, const GuichetRequestState *state, const char *first,
           const char *behind, gint64 limit, GError **error)
{
    g_autoptr(GPtrArray) requests =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_request_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(
        self->database, state != NULL ? "request/list-state" : "request/list", error);
    if (query == NULL)
        return NULL;
    if (state != NULL)
        guichet_query_bind_text(query, ":state", guichet_request_state_name(*state));
    guichet_query_bind_text(query, ":first", first);
    guichet_query_bind_text(query, ":behind", behind);
    guichet_query_bind_int(query, ":limit", limit);
    int step;
    while ((step = guichet_query_step(query, error)) == 1) {
        GuichetRequest *request = read_row(query, error);
        if (request == NULL)
            return NULL;
        g_ptr_array_add(requests, request);
    }
    return step == 0 ? g_steal_pointer(&requests) : NULL;
}

/* Behind every ULID and every hexadecimal number. */
#define BEHIND_ALL "~"

GPtrArray *
guichet_store_list_requests(GuichetStore *self, GError **error)
{
    return list_range(self, NULL, "", BEHIND_ALL, -1, error);
}

/* The request of the one bundle that @search means, or NULL without an error. */
static char *
find_by_bundle(GuichetStore *self, const char *search, GError **error)
{
    guint64 sequence;
    gboolean is_number = g_ascii_string_to_unsigned(search, 10, 1, G_MAXINT64, &sequence, NULL);
    if (!is_number && strlen(search) < 6)
        return NULL;
    g_autoptr(GuichetQuery) query = guichet_query_new(
        self->database, is_number ? "request/find-by-sequence" : "request/find-by-bundle", error);
    if (query == NULL)
        return NULL;
    g_autofree char *first = g_ascii_strdown(search, -1);
    g_autofree char *behind = g_strconcat(first, BEHIND_ALL, NULL);
    if (is_number) {
        guichet_query_bind_int(query, ":sequence", (gint64)sequence);
    } else {
        guichet_query_bind_text(query, ":first", first);
        guichet_query_bind_text(query, ":behind", behind);
    }
    if (guichet_query_step(query, error) != 1)
        return NULL;
    g_autofree char *request = g_strdup(guichet_query_text(query, "request"));
    return guichet_query_step(query, error) == 0 ? g_steal_pointer(&request) : NULL;
}

GPtrArray *
guichet_store_find_requests(GuichetStore *self, const GuichetRequestFilter *filter, GError **error)
{
    gint64 limit = filter->limit > 0 ? filter->limit : GUICHET_REQUEST_PAGE;
    g_autofree char *first = g_ascii_strup(filter->search != NULL ? filter->search : "", -1);
    g_autofree char *end = g_strconcat(first, BEHIND_ALL, NULL);
    const char *behind =
        filter->before != NULL && strcmp(filter->before, end) < 0 ? filter->before : end;
    g_autoptr(GPtrArray) found = list_range(self, filter->state, first, behind, limit, error);
    if (found == NULL || found->len > 0 || *first == '\0')
        return g_steal_pointer(&found);
    g_autoptr(GError) failure = NULL;
    g_autofree char *request = find_by_bundle(self, filter->search, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    if (request == NULL)
        return g_steal_pointer(&found);
    g_autofree char *just_behind = g_strconcat(request, "!", NULL);
    return list_range(self, filter->state, request, just_behind, limit, error);
}

static GuichetRequest *
find_request(GuichetStore *self, const char *id, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/find", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":id", id);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune demande « %.40s » sur ce poste ; vérifiez son numéro"), id);
    return step == 1 ? read_row(query, error) : NULL;
}

static gboolean
read_draft(GuichetStore *self, GuichetRequest *request, GError **error)
{
    guichet_store_heed(self);
    g_autoptr(GuichetDraft) draft =
        guichet_draft_open(self->database, self->kek, self->kiosk, request->id, error);
    GHashTable *fields = draft != NULL ? guichet_draft_read_fields(draft, error) : NULL;
    if (fields == NULL)
        return FALSE;
    g_hash_table_unref(request->fields);
    request->fields = fields;
    GPtrArray *pieces = guichet_store_read_pieces(self, draft, error);
    if (pieces == NULL)
        return FALSE;
    g_ptr_array_unref(request->pieces);
    request->pieces = pieces;
    return TRUE;
}

GuichetRequest *
guichet_store_load_request(GuichetStore *self, const char *id, GError **error)
{
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(self->database, error);
    g_autoptr(GuichetRequest) request = snapshot != NULL ? find_request(self, id, error) : NULL;
    if (request == NULL)
        return NULL;
    if (request->state == GUICHET_REQUEST_DRAFT && !read_draft(self, request, error))
        return NULL;
    return g_steal_pointer(&request);
}

GuichetProcedure *
guichet_store_load_procedure(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/find-procedure", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":id", request_id);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune demande « %.40s » sur ce poste ; vérifiez son numéro"), request_id);
    if (step != 1)
        return NULL;
    g_autoptr(GBytes) bytes = guichet_query_bytes(query, "bytes");
    g_autofree char *what = g_strdup_printf("%s.json", guichet_query_text(query, "id"));
    g_autoptr(GuichetProcedure) procedure = guichet_procedure_new(bytes, what, error);
    if (procedure == NULL)
        return NULL;
    if (strcmp(guichet_procedure_get_sha256(procedure), guichet_query_text(query, "sha256")) == 0)
        return g_steal_pointer(&procedure);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                _("%s : la démarche conservée a été modifiée ; appelez le technicien"), what);
    return NULL;
}

/* --- changing --- */

gboolean
guichet_store_set_fields(GuichetStore *self, const char *request_id, GHashTable *fields,
                         GError **error)
{
    guichet_store_heed(self);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL)
        return FALSE;
    g_autoptr(GuichetDraft) draft =
        guichet_draft_open(self->database, self->kek, self->kiosk, request_id, error);
    g_autoptr(GHashTable) merged = draft != NULL ? guichet_draft_read_fields(draft, error) : NULL;
    if (merged == NULL)
        return FALSE;
    GHashTableIter iter;
    gpointer id, value;
    g_hash_table_iter_init(&iter, fields);
    while (g_hash_table_iter_next(&iter, &id, &value))
        g_hash_table_replace(merged, g_strdup(id), g_strdup(value));
    return guichet_draft_write_fields(draft, self->database, merged, error) &&
           guichet_store_touch(self, request_id, error) &&
           guichet_transaction_commit(transaction, error);
}

gboolean
guichet_store_set_step(GuichetStore *self, const char *request_id, const char *step, GError **error)
{
    guichet_store_heed(self);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL)
        return FALSE;
    g_autoptr(GuichetDraft) draft =
        guichet_draft_open(self->database, self->kek, self->kiosk, request_id, error);
    g_autoptr(GuichetQuery) query =
        draft != NULL && guichet_tally_enter_step(self->database, request_id, step, error)
            ? guichet_query_new(self->database, "request/set-step", error)
            : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request_id);
    guichet_query_bind_text(query, ":step", step);
    guichet_query_bind_now(query);
    return guichet_query_run(query, error) && guichet_transaction_commit(transaction, error);
}

gboolean
guichet_store_abandon(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL ||
        !guichet_state_move(self->database, request_id, GUICHET_REQUEST_ABANDONED, error) ||
        !guichet_draft_destroy(self->database, request_id, error) ||
        !guichet_transaction_commit(transaction, error))
        return FALSE;
    guichet_database_checkpoint(self->database);
    return TRUE;
}
