/* SPDX-License-Identifier: EUPL-1.2 */
#include "plan-request.h"

#include "core/paths.h"

static void
add_piece(GuichetDesk *desk, const char *id, const char *kind, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, &error);

    g_assert_no_error(error);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, id, kind, content, "file", "{}", &error);
    g_assert_no_error(error);
}

static void
add_files(GuichetDesk *desk, const char *id, GKeyFile *plan, const char *kind, const char *folder)
{
    g_auto(GStrv) files = g_key_file_get_string_list(plan, "pieces", kind, NULL, NULL);

    for (guint i = 0; files[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);

        add_piece(desk, id, kind, path);
    }
}

char *
plan_request_fill(GuichetDesk *desk, const char *plan_path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) plan = g_key_file_new();
    g_autofree char *folder = g_path_get_dirname(plan_path);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);

    g_assert_no_error(error);
    g_assert_true(g_key_file_load_from_file(plan, plan_path, G_KEY_FILE_NONE, NULL));
    g_auto(GStrv) fields = g_key_file_get_keys(plan, "fields", NULL, NULL);
    g_auto(GStrv) kinds = g_key_file_get_keys(plan, "pieces", NULL, NULL);
    for (guint i = 0; fields[i] != NULL; i++) {
        g_autofree char *value = g_key_file_get_string(plan, "fields", fields[i], NULL);

        guichet_desk_set_field(desk, request->id, fields[i], value, &error);
        g_assert_no_error(error);
    }
    for (guint i = 0; kinds[i] != NULL; i++)
        add_files(desk, request->id, plan, kinds[i], folder);
    return g_strdup(request->id);
}
