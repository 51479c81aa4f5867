/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/outbox-store.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "core/request.h"
#include "core/trusted-time.h"
#include "db/database.h"
#include "db/feed.h"
#include "db/query.h"
#include "db/state.h"
#include "db/trip.h"

struct _GuichetOutboxStore {
    GObject parent;
    GuichetDatabase *database;
    char *folder;
};

static void guichet_outbox_store_iface_init(GuichetOutboxInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE(GuichetOutboxStore, guichet_outbox_store, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GUICHET_TYPE_OUTBOX,
                                                    guichet_outbox_store_iface_init))

/* --- finding --- */

typedef struct {
    char *request;
    gint64 attempts;
    gboolean received;
    GuichetRequestState state;
} Bundle;

static void
bundle_free(Bundle *bundle)
{
    g_free(bundle->request);
    g_free(bundle);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

/* NULL without an error when there is no such bundle. */
static Bundle *
look_up(GuichetOutboxStore *self, const char *sha256, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/find", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":sha256", sha256);
    if (guichet_query_step(query, error) != 1)
        return NULL;
    g_autoptr(Bundle) bundle = g_new0(Bundle, 1);
    bundle->request = g_strdup(guichet_query_text(query, "request"));
    bundle->attempts = guichet_query_int(query, "attempts");
    bundle->received = guichet_query_int(query, "received") != 0;
    if (guichet_request_state_from_name(guichet_query_text(query, "state"), &bundle->state))
        return g_steal_pointer(&bundle);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                _("demande %s : état inconnu dans la base ; appelez le technicien"),
                bundle->request);
    return NULL;
}

static Bundle *
find(GuichetOutboxStore *self, const char *sha256, GError **error)
{
    g_autoptr(GError) failure = NULL;
    Bundle *bundle = look_up(self, sha256, &failure);
    if (bundle != NULL)
        return bundle;
    if (failure == NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune liasse %.16s… dans la boîte d’envoi de ce poste"), sha256);
    else
        g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

static GuichetOutboxEntry *
read_row(GuichetOutboxStore *self, GuichetQuery *query)
{
    GuichetOutboxEntry *entry = g_new0(GuichetOutboxEntry, 1);
    entry->sequence = guichet_query_int(query, "sequence");
    entry->sha256 = g_strdup(guichet_query_text(query, "sha256"));
    entry->request_id = g_strdup(guichet_query_text(query, "request"));
    entry->path = g_build_filename(self->folder, guichet_query_text(query, "file"), NULL);
    entry->size = (gsize)guichet_query_int(query, "size");
    entry->sealed_us = guichet_query_int(query, "sealed_us");
    entry->attempts = (guint)guichet_query_int(query, "attempts");
    entry->next_attempt_us = guichet_query_int(query, "next_attempt_us");
    entry->last_error = g_strdup(guichet_query_text(query, "last_error"));
    entry->received = guichet_query_int(query, "received") != 0;
    return entry;
}

static GPtrArray *
list(GuichetOutbox *outbox, gboolean pending_only, GError **error)
{
    GuichetOutboxStore *self = GUICHET_OUTBOX_STORE(outbox);
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_outbox_entry_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(
        self->database, pending_only ? "outbox/list-pending" : "outbox/list", error);
    if (query == NULL)
        return NULL;
    int step;
    while ((step = guichet_query_step(query, error)) == 1)
        g_ptr_array_add(entries, read_row(self, query));
    return step == 0 ? g_steal_pointer(&entries) : NULL;
}

/* --- attempts --- */

static gboolean
begin_attempt(GuichetOutboxStore *self, const char *sha256, const Bundle *bundle,
              gint64 next_attempt_us, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "outbox/begin-attempt", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", sha256);
    guichet_query_bind_int(query, ":next_attempt_us", next_attempt_us);
    if (!guichet_query_run(query, error))
        return FALSE;
    return bundle->attempts == 0
               ? guichet_state_move(self->database, bundle->request, GUICHET_REQUEST_SENDING, error)
               : guichet_state_move_quietly(self->database, bundle->request,
                                            GUICHET_REQUEST_SENDING, error);
}

static gboolean
fail_attempt(GuichetOutboxStore *self, const char *sha256, const Bundle *bundle,
             const char *failure, gint64 next_attempt_us, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/fail-attempt", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", sha256);
    guichet_query_bind_text(query, ":last_error", failure);
    guichet_query_bind_int(query, ":next_attempt_us", next_attempt_us);
    return guichet_query_run(query, error) &&
           (bundle->state != GUICHET_REQUEST_SENDING ||
            guichet_state_move_quietly(self->database, bundle->request, GUICHET_REQUEST_SEALED,
                                       error));
}

static gboolean
check_waiting(const Bundle *bundle, GError **error)
{
    if (!bundle->received)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("demande %s : le centre l’a déjà reçue, elle n’est plus à envoyer"),
                bundle->request);
    return FALSE;
}

static gboolean
record_attempt(GuichetOutbox *outbox, const char *sha256, const char *failure,
               gint64 next_attempt_us, GError **error)
{
    GuichetOutboxStore *self = GUICHET_OUTBOX_STORE(outbox);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    g_autoptr(Bundle) bundle = transaction != NULL ? find(self, sha256, error) : NULL;
    if (bundle == NULL || !check_waiting(bundle, error))
        return FALSE;
    gboolean recorded = failure == NULL
                            ? begin_attempt(self, sha256, bundle, next_attempt_us, error)
                            : fail_attempt(self, sha256, bundle, failure, next_attempt_us, error);
    return recorded && guichet_transaction_commit(transaction, error);
}

/* --- receipts --- */

static gboolean
set_receipt(GuichetOutboxStore *self, const char *sha256, GBytes *receipt, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "outbox/set-receipt", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", sha256);
    guichet_query_bind_bytes(query, ":receipt", receipt);
    /* by the time floor: a receipt that came while the clock stood in 1970 is judged later at the
     * instant at which it was believed, and keeps its days of grace */
    g_autofree char *root = g_path_get_dirname(self->folder);
    guichet_query_bind_int(query, ":received_us", guichet_trusted_time_now(root));
    return guichet_query_run(query, error);
}

static gboolean
record_receipt(GuichetOutbox *outbox, const char *sha256, GBytes *receipt, GError **error)
{
    GuichetOutboxStore *self = GUICHET_OUTBOX_STORE(outbox);
    if (g_bytes_get_size(receipt) == 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("liasse %.16s… : un accusé vide n’en est pas un"), sha256);
        return FALSE;
    }
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    g_autoptr(Bundle) bundle = transaction != NULL ? find(self, sha256, error) : NULL;
    if (bundle == NULL)
        return FALSE;
    if (bundle->received)
        return TRUE;
    return set_receipt(self, sha256, receipt, error) &&
           guichet_state_move(self->database, bundle->request, GUICHET_REQUEST_RECEIVED, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- the centre's feed --- */

static gint64
get_feed_position(GuichetOutbox *outbox, GError **error)
{
    return guichet_feed_position(GUICHET_OUTBOX_STORE(outbox)->database, error);
}

static gboolean
apply(GuichetOutbox *outbox, const GuichetMessage *message, GBytes *der, GError **error)
{
    return guichet_feed_apply(GUICHET_OUTBOX_STORE(outbox)->database, message, der, error);
}

/* --- the courier stick --- */

static gint64
begin_trip(GuichetOutbox *outbox, const char *stick, GError **error)
{
    return guichet_trip_begin(GUICHET_OUTBOX_STORE(outbox)->database, stick, error);
}

static gboolean
record_departure(GuichetOutbox *outbox, gint64 trip, GPtrArray *sha256s, GError **error)
{
    return guichet_trip_leave(GUICHET_OUTBOX_STORE(outbox)->database, trip, sha256s, error);
}

static gboolean
record_return(GuichetOutbox *outbox, gint64 trip, const char *stick, GError **error)
{
    return guichet_trip_return(GUICHET_OUTBOX_STORE(outbox)->database, trip, stick, error);
}

static GPtrArray *
list_trips(GuichetOutbox *outbox, gboolean away_only, GError **error)
{
    return guichet_trip_list(GUICHET_OUTBOX_STORE(outbox)->database, away_only, error);
}

/* --- the object --- */

static void
guichet_outbox_store_iface_init(GuichetOutboxInterface *iface)
{
    iface->list = list;
    iface->record_attempt = record_attempt;
    iface->record_receipt = record_receipt;
    iface->get_feed_position = get_feed_position;
    iface->apply = apply;
    iface->begin_trip = begin_trip;
    iface->record_departure = record_departure;
    iface->record_return = record_return;
    iface->list_trips = list_trips;
}

static void
guichet_outbox_store_finalize(GObject *object)
{
    GuichetOutboxStore *self = GUICHET_OUTBOX_STORE(object);
    g_clear_pointer(&self->database, guichet_database_free);
    g_free(self->folder);
    G_OBJECT_CLASS(guichet_outbox_store_parent_class)->finalize(object);
}

static void
guichet_outbox_store_class_init(GuichetOutboxStoreClass *class)
{
    G_OBJECT_CLASS(class)->finalize = guichet_outbox_store_finalize;
}

static void
guichet_outbox_store_init(GuichetOutboxStore *self)
{
}

GuichetOutboxStore *
guichet_outbox_store_open(const char *path, const char *outbox_folder, GError **error)
{
    GuichetDatabase *database =
        guichet_database_open(path, guichet_schema_station(), GUICHET_DATABASE_EXISTING, error);
    if (database == NULL)
        return NULL;
    GuichetOutboxStore *self = g_object_new(GUICHET_TYPE_OUTBOX_STORE, NULL);
    self->database = database;
    self->folder = g_canonicalize_filename(outbox_folder, NULL);
    return self;
}
