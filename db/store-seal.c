/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "db/query.h"
#include "db/state.h"
#include "db/store-private.h"
#include "db/tally.h"

gboolean
guichet_store_next_sequence(GuichetStore *self, gint64 *sequence, char **previous, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/last", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step < 0)
        return FALSE;
    *sequence = step == 1 ? guichet_query_int(query, "sequence") + 1 : 1;
    *previous = step == 1 ? g_strdup(guichet_query_text(query, "sha256")) : NULL;
    return TRUE;
}

static gboolean
check_sequence(GuichetStore *self, const GuichetSealRecord *record, GError **error)
{
    gint64 sequence;
    g_autofree char *previous = NULL;
    if (!guichet_store_next_sequence(self, &sequence, &previous, error))
        return FALSE;
    if (record->sequence == sequence && g_strcmp0(record->previous, previous) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                _("demande %s : une autre liasse a pris le n° %" PRId64
                  " ; scellez de nouveau avec le n° %" PRId64),
                record->request_id, record->sequence, sequence);
    return FALSE;
}

gboolean
guichet_store_insert_bundle(GuichetStore *self, const GuichetSealRecord *record, gint64 sealed_us,
                            GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":sequence", record->sequence);
    guichet_query_bind_text(query, ":request", record->request_id);
    guichet_query_bind_text(query, ":sha256", record->sha256);
    guichet_query_bind_text(query, ":previous", record->previous);
    guichet_query_bind_text(query, ":file", record->file);
    guichet_query_bind_int(query, ":size", (gint64)record->size);
    guichet_query_bind_int(query, ":sealed_us", sealed_us);
    guichet_query_bind_text(query, ":statement", record->statement);
    return guichet_query_run(query, error);
}

static gboolean
check_unchanged(GuichetStore *self, const GuichetSealRecord *record, GError **error)
{
    if (record->updated_us == 0)
        return TRUE;
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/find", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", record->request_id);
    int step = guichet_query_step(query, error);
    if (step < 0)
        return FALSE;
    if (step == 1 && guichet_query_int(query, "updated_us") == record->updated_us)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("demande %s : elle a changé pendant le scellement ; relisez-la, puis scellez de "
                  "nouveau"),
                record->request_id);
    return FALSE;
}

static gboolean
move_parent(GuichetStore *self, const GuichetSealRecord *record, GError **error)
{
    return record->parent == NULL ||
           guichet_state_move(self->database, record->parent, record->parent_to, error);
}

gboolean
guichet_store_record_seal(GuichetStore *self, const GuichetSealRecord *record, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    return transaction != NULL && check_unchanged(self, record, error) &&
           guichet_tally_count_steps(self->database, record->request_id, error) &&
           guichet_state_move(self->database, record->request_id, GUICHET_REQUEST_SEALED, error) &&
           check_sequence(self, record, error) &&
           guichet_store_insert_bundle(self, record, guichet_instant_now().wall_us, error) &&
           guichet_draft_destroy(self->database, record->request_id, error) &&
           move_parent(self, record, error) && guichet_transaction_commit(transaction, error);
}

void
guichet_store_settle(GuichetStore *self)
{
    guichet_database_checkpoint(self->database);
}

/* --- what remains of a sealed request --- */

static GuichetQuery *
find_bundle(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "outbox/find-by-request", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":request", request_id);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("la demande « %.40s » n’a pas été déposée depuis ce poste"), request_id);
    return step == 1 ? g_steal_pointer(&query) : NULL;
}

char *
guichet_store_load_statement(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_bundle(self, request_id, error);
    if (query == NULL)
        return NULL;
    const char *statement = guichet_query_text(query, "statement");
    if (*statement != '\0')
        return g_strdup(statement);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("demande %s : liasse retrouvée après la remise d’une copie de la base ; "
                  "l’attestation imprimée au dépôt fait foi, elle ne peut pas être refaite"),
                request_id);
    return NULL;
}

GBytes *
guichet_store_load_receipt(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_bundle(self, request_id, error);
    if (query == NULL)
        return NULL;
    GBytes *receipt = guichet_query_bytes(query, "receipt");
    if (receipt == NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("demande %s : l’accusé du centre n’est pas encore arrivé ; il viendra avec "
                      "la synchronisation"),
                    request_id);
    return receipt;
}

static char *
find_erasable(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_bundle(self, request_id, error);
    if (query == NULL)
        return NULL;
    g_autoptr(GBytes) receipt = guichet_query_bytes(query, "receipt");
    if (receipt != NULL)
        return g_strdup(guichet_query_text(query, "file"));
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("demande %s : pas d’accusé du centre, la liasse est gardée ; synchronisez "
                  "d’abord"),
                request_id);
    return NULL;
}

gboolean
guichet_store_set_bundle_erased(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/set-erased", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_int(query, ":erased_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error);
}

char *
guichet_store_erase_bundle(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    g_autofree char *file = transaction != NULL ? find_erasable(self, request_id, error) : NULL;
    if (file == NULL ||
        !guichet_state_move(self->database, request_id, GUICHET_REQUEST_ERASED, error) ||
        !guichet_store_set_bundle_erased(self, request_id, error) ||
        !guichet_transaction_commit(transaction, error))
        return NULL;
    return g_steal_pointer(&file);
}

GPtrArray *
guichet_store_list_bundle_files(GuichetStore *self, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/files", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        g_ptr_array_add(files, g_strdup(guichet_query_text(query, "file")));
    return step == 0 ? g_steal_pointer(&files) : NULL;
}
