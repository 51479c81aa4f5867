/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/piece.h"

#include <string.h>

static void
test_new_one_is_filled_in(void)
{
    g_autoptr(GBytes) content = g_bytes_new_static("abc", 3);
    g_autoptr(GuichetPiece) piece =
        guichet_piece_new("photo", 1, "image/jpeg", content, "file", NULL);
    g_assert_true(guichet_ulid_is_valid(piece->id));
    g_assert_cmpstr(piece->sha256, ==,
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    g_assert_cmpuint(piece->size, ==, 3);
    g_assert_cmpint(piece->captured.wall_us, >, 0);
    g_assert_cmpstr(piece->attributes, ==, "{}");
    g_assert_null(piece->impossible_reason);
}

static void
test_impossible_has_no_content(void)
{
    g_autoptr(GuichetPiece) piece = guichet_piece_new_impossible("right-index", "permanent");
    g_assert_cmpstr(piece->impossible_reason, ==, "permanent");
    g_assert_null(piece->content);
    g_assert_null(piece->sha256);
    g_assert_null(piece->media_type);
    g_assert_cmpuint(piece->size, ==, 0);
    g_assert_cmpuint(piece->ordinal, ==, 1);
}

static void
test_copy_is_whole(void)
{
    g_autoptr(GBytes) content = g_bytes_new_static("abc", 3);
    g_autoptr(GuichetPiece) piece =
        guichet_piece_new("photo", 2, "image/jpeg", content, "sane test:0", "{\"dpi\":300}");
    g_autoptr(GuichetPiece) copy = guichet_piece_copy(piece);
    g_assert_cmpstr(copy->id, ==, piece->id);
    g_assert_true(copy->id != piece->id);
    g_assert_cmpuint(copy->ordinal, ==, 2);
    g_assert_cmpstr(copy->device, ==, "sane test:0");
    g_assert_cmpstr(copy->attributes, ==, "{\"dpi\":300}");
    g_assert_true(copy->content == piece->content);
    g_assert_cmpint(copy->captured.wall_us, ==, piece->captured.wall_us);
}

static void
test_sniffs(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        const char *media_type;
    } files[] = {
        {"\xff\xd8\xff\xe0....", 8, "image/jpeg"},
        {"\x89PNG\r\n\x1a\n....", 12, "image/png"},
        {"%PDF-1.7\n", 9, "application/pdf"},
        {"Bonjour, c’est l’été", sizeof "Bonjour, c’est l’été" - 1, "text/plain"},
        {"", 0, NULL},
        {"\xff\xd8", 2, NULL},
        {"\x89PNG\r\n", 6, NULL},
        {"abc\0def", 7, NULL},
        {"MZ\x90\0", 4, NULL},
        {"GIF89a\xff", 7, NULL},
        {"\xc3", 1, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) content = g_bytes_new_static(files[i].bytes, files[i].size);
        g_assert_cmpstr(guichet_media_type_sniff(content), ==, files[i].media_type);
    }
}

static void
test_extensions(void)
{
    static const char *const pairs[][2] = {
        {"image/jpeg", "jpg"}, {"image/png", "png"},       {"application/pdf", "pdf"},
        {"text/plain", "txt"}, {"application/zip", "bin"}, {"", "bin"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        g_assert_cmpstr(guichet_media_type_extension(pairs[i][0]), ==, pairs[i][1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/piece/new-one-is-filled-in", test_new_one_is_filled_in);
    g_test_add_func("/core/piece/impossible-has-no-content", test_impossible_has_no_content);
    g_test_add_func("/core/piece/copy-is-whole", test_copy_is_whole);
    g_test_add_func("/core/piece/sniffs", test_sniffs);
    g_test_add_func("/core/piece/extensions", test_extensions);
    return g_test_run();
}
