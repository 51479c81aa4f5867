/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define POLICY_MAX_BYTES (16 * 1024)
#define SIZE_MAX_BYTES (G_GINT64_CONSTANT(1) << 40)
#define COPIES 3 /* of a capture: SQLite's log, its base, then the bundle */

typedef struct {
    gint64 reserve, margin; /* bytes, of the policy */
    gint64 free;            /* on the disk, for us */
    gint64 held;            /* by the reserve now */
} Room;

static gboolean
read_policy(const char *root, Room *room, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_RESERVE_POLICY);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autoptr(GBytes) bytes = guichet_read_file(path, POLICY_MAX_BYTES, error);
    g_autoptr(JsonNode) node =
        bytes != NULL ? guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                           "storage.json", error)
                      : NULL;
    if (node == NULL)
        return FALSE;
    JsonObject *policy = json_node_get_object(node);
    return guichet_json_int(policy, "reserve_bytes", 0, SIZE_MAX_BYTES,
                            "storage.json: ", &room->reserve, error) &&
           guichet_json_int(policy, "margin_bytes", 0, SIZE_MAX_BYTES,
                            "storage.json: ", &room->margin, error);
}

static gboolean
measure(const char *root, Room *room, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_RESERVE_FILE);
    struct statvfs disk;
    struct stat file;
    if (!read_policy(root, room, error))
        return FALSE;
    if (statvfs(root, &disk) != 0)
        return guichet_set_error_from_errno(error, errno, _("Place libre de"), root);
    room->free = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
    room->held = stat(path, &file) == 0 ? MIN((gint64)file.st_size, room->reserve) : 0;
    return TRUE;
}

/* Makes the file @size bytes long: with room behind each of them, or empty. */
static gboolean
resize(const char *root, gint64 size, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_RESERVE_FILE);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (fd < 0)
        return guichet_set_error_from_errno(error, errno, _("Réserve"), path);
    int failure = size > 0 ? posix_fallocate(fd, 0, size) : (ftruncate(fd, 0) == 0 ? 0 : errno);
    if (failure != 0 && size > 0 && ftruncate(fd, 0) != 0)
        g_debug("%s: %s", path, g_strerror(errno));
    close(fd);
    return failure == 0 || guichet_set_error_from_errno(error, failure, _("Réserve"), path);
}

gboolean
guichet_reserve_check(const char *root, gsize bytes, GError **error)
{
    Room room = {0};
    if (!measure(root, &room, error))
        return FALSE;
    gint64 usable = MAX(0, room.free - (room.reserve - room.held));
    gint64 need = COPIES * (gint64)bytes + room.margin;
    if (usable >= need)
        return TRUE;
    g_autofree char *has = g_format_size(usable);
    g_autofree char *wants = g_format_size(need);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL,
                _("Le disque est presque plein (%s libres, il en faut %s) : rien n’a été commencé. "
                  "Scellez, synchronisez et effacez les demandes reçues, ou libérez de la place"),
                has, wants);
    return FALSE;
}

void
guichet_reserve_settle(const char *root, gsize bytes)
{
    Room room = {0};
    g_autoptr(GError) error = NULL;
    if (!measure(root, &room, &error)) {
        g_debug("reserve: %s", error->message);
        return;
    }
    gint64 need = (gint64)bytes + room.margin;
    gint64 missing = room.reserve - room.held;
    gboolean done = TRUE;
    if (room.held > 0 && room.free < need)
        done = resize(root, 0, &error);
    else if (missing > 0 && room.free >= missing + 2 * need)
        done = resize(root, room.reserve, &error);
    if (!done)
        g_debug("reserve: %s", error->message);
}

gboolean
guichet_reserve_make(const char *root, GError **error)
{
    Room room = {0};
    return measure(root, &room, error) &&
           (room.reserve == room.held || resize(root, room.reserve, error));
}
