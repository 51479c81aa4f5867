/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/trusted-time.h"

#include <string.h>

#include "core/clock.h"
#include "core/paths.h"

#define FILE_MAX_BYTES 64

static gint64
read_floor(const char *root)
{
    if (root == NULL)
        return 0;
    g_autofree char *path = guichet_station_path(root, "run/time");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = guichet_read_file(path, FILE_MAX_BYTES, &error);
    g_autofree char *text =
        bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
    gint64 floor_us = 0;
    if (text != NULL && guichet_time_from_iso8601(g_strchomp(text), &floor_us, &error))
        return floor_us;
    g_debug("%s", error->message);
    return 0;
}

gint64
guichet_trusted_time_now(const char *root)
{
    return MAX(guichet_instant_now().wall_us, read_floor(root));
}

gboolean
guichet_trusted_time_raise(const char *root, gint64 told_us, GError **error)
{
    if (root == NULL || told_us <= read_floor(root))
        return TRUE;
    g_autofree char *path = guichet_station_path(root, "run/time");
    g_autofree char *time = guichet_time_to_iso8601(told_us);
    g_autofree char *line = g_strconcat(time, "\n", NULL);
    return guichet_write_file_durably(path, line, strlen(line), 0660, error);
}
