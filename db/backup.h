/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/* A consistent copy of the whole database to a new file (mode 0660), while others may read and
 * write. Written beside as <path>.part, checked, synced, then renamed: @path is either absent or
 * whole. GUICHET_ERROR_EXISTS when @path (or an unfinished <path>.part) is there: nothing is ever
 * overwritten. */
gboolean guichet_database_copy(GuichetDatabase *database, const char *path, GError **error);
