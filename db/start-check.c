/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/start-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/error.h"
#include "db/folder.h"

#define SAMPLE_ROWS 64
#define TABLES_MAX 64
#define MARK_SUFFIX ".unclean"

/* --- was it closed? --- */

static __thread gboolean recovered; /* by this thread, since it began to watch */

static void
on_sqlite_log(void *data, int code, const char *message)
{
    if (code == SQLITE_NOTICE_RECOVER_WAL)
        recovered = TRUE;
    g_debug("SQLite: %s", message);
}

void
guichet_start_watch(void)
{
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        /* refused when somebody has used SQLite before us: then the night alone checks */
        if (sqlite3_config(SQLITE_CONFIG_LOG, on_sqlite_log, NULL) != SQLITE_OK)
            g_debug("SQLite was in use already");
        g_once_init_leave(&once, 1);
    }
    recovered = FALSE;
}

static char *
mark_path(const char *path)
{
    return g_strconcat(path, MARK_SUFFIX, NULL);
}

/* Best effort: on a full or read-only disk the station still serves, and the night checks it. */
void
guichet_start_mark(const char *path)
{
    g_autofree char *mark = mark_path(path);
    int fd = open(mark, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
    if (fd < 0)
        return;
    close(fd);
    guichet_sync_folder_of(mark, NULL);
}

void
guichet_start_note_unclean(const char *path)
{
    if (recovered)
        guichet_start_mark(path);
}

gboolean
guichet_start_is_unclean(const char *path)
{
    g_autofree char *mark = mark_path(path);
    return g_file_test(mark, G_FILE_TEST_EXISTS);
}

void
guichet_start_forget_unclean(const char *path)
{
    g_autofree char *mark = mark_path(path);
    if (g_unlink(mark) != 0 && errno != ENOENT)
        g_debug("%s: %s", mark, g_strerror(errno));
}

/* --- the bounded look --- */

/* Pages behind the end of the file may stand in the WAL, so only an empty one proves a cut. */
static gboolean
check_length(GuichetDatabase *database, GError **error)
{
    const char *path = guichet_database_path(database);
    g_autofree char *wal = g_strconcat(path, "-wal", NULL);
    g_autofree char *pages = guichet_database_ask(database, "PRAGMA page_count", error);
    g_autofree char *page =
        pages ? guichet_database_ask(database, "PRAGMA page_size", error) : NULL;
    GStatBuf file, log;
    if (page == NULL)
        return FALSE;
    gint64 needed = g_ascii_strtoll(pages, NULL, 10) * g_ascii_strtoll(page, NULL, 10);
    if (g_stat(path, &file) != 0)
        return guichet_set_error_from_errno(error, errno, _("lecture de la base"), path);
    if (file.st_size >= needed || (g_stat(wal, &log) == 0 && log.st_size > 0))
        return TRUE;
    return guichet_database_fail(database, SQLITE_CORRUPT, error);
}

static GPtrArray *
list_tables(GuichetDatabase *database, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                      " AND name NOT LIKE 'sqlite_%' ORDER BY rootpage";
    sqlite3_stmt *statement = guichet_database_take(database, sql, error);
    if (statement == NULL)
        return NULL;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && names->len < TABLES_MAX)
        g_ptr_array_add(names, g_strdup((const char *)sqlite3_column_text(statement, 0)));
    guichet_database_give_back(database, sql, statement);
    if (result == SQLITE_ROW || result == SQLITE_DONE)
        return g_steal_pointer(&names);
    guichet_database_fail(database, result, error);
    return NULL;
}

gboolean
guichet_start_check(GuichetDatabase *database, GError **error)
{
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(database, error);
    g_autoptr(GPtrArray) tables = NULL;
    if (snapshot == NULL || !check_length(database, error) ||
        (tables = list_tables(database, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < tables->len; i++) {
        const char *table = g_ptr_array_index(tables, i);
        char *sql = sqlite3_mprintf("SELECT count(*) FROM (SELECT 1 FROM \"%w\" LIMIT %d)", table,
                                    SAMPLE_ROWS);
        g_autofree char *rows = guichet_database_ask(database, sql, error);
        sqlite3_free(sql);
        if (rows == NULL)
            return FALSE;
    }
    return TRUE;
}
