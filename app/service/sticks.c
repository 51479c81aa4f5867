/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/sticks.h"

#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/statvfs.h>

#define COURIER_MARK "guichet/NAVETTE"

static const char *const mount_roots[] = {"/media/", "/run/media/", "/run/guichet-sticks/", NULL};

void
guichet_stick_place_free(GuichetStickPlace *place)
{
    if (place == NULL)
        return;
    g_free(place->path);
    g_free(place->name);
    g_free(place);
}

static void
add_place(GPtrArray *places, const char *path)
{
    struct statvfs info;
    if (statvfs(path, &info) != 0)
        return; /* pulled just now, or a name that means nothing */
    GuichetStickPlace *place = g_new0(GuichetStickPlace, 1);
    g_autofree char *mark = g_build_filename(path, COURIER_MARK, NULL);
    place->path = g_strdup(path);
    place->name = g_path_get_basename(path);
    place->room = (guint64)info.f_bavail * info.f_frsize;
    place->read_only = (info.f_flag & ST_RDONLY) != 0;
    place->courier = g_file_test(mark, G_FILE_TEST_IS_REGULAR);
    g_ptr_array_add(places, place);
}

static gboolean
is_removable(const char *path)
{
    for (gsize i = 0; mount_roots[i] != NULL; i++)
        if (g_str_has_prefix(path, mount_roots[i]))
            return TRUE;
    return FALSE;
}

static void
add_mounts(GPtrArray *places)
{
    GList *mounts = g_unix_mounts_get(NULL);
    for (GList *at = mounts; at != NULL; at = at->next) {
        const char *path = g_unix_mount_get_mount_path(at->data);
        if (is_removable(path))
            add_place(places, path);
    }
    g_list_free_full(mounts, (GDestroyNotify)g_unix_mount_free);
}

static void
add_named(GPtrArray *places)
{
    const char *named = g_getenv("GUICHET_STICKS");
    g_auto(GStrv) paths = g_strsplit(named != NULL ? named : "", ":", -1);
    for (gsize i = 0; paths[i] != NULL; i++)
        if (*paths[i] != '\0')
            add_place(places, paths[i]);
}

static gint
couriers_first(gconstpointer a, gconstpointer b)
{
    const GuichetStickPlace *x = *(const GuichetStickPlace *const *)a;
    const GuichetStickPlace *y = *(const GuichetStickPlace *const *)b;
    return x->courier != y->courier ? y->courier - x->courier : g_strcmp0(x->path, y->path);
}

GPtrArray *
guichet_list_stick_places(void)
{
    GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_stick_place_free);
    add_mounts(places);
    add_named(places);
    g_ptr_array_sort(places, couriers_first);
    return places;
}
