/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The messages at the end of the feed whose period was over: passed, so that they are not fetched
 * and told again at every round, but not for good, since it may be our clock that is wrong. They
 * are asked for again a day later, when the clock has gone back, and in a store that was put back.
 *
 * ROOT/run/feed-passed, one line: the last number applied, the last one passed, and when.
 */

/* From which number on to read: @applied, or the last one that was passed behind it. */
gint64 guichet_passed_read(const char *root, gint64 applied, gint64 now_us);
/* @root = NULL: nothing is noted. */
gboolean guichet_passed_note(const char *root, gint64 applied, gint64 passed, gint64 now_us,
                             GError **error);
