/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/desk.h"

#include <string.h>

#include "core/consent.h"
#include "core/error.h"
#include "core/language.h"
#include "core/megabytes.h"
#include "core/paths.h"
#include "core/reserve.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

#define PAGE_ATTEMPTS 20

G_DEFINE_FINAL_TYPE(GuichetDesk, guichet_desk, G_TYPE_OBJECT)

static guint card_removed_signal;

/* Media types that a family of pieces may hold. */
static const char *const family_media_types[][5] = {
    [GUICHET_PIECE_DOCUMENT] = {"image/jpeg", "image/png", "application/pdf", "text/plain", NULL},
    [GUICHET_PIECE_PHOTO] = {"image/jpeg", "image/png", NULL},
    [GUICHET_PIECE_FINGERPRINT] = {"image/png", NULL},
    [GUICHET_PIECE_SIGNATURE] = {"image/png", "image/jpeg", NULL},
};

/* --- opening --- */

GuichetDesk *
guichet_desk_open(const char *root, GError **error)
{
    g_autoptr(GuichetDesk) self = g_object_new(GUICHET_TYPE_DESK, NULL);
    self->station = guichet_station_load(root, error);
    if (self->station == NULL)
        return NULL;
    GuichetInstant now = guichet_instant_now();
    self->clock_offset_us = now.wall_us - now.monotonic_us;
    guichet_reserve_settle(root, 0);
    g_autofree char *path = guichet_station_path(root, "station.db");
    self->store = guichet_store_open_existing(path, error);
    if (self->store == NULL || !guichet_desk_clean_outbox(self, error))
        return NULL;
    /* a broken one is told to whoever wants to log in; the rest goes on */
    self->policy = guichet_desk_load_session_policy(root, NULL);
    return g_steal_pointer(&self);
}

GuichetStation *
guichet_desk_get_station(GuichetDesk *self)
{
    return self->station;
}

/* --- requests --- */

GuichetRequest *
guichet_desk_new_request(GuichetDesk *self, const char *procedure_id, GError **error)
{
    /* a citizen's comes with a ticket (kiosk.h) */
    if (!guichet_desk_may(self, GUICHET_ACTION_DRAFT, error) ||
        !guichet_desk_may(self, GUICHET_ACTION_LIST, error))
        return NULL;
    g_autoptr(GuichetProcedure) procedure = guichet_desk_find_procedure(self, procedure_id, error);
    if (procedure == NULL || !guichet_desk_may_work_on(self, procedure, error))
        return NULL;
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    if (!guichet_reserve_check(guichet_station_get_root(self->station), 0, error) ||
        !guichet_store_add_request(self->store, request, procedure, error))
        return NULL;
    g_hash_table_insert(self->procedures, g_strdup(request->id), g_steal_pointer(&procedure));
    return g_steal_pointer(&request);
}

/* A draft with its fields when a session is open; anything else as the list has it. */
static gboolean
fill_draft(GuichetDesk *self, GPtrArray *requests, guint index, GError **error)
{
    GuichetRequest *request = g_ptr_array_index(requests, index);
    if (request->state != GUICHET_REQUEST_DRAFT)
        return TRUE;
    GuichetRequest *whole = guichet_store_load_request(self->store, request->id, error);
    if (whole == NULL)
        return FALSE;
    guichet_request_free(request);
    g_ptr_array_index(requests, index) = whole;
    return TRUE;
}

/* Takes @requests (may be NULL: *error is set). */
static GPtrArray *
fill_drafts(GuichetDesk *self, GPtrArray *taken, GError **error)
{
    g_autoptr(GPtrArray) requests = taken;
    if (requests == NULL || !guichet_desk_is_open(self))
        return g_steal_pointer(&requests);
    if (!guichet_desk_journal_view(self, "drafts-listed", "*", error))
        return NULL;
    for (guint i = 0; i < requests->len; i++)
        if (!fill_draft(self, requests, i, error))
            return NULL;
    return g_steal_pointer(&requests);
}

GPtrArray *
guichet_desk_list_requests(GuichetDesk *self, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_LIST, error))
        return NULL;
    return fill_drafts(self, guichet_store_list_requests(self->store, error), error);
}

GPtrArray *
guichet_desk_find_requests(GuichetDesk *self, const GuichetRequestFilter *filter, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_LIST, error))
        return NULL;
    return fill_drafts(self, guichet_store_find_requests(self->store, filter, error), error);
}

GuichetRequest *
guichet_desk_load_request(GuichetDesk *self, const char *id, GError **error)
{
    if (!guichet_desk_may_touch(self, id, error))
        return NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(self->store, id, error);
    return request != NULL && guichet_desk_journal_view(self, "request-viewed", id, error)
               ? g_steal_pointer(&request)
               : NULL;
}

gboolean
guichet_desk_set_field(GuichetDesk *self, const char *request_id, const char *field_id,
                       const char *value, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request_id, error);
    if (procedure == NULL)
        return FALSE;
    GuichetField *field = guichet_procedure_find_field(procedure, field_id);
    if (field == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("La démarche « %s » n’a pas de champ « %.60s »"),
                    guichet_procedure_get_title(procedure), field_id);
        return FALSE;
    }
    g_autofree char *typed = NULL;
    g_autofree char *normal =
        guichet_field_settle(field, guichet_desk_peek_places(self), value, &typed, error);
    if (normal == NULL) {
        g_prefix_error(error, "%s : ", field->label);
        return FALSE;
    }
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *beside = guichet_field_typed_id(field->id);
    g_hash_table_insert(fields, field->id, normal);
    if (guichet_field_is_tidied(field)) /* with "", what was typed before is forgotten */
        g_hash_table_insert(fields, beside, typed != NULL ? typed : (char *)"");
    return guichet_reserve_check(guichet_station_get_root(self->station), strlen(normal), error) &&
           guichet_store_set_fields(self->store, request_id, fields, error);
}

gboolean
guichet_desk_set_step(GuichetDesk *self, const char *request_id, const char *step, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    return guichet_store_set_step(self->store, request_id, step, error);
}

gboolean
guichet_desk_abandon(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    g_hash_table_remove(self->procedures, request_id);
    return guichet_store_abandon(self->store, request_id, error);
}

GPtrArray *
guichet_desk_check(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request_id, error);
    g_autoptr(GuichetRequest) request =
        procedure != NULL ? guichet_store_load_request(self->store, request_id, error) : NULL;
    if (request == NULL)
        return NULL;
    if (request->state != GUICHET_REQUEST_DRAFT) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("La demande %s n’est plus un brouillon (%s)"), request_id,
                    guichet_request_state_label(request->state));
        return NULL;
    }
    g_autoptr(GPtrArray) gaps =
        guichet_completeness_check(procedure, request, guichet_instant_now().wall_us, error);
    return gaps != NULL && guichet_desk_add_consent_gaps(self, request, gaps, error)
               ? g_steal_pointer(&gaps)
               : NULL;
}

/* --- pieces --- */

static GuichetPieceSpec *
find_piece_spec(GuichetDesk *self, const char *request_id, const char *kind, GError **error)
{
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request_id, error);
    if (procedure == NULL)
        return NULL;
    GuichetPieceSpec *spec = guichet_consent_find_piece(procedure, kind);
    if (spec == NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("La démarche « %s » n’a pas de pièce « %.60s »"),
                    guichet_procedure_get_title(procedure), kind);
    return spec;
}

static const char *
check_media_type(const GuichetPieceSpec *spec, GBytes *content, GError **error)
{
    const char *media_type = guichet_media_type_sniff(content);
    if (media_type != NULL && g_strv_contains(family_media_types[spec->family], media_type))
        return media_type;
    g_autofree char *accepted = g_strjoinv(", ", (GStrv)family_media_types[spec->family]);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("%s : ce fichier %s ; donnez un fichier %s, ou numérisez le papier"), spec->label,
                media_type == NULL ? _("n’est pas reconnu") : media_type, accepted);
    return NULL;
}

/* Papers are anybody's who may fill a request; the person's own features are not. */
static gboolean
check_family(GuichetDesk *self, const GuichetPieceSpec *spec, GError **error)
{
    return spec->family == GUICHET_PIECE_DOCUMENT ||
           guichet_desk_may(self, GUICHET_ACTION_BIOMETRICS, error);
}

/* The ordinal of the next page of @spec, or 0 with *error when there is no room for it. */
static guint
next_ordinal(const GuichetPieceCounts *counts, const GuichetPieceSpec *spec, gsize size,
             GError **error)
{
    guint pages = spec->max_pages == 1 ? 0 : counts->pages; /* or the new one replaces the old */
    if (pages >= spec->max_pages)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s : %u pages au plus ; retirez-en une d’abord"), spec->label,
                    spec->max_pages);
    else if (counts->pieces >= GUICHET_REQUEST_MAX_PIECES ||
             counts->bytes + size > GUICHET_REQUEST_MAX_BYTES)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Cette demande est pleine (%d pièces et %d Mo au plus) : retirez une pièce "
                      "ou numérisez en gris"),
                    GUICHET_REQUEST_MAX_PIECES, guichet_megabytes(GUICHET_REQUEST_MAX_BYTES));
    else
        return pages + 1;
    return 0;
}

/* Only a piece of one page replaces what stands in its place, and a page what was said to be
 * impossible. */
static gboolean
replaces(const GuichetPieceCounts *counts, const GuichetPieceSpec *spec)
{
    return spec->max_pages == 1 || (counts->pages == 0 && counts->impossible == 1);
}

static GuichetPiece *
store_page(GuichetDesk *self, const char *request_id, const GuichetPieceSpec *spec, GBytes *content,
           const char *device, const char *attributes, GError **error)
{
    gsize size = g_bytes_get_size(content);
    GuichetPieceCounts counts;
    if (!guichet_store_count_pieces(self->store, request_id, spec->id, &counts, error))
        return NULL;
    guint ordinal = next_ordinal(&counts, spec, size, error);
    if (ordinal == 0 ||
        !guichet_reserve_check(guichet_station_get_root(self->station), size, error))
        return NULL;
    g_autoptr(GuichetPiece) piece = guichet_piece_new_unhashed(
        spec->id, ordinal, guichet_media_type_sniff(content), content, device, attributes);
    gboolean stored = replaces(&counts, spec)
                          ? guichet_store_put_piece(self->store, request_id, piece, error)
                          : guichet_store_add_page(self->store, request_id, piece, error);
    if (!stored)
        return NULL;
    g_clear_pointer(&piece->content, g_bytes_unref);
    return g_steal_pointer(&piece);
}

GuichetPiece *
guichet_desk_add_piece(GuichetDesk *self, const char *request_id, const char *kind, GBytes *content,
                       const char *device, const char *attributes, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    GuichetPieceSpec *spec = find_piece_spec(self, request_id, kind, error);
    if (spec == NULL || !check_family(self, spec, error))
        return NULL;
    gsize size = g_bytes_get_size(content);
    if (size > GUICHET_PIECE_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s : %zu Mo, la limite est %d Mo ; numérisez le papier à "
                      "300 points par pouce"),
                    spec->label, guichet_megabytes_over(size),
                    guichet_megabytes(GUICHET_PIECE_MAX_BYTES));
        return NULL;
    }
    if (check_media_type(spec, content, error) == NULL)
        return NULL;
    for (guint attempt = 1;; attempt++) {
        g_autoptr(GError) failure = NULL;
        GuichetPiece *piece =
            store_page(self, request_id, spec, content, device, attributes, &failure);
        if (piece != NULL)
            return piece;
        /* another program of this desk took the same page number: ours is the next one */
        if (attempt == PAGE_ATTEMPTS ||
            !g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_EXISTS)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return NULL;
        }
    }
}

static gboolean
check_impossible(GuichetRequest *request, const GuichetPieceSpec *spec, const char *reason,
                 GError **error)
{
    gboolean known = FALSE;
    for (guint i = 0; i < spec->impossible->len; i++)
        known |= strcmp(((GuichetChoice *)g_ptr_array_index(spec->impossible, i))->id, reason) == 0;
    if (!known) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("%s : « %.60s » n’est pas un motif prévu par la démarche"), spec->label,
                    reason);
        return FALSE;
    }
    g_autoptr(GPtrArray) pages = guichet_request_get_pieces(request, spec->id);
    if (pages->len > 1) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("%s : retirez d’abord les %u pages déjà prises"), spec->label, pages->len);
        return FALSE;
    }
    return TRUE;
}

GuichetPiece *
guichet_desk_declare_impossible(GuichetDesk *self, const char *request_id, const char *kind,
                                const char *reason, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    GuichetPieceSpec *spec = find_piece_spec(self, request_id, kind, error);
    g_autoptr(GuichetRequest) request =
        spec != NULL ? guichet_store_load_request(self->store, request_id, error) : NULL;
    if (request == NULL || !check_impossible(request, spec, reason, error))
        return NULL;
    g_autoptr(GuichetPiece) piece = guichet_piece_new_impossible(kind, reason);
    if (!guichet_store_put_piece(self->store, request_id, piece, error))
        return NULL;
    return g_steal_pointer(&piece);
}

gboolean
guichet_desk_remove_piece(GuichetDesk *self, const char *request_id, const char *piece_id,
                          GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    return guichet_store_remove_piece(self->store, request_id, piece_id, error);
}

GuichetPiece *
guichet_desk_load_piece(GuichetDesk *self, const char *request_id, const char *piece_id,
                        GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    g_autofree char *id = g_strdup_printf("%s/%s", request_id, piece_id);
    g_autoptr(GuichetPiece) piece =
        guichet_store_load_piece(self->store, request_id, piece_id, error);
    return piece != NULL && guichet_desk_journal_view(self, "piece-viewed", id, error)
               ? g_steal_pointer(&piece)
               : NULL;
}

gboolean
guichet_desk_count(GuichetDesk *self, GuichetStoreCounts *counts, GError **error)
{
    return guichet_store_count(self->store, counts, error);
}

/* --- asynchronous calls: one worker thread, in order --- */

typedef struct {
    GuichetDeskFunc func;
    gpointer data;
    GDestroyNotify data_free;
    GDestroyNotify result_free;
} DeskCall;

static void
desk_call_free(DeskCall *call)
{
    if (call->data_free != NULL)
        call->data_free(call->data);
    g_free(call);
}

/* What a seal left for later: the person has their answer by now. */
static void
settle(GuichetDesk *self)
{
    if (self->unsettled)
        guichet_store_settle(self->store);
    self->unsettled = FALSE;
    guichet_store_tidy(self->store);
}

static void
run_call(gpointer item, gpointer user_data)
{
    g_autoptr(GTask) task = item;
    DeskCall *call = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    if (g_task_return_error_if_cancelled(task))
        return;
    gpointer result = call->func(g_task_get_source_object(task), call->data,
                                 g_task_get_cancellable(task), &error);
    if (result == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, result, call->result_free);
    settle(g_task_get_source_object(task));
}

void
guichet_desk_call_async(GuichetDesk *self, GuichetDeskFunc func, gpointer data,
                        GDestroyNotify data_free, GDestroyNotify result_free,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    DeskCall *call = g_new(DeskCall, 1);
    *call = (DeskCall){func, data, data_free, result_free};
    g_task_set_task_data(task, call, (GDestroyNotify)desk_call_free);
    if (self->worker == NULL)
        self->worker = g_thread_pool_new(run_call, NULL, 1, TRUE, NULL);
    g_thread_pool_push(self->worker, task, NULL);
}

gpointer
guichet_desk_call_finish(GuichetDesk *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* --- the card in session --- */

gboolean
guichet_desk_has_listener(GuichetDesk *self)
{
    return g_signal_has_handler_pending(self, card_removed_signal, 0, FALSE);
}

void
guichet_desk_emit_card_removed(GuichetDesk *self, const char *sentence)
{
    g_signal_emit(self, card_removed_signal, 0, sentence);
}

/* --- class --- */

static void
guichet_desk_finalize(GObject *object)
{
    GuichetDesk *self = GUICHET_DESK(object);
    if (self->worker != NULL) /* every call holds a reference, so the queue is empty by now */
        g_thread_pool_free(self->worker, FALSE, FALSE);
    if (self->store != NULL) {
        settle(self);
        guichet_desk_logout(self);
    }
    g_free(self->mine);
    g_clear_pointer(&self->procedures, g_hash_table_unref);
    g_clear_pointer(&self->viewed, g_hash_table_unref);
    g_clear_pointer(&self->places, guichet_places_unref);
    g_clear_pointer(&self->pack_fault, g_free);
    g_clear_pointer(&self->notices, g_ptr_array_unref);
    g_clear_object(&self->store);
    g_clear_pointer(&self->policy, guichet_session_policy_free);
    g_clear_pointer(&self->station, guichet_station_free);
    G_OBJECT_CLASS(guichet_desk_parent_class)->finalize(object);
}

static void
guichet_desk_class_init(GuichetDeskClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_desk_finalize;
    card_removed_signal = g_signal_new("card-removed", GUICHET_TYPE_DESK, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
guichet_desk_init(GuichetDesk *self)
{
    self->wanted = GUICHET_USER_ROLE_N;
    self->procedures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify)guichet_procedure_unref);
    self->viewed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->notices = g_ptr_array_new_with_free_func(g_free);
}
