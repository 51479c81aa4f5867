/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * An instant as every record holds it: wall time, and the boot id with the monotonic time, so
 * that a jump of the wall clock can be seen afterwards (DESIGN §4).
 */
typedef struct {
    gint64 wall_us;      /* microseconds since 1970-01-01T00:00:00Z, CLOCK_REALTIME */
    char boot_id[37];    /* /proc/sys/kernel/random/boot_id, or "" */
    gint64 monotonic_us; /* CLOCK_BOOTTIME, microseconds */
} GuichetInstant;

GuichetInstant guichet_instant_now(void);

/* "2026-11-22T10:42:07Z" (seconds, UTC); caller frees. */
char *guichet_time_to_iso8601(gint64 wall_us);
/* Accepts exactly the form above. GUICHET_ERROR_MALFORMED otherwise. */
gboolean guichet_time_from_iso8601(const char *text, gint64 *wall_us, GError **error);

/* A new ULID (26 characters of Crockford base32, time then 80 random bits); caller frees. */
char *guichet_ulid_new(void);
gboolean guichet_ulid_is_valid(const char *text);
