/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/postgres/pool.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"

struct _GuichetPgPool {
    char *conninfo;
    guint max, made;
    GMutex mutex;
    GCond freed;
    GQueue idle; /* PGconn* */
};

/* --- failures --- */

static int
code_of(const char *sqlstate)
{
    static const struct {
        const char *prefix;
        int code;
    } table[] = {
        {"08", GUICHET_ERROR_NETWORK},    {"57", GUICHET_ERROR_NETWORK},
        {"40", GUICHET_ERROR_BUSY},       {"53100", GUICHET_ERROR_FULL},
        {"53", GUICHET_ERROR_BUSY},       {"25006", GUICHET_ERROR_READ_ONLY},
        {"28", GUICHET_ERROR_DENIED},     {"42501", GUICHET_ERROR_DENIED},
        {"XX001", GUICHET_ERROR_CORRUPT}, {"XX002", GUICHET_ERROR_CORRUPT},
    };
    for (gsize i = 0; sqlstate != NULL && i < G_N_ELEMENTS(table); i++)
        if (g_str_has_prefix(sqlstate, table[i].prefix))
            return table[i].code;
    return GUICHET_ERROR_IO;
}

/* The first line of what the server or libpq says. */
static char *
first_line(const char *message)
{
    return g_strndup(message, strcspn(message, "\n"));
}

static void
set_failure(PGconn *connection, const PGresult *result, GError **error)
{
    const char *sqlstate = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    gboolean lost = PQstatus(connection) != CONNECTION_OK;
    g_autofree char *line = first_line(PQerrorMessage(connection));
    g_set_error(error, GUICHET_ERROR, lost ? GUICHET_ERROR_NETWORK : code_of(sqlstate),
                _("La base du centre (PostgreSQL) ne fait pas ce qui est demandé : %s ; rien n’est "
                  "perdu, le poste recommencera"),
                line);
}

/* --- connections --- */

/* Session settings that the order of ingest relies on: a commit is durable when it returns. */
static gboolean
prepare(PGconn *connection, GError **error)
{
    return guichet_pg_run(connection,
                          "SET synchronous_commit = on; SET statement_timeout = '30s'; "
                          "SET idle_in_transaction_session_timeout = '60s'; "
                          "SET client_min_messages = warning",
                          error);
}

static PGconn *
connect_new(const char *conninfo, GError **error)
{
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) == CONNECTION_OK && prepare(connection, error))
        return connection;
    if (PQstatus(connection) != CONNECTION_OK) {
        g_autofree char *line = first_line(PQerrorMessage(connection));
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK,
                    _("La base du centre (PostgreSQL) ne répond pas : %s ; vérifiez --database et "
                      "que le serveur tourne"),
                    line);
    }
    PQfinish(connection);
    return NULL;
}

GuichetPgPool *
guichet_pg_pool_new(const char *conninfo, guint max, GError **error)
{
    PGconn *first = connect_new(conninfo, error);
    if (first == NULL)
        return NULL;
    GuichetPgPool *self = g_new0(GuichetPgPool, 1);
    self->conninfo = g_strdup(conninfo);
    self->max = max;
    self->made = 1;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->freed);
    g_queue_init(&self->idle);
    g_queue_push_tail(&self->idle, first);
    return self;
}

void
guichet_pg_pool_free(GuichetPgPool *self)
{
    if (self == NULL)
        return;
    g_queue_clear_full(&self->idle, (GDestroyNotify)PQfinish);
    g_cond_clear(&self->freed);
    g_mutex_clear(&self->mutex);
    g_free(self->conninfo);
    g_free(self);
}

/* An idle one, or NULL with the right to make one. */
static PGconn *
wait_for_one(GuichetPgPool *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    while (g_queue_is_empty(&self->idle) && self->made >= self->max)
        g_cond_wait(&self->freed, &self->mutex);
    PGconn *connection = g_queue_pop_head(&self->idle);
    self->made += connection == NULL;
    return connection;
}

static void
give_right_back(GuichetPgPool *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    self->made--;
    g_cond_signal(&self->freed);
}

PGconn *
guichet_pg_pool_take(GuichetPgPool *self, GError **error)
{
    PGconn *connection = wait_for_one(self);
    if (connection == NULL)
        connection = connect_new(self->conninfo, error);
    if (connection == NULL)
        give_right_back(self);
    return connection;
}

void
guichet_pg_pool_give(GuichetPgPool *self, PGconn *connection)
{
    /* a transaction that was not committed is no more */
    if (PQtransactionStatus(connection) != PQTRANS_IDLE)
        PQclear(PQexec(connection, "ROLLBACK"));
    if (PQstatus(connection) != CONNECTION_OK || PQtransactionStatus(connection) != PQTRANS_IDLE) {
        PQfinish(connection);
        give_right_back(self);
        return;
    }
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_queue_push_head(&self->idle, connection);
    g_cond_signal(&self->freed);
}

/* --- queries --- */

static void
bind(GuichetPgParameters *parameters, const char *value, int length, int format)
{
    g_assert(parameters->n < (int)G_N_ELEMENTS(parameters->values));
    parameters->values[parameters->n] = value;
    parameters->lengths[parameters->n] = length;
    parameters->formats[parameters->n] = format;
    parameters->n++;
}

void
guichet_pg_bind_text(GuichetPgParameters *parameters, const char *text)
{
    bind(parameters, text, 0, 0);
}

void
guichet_pg_bind_bytes(GuichetPgParameters *parameters, GBytes *bytes)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    bind(parameters, data, (int)size, 1);
}

void
guichet_pg_bind_int(GuichetPgParameters *parameters, char *buffer, gint64 number)
{
    g_snprintf(buffer, 24, "%" PRId64, number);
    bind(parameters, buffer, 0, 0);
}

PGresult *
guichet_pg_query(PGconn *connection, const char *sql, const GuichetPgParameters *parameters,
                 GError **error)
{
    PGresult *result = PQexecParams(connection, sql, parameters->n, NULL, parameters->values,
                                    parameters->lengths, parameters->formats, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    set_failure(connection, result, error);
    PQclear(result);
    return NULL;
}

gboolean
guichet_pg_run(PGconn *connection, const char *sql, GError **error)
{
    g_autoptr(PGresult) result = PQexec(connection, sql);
    if (PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK)
        return TRUE;
    set_failure(connection, result, error);
    return FALSE;
}

static int
column_of(const PGresult *result, const char *column)
{
    int number = PQfnumber(result, column);
    g_assert(number >= 0);
    return number;
}

const char *
guichet_pg_text(const PGresult *result, int row, const char *column)
{
    int number = column_of(result, column);
    return PQgetisnull(result, row, number) ? NULL : PQgetvalue(result, row, number);
}

gint64
guichet_pg_int(const PGresult *result, int row, const char *column)
{
    const char *text = guichet_pg_text(result, row, column);
    return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}

GBytes *
guichet_pg_bytes(const PGresult *result, int row, const char *column)
{
    size_t size = 0;
    const char *text = guichet_pg_text(result, row, column);
    unsigned char *bytes =
        text != NULL ? PQunescapeBytea((const unsigned char *)text, &size) : NULL;
    if (bytes == NULL)
        return NULL;
    return g_bytes_new_with_free_func(bytes, size, PQfreemem, bytes);
}
