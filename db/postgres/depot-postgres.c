/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/postgres/depot-postgres.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/postgres/pool.h"
#include "postgres-resources.h"

#define VERSION 1
#define CONNECTIONS_MAX 8
#define DIGITS 24
#define SCHEMA_LOCK "4711046113002750316" /* any number that nobody else takes: "GuichetD" */
#define NAME_LINE "-- name: "

struct _GuichetDepotPostgres {
    GObject parent;
    GuichetPgPool *pool;
    GHashTable *statements; /* char* name → char* SQL */
};

static void guichet_depot_postgres_iface_init(GuichetDepotInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE(GuichetDepotPostgres, guichet_depot_postgres, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GUICHET_TYPE_DEPOT,
                                                    guichet_depot_postgres_iface_init))

/* --- a connection for the length of a function --- */

typedef struct {
    GuichetPgPool *pool;
    PGconn *connection;
} Lease;

static void
lease_clear(Lease *lease)
{
    if (lease->connection != NULL)
        guichet_pg_pool_give(lease->pool, lease->connection);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lease, lease_clear)

static gboolean
lease_take(GuichetDepotPostgres *self, Lease *lease, GError **error)
{
    lease->pool = self->pool;
    lease->connection = guichet_pg_pool_take(self->pool, error);
    return lease->connection != NULL;
}

/* Also begins. Connections that broke while they were idle (the server was restarted) show here,
 * before anything was asked of them: each is replaced. */
static gboolean
lease_begin(GuichetDepotPostgres *self, Lease *lease, GError **error)
{
    for (guint stale = 0;; stale++) {
        if (!lease_take(self, lease, error))
            return FALSE;
        gboolean last = stale == CONNECTIONS_MAX;
        if (guichet_pg_run(lease->connection, "BEGIN", last ? error : NULL))
            return TRUE;
        if (last)
            return FALSE;
        lease_clear(lease);
        lease->connection = NULL;
    }
}

static gboolean
lease_commit(Lease *lease, GError **error)
{
    return guichet_pg_run(lease->connection, "COMMIT", error);
}

static PGresult *
query(GuichetDepotPostgres *self, Lease *lease, const char *name,
      const GuichetPgParameters *parameters, GError **error)
{
    const char *sql = g_hash_table_lookup(self->statements, name);
    g_assert(sql != NULL);
    return guichet_pg_query(lease->connection, sql, parameters, error);
}

/* --- stations --- */

static gboolean
add_station(GuichetDepot *depot, const char *station, const char *name, const char *tls_fingerprint,
            const char *sign_certificate_pem, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetPgParameters parameters = {0};
    char now[DIGITS];
    guichet_pg_bind_text(&parameters, station);
    guichet_pg_bind_text(&parameters, name);
    guichet_pg_bind_text(&parameters, tls_fingerprint);
    guichet_pg_bind_text(&parameters, sign_certificate_pem);
    guichet_pg_bind_int(&parameters, now, guichet_instant_now().wall_us);
    if (!lease_begin(self, &lease, error))
        return FALSE;
    g_autoptr(PGresult) result = query(self, &lease, "put-station", &parameters, error);
    return result != NULL && lease_commit(&lease, error);
}

static char *
find_station(GuichetDepot *depot, const char *tls_fingerprint, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetPgParameters parameters = {0};
    guichet_pg_bind_text(&parameters, tls_fingerprint);
    if (!lease_begin(self, &lease, error))
        return NULL;
    g_autoptr(PGresult) result = query(self, &lease, "find-station", &parameters, error);
    if (result == NULL)
        return NULL;
    if (PQntuples(result) == 1)
        return g_strdup(guichet_pg_text(result, 0, "id"));
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("aucun poste n’a ce certificat TLS (%.16s…)"), tls_fingerprint);
    return NULL;
}

static char *
find_certificate(GuichetDepot *depot, const char *station, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetPgParameters parameters = {0};
    guichet_pg_bind_text(&parameters, station);
    if (!lease_begin(self, &lease, error))
        return NULL;
    g_autoptr(PGresult) result = query(self, &lease, "find-certificate", &parameters, error);
    if (result == NULL)
        return NULL;
    if (PQntuples(result) == 1)
        return g_strdup(guichet_pg_text(result, 0, "sign_certificate_pem"));
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("aucun poste « %.63s » n’est enregistré ; enrôlez-le d’abord"), station);
    return NULL;
}

/* --- deposits --- */

static GuichetDeposit *
read_deposit(const PGresult *result, int row)
{
    GuichetDeposit *deposit = g_new0(GuichetDeposit, 1);
    deposit->sha256 = g_strdup(guichet_pg_text(result, row, "sha256"));
    deposit->station = g_strdup(guichet_pg_text(result, row, "station"));
    deposit->sequence = guichet_pg_int(result, row, "sequence");
    deposit->previous = g_strdup(guichet_pg_text(result, row, "previous"));
    deposit->size = (gsize)guichet_pg_int(result, row, "size");
    deposit->received_us = guichet_pg_int(result, row, "received_us");
    deposit->path = g_strdup(guichet_pg_text(result, row, "path"));
    deposit->receipt = guichet_pg_bytes(result, row, "receipt");
    return deposit;
}

/* *@deposit is NULL when there is none. */
static gboolean
look_up(GuichetDepotPostgres *self, Lease *lease, const char *sha256, GuichetDeposit **deposit,
        GError **error)
{
    GuichetPgParameters parameters = {0};
    guichet_pg_bind_text(&parameters, sha256);
    g_autoptr(PGresult) result = query(self, lease, "find", &parameters, error);
    if (result == NULL)
        return FALSE;
    *deposit = PQntuples(result) > 0 ? read_deposit(result, 0) : NULL;
    return TRUE;
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

/* *@done: nobody had that sequence number. */
static gboolean
insert_row(GuichetDepotPostgres *self, Lease *lease, const GuichetDeposit *deposit, gboolean *done,
           GError **error)
{
    GuichetPgParameters parameters = {0};
    char sequence[DIGITS], size[DIGITS], received[DIGITS];
    guichet_pg_bind_text(&parameters, deposit->station);
    guichet_pg_bind_int(&parameters, sequence, deposit->sequence);
    guichet_pg_bind_text(&parameters, deposit->sha256);
    guichet_pg_bind_text(&parameters, deposit->previous);
    guichet_pg_bind_int(&parameters, size, (gint64)deposit->size);
    guichet_pg_bind_int(&parameters, received, deposit->received_us);
    guichet_pg_bind_text(&parameters, deposit->path);
    guichet_pg_bind_bytes(&parameters, deposit->receipt);
    g_autoptr(PGresult) result = query(self, lease, "insert", &parameters, error);
    if (result == NULL)
        return FALSE;
    *done = strcmp(PQcmdTuples(result), "1") == 0;
    return TRUE;
}

/* Another instance may have put the same bundle there a moment ago, which is fine. */
static gboolean
check_rival(GuichetDepotPostgres *self, Lease *lease, const GuichetDeposit *deposit, GError **error)
{
    GuichetPgParameters parameters = {0};
    char sequence[DIGITS];
    guichet_pg_bind_text(&parameters, deposit->station);
    guichet_pg_bind_int(&parameters, sequence, deposit->sequence);
    g_autoptr(PGresult) result = query(self, lease, "find-sequence", &parameters, error);
    if (result == NULL)
        return FALSE;
    if (PQntuples(result) == 1 &&
        strcmp(guichet_pg_text(result, 0, "sha256"), deposit->sha256) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                _("poste %s : le n° %" PRId64
                  " est déjà celui d’une autre liasse ; le poste a peut-être été restauré "
                  "d’une sauvegarde"),
                deposit->station, deposit->sequence);
    return FALSE;
}

static gboolean
insert(GuichetDepot *depot, const GuichetDeposit *deposit, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    g_autoptr(GuichetDeposit) known = NULL;
    gboolean done = FALSE;
    if (!lease_begin(self, &lease, error) || !look_up(self, &lease, deposit->sha256, &known, error))
        return FALSE;
    if (known != NULL)
        return check_is_the_same(known, deposit, error);
    if (!insert_row(self, &lease, deposit, &done, error))
        return FALSE;
    return done ? lease_commit(&lease, error) : check_rival(self, &lease, deposit, error);
}

static GuichetDeposit *
find(GuichetDepot *depot, const char *sha256, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetDeposit *deposit = NULL;
    if (!lease_begin(self, &lease, error) || !look_up(self, &lease, sha256, &deposit, error))
        return NULL;
    if (deposit == NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune liasse %.16s… n’a été reçue"), sha256);
    return deposit;
}

static GPtrArray *
list(GuichetDepot *depot, const char *station, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetPgParameters parameters = {0};
    guichet_pg_bind_text(&parameters, station);
    if (!lease_begin(self, &lease, error))
        return NULL;
    g_autoptr(PGresult) result = query(self, &lease, "list", &parameters, error);
    if (result == NULL)
        return NULL;
    GPtrArray *deposits = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_deposit_free);
    for (int row = 0; row < PQntuples(result); row++)
        g_ptr_array_add(deposits, read_deposit(result, row));
    return deposits;
}

/* --- feed --- */

static gint64
take_number(GuichetDepotPostgres *self, Lease *lease, const char *station, GError **error)
{
    GuichetPgParameters parameters = {0};
    guichet_pg_bind_text(&parameters, station);
    g_autoptr(PGresult) result = query(self, lease, "next-feed-number", &parameters, error);
    if (result == NULL)
        return -1;
    if (PQntuples(result) == 1)
        return guichet_pg_int(result, 0, "last_number");
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("aucun poste « %.64s » n’est enregistré"), station);
    return -1;
}

static gboolean
insert_feed(GuichetDepotPostgres *self, Lease *lease, const char *station, gint64 number,
            GBytes *message, GError **error)
{
    GuichetPgParameters parameters = {0};
    char digits[DIGITS], now[DIGITS];
    guichet_pg_bind_text(&parameters, station);
    guichet_pg_bind_int(&parameters, digits, number);
    guichet_pg_bind_int(&parameters, now, guichet_instant_now().wall_us);
    guichet_pg_bind_bytes(&parameters, message);
    g_autoptr(PGresult) result = query(self, lease, "insert-feed", &parameters, error);
    return result != NULL;
}

/* The row of feed_head is locked from its number to the commit: no gap, whoever else appends. */
static gint64
append_feed(GuichetDepot *depot, const char *station,
            GBytes *(*sign)(gint64 number, gpointer data, GError **error), gpointer data,
            GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    gint64 number =
        lease_begin(self, &lease, error) ? take_number(self, &lease, station, error) : -1;
    g_autoptr(GBytes) message = number > 0 ? sign(number, data, error) : NULL;
    if (message == NULL || !insert_feed(self, &lease, station, number, message, error) ||
        !lease_commit(&lease, error))
        return -1;
    return number;
}

static GPtrArray *
read_feed(GuichetDepot *depot, const char *station, gint64 after, guint limit, GError **error)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(depot);
    g_auto(Lease) lease = {0};
    GuichetPgParameters parameters = {0};
    char first[DIGITS], most[DIGITS];
    guichet_pg_bind_text(&parameters, station);
    guichet_pg_bind_int(&parameters, first, after);
    guichet_pg_bind_int(&parameters, most, limit);
    if (!lease_begin(self, &lease, error))
        return NULL;
    g_autoptr(PGresult) result = query(self, &lease, "read-feed", &parameters, error);
    if (result == NULL)
        return NULL;
    GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_feed_item_free);
    for (int row = 0; row < PQntuples(result); row++) {
        GuichetFeedItem *item = g_new0(GuichetFeedItem, 1);
        item->number = guichet_pg_int(result, row, "number");
        item->message = guichet_pg_bytes(result, row, "message");
        g_ptr_array_add(items, item);
    }
    return items;
}

/* --- the schema --- */

static char *
resource_text(const char *file)
{
    g_autofree char *path = g_strconcat("/fr/guichet/postgres/", file, NULL);
    g_autoptr(GBytes) bytes = g_resource_lookup_data(guichet_postgres_get_resource(), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert(bytes != NULL);
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void
load_statements(GuichetDepotPostgres *self)
{
    g_autofree char *text = resource_text("depot.sql");
    g_auto(GStrv) parts = g_strsplit(text, NAME_LINE, -1);
    for (gsize i = 1; parts[i] != NULL; i++) {
        char *end = strchr(parts[i], '\n');
        g_assert(end != NULL);
        g_hash_table_insert(self->statements, g_strndup(parts[i], (gsize)(end - parts[i])),
                            g_strdup(end + 1));
    }
}

/* 0 before the first instance has been here. */
static gint64
read_version(GuichetDepotPostgres *self, Lease *lease, GError **error)
{
    const GuichetPgParameters none = {0};
    if (!guichet_pg_run(lease->connection,
                        "CREATE TABLE IF NOT EXISTS guichet_schema (version integer NOT NULL)",
                        error))
        return -1;
    g_autoptr(PGresult) result = query(self, lease, "version", &none, error);
    if (result == NULL)
        return -1;
    return PQntuples(result) > 0 ? guichet_pg_int(result, 0, "version") : 0;
}

static gboolean
make_schema(Lease *lease, GError **error)
{
    g_autofree char *schema = resource_text("depot-001.sql");
    return guichet_pg_run(lease->connection, schema, error) &&
           guichet_pg_run(lease->connection, "INSERT INTO guichet_schema VALUES (1)", error);
}

/* One instance makes it while the others wait; all or nothing. */
static gboolean
settle_schema(GuichetDepotPostgres *self, GError **error)
{
    g_auto(Lease) lease = {0};
    if (!lease_begin(self, &lease, error) ||
        !guichet_pg_run(lease.connection, "SELECT pg_advisory_xact_lock(" SCHEMA_LOCK ")", error))
        return FALSE;
    gint64 version = read_version(self, &lease, error);
    if (version < 0)
        return FALSE;
    if (version > VERSION) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NEWER,
                    _("La base du centre est de la version %" PRId64
                      ", ce programme connaît la %d : mettez-le à jour"),
                    version, VERSION);
        return FALSE;
    }
    return (version == VERSION || make_schema(&lease, error)) && lease_commit(&lease, error);
}

/* --- the object --- */

static void
guichet_depot_postgres_iface_init(GuichetDepotInterface *iface)
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
guichet_depot_postgres_finalize(GObject *object)
{
    GuichetDepotPostgres *self = GUICHET_DEPOT_POSTGRES(object);
    g_clear_pointer(&self->pool, guichet_pg_pool_free);
    g_hash_table_unref(self->statements);
    G_OBJECT_CLASS(guichet_depot_postgres_parent_class)->finalize(object);
}

static void
guichet_depot_postgres_class_init(GuichetDepotPostgresClass *class)
{
    G_OBJECT_CLASS(class)->finalize = guichet_depot_postgres_finalize;
}

static void
guichet_depot_postgres_init(GuichetDepotPostgres *self)
{
    self->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    load_statements(self);
}

GuichetDepotPostgres *
guichet_depot_postgres_open(const char *conninfo, GError **error)
{
    g_autoptr(GuichetDepotPostgres) self = g_object_new(GUICHET_TYPE_DEPOT_POSTGRES, NULL);
    self->pool = guichet_pg_pool_new(conninfo, CONNECTIONS_MAX, error);
    if (self->pool == NULL || !settle_schema(self, error))
        return NULL;
    return g_steal_pointer(&self);
}
