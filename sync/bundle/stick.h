/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The courier stick (clé navette) as a folder that anyone may have touched and that may be pulled
 * at any moment. FORMAT.md §11 says what lies on it; this file only knows how to lay it down and
 * how to pick it up:
 *
 *   guichet/NAVETTE                  the stick's own id, a ULID and a line feed
 *   guichet/<station key>/aller/     what goes to the centre, <station key>/retour/ what comes home
 *
 * Nothing that is not a regular file below folders is followed, opened or waited for: no link, no
 * device, no pipe. A file is written beside its place, made durable, renamed, and read back past
 * the cache before guichet_stick_write() says TRUE. Whatever fails leaves the file that was there.
 *
 * Errors: DEVICE_GONE when the stick no longer answers, READ_ONLY, FULL, LIMIT, MALFORMED (a file
 * that is none), CORRUPT (what was read back is not what was written).
 */
#define GUICHET_STICK_MAX_FILES 20000 /* of one folder */
#define GUICHET_STICK_MAX_STATIONS 256

typedef struct _GuichetStick GuichetStick;

/* @folder: where the stick is mounted. With @make what is missing is made, else a folder without
 * NAVETTE is GUICHET_ERROR_NOT_FOUND. */
GuichetStick *guichet_stick_open(const char *folder, gboolean make, GError **error);
void guichet_stick_free(GuichetStick *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetStick, guichet_stick_free)
/* The ULID of NAVETTE, or "" when it is unreadable and was not to be made; borrowed. */
const char *guichet_stick_get_id(GuichetStick *self);

/* "<station key>/aller" or, coming home, "…/retour"; the key is the first 16 hex digits of the
 * SHA-256 of the station's id, since FAT confuses cases and drops final dots. Caller frees. */
char *guichet_stick_way(const char *station, gboolean home);
/* The ways out ("<station key>/aller") that are on the stick, sorted (char*). */
GPtrArray *guichet_stick_list_ways(GuichetStick *self, GError **error);
/* Names in @way that end in @suffix, sorted (char*); none when there is no such folder. */
GPtrArray *guichet_stick_list(GuichetStick *self, const char *way, const char *suffix,
                              GError **error);

/* GUICHET_ERROR_NOT_FOUND when there is none. */
GBytes *guichet_stick_read(GuichetStick *self, const char *way, const char *name, gsize limit,
                           GError **error);
/* Makes @way when it is missing. */
gboolean guichet_stick_write(GuichetStick *self, const char *way, const char *name, GBytes *bytes,
                             GError **error);
/* Does the file lie there, byte for byte, on the medium and not only in the cache? */
gboolean guichet_stick_holds(GuichetStick *self, const char *way, const char *name, GBytes *bytes);
/* TRUE also when there is none. */
gboolean guichet_stick_remove(GuichetStick *self, const char *way, const char *name,
                              GError **error);
/* Bytes that may still be written; 0 when the stick does not say. */
guint64 guichet_stick_get_room(GuichetStick *self);
