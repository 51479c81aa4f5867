/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/depot-store.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/database.h"
#include "db/query.h"

struct _GuichetDepotStore {
    GObject parent;
    GMutex mutex; /* around every use of the one connection */
    GuichetDatabase *database;
};

static void guichet_depot_store_iface_init(GuichetDepotInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE(GuichetDepotStore, guichet_depot_store, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GUICHET_TYPE_DEPOT,
                                                    guichet_depot_store_iface_init))

/* --- stations --- */

static gboolean
add_station(GuichetDepot *depot, const char *station, const char *name, const char *tls_fingerprint,
            const char *sign_certificate_pem, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    g_autoptr(GuichetQuery) query =
        transaction != NULL ? guichet_query_new(self->database, "depot/put-station", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", station);
    guichet_query_bind_text(query, ":name", name);
    guichet_query_bind_text(query, ":tls_fingerprint", tls_fingerprint);
    guichet_query_bind_text(query, ":sign_certificate_pem", sign_certificate_pem);
    guichet_query_bind_int(query, ":registered_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error) && guichet_transaction_commit(transaction, error);
}

static char *
find_station(GuichetDepot *depot, const char *tls_fingerprint, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/find-station", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":tls_fingerprint", tls_fingerprint);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucun poste enregistré n’a le certificat %.16s… ; enrôlez-le d’abord"),
                    tls_fingerprint);
    return step == 1 ? g_strdup(guichet_query_text(query, "id")) : NULL;
}

static char *
find_certificate(GuichetDepot *depot, const char *station, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "depot/find-certificate", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":station", station);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucun poste « %.63s » n’est enregistré ; enrôlez-le d’abord"), station);
    return step == 1 ? g_strdup(guichet_query_text(query, "sign_certificate_pem")) : NULL;
}

/* --- deposits --- */

static GuichetDeposit *
read_row(GuichetQuery *query)
{
    GuichetDeposit *deposit = g_new0(GuichetDeposit, 1);
    deposit->sha256 = g_strdup(guichet_query_text(query, "sha256"));
    deposit->station = g_strdup(guichet_query_text(query, "station"));
    deposit->sequence = guichet_query_int(query, "sequence");
    deposit->previous = g_strdup(guichet_query_text(query, "previous"));
    deposit->size = (gsize)guichet_query_int(query, "size");
    deposit->received_us = guichet_query_int(query, "received_us");
    deposit->path = g_strdup(guichet_query_text(query, "path"));
    deposit->receipt = guichet_query_bytes(query, "receipt");
    return deposit;
}

/* *deposit is NULL when there is none. */
static gboolean
look_up(GuichetDepotStore *self, const char *sha256, GuichetDeposit **deposit, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/find", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", sha256);
    int step = guichet_query_step(query, error);
    *deposit = step == 1 ? read_row(query) : NULL;
    return step >= 0;
}

static gboolean
insert_row(GuichetDepotStore *self, const GuichetDeposit *deposit, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", deposit->sha256);
    guichet_query_bind_text(query, ":station", deposit->station);
    guichet_query_bind_int(query, ":sequence", deposit->sequence);
    guichet_query_bind_text(query, ":previous", deposit->previous);
    guichet_query_bind_int(query, ":size", (gint64)deposit->size);
    guichet_query_bind_int(query, ":received_us", deposit->received_us);
    guichet_query_bind_text(query, ":path", deposit->path);
    guichet_query_bind_bytes(query, ":receipt", deposit->receipt);
    return guichet_query_run(query, error);
}

static gboolean
check_sequence_is_free(GuichetDepotStore *self, const GuichetDeposit *deposit, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/find-sequence", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":station", deposit->station);
    guichet_query_bind_int(query, ":sequence", deposit->sequence);
    int step = guichet_query_step(query, error);
    if (step == 1)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                    _("poste %s : le n° %" PRId64
                      " est déjà celui d’une autre liasse ; le poste a peut-être été restauré "
                      "d’une sauvegarde"),
                    deposit->station, deposit->sequence);
    return step == 0;
}

static gboolean
check_is_the_same(const GuichetDeposit *known, const GuichetDeposit *deposit, GError **error)
{
    if (strcmp(known->station, deposit->station) == 0 && known->sequence == deposit->sequence)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("liasse %.16s… : déjà reçue du poste %s sous le n° %" PRId64), deposit->sha256,
                known->station, known->sequence);
    return FALSE;
}

static gboolean
insert(GuichetDepot *depot, const GuichetDeposit *deposit, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GuichetDeposit) known = NULL;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL || !look_up(self, deposit->sha256, &known, error))
        return FALSE;
    if (known != NULL)
        return check_is_the_same(known, deposit, error);
    return check_sequence_is_free(self, deposit, error) && insert_row(self, deposit, error) &&
           guichet_transaction_commit(transaction, error);
}

static GuichetDeposit *
find(GuichetDepot *depot, const char *sha256, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    GuichetDeposit *deposit;
    if (!look_up(self, sha256, &deposit, error))
        return NULL;
    if (deposit == NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune liasse %.16s… n’a été reçue"), sha256);
    return deposit;
}

static GPtrArray *
list(GuichetDepot *depot, const char *station, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GPtrArray) deposits =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_deposit_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/list", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":station", station);
    int step;
    while ((step = guichet_query_step(query, error)) == 1)
        g_ptr_array_add(deposits, read_row(query));
    return step == 0 ? g_steal_pointer(&deposits) : NULL;
}

/* --- feed --- */

static gint64
take_number(GuichetDepotStore *self, const char *station, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "depot/next-feed-number", error);
    if (query == NULL)
        return -1;
    guichet_query_bind_text(query, ":station", station);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucun poste « %.64s » n’est enregistré"), station);
    return step == 1 ? guichet_query_int(query, "number") : -1;
}

static gboolean
insert_feed(GuichetDepotStore *self, const char *station, gint64 number, GBytes *message,
            GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/insert-feed", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":station", station);
    guichet_query_bind_int(query, ":number", number);
    guichet_query_bind_int(query, ":appended_us", guichet_instant_now().wall_us);
    guichet_query_bind_bytes(query, ":message", message);
    return guichet_query_run(query, error);
}

static gint64
append_feed(GuichetDepot *depot, const char *station,
            GBytes *(*sign)(gint64 number, gpointer data, GError **error), gpointer data,
            GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    gint64 number = transaction != NULL ? take_number(self, station, error) : -1;
    g_autoptr(GBytes) message = number > 0 ? sign(number, data, error) : NULL;
    if (message == NULL || !insert_feed(self, station, number, message, error) ||
        !guichet_transaction_commit(transaction, error))
        return -1;
    return number;
}

static GPtrArray *
read_feed(GuichetDepot *depot, const char *station, gint64 after, guint limit, GError **error)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(depot);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_feed_item_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "depot/read-feed", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":station", station);
    guichet_query_bind_int(query, ":after", after);
    guichet_query_bind_int(query, ":limit", limit);
    int step;
    while ((step = guichet_query_step(query, error)) == 1) {
        GuichetFeedItem *item = g_new0(GuichetFeedItem, 1);
        item->number = guichet_query_int(query, "number");
        item->message = guichet_query_bytes(query, "message");
        g_ptr_array_add(items, item);
    }
    return step == 0 ? g_steal_pointer(&items) : NULL;
}

/* --- the object --- */

static void
guichet_depot_store_iface_init(GuichetDepotInterface *iface)
{
    iface->add_station = add_station;
    iface->find_station = find_station;
    iface->find_certificate = find_certificate;
    iface->insert = insert;
    iface->find = find;
    iface->list = list;
    iface->append_feed = append_feed;
    iface->read_feed = read_feed;
}

static void
guichet_depot_store_finalize(GObject *object)
{
    GuichetDepotStore *self = GUICHET_DEPOT_STORE(object);
    g_clear_pointer(&self->database, guichet_database_free);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(guichet_depot_store_parent_class)->finalize(object);
}

static void
guichet_depot_store_class_init(GuichetDepotStoreClass *class)
{
    G_OBJECT_CLASS(class)->finalize = guichet_depot_store_finalize;
}

static void
guichet_depot_store_init(GuichetDepotStore *self)
{
    g_mutex_init(&self->mutex);
}

GuichetDepotStore *
guichet_depot_store_open(const char *path, GError **error)
{
    GuichetDatabase *database =
        guichet_database_open(path, guichet_schema_depot(), GUICHET_DATABASE_CREATE, error);
    if (database == NULL)
        return NULL;
    GuichetDepotStore *self = g_object_new(GUICHET_TYPE_DEPOT_STORE, NULL);
    self->database = database;
    return self;
}
