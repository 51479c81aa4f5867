/* SPDX-License-Identifier: EUPL-1.2 */
#include "paper.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "core/paths.h"

char *
guichet_paper_keep(GuichetDesk *desk, const char *name, GBytes *page, GError **error)
{
    const char *root = guichet_station_get_root(guichet_desk_get_station(desk));
    g_autofree char *folder = guichet_station_path(root, "print");
    g_autofree char *path = g_build_filename(folder, name, NULL);

    if (g_mkdir_with_parents(folder, 0700) != 0) {
        guichet_set_error_from_errno(error, errno, _("Le dossier d’impression ne s’ouvre pas :"),
                                     folder);
        return NULL;
    }
    return guichet_write_file_durably(path, g_bytes_get_data(page, NULL), g_bytes_get_size(page),
                                      0600, error)
               ? g_steal_pointer(&path)
               : NULL;
}
