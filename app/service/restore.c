/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "core/error.h"
#include "core/fd.h"
#include "core/paths.h"
#include "service/upkeep.h"

#include <glib/gi18n-lib.h>

#define REPLACED ".replaced-"

/* SQLite's companions of a store that was not closed: left beside another file, its pages would
 * be written into it. */
static const char *const suffixes[] = {"", "-wal", "-shm"};

/* Opened, so migrated where needed; whole, and with an agent who can open it. */
static gboolean
check_copy(const char *path, GError **error)
{
    gboolean has_agents = FALSE;
    g_autoptr(GuichetStore) store = guichet_store_open(path, error);
    if (store == NULL || !guichet_store_check(store, NULL, error) ||
        !guichet_store_has_agents(store, &has_agents, error))
        return FALSE;
    if (has_agents)
        return guichet_store_journal(store, "store-restored", "", error);
    g_set_error_literal(
        error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
        _("Cette copie n’a pas d’agent : ce n’est pas celle d’un poste en service"));
    return FALSE;
}

/* Closing copies the WAL into the file. A disk that fails just then leaves the WAL, and the file
 * half of it: without the WAL it would be no store. */
static gboolean
check_closed(const char *path, GError **error)
{
    g_autofree char *wal = g_strconcat(path, "-wal", NULL);
    if (!g_file_test(wal, G_FILE_TEST_EXISTS))
        return TRUE;
    g_set_error(
        error, GUICHET_ERROR, GUICHET_ERROR_IO,
        _("La copie n’a pas pu être écrite en entier à côté de la base ; vérifiez le disque "
          "et recommencez : rien n’a été changé"));
    return FALSE;
}

static gboolean
copy_beside(const char *from, const char *to, GError **error)
{
    g_autoptr(GFile) source = g_file_new_for_path(from);
    g_autoptr(GFile) destination = g_file_new_for_path(to);
    g_autoptr(GError) failure = NULL;
    if (g_file_copy(source, destination, G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL,
                    &failure))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_IO, _("Copie de %s vers %s : %s"), from, to,
                failure->message);
    return FALSE;
}

static gboolean
move(const char *from, const char *to, GError **error)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 || errno == ENOENT)
        return TRUE;
    return guichet_set_error_from_errno(error, errno, _("Renommage de"), from);
}

/* The name under which a restoring that was cut short has moved the store away, before it could
 * move the companions too; NULL if the store is in its place. */
static char *
find_interrupted(const char *store)
{
    g_autofree char *folder = g_path_get_dirname(store);
    g_autofree char *prefix = g_path_get_basename(store);
    g_autofree char *wanted = g_strconcat(prefix, REPLACED, NULL);
    g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
    g_autofree char *newest = NULL;
    const char *name;
    if (g_file_test(store, G_FILE_TEST_EXISTS))
        return NULL;
    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        gboolean whole = g_str_has_prefix(name, wanted) && !g_str_has_suffix(name, "-wal") &&
                         !g_str_has_suffix(name, "-shm");
        if (whole && g_strcmp0(name, newest) > 0) {
            g_free(newest);
            newest = g_strdup(name);
        }
    }
    g_autofree char *path = newest != NULL ? g_build_filename(folder, newest, NULL) : NULL;
    g_autofree char *wal = path != NULL ? g_strconcat(path, "-wal", NULL) : NULL;
    return wal != NULL && !g_file_test(wal, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static char *
make_name(const char *store)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *when = g_date_time_format(now, "%Y%m%dT%H%M%S");
    return g_strdup_printf("%s" REPLACED "%s.%06d", store, when, g_date_time_get_microsecond(now));
}

/* The store and its companions get another name; nothing ever deletes them. The store itself goes
 * first: while it is missing no program opens anything, and its WAL cannot be taken for another's.
 */
static char *
move_away(const char *store, GError **error)
{
    char *interrupted = find_interrupted(store);
    g_autofree char *name = interrupted != NULL ? interrupted : make_name(store);
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *from = g_strconcat(store, suffixes[i], NULL);
        g_autofree char *to = g_strconcat(name, suffixes[i], NULL);
        if (!move(from, to, error))
            return NULL;
    }
    return g_steal_pointer(&name);
}

/* A WAL that stayed would be taken for that of the next copy. */
static gboolean
remove_unfinished(const char *path, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *part = g_strconcat(path, suffixes[i], NULL);
        if (g_unlink(part) != 0 && errno != ENOENT)
            return guichet_set_error_from_errno(error, errno, _("Suppression de"), part);
    }
    return TRUE;
}

/* @mode 0 leaves it as it is: for the folder. */
static gboolean
make_durable(const char *path, mode_t mode, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean done = fd >= 0 && (mode == 0 || fchmod(fd, mode) == 0) && fsync(fd) == 0;
    int saved_errno = errno;
    if (fd >= 0)
        close(fd);
    return done || guichet_set_error_from_errno(error, saved_errno, _("écriture durable de"), path);
}

gboolean
guichet_station_restore(const char *root, const char *copy, char **replaced, GError **error)
{
    g_autofree char *store = guichet_station_path(root, "station.db");
    g_autofree char *unfinished = guichet_station_path(root, "station.db.restoring");
    if (!remove_unfinished(unfinished, error)) /* our own, of a restoring that was cut short */
        return FALSE;
    if (!copy_beside(copy, unfinished, error) || !check_copy(unfinished, error) ||
        !check_closed(unfinished, error) || !make_durable(unfinished, 0660, error)) {
        remove_unfinished(unfinished, NULL);
        return FALSE;
    }
    g_autoptr(GError) in_use = NULL;
    g_auto(GuichetFd) hold = guichet_store_hold(store, &in_use);
    if (in_use != NULL) {
        remove_unfinished(unfinished, NULL);
        g_propagate_error(error, g_steal_pointer(&in_use));
        return FALSE;
    }
    g_autofree char *away = move_away(store, error);
    if (away == NULL || !move(unfinished, store, error) || !make_durable(root, 0, error))
        return FALSE;
    *replaced = g_file_test(away, G_FILE_TEST_EXISTS) ? g_steal_pointer(&away) : NULL;
    return TRUE;
}
