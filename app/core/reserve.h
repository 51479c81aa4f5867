/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The reserve: a file of room, ROOT/run/reserve, allocated when the station is made. When the disk
 * is full it is given up (emptied), so that sealing, sync and erasing still work; when there is
 * room again it is taken back. What it lacks counts as used, so that captures never eat it.
 *
 * How large it is, and why, is data: ROOT/policy/storage.json (from assets/policy/ when the
 * station is made); a station without that file has no reserve and no margin.
 */
#define GUICHET_RESERVE_FILE "run/reserve"
#define GUICHET_RESERVE_POLICY "policy/storage.json"

/* GUICHET_ERROR_FULL unless a capture of @bytes fits: three times its size (log, base, bundle) and
 * the margin, beside the whole reserve. Asked before anything of the capture is written. */
gboolean guichet_reserve_check(const char *root, gsize bytes, GError **error);
/* Gives the reserve up when less than the margin and @bytes is free, takes it back when there is
 * twice that beside it. Never fails: on a broken disk the operation that follows says why. */
void guichet_reserve_settle(const char *root, gsize bytes);
/* Allocates the reserve of a new station; GUICHET_ERROR_FULL when it does not fit. */
gboolean guichet_reserve_make(const char *root, GError **error);
