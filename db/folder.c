/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "core/error.h"

gboolean
guichet_sync_folder_of(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return guichet_set_error_from_errno(error, errno, _("ouverture du dossier"), folder);
    gboolean done = fsync(fd) == 0;
    int saved_errno = errno;
    close(fd);
    return done || guichet_set_error_from_errno(error, saved_errno,
                                                _("écriture durable du dossier"), folder);
}
