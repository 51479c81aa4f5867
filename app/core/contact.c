/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/contact.h"

#include <string.h>

#include "core/clock.h"
#include "core/paths.h"

#define FILE_MAX_BYTES 64
#define HOUR_US ((gint64)3600 * G_USEC_PER_SEC)

gint64
guichet_contact_last(const char *root)
{
    g_autofree char *path = guichet_station_path(root, "run/heard");
    g_autoptr(GBytes) bytes = guichet_read_file(path, FILE_MAX_BYTES, NULL);
    g_autofree char *text =
        bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
    gint64 heard_us = 0;
    return text != NULL && guichet_time_from_iso8601(g_strchomp(text), &heard_us, NULL) ? heard_us
                                                                                        : 0;
}

gboolean
guichet_contact_note(const char *root, GError **error)
{
    gint64 now_us = guichet_instant_now().wall_us;
    if (root == NULL || ABS(now_us - guichet_contact_last(root)) < HOUR_US)
        return TRUE;
    g_autofree char *path = guichet_station_path(root, "run/heard");
    g_autofree char *time = guichet_time_to_iso8601(now_us);
    g_autofree char *line = g_strconcat(time, "\n", NULL);
    return guichet_write_file_durably(path, line, strlen(line), 0660, error);
}
