/* SPDX-License-Identifier: EUPL-1.2 */
/* Pictures of pieces in the window: a file that unpacks to gigabytes is told, not unpacked. */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <zlib.h>

#include "core/error.h"
#include "draft.h"
#include "service/station-fixture.h"

static void
append_chunk(GByteArray *png, const char *type, const guint8 *data, guint size)
{
    guint8 length[4] = {(guint8)(size >> 24), (guint8)(size >> 16), (guint8)(size >> 8),
                        (guint8)size};
    uLong crc = crc32(crc32(0, (const guint8 *)type, 4), data, size);
    guint8 check[4] = {(guint8)(crc >> 24), (guint8)(crc >> 16), (guint8)(crc >> 8), (guint8)crc};
    g_byte_array_append(png, length, 4);
    g_byte_array_append(png, (const guint8 *)type, 4);
    g_byte_array_append(png, data, size);
    g_byte_array_append(png, check, 4);
}

/* A grey PNG that says @side × @side; its pixels are whatever zlib makes of zeros. */
static GBytes *
make_png(guint32 side)
{
    guint8 header[13] = {
        0, 0, (guint8)(side >> 8), (guint8)side, 0, 0, (guint8)(side >> 8), (guint8)side, 8};
    gsize rows = MIN((gsize)side * (side + 1), 1 << 20);
    g_autofree guint8 *zeros = g_malloc0(rows), *packed = g_malloc(rows + 1000);
    uLongf size = rows + 1000;
    g_assert_cmpint(compress(packed, &size, zeros, rows), ==, Z_OK);
    GByteArray *png = g_byte_array_new();
    g_byte_array_append(png, (const guint8 *)"\x89PNG\r\n\x1a\n", 8);
    append_chunk(png, "IHDR", header, sizeof header);
    append_chunk(png, "IDAT", packed, (guint)size);
    append_chunk(png, "IEND", (const guint8 *)"", 0);
    return g_byte_array_free_to_bytes(png);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **)user_data = g_object_ref(result);
}

/* NULL with *error, or the picture. */
static GdkTexture *
load(GuichetDesk *desk, const char *request_id, GBytes *content, GError **error)
{
    GError *none = NULL;
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, request_id, "photo", content, "essai", NULL, &none);
    g_assert_no_error(none);
    g_autoptr(GuichetDraft) draft =
        guichet_draft_new(desk, guichet_desk_load_request(desk, request_id, &none),
                          guichet_desk_load_procedure(desk, request_id, &none));
    g_autoptr(GAsyncResult) result = NULL;
    guichet_draft_load_picture_async(draft, piece->id, on_done, &result);
    while (result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return guichet_draft_load_picture_finish(draft, result, error);
}

static void
test_pictures(void)
{
    g_auto(StationFixture) fixture = {NULL};
    GError *none = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &none);
    g_assert_no_error(none);
    g_autoptr(GBytes) small = make_png(40);
    g_autoptr(GBytes) huge = make_png(30000);
    g_autoptr(GdkTexture) picture = load(desk, request->id, small, &none);
    g_assert_no_error(none);
    g_assert_nonnull(picture);
    g_autoptr(GError) error = NULL;
    g_assert_null(load(desk, request->id, huge, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ui/pictures/a-huge-one-is-told-not-unpacked", test_pictures);
    return g_test_run();
}
