/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/packs.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

#define PACK_FILE "pack.json"
#define PACK_MAX_BYTES (16 * 1024)
#define PACK_MAX_FILES 64

void
guichet_pack_clear(GuichetPack *pack)
{
    g_clear_pointer(&pack->title, g_free);
    g_clear_pointer(&pack->day, g_free);
    g_clear_pointer(&pack->fault, g_free);
}

/* --- installing --- */

static gboolean
is_of_pack(const char *name)
{
    return strcmp(name, PACK_FILE) == 0 || g_str_has_suffix(name, ".csv");
}

static gboolean
copy_file(const char *folder, const char *name, const char *into, GError **error)
{
    g_autofree char *from = g_build_filename(folder, name, NULL);
    g_autofree char *to = g_build_filename(into, name, NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(from, GUICHET_CSV_MAX_BYTES, error);
    return bytes != NULL && guichet_write_file_durably(to, g_bytes_get_data(bytes, NULL),
                                                       g_bytes_get_size(bytes), 0640, error);
}

gboolean
guichet_pack_install(const char *root, const char *folder, GError **error)
{
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autofree char *into = guichet_station_path(root, GUICHET_PACK_COMMUNES);
    g_autoptr(GuichetPlaces) trial = guichet_places_load(folder, error);
    g_autoptr(GDir) dir = trial != NULL ? g_dir_open(folder, 0, error) : NULL;
    if (dir == NULL)
        return FALSE;
    if (g_mkdir_with_parents(into, 0750) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), into);
    guint files = 0;
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        if (is_of_pack(name) && files++ < PACK_MAX_FILES && !copy_file(folder, name, into, error))
            return FALSE;
    return TRUE;
}

/* --- reading --- */

GuichetPlaces *
guichet_desk_peek_places(GuichetDesk *self)
{
    if (self->places != NULL)
        return self->places;
    g_autofree char *folder =
        guichet_station_path(guichet_station_get_root(self->station), GUICHET_PACK_COMMUNES);
    g_autoptr(GError) fault = NULL;
    self->places = guichet_places_load(folder, &fault);
    if (self->places == NULL) { /* the desk goes on without: nothing is refused for it */
        self->pack_fault = g_strdup(fault->message);
        self->places = guichet_places_new_empty();
    }
    return self->places;
}

GuichetPlaces *
guichet_desk_load_places(GuichetDesk *self)
{
    return guichet_places_ref(guichet_desk_peek_places(self));
}

/* --- which one it is, and how old --- */

static gboolean
read_head(const char *folder, GuichetPack *pack, GError **error)
{
    g_autofree char *path = g_build_filename(folder, PACK_FILE, NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(path, PACK_MAX_BYTES, error);
    g_autoptr(JsonNode) node = bytes != NULL
                                   ? guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                                        g_bytes_get_size(bytes), PACK_FILE, error)
                                   : NULL;
    if (node == NULL)
        return FALSE;
    JsonObject *object = json_node_get_object(node);
    const char *title = guichet_json_string(object, "title", PACK_FILE, error);
    const char *day = title != NULL ? guichet_json_string(object, "date", PACK_FILE, error) : NULL;
    if (day == NULL)
        return FALSE;
    pack->title = g_strdup(title);
    pack->day = g_strdup(day);
    return TRUE;
}

/* A pack without a head is as old as its newest file. */
static char *
find_newest_day(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    gint64 newest = 0;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        GStatBuf status;
        if (is_of_pack(name) && g_stat(path, &status) == 0)
            newest = MAX(newest, (gint64)status.st_mtime);
    }
    g_autofree char *time = newest > 0 ? guichet_time_to_iso8601(newest * G_USEC_PER_SEC) : NULL;
    return time != NULL ? g_strndup(time, 10) : g_strdup("");
}

static int
count_days(const char *day)
{
    g_autofree char *instant = g_strdup_printf("%sT00:00:00Z", day);
    g_autoptr(GDateTime) from = g_date_time_new_from_iso8601(instant, NULL);
    gint64 now = guichet_instant_now().wall_us / G_USEC_PER_SEC;
    return from != NULL ? (int)MAX(0, (now - g_date_time_to_unix(from)) / 86400) : 0;
}

void
guichet_desk_describe_pack(GuichetDesk *self, GuichetPack *pack)
{
    g_autofree char *folder =
        guichet_station_path(guichet_station_get_root(self->station), GUICHET_PACK_COMMUNES);
    pack->places = guichet_places_count(guichet_desk_peek_places(self));
    pack->fault = g_strdup(self->pack_fault);
    if (!read_head(folder, pack, NULL)) {
        pack->title = g_strdup("");
        pack->day = find_newest_day(folder);
    }
    pack->days = count_days(pack->day);
}
