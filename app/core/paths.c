/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "core/error.h"
#include "core/fd.h"

#include <glib/gi18n-lib.h>

char *
guichet_station_path(const char *root, const char *relative)
{
    return g_build_filename(root, relative, NULL);
}

static gboolean
sync_folder_of(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_auto(GuichetFd) fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return guichet_set_error_from_errno(error, errno, _("Synchronisation du dossier"), folder);
    return TRUE;
}

static gboolean
write_all(int fd, const guint8 *bytes, gsize size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        bytes += n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* A rename replaces whatever bears the name: /dev/null must not become a file of ours. */
static gboolean
check_replaceable(const char *path, GError **error)
{
    struct stat info;
    if (lstat(path, &info) != 0 || S_ISREG(info.st_mode))
        return TRUE; /* what else is wrong with the path, open() will say */
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("%s n’est pas un fichier ordinaire : donnez un autre nom"), path);
    return FALSE;
}

gboolean
guichet_write_file_durably(const char *path, const void *bytes, gsize size, guint mode,
                           GError **error)
{
    g_autofree char *temporary = g_strconcat(path, ".tmp", NULL);
    if (!check_replaceable(path, error))
        return FALSE;
    {
        unlink(temporary); /* of a write that was cut short, perhaps by another user's program */
        g_auto(GuichetFd) fd =
            open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
        if (fd < 0 || fchmod(fd, (mode_t)mode) != 0 || !write_all(fd, bytes, size) ||
            fsync(fd) != 0) {
            guichet_set_error_from_errno(error, errno, _("Écriture de"), path);
            unlink(temporary);
            return FALSE;
        }
    }
    if (rename(temporary, path) != 0) {
        guichet_set_error_from_errno(error, errno, _("Renommage de"), path);
        unlink(temporary);
        return FALSE;
    }
    return sync_folder_of(path, error);
}

GBytes *
guichet_read_file(const char *path, gsize limit, GError **error)
{
    g_auto(GuichetFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        guichet_set_error_from_errno(error, errno, _("Lecture de"), path);
        return NULL;
    }
    if (!S_ISREG(info.st_mode)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("%s n’est pas un fichier ordinaire"), path);
        return NULL;
    }
    if ((guint64)info.st_size > limit) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s fait %" PRId64 " octets, la limite est %zu"), path, (gint64)info.st_size,
                    limit);
        return NULL;
    }
    gsize size = (gsize)info.st_size, got = 0;
    g_autofree guint8 *bytes = g_malloc(size + 1);
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            guichet_set_error_from_errno(error, errno, _("Lecture de"), path);
            return NULL;
        }
        if (n == 0)
            break; /* it shrank meanwhile: what is there is what it is */
        got += (gsize)n;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), got);
}

char *
guichet_helper_path(const char *name)
{
    const char *folder = g_getenv("GUICHET_LIBEXECDIR");
    return g_build_filename(folder != NULL ? folder : GUICHET_LIBEXECDIR, name, NULL);
}
