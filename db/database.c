/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "db/folder.h"
#include "db/migrate.h"
#include "db/start-check.h"

#define TIDY_FRAMES 256 /* 4 MiB: what a nearly full disk must find room for */
#define FILE_MODE 0660  /* the desk and the sync service share the group */

struct _GuichetDatabase {
    sqlite3 *handle;
    char *path;
    GHashTable *idle; /* SQL text → sqlite3_stmt, reset: prepared once, used again */
    int frames;       /* of the WAL, after our last commit */
    gboolean broken;  /* an fsync failed: nothing is known of the disk */
};

struct _GuichetTransaction {
    GuichetDatabase *database;
    gboolean open;
};

/* Extended codes first; then the primary code of the family. */
static const struct {
    int result;
    GuichetErrorCode code;
    const char *reason;
} failures[] = {
    {SQLITE_CONSTRAINT_FOREIGNKEY, GUICHET_ERROR_NOT_FOUND,
     N_("ce à quoi cette ligne se rapporte n’existe pas ; rien n’a été changé")},
    {SQLITE_CONSTRAINT_TRIGGER, GUICHET_ERROR_STATE,
     N_("la base refuse ce changement (journal en ajout seul) ; rien n’a été changé")},
    {SQLITE_CONSTRAINT_CHECK, GUICHET_ERROR_ARGUMENT,
     N_("valeur hors de ce que la base accepte ; rien n’a été changé")},
    {SQLITE_CONSTRAINT_NOTNULL, GUICHET_ERROR_ARGUMENT,
     N_("il manque une valeur obligatoire ; rien n’a été changé")},
    {SQLITE_CONSTRAINT, GUICHET_ERROR_EXISTS, N_("cela existe déjà ; rien n’a été changé")},
    {SQLITE_FULL, GUICHET_ERROR_FULL,
     N_("le disque est plein ; libérez de la place puis recommencez, ce qui était enregistré "
        "est intact")},
    {SQLITE_CORRUPT, GUICHET_ERROR_CORRUPT,
     N_("la base est endommagée ; n’y touchez plus et appelez le technicien")},
    {SQLITE_NOTADB, GUICHET_ERROR_CORRUPT,
     N_("ce fichier n’est pas une base de Guichet ; il n’a pas été modifié, vérifiez le chemin")},
    {SQLITE_BUSY, GUICHET_ERROR_BUSY,
     N_("un autre programme tient la base ; recommencez dans un instant")},
    {SQLITE_LOCKED, GUICHET_ERROR_BUSY,
     N_("un autre programme tient la base ; recommencez dans un instant")},
    {SQLITE_READONLY, GUICHET_ERROR_READ_ONLY,
     N_("la base ou son disque est en lecture seule ; vérifiez les droits et le disque")},
    {SQLITE_PERM, GUICHET_ERROR_DENIED, N_("accès refusé ; vérifiez les droits du fichier")},
    {SQLITE_AUTH, GUICHET_ERROR_DENIED, N_("accès refusé ; vérifiez les droits du fichier")},
    {SQLITE_TOOBIG, GUICHET_ERROR_LIMIT, N_("donnée trop grande pour la base")},
    {SQLITE_NOMEM, GUICHET_ERROR_INTERNAL,
     N_("mémoire insuffisante ; fermez d’autres programmes puis recommencez")},
    {SQLITE_INTERRUPT, GUICHET_ERROR_CANCELLED, N_("opération interrompue")},
    {SQLITE_CANTOPEN, GUICHET_ERROR_IO,
     N_("la base ne s’ouvre pas ; vérifiez le chemin et les droits du dossier")},
    {SQLITE_IOERR, GUICHET_ERROR_IO,
     N_("le disque a refusé une lecture ou une écriture ; vérifiez-le et rouvrez Guichet")},
};

static GuichetErrorCode
refine_by_errno(int primary, GuichetErrorCode code, int system_errno)
{
    if ((primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) || system_errno == 0)
        return code;
    GuichetErrorCode by_errno = guichet_error_code_from_errno(system_errno);
    return by_errno == GUICHET_ERROR_EXISTS ? code : by_errno;
}

static gboolean
fail_with(const char *path, int result, int system_errno, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        if (failures[i].result != result && failures[i].result != (result & 0xff))
            continue;
        GuichetErrorCode code = refine_by_errno(result & 0xff, failures[i].code, system_errno);
        g_set_error(error, GUICHET_ERROR, (int)code, _("%s : %s (SQLite %d)"), path,
                    _(failures[i].reason), result);
        return FALSE;
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                _("%s : erreur interne de la base (SQLite %d) ; signalez-la au technicien"), path,
                result);
    return FALSE;
}

gboolean
guichet_database_fail(GuichetDatabase *self, int result, GError **error)
{
    g_debug("%s: %s", self->path, sqlite3_errmsg(self->handle));
    if (result == SQLITE_IOERR_FSYNC || result == SQLITE_IOERR_DIR_FSYNC)
        self->broken = TRUE;
    return fail_with(self->path, result, sqlite3_system_errno(self->handle), error);
}

/* --- opening --- */

static gboolean
create_file(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0 && errno == EEXIST)
        return TRUE;
    if (fd < 0)
        return guichet_set_error_from_errno(error, errno, _("création de la base"), path);
    /* the umask must not take the group's rights away */
    gboolean done = fchmod(fd, FILE_MODE) == 0 && fsync(fd) == 0;
    int saved_errno = errno;
    close(fd);
    if (!done)
        return guichet_set_error_from_errno(error, saved_errno, _("création de la base"), path);
    return guichet_sync_folder_of(path, error);
}

static gboolean
configure(GuichetDatabase *self, int option, int wanted, GError **error)
{
    int got = -1;
    int result = sqlite3_db_config(self->handle, option, wanted, &got);
    if (result != SQLITE_OK)
        return guichet_database_fail(self, result, error);
    if (got == wanted)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                _("%s : la protection n° %d de SQLite est absente ; installez la bibliothèque "
                  "de Debian"),
                self->path, option);
    return FALSE;
}

/* Settings of a connection, not queries: each is set, then read back and compared. auto_vacuum
 * stands first since it counts only before the first page is written. */
static const struct {
    const char *name, *value, *reads_back;
} pragmas[] = {
    {"auto_vacuum", "INCREMENTAL", "2"},
    {"journal_mode", "WAL", "wal"},
    {"synchronous", "FULL", "2"},
    {"foreign_keys", "ON", "1"},
    {"trusted_schema", "OFF", "0"},
    {"cell_size_check", "ON", "1"},
    {"secure_delete", "ON", "1"},
    {"busy_timeout", "5000", "5000"},
    {"mmap_size", "0", "0"},
    {"journal_size_limit", "67108864", "67108864"},
    {"temp_store", "MEMORY", "2"},
    {"wal_autocheckpoint", "0", "0"}, /* guichet_database_tidy does it, when nobody waits */
    {"cache_size", "-16384",
     "-16384"}, /* KiB: a piece fits, and is not spilled before its commit */
};

/* Pieces are large: pages of 16 KiB need a quarter of the calls that 4 KiB need, twice over in the
 * WAL. Counts for a new file; an older one keeps its size. */
#define SET_PAGE_SIZE "PRAGMA page_size = 16384"

/* What is right already is left alone: setting auto_vacuum again writes to the file, which would
 * make every opening cost an fsync and fail on a full disk. */
static gboolean
apply_pragma(GuichetDatabase *self, const char *name, const char *value, const char *reads_back,
             GError **error)
{
    g_autofree char *set = g_strdup_printf("PRAGMA %s = %s", name, value);
    g_autofree char *get = g_strdup_printf("PRAGMA %s", name);
    g_autofree char *before = guichet_database_ask(self, get, error);
    if (before == NULL)
        return FALSE;
    if (strcmp(before, reads_back) == 0)
        return TRUE;
    if (!guichet_database_execute(self, set, error))
        return FALSE;
    g_autofree char *after = guichet_database_ask(self, get, error);
    if (after == NULL)
        return FALSE;
    if (strcmp(after, reads_back) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                _("%s : le réglage %s vaut %s au lieu de %s ; la base n’est pas ouverte"),
                self->path, name, after, reads_back);
    return FALSE;
}

static gboolean
apply_pragmas(GuichetDatabase *self, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pragmas); i++)
        if (!apply_pragma(self, pragmas[i].name, pragmas[i].value, pragmas[i].reads_back, error))
            return FALSE;
    return TRUE;
}

static gboolean
attach(GuichetDatabase *self, GError **error)
{
    int result =
        sqlite3_open_v2(self->path, &self->handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (self->handle == NULL)
        return fail_with(self->path, SQLITE_NOMEM, 0, error);
    if (result != SQLITE_OK)
        return guichet_database_fail(self, result, error);
    sqlite3_busy_timeout(self->handle, 5000);
    if (sqlite3_db_readonly(self->handle, "main") != 0)
        return guichet_database_fail(self, SQLITE_READONLY, error);
    /* until we know that the file is ours, closing must not even copy its WAL into it */
    return configure(self, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, error) &&
           configure(self, SQLITE_DBCONFIG_DEFENSIVE, 1, error) &&
           configure(self, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, error);
}

static int
on_commit(void *self, sqlite3 *handle, const char *name, int frames)
{
    ((GuichetDatabase *)self)->frames = frames;
    return SQLITE_OK;
}

static void
finalize_statement(gpointer statement)
{
    sqlite3_finalize(statement); /* its error was given by step() already */
}

GuichetDatabase *
guichet_database_open(const char *path, const GuichetSchema *schema, GuichetDatabaseMode mode,
                      GError **error)
{
    g_autoptr(GuichetDatabase) self = g_new0(GuichetDatabase, 1);
    self->path = g_strdup(path);
    self->idle = g_hash_table_new_full(NULL, NULL, NULL, finalize_statement);
    guichet_start_watch();
    if (mode == GUICHET_DATABASE_CREATE && !create_file(path, error))
        return NULL;
    if (!attach(self, error) || !guichet_migrate_identify(self, schema, mode, error) ||
        !guichet_database_execute(self, SET_PAGE_SIZE, error) || !apply_pragmas(self, error) ||
        !configure(self, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, error) ||
        !guichet_start_check(self, error) || !guichet_migrate_run(self, schema, error))
        return NULL;
    guichet_start_note_unclean(path);
    sqlite3_wal_hook(self->handle, on_commit, self);
    return g_steal_pointer(&self);
}

void
guichet_database_free(GuichetDatabase *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->idle);
    if (sqlite3_close_v2(self->handle) != SQLITE_OK)
        g_warning("%s: left open", self->path);
    g_free(self->path);
    g_free(self);
}

sqlite3 *
guichet_database_handle(GuichetDatabase *self)
{
    return self->handle;
}

const char *
guichet_database_path(GuichetDatabase *self)
{
    return self->path;
}

gint64
guichet_database_changes(GuichetDatabase *self)
{
    return sqlite3_changes64(self->handle);
}

sqlite3_stmt *
guichet_database_take(GuichetDatabase *self, const char *sql, GError **error)
{
    gpointer kept = NULL;
    if (g_hash_table_steal_extended(self->idle, sql, NULL, &kept))
        return kept;
    sqlite3_stmt *statement = NULL;
    int result =
        sqlite3_prepare_v3(self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (result != SQLITE_OK)
        guichet_database_fail(self, result, error);
    return statement;
}

void
guichet_database_give_back(GuichetDatabase *self, const char *sql, sqlite3_stmt *statement)
{
    sqlite3_reset(statement); /* its error was given by step() already */
    sqlite3_clear_bindings(statement);
    g_hash_table_replace(self->idle, (gpointer)sql, statement);
}

gboolean
guichet_database_execute(GuichetDatabase *self, const char *sql, GError **error)
{
    int result = sqlite3_exec(self->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || guichet_database_fail(self, result, error);
}

char *
guichet_database_ask(GuichetDatabase *self, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    char *answer = NULL;
    int result = sqlite3_prepare_v2(self->handle, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
    if (answer == NULL)
        guichet_database_fail(self, result == SQLITE_ROW ? SQLITE_NOMEM : result, error);
    sqlite3_finalize(statement);
    return answer;
}

gboolean
guichet_database_zero_freed_pages(GuichetDatabase *self, gboolean zero, GError **error)
{
    return guichet_database_execute(
        self, zero ? "PRAGMA secure_delete = ON" : "PRAGMA secure_delete = FAST", error);
}

void
guichet_database_tidy(GuichetDatabase *self)
{
    if (self->frames < TIDY_FRAMES)
        return;
    self->frames = 0; /* what another process keeps from being copied comes with the next commit */
    int result =
        sqlite3_wal_checkpoint_v2(self->handle, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (result != SQLITE_OK)
        g_debug("%s: checkpoint: %d", self->path, result);
}

void
guichet_database_checkpoint(GuichetDatabase *self)
{
    int result =
        sqlite3_wal_checkpoint_v2(self->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (result != SQLITE_OK)
        g_debug("%s: checkpoint: %d", self->path, result);
}

/* --- transactions --- */

static gboolean
run_kept(GuichetDatabase *database, const char *sql, GError **error)
{
    sqlite3_stmt *statement = guichet_database_take(database, sql, error);
    if (statement == NULL)
        return FALSE;
    int result = sqlite3_step(statement);
    guichet_database_give_back(database, sql, statement);
    return result == SQLITE_DONE || guichet_database_fail(database, result, error);
}

static GuichetTransaction *
begin(GuichetDatabase *database, const char *sql, GError **error)
{
    if (database->broken) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_IO,
                    _("%s : le disque n’a pas confirmé une écriture ; fermez et rouvrez Guichet"),
                    database->path);
        return NULL;
    }
    if (!run_kept(database, sql, error))
        return NULL;
    GuichetTransaction *self = g_new0(GuichetTransaction, 1);
    self->database = database;
    self->open = TRUE;
    return self;
}

/* A store that was put back while we had the old one open: what we write there nobody reads. */
static gboolean
check_in_place(GuichetDatabase *database, GError **error)
{
    int moved = 0;
    if (sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) !=
            SQLITE_OK ||
        moved == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("%s : une autre base a été mise à cette place, rien n’a été enregistré ; fermez "
                  "et rouvrez Guichet"),
                database->path);
    return FALSE;
}

GuichetTransaction *
guichet_transaction_begin(GuichetDatabase *database, GError **error)
{
    if (!check_in_place(database, error))
        return NULL;
    guichet_database_tidy(database); /* nobody found the time before */
    return begin(database, "BEGIN IMMEDIATE", error);
}

GuichetTransaction *
guichet_transaction_begin_read(GuichetDatabase *database, GError **error)
{
    return begin(database, "BEGIN DEFERRED", error);
}

gboolean
guichet_transaction_commit(GuichetTransaction *self, GError **error)
{
    if (!run_kept(self->database, "COMMIT", error))
        return FALSE;
    self->open = FALSE;
    return TRUE;
}

void
guichet_transaction_free(GuichetTransaction *self)
{
    if (self == NULL)
        return;
    /* FULL, IOERR and NOMEM may have rolled back by themselves already */
    if (self->open && sqlite3_get_autocommit(self->database->handle) == 0)
        guichet_database_execute(self->database, "ROLLBACK", NULL);
    g_free(self);
}
