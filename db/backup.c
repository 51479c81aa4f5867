/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/fd.h"
#include "db/folder.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close_v2)

/* What SQLite may have left beside a copy that was cut short: it would be taken into the new one.
 */
static void
forget_companions(const char *part)
{
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *companion = g_strconcat(part, suffixes[i], NULL);
        unlink(companion);
    }
}

/* Still the file of that name? Who held it before us may have published or removed it meanwhile. */
static gboolean
bears_name(int fd, const char *path)
{
    struct stat ours, theirs;
    return fstat(fd, &ours) == 0 && lstat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
           ours.st_dev == theirs.st_dev && S_ISREG(ours.st_mode);
}

/* @part, empty and locked until it is closed; -1 on failure. What an earlier copy that was killed
 * left there is written over: else no copy could ever be made under this name again. */
static int
reserve(const char *part, GError **error)
{
    g_auto(GuichetFd) fd = open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
    if (fd < 0) {
        guichet_set_error_from_errno(error, errno, _("création de la copie"), part);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !bears_name(fd, part)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                    _("Une copie vers %s est déjà en cours : attendez sa fin, ou choisissez un "
                      "autre nom"),
                    part);
        return -1;
    }
    forget_companions(part);
    if (ftruncate(fd, 0) != 0 || fchmod(fd, 0660) != 0) {
        guichet_set_error_from_errno(error, errno, _("création de la copie"), part);
        return -1;
    }
    return guichet_fd_steal(&fd);
}

static int
copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sqlite3_extended_errcode(to);
    int result = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    return finished != SQLITE_OK ? finished : result == SQLITE_DONE ? SQLITE_OK : result;
}

static gboolean
is_sound(sqlite3 *copy)
{
    sqlite3_stmt *statement = NULL;
    gboolean sound =
        sqlite3_prepare_v2(copy, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        g_strcmp0((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return sound;
}

static gboolean
fill(GuichetDatabase *database, const char *path, GError **error)
{
    g_autoptr(sqlite3) copy = NULL;
    int result = sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (result == SQLITE_OK)
        result = copy_pages(guichet_database_handle(database), copy);
    if (result == SQLITE_OK && !is_sound(copy))
        result = SQLITE_CORRUPT;
    return result == SQLITE_OK || guichet_database_fail(database, result, error);
}

static gboolean
publish(const char *part, const char *path, GError **error)
{
    int fd = open(part, O_RDWR | O_CLOEXEC);
    gboolean synced = fd >= 0 && fsync(fd) == 0;
    int saved_errno = errno;
    if (fd >= 0)
        close(fd);
    if (!synced)
        return guichet_set_error_from_errno(error, saved_errno, _("écriture durable de"), part);
    if (renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
        return guichet_set_error_from_errno(error, errno, _("création de la copie"), path);
    return guichet_sync_folder_of(path, error);
}

/* The bytes of the lock-byte page by which SQLite says that a file is in use: SQLite file format,
 * 1.4, and "File Locking And Concurrency", SHARED. */
#define SHARED_FIRST 0x40000002
#define SHARED_SIZE 510

int
guichet_database_hold(const char *path, GError **error)
{
    g_auto(GuichetFd) fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            guichet_set_error_from_errno(error, errno, _("ouverture de"), path);
        return -1;
    }
    struct flock shared = {.l_type = F_WRLCK, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE};
    if (fcntl(fd, F_OFD_SETLK, &shared) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                    _("%s sert à un autre programme, rien n’a été changé : fermez la fenêtre de "
                      "Guichet, arrêtez guichet-syncd (« systemctl stop guichet-syncd »), puis "
                      "recommencez"),
                    path);
        return -1;
    }
    return guichet_fd_steal(&fd);
}

gboolean
guichet_database_copy(GuichetDatabase *database, const char *path, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                    _("%s existe déjà et n’a pas été remplacé ; choisissez un autre nom"), path);
        return FALSE;
    }
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    g_auto(GuichetFd) lock = reserve(part, error);
    if (lock < 0)
        return FALSE;
    if (fill(database, part, error) && publish(part, path, error))
        return TRUE;
    unlink(part); /* our own unfinished copy, never a database anyone relied on */
    return FALSE;
}
