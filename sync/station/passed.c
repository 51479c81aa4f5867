/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/passed.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/paths.h"

#define FILE_NAME "run/feed-passed"
#define FILE_MAX_BYTES 128

/* What does not read is as good as absent: then the feed is read from where it was applied. */
gint64
guichet_passed_read(const char *root, gint64 applied, gint64 now_us)
{
    if (root == NULL)
        return applied;
    g_autofree char *path = guichet_station_path(root, FILE_NAME);
    g_autoptr(GBytes) bytes = guichet_read_file(path, FILE_MAX_BYTES, NULL);
    if (bytes == NULL)
        return applied;
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_auto(GStrv) words = g_strsplit(g_strchomp(text), " ", 3);
    gint64 behind, passed, at_us;
    if (g_strv_length(words) != 3 ||
        !g_ascii_string_to_signed(words[0], 10, 0, G_MAXINT64, &behind, NULL) ||
        !g_ascii_string_to_signed(words[1], 10, 0, G_MAXINT64, &passed, NULL) ||
        !guichet_time_from_iso8601(words[2], &at_us, NULL))
        return applied;
    gboolean recent = at_us <= now_us && now_us - at_us < G_TIME_SPAN_DAY;
    return behind == applied && recent ? MAX(applied, passed) : applied;
}

gboolean
guichet_passed_note(const char *root, gint64 applied, gint64 passed, gint64 now_us, GError **error)
{
    if (root == NULL)
        return TRUE;
    g_autofree char *path = guichet_station_path(root, FILE_NAME);
    g_autofree char *time = guichet_time_to_iso8601(now_us);
    g_autofree char *line = g_strdup_printf("%" PRId64 " %" PRId64 " %s\n", applied, passed, time);
    return guichet_write_file_durably(path, line, strlen(line), 0660, error);
}
