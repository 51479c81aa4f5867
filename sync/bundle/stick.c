/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/stick.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/fd.h"

#define TOP "guichet"
#define IDENTITY "NAVETTE"
#define IDENTITY_MAX 64
#define KEY_DIGITS 16
#define PART_SUFFIX ".part"

struct _GuichetStick {
    char *folder;
    char *id;
    int top; /* of TOP */
};

/* --- what a stick answers when it does not --- */

static gboolean
fail(GError **error, int saved_errno, const char *name)
{
    switch (saved_errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL,
                    _("La clé est pleine (%s) : faites-la vider au centre ou prenez-en une autre ; "
                      "rien n’est perdu au poste"),
                    name);
        return FALSE;
    case EROFS:
    case EACCES:
    case EPERM:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_READ_ONLY,
                    _("La clé refuse l’écriture (%s : %s) : déverrouillez-la ou prenez-en une "
                      "autre"),
                    name, g_strerror(saved_errno));
        return FALSE;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case ENXIO:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("Sur la clé, %s n’est pas ce qu’une navette porte (lien, dossier ou "
                      "périphérique) : cette clé est refusée, montrez-la au technicien"),
                    name);
        return FALSE;
    default:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE_GONE,
                    _("La clé ne répond plus (%s : %s) : remettez-la et recommencez ; rien n’est "
                      "perdu au poste"),
                    name, g_strerror(saved_errno));
        return FALSE;
    }
}

static void
set_absent(GError **error, const char *name)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND, _("La clé ne porte pas %s"), name);
}

/* --- folders --- */

/* The folder @name in @parent, made when @make; -1 with errno. */
static GuichetFd
open_folder(int parent, const char *name, gboolean make)
{
    if (make && mkdirat(parent, name, 0755) != 0 && errno != EEXIST)
        return -1;
    GuichetFd fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && make && fsync(parent) != 0) {
        int saved_errno = errno;
        close(fd);
        errno = saved_errno;
        return -1;
    }
    return fd;
}

/* "<station key>/aller": exactly one step below another. */
static GuichetFd
open_way(GuichetStick *self, const char *way, gboolean make)
{
    g_auto(GStrv) steps = g_strsplit(way, "/", 2);
    g_auto(GuichetFd) station = open_folder(self->top, steps[0], make);
    return station < 0 ? -1 : open_folder(station, steps[1], make);
}

char *
guichet_stick_way(const char *station, gboolean home)
{
    g_autofree char *digest = guichet_sha256_hex(station, strlen(station));
    return g_strdup_printf("%.*s/%s", KEY_DIGITS, digest, home ? "retour" : "aller");
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Takes @fd. */
static GPtrArray *
list_names(int fd, const char *where, const char *suffix, guint limit, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    DIR *folder = fdopendir(fd);
    if (folder == NULL) {
        fail(error, errno, where);
        close(fd);
        return NULL;
    }
    errno = 0;
    struct dirent *entry;
    while (names->len <= limit && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && g_str_has_suffix(entry->d_name, suffix))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    int saved_errno = errno;
    closedir(folder);
    if (names->len > limit) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("La clé porte plus de %u fichiers dans %s : elle n’est pas d’une navette"),
                    limit, where);
        return NULL;
    }
    if (saved_errno != 0) {
        fail(error, saved_errno, where);
        return NULL;
    }
    g_ptr_array_sort(names, by_name);
    return g_steal_pointer(&names);
}

GPtrArray *
guichet_stick_list(GuichetStick *self, const char *way, const char *suffix, GError **error)
{
    g_auto(GuichetFd) fd = open_way(self, way, FALSE);
    if (fd < 0 && errno == ENOENT)
        return g_ptr_array_new_with_free_func(g_free);
    if (fd < 0) {
        fail(error, errno, way);
        return NULL;
    }
    return list_names(guichet_fd_steal(&fd), way, suffix, GUICHET_STICK_MAX_FILES, error);
}

static gboolean
is_station_key(const char *name)
{
    return strlen(name) == KEY_DIGITS && strspn(name, "0123456789abcdef") == KEY_DIGITS;
}

GPtrArray *
guichet_stick_list_ways(GuichetStick *self, GError **error)
{
    g_autoptr(GPtrArray) ways = g_ptr_array_new_with_free_func(g_free);
    g_auto(GuichetFd) top = openat(self->top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0) {
        fail(error, errno, TOP);
        return NULL;
    }
    g_autoptr(GPtrArray) names =
        list_names(guichet_fd_steal(&top), TOP, "", GUICHET_STICK_MAX_STATIONS, error);
    if (names == NULL)
        return NULL;
    for (guint i = 0; i < names->len; i++)
        if (is_station_key(g_ptr_array_index(names, i)))
            g_ptr_array_add(ways, g_strconcat(g_ptr_array_index(names, i), "/aller", NULL));
    return g_steal_pointer(&ways);
}

/* --- reading --- */

/* All of a regular file; NULL with errno (ELOOP for what is none, EFBIG beyond @limit). */
static GBytes *
read_at(int folder, const char *name, gsize limit, gboolean past_cache)
{
    g_auto(GuichetFd) fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        return NULL;
    if (!S_ISREG(info.st_mode) || (guint64)info.st_size > limit) {
        errno = S_ISREG(info.st_mode) ? EFBIG : ELOOP;
        return NULL;
    }
    if (past_cache)
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    gsize size = (gsize)info.st_size, got = 0;
    g_autofree guint8 *bytes = g_malloc(size + 1);
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        if (n == 0)
            break; /* it shrank meanwhile: what is there is what it is */
        got += (gsize)n;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), got);
}

GBytes *
guichet_stick_read(GuichetStick *self, const char *way, const char *name, gsize limit,
                   GError **error)
{
    g_auto(GuichetFd) folder = open_way(self, way, FALSE);
    GBytes *bytes = folder < 0 ? NULL : read_at(folder, name, limit, FALSE);
    if (bytes != NULL)
        return bytes;
    if (errno == ENOENT)
        set_absent(error, name);
    else if (errno == EFBIG)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Sur la clé, %s dépasse %zu octets : il est refusé"), name, limit);
    else
        fail(error, errno, name);
    return NULL;
}

gboolean
guichet_stick_holds(GuichetStick *self, const char *way, const char *name, GBytes *bytes)
{
    g_auto(GuichetFd) folder = open_way(self, way, FALSE);
    g_autoptr(GBytes) found =
        folder < 0 ? NULL : read_at(folder, name, g_bytes_get_size(bytes), TRUE);
    return found != NULL && g_bytes_equal(found, bytes);
}

/* --- writing --- */

static gboolean
write_all(int fd, GBytes *bytes)
{
    gsize size;
    const guint8 *at = g_bytes_get_data(bytes, &size);
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        at += n;
        size -= (gsize)n;
    }
    return fsync(fd) == 0;
}

/* A rename replaces whatever bears the name. */
static gboolean
is_replaceable(int folder, const char *name)
{
    struct stat info;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    errno = ELOOP;
    return S_ISREG(info.st_mode);
}

static gboolean
write_at(int folder, const char *name, GBytes *bytes)
{
    g_autofree char *part = g_strconcat(name, PART_SUFFIX, NULL);
    if (!is_replaceable(folder, name) || !is_replaceable(folder, part) ||
        (unlinkat(folder, part, 0) != 0 && errno != ENOENT))
        return FALSE;
    g_auto(GuichetFd) fd =
        openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return FALSE;
    if (write_all(fd, bytes) && renameat(folder, part, folder, name) == 0 && fsync(folder) == 0)
        return TRUE;
    int saved_errno = errno;
    unlinkat(folder, part, 0);
    errno = saved_errno;
    return FALSE;
}

gboolean
guichet_stick_write(GuichetStick *self, const char *way, const char *name, GBytes *bytes,
                    GError **error)
{
    g_auto(GuichetFd) folder = open_way(self, way, TRUE);
    if (folder < 0 || !write_at(folder, name, bytes))
        return fail(error, errno, name);
    if (guichet_stick_holds(self, way, name, bytes))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                _("La clé ne rend pas ce qui lui a été confié (%s) : prenez-en une autre ; rien "
                  "n’est perdu au poste"),
                name);
    return FALSE;
}

gboolean
guichet_stick_remove(GuichetStick *self, const char *way, const char *name, GError **error)
{
    g_auto(GuichetFd) folder = open_way(self, way, FALSE);
    if (folder < 0)
        return errno == ENOENT || fail(error, errno, way);
    if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
        return TRUE;
    return fail(error, errno, name);
}

guint64
guichet_stick_get_room(GuichetStick *self)
{
    struct statvfs info;
    return fstatvfs(self->top, &info) == 0 ? (guint64)info.f_bavail * info.f_frsize : 0;
}

/* --- the stick --- */

void
guichet_stick_free(GuichetStick *self)
{
    if (self == NULL)
        return;
    if (self->top >= 0)
        close(self->top);
    g_free(self->folder);
    g_free(self->id);
    g_free(self);
}

const char *
guichet_stick_get_id(GuichetStick *self)
{
    return self->id;
}

static gboolean
open_top(GuichetStick *self, gboolean make, GError **error)
{
    /* the mount point itself may be a link: it is the operator's word, not the stick's */
    g_auto(GuichetFd) folder = open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno == ENOENT) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Pas de clé à %s : branchez-la et recommencez"), self->folder);
        return FALSE;
    }
    if (folder < 0)
        return fail(error, errno, self->folder);
    self->top = open_folder(folder, TOP, make);
    if (self->top < 0 && errno == ENOENT)
        set_absent(error, TOP);
    else if (self->top < 0)
        fail(error, errno, TOP);
    return self->top >= 0;
}

/* The id that @bytes say, or NULL. */
static char *
parse_id(GBytes *bytes)
{
    gsize size;
    const char *text = g_bytes_get_data(bytes, &size);
    g_autofree char *line = g_strndup(text, size);
    g_strchomp(line);
    return guichet_ulid_is_valid(line) ? g_steal_pointer(&line) : NULL;
}

static gboolean
make_id(GuichetStick *self, GError **error)
{
    self->id = guichet_ulid_new();
    g_autofree char *line = g_strconcat(self->id, "\n", NULL);
    g_autoptr(GBytes) bytes = g_bytes_new(line, strlen(line));
    return write_at(self->top, IDENTITY, bytes) || fail(error, errno, IDENTITY);
}

/* An id that a pulled stick has lost is given anew where we may write: what lies beside it counts
 * by its own signatures. */
static gboolean
read_id(GuichetStick *self, gboolean make, GError **error)
{
    g_autoptr(GBytes) bytes = read_at(self->top, IDENTITY, IDENTITY_MAX, FALSE);
    int saved_errno = errno;
    if (bytes == NULL && saved_errno == ENOENT && !make) {
        set_absent(error, IDENTITY);
        return FALSE;
    }
    if (bytes == NULL && saved_errno != ENOENT && saved_errno != EFBIG)
        return fail(error, saved_errno, IDENTITY);
    self->id = bytes != NULL ? parse_id(bytes) : NULL;
    if (self->id != NULL || make)
        return self->id != NULL || make_id(self, error);
    self->id = g_strdup("");
    return TRUE;
}

GuichetStick *
guichet_stick_open(const char *folder, gboolean make, GError **error)
{
    g_autoptr(GuichetStick) self = g_new0(GuichetStick, 1);
    self->top = -1;
    self->folder = g_strdup(folder);
    if (!open_top(self, make, error) || !read_id(self, make, error))
        return NULL;
    return g_steal_pointer(&self);
}
