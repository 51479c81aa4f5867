/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/**
 * What is looked at before a file is used, in time that does not grow with it (private to db/): its
 * length against its own page count, and the first entries of each table. All of it is read by
 * guichet_store_check(), each night and after a close that was not clean. SCHEMA.md, Opening.
 */
gboolean guichet_start_check(GuichetDatabase *database, GError **error);

/* Around the opening of a file: did SQLite find frames in the WAL that nobody had copied, since its
 * last user was killed or lost power? Then the mark "<path>.unclean" is left, until
 * guichet_start_forget_unclean(). */
void guichet_start_watch(void);
void guichet_start_note_unclean(const char *path);
/* The mark for another reason: something looked wrong, but not so that the file cannot be used. */
void guichet_start_mark(const char *path);
gboolean guichet_start_is_unclean(const char *path);
void guichet_start_forget_unclean(const char *path);
