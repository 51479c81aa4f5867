/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/query.h"

#include <gio/gio.h>
#include <string.h>

#include "core/clock.h"
#include "db-resources.h"

#define RESOURCE_FOLDER "/fr/guichet/db/"
#define NAME_LINE "-- name: "

struct _GuichetQuery {
    GuichetDatabase *database;
    sqlite3_stmt *statement;
    const char *name, *sql;
    GPtrArray *bound; /* GBytes that the statement points into */
    int failed;       /* first failed binding */
};

static const char *const query_files[] = {"keyring", "kiosk",      "journal", "request",
                                          "outbox",  "feed",       "depot",   "upkeep",
                                          "custody", "statistics", "trip",    NULL};

/* Resources are followed by a NUL, and live as long as the program. */
static const char *
resource_text(const char *file)
{
    g_autofree char *path = g_strconcat(RESOURCE_FOLDER, file, ".sql", NULL);
    g_autoptr(GBytes) bytes =
        g_resource_lookup_data(guichet_db_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert(bytes != NULL);
    return g_bytes_get_data(bytes, NULL);
}

static void
add_statements(GHashTable *statements, const char *file)
{
    g_auto(GStrv) parts = g_strsplit(resource_text(file), NAME_LINE, -1);
    for (gsize i = 1; parts[i] != NULL; i++) {
        char *end = strchr(parts[i], '\n');
        g_assert(end != NULL);
        char *name = g_strdup_printf("%s/%.*s", file, (int)(end - parts[i]), parts[i]);
        gboolean is_new = g_hash_table_insert(statements, name, g_strdup(end + 1));
        g_assert(is_new);
    }
}

static const char *
find_sql(const char *name)
{
    static gsize once = 0;
    static GHashTable *statements;
    if (g_once_init_enter(&once)) {
        statements = g_hash_table_new(g_str_hash, g_str_equal);
        for (gsize i = 0; query_files[i] != NULL; i++)
            add_statements(statements, query_files[i]);
        g_once_init_leave(&once, 1);
    }
    const char *sql = g_hash_table_lookup(statements, name);
    if (sql == NULL)
        g_error("no SQL statement is named %s", name);
    return sql;
}

const GuichetSchema *
guichet_schema_station(void)
{
    static gsize once = 0;
    static const char *migrations[7];
    static const GuichetSchema schema = {0x47756953, migrations}; /* "GuiS" */
    if (g_once_init_enter(&once)) {
        migrations[0] = resource_text("station-001");
        migrations[1] = resource_text("station-002");
        migrations[2] = resource_text("station-003");
        migrations[3] = resource_text("station-004");
        migrations[4] = resource_text("station-005");
        migrations[5] = resource_text("station-006");
        g_once_init_leave(&once, 1);
    }
    return &schema;
}

const GuichetSchema *
guichet_schema_depot(void)
{
    static gsize once = 0;
    static const char *migrations[2];
    static const GuichetSchema schema = {0x47756944, migrations}; /* "GuiD" */
    if (g_once_init_enter(&once)) {
        migrations[0] = resource_text("depot-001");
        g_once_init_leave(&once, 1);
    }
    return &schema;
}

GuichetQuery *
guichet_query_new(GuichetDatabase *database, const char *name, GError **error)
{
    g_autoptr(GuichetQuery) self = g_new0(GuichetQuery, 1);
    self->database = database;
    self->name = name;
    self->bound = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    self->sql = find_sql(name);
    self->statement = guichet_database_take(database, self->sql, error);
    return self->statement != NULL ? g_steal_pointer(&self) : NULL;
}

void
guichet_query_free(GuichetQuery *self)
{
    if (self == NULL)
        return;
    if (self->statement != NULL)
        guichet_database_give_back(self->database, self->sql, self->statement);
    g_ptr_array_unref(self->bound);
    g_free(self);
}

static int
parameter_index(GuichetQuery *self, const char *parameter)
{
    int index = sqlite3_bind_parameter_index(self->statement, parameter);
    if (index == 0)
        g_error("%s has no parameter %s", self->name, parameter);
    return index;
}

static void
keep_failure(GuichetQuery *self, int result)
{
    if (self->failed == SQLITE_OK)
        self->failed = result;
}

void
guichet_query_bind_text(GuichetQuery *self, const char *parameter, const char *text)
{
    int index = parameter_index(self, parameter);
    keep_failure(self, sqlite3_bind_text(self->statement, index, text, -1, SQLITE_TRANSIENT));
}

void
guichet_query_bind_int(GuichetQuery *self, const char *parameter, gint64 number)
{
    keep_failure(self,
                 sqlite3_bind_int64(self->statement, parameter_index(self, parameter), number));
}

void
guichet_query_bind_now(GuichetQuery *self)
{
    GuichetInstant now = guichet_instant_now();
    guichet_query_bind_int(self, ":updated_us", now.wall_us);
    guichet_query_bind_text(self, ":boot_id", now.boot_id);
    guichet_query_bind_int(self, ":monotonic_us", now.monotonic_us);
}

void
guichet_query_bind_bytes(GuichetQuery *self, const char *parameter, GBytes *bytes)
{
    int index = parameter_index(self, parameter);
    if (bytes == NULL) {
        keep_failure(self, sqlite3_bind_null(self->statement, index));
        return;
    }
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_ptr_array_add(self->bound, g_bytes_ref(bytes));
    /* not copied (a page may be 16 MiB); a NULL pointer would bind NULL and not an empty blob */
    keep_failure(self, sqlite3_bind_blob64(self->statement, index, size > 0 ? data : "", size,
                                           SQLITE_STATIC));
}

void
guichet_query_bind_room(GuichetQuery *self, const char *parameter, gsize size)
{
    keep_failure(self,
                 sqlite3_bind_zeroblob64(self->statement, parameter_index(self, parameter), size));
}

int
guichet_query_step(GuichetQuery *self, GError **error)
{
    int result = self->failed != SQLITE_OK ? self->failed : sqlite3_step(self->statement);
    if (result == SQLITE_ROW)
        return 1;
    if (result == SQLITE_DONE)
        return 0;
    guichet_database_fail(self->database, result, error);
    return -1;
}

gboolean
guichet_query_run(GuichetQuery *self, GError **error)
{
    int step;
    while ((step = guichet_query_step(self, error)) == 1)
        ;
    return step == 0;
}

static int
column_index(GuichetQuery *self, const char *column)
{
    int count = sqlite3_column_count(self->statement);
    for (int i = 0; i < count; i++)
        if (strcmp(sqlite3_column_name(self->statement, i), column) == 0)
            return i;
    g_error("%s has no column %s", self->name, column);
}

gint64
guichet_query_int(GuichetQuery *self, const char *column)
{
    return sqlite3_column_int64(self->statement, column_index(self, column));
}

const char *
guichet_query_text(GuichetQuery *self, const char *column)
{
    return (const char *)sqlite3_column_text(self->statement, column_index(self, column));
}

GBytes *
guichet_query_bytes(GuichetQuery *self, const char *column)
{
    int index = column_index(self, column);
    if (sqlite3_column_type(self->statement, index) == SQLITE_NULL)
        return NULL;
    const void *blob = sqlite3_column_blob(self->statement, index);
    return g_bytes_new(blob, (gsize)sqlite3_column_bytes(self->statement, index));
}

/* --- large values in parts --- */

struct _GuichetBlob {
    GuichetDatabase *database;
    sqlite3_blob *handle;
    int written;
};

GuichetBlob *
guichet_blob_open(GuichetDatabase *database, const char *table, const char *column, GError **error)
{
    sqlite3 *handle = guichet_database_handle(database);
    g_autoptr(GuichetBlob) self = g_new0(GuichetBlob, 1);
    self->database = database;
    int result = sqlite3_blob_open(handle, "main", table, column, sqlite3_last_insert_rowid(handle),
                                   1, &self->handle);
    if (result == SQLITE_OK)
        return g_steal_pointer(&self);
    guichet_database_fail(database, result, error);
    return NULL;
}

gboolean
guichet_blob_write(gpointer data, const guint8 *part, gsize size, GError **error)
{
    GuichetBlob *self = data;
    int result = sqlite3_blob_write(self->handle, part, (int)size, self->written);
    self->written += (int)size;
    return result == SQLITE_OK || guichet_database_fail(self->database, result, error);
}

void
guichet_blob_free(GuichetBlob *self)
{
    if (self == NULL)
        return;
    sqlite3_blob_close(self->handle); /* its error was given by the write already */
    g_free(self);
}
