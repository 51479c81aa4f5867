/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/bundle-file.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "sync/bundle/bundle.h"

GBytes *
guichet_bundle_file_load(const GuichetOutboxEntry *entry, GError **error)
{
    g_autoptr(GBytes) bundle = guichet_read_file(entry->path, GUICHET_BUNDLE_MAX_BYTES, error);
    if (bundle == NULL)
        return NULL;
    g_autofree char *digest =
        guichet_sha256_hex(g_bytes_get_data(bundle, NULL), g_bytes_get_size(bundle));
    if (strcmp(digest, entry->sha256) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("La liasse n° %" PRId64 " a changé sur le disque (%s) : "
                      "restaurez-la d’une sauvegarde ou refaites la demande"),
                    entry->sequence, entry->path);
        return NULL;
    }
    return g_steal_pointer(&bundle);
}
