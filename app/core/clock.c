/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/clock.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

static gint64
read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static const char *
boot_id(void)
{
    static gsize once = 0;
    static char id[37];
    if (g_once_init_enter(&once)) {
        g_autofree char *text = NULL;
        if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
            g_strlcpy(id, g_strstrip(text), sizeof id);
        g_once_init_leave(&once, 1);
    }
    return id;
}

GuichetInstant
guichet_instant_now(void)
{
    GuichetInstant now = {.wall_us = read_clock(CLOCK_REALTIME),
                          .monotonic_us = read_clock(CLOCK_BOOTTIME)};
    g_strlcpy(now.boot_id, boot_id(), sizeof now.boot_id);
    return now;
}

char *
guichet_time_to_iso8601(gint64 wall_us)
{
    time_t seconds = (time_t)(wall_us / G_USEC_PER_SEC);
    struct tm utc;
    char text[32];
    if (gmtime_r(&seconds, &utc) == NULL)
        return g_strdup("1970-01-01T00:00:00Z");
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return g_strdup(text);
}

gboolean
guichet_time_from_iso8601(const char *text, gint64 *wall_us, GError **error)
{
    struct tm utc = {0};
    const char *end = strlen(text) == 20 ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    gint64 parsed = end != NULL ? (gint64)timegm(&utc) * G_USEC_PER_SEC : 0;
    /* timegm() normalises 31 February; only a date that comes back the same is one */
    g_autofree char *again = end != NULL ? guichet_time_to_iso8601(parsed) : NULL;
    if (end == NULL || *end != '\0' || strcmp(again, text) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("« %.40s » n’est pas un instant AAAA-MM-JJTHH:MM:SSZ"), text);
        return FALSE;
    }
    *wall_us = parsed;
    return TRUE;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char *
guichet_ulid_new(void)
{
    guint8 random[10];
    while (getrandom(random, sizeof random, 0) != sizeof random)
        ;
    guint64 ms = (guint64)(read_clock(CLOCK_REALTIME) / 1000);
    char text[27];
    for (int i = 9; i >= 0; i--, ms >>= 5)
        text[i] = crockford[ms & 31];
    /* 80 random bits as 16 digits of 5 bits */
    guint buffer = 0, bits = 0, out = 10;
    for (gsize i = 0; i < sizeof random; i++) {
        buffer = buffer << 8 | random[i];
        for (bits += 8; bits >= 5; bits -= 5)
            text[out++] = crockford[buffer >> (bits - 5) & 31];
    }
    text[26] = '\0';
    return g_strdup(text);
}

gboolean
guichet_ulid_is_valid(const char *text)
{
    return strlen(text) == 26 && strspn(text, crockford) == 26 && text[0] <= '7';
}
