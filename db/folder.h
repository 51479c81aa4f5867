/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/* fsync of the folder that holds @path: without it a new or renamed entry may be lost in a power
 * cut although the file itself was synced. */
gboolean guichet_sync_folder_of(const char *path, GError **error);
