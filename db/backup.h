/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/* A consistent copy of the whole database to a new file (mode 0660), while others may read and
 * write. Written beside as <path>.part, checked, synced, then renamed: @path is either absent or
 * whole. GUICHET_ERROR_EXISTS when @path is there: nothing finished is ever overwritten. What a
 * copy that was killed left in <path>.part is; GUICHET_ERROR_BUSY while one is under way there. */
gboolean guichet_database_copy(GuichetDatabase *database, const char *path, GError **error);
