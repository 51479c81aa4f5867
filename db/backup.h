/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/* A consistent copy of the whole database to a new file (mode 0660), while others may read and
 * write. Written beside as <path>.part, checked, synced, then renamed: @path is either absent or
 * whole. GUICHET_ERROR_EXISTS when @path is there: nothing finished is ever overwritten. What a
 * copy that was killed left in <path>.part is; GUICHET_ERROR_BUSY while one is under way there. */
gboolean guichet_database_copy(GuichetDatabase *database, const char *path, GError **error);

/* Holds the file of a database so that nobody can open it, until the descriptor is closed: for who
 * is about to put another one in its place. -1 with GUICHET_ERROR_BUSY while a program has it open
 * (SQLite's lock in WAL mode lasts as long as the connection); -1 without an error when there is no
 * file. The database may be damaged. */
int guichet_database_hold(const char *path, GError **error);
