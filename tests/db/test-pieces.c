/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"

/* Around what goes over at once (64 KiB), what is hashed beside (512 KiB), and nothing at all. */
static const gsize sizes[] = {0, 1, 16, 65535, 65536, 65537, 200 * 1000, 512 * 1024, 2000 * 1000};

static GBytes *
make_content(gsize size)
{
    guint8 *bytes = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        bytes[i] = (guint8)(i * 31 + i / 251);
    return g_bytes_new_take(bytes, size);
}

static void
a_piece_of_any_size_comes_back_as_it_was(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) content = make_content(sizes[i]);
        g_autoptr(GuichetPiece) piece =
            guichet_piece_new_unhashed("paper", (guint)i + 1, "image/jpeg", content, "file", NULL);
        g_assert_null(piece->sha256);
        g_assert_true(guichet_store_put_piece(store, id, piece, &error));
        g_assert_no_error(error);
        g_autoptr(GuichetPiece) back = guichet_store_load_piece(store, id, piece->id, &error);
        g_assert_no_error(error);
        g_assert_true(g_bytes_equal(back->content, content));
        g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
        g_assert_cmpstr(piece->sha256, ==, sha256);
        g_assert_cmpstr(back->sha256, ==, sha256);
    }
}

static void
counts_pages_and_absences_without_a_key(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *one = kit_put_text(store, id, "paper", 1, "un");
    g_autofree char *two = kit_put_text(store, id, "paper", 2, "deux");
    g_autoptr(GuichetPiece) absent = guichet_piece_new_impossible("photo", "malade");
    g_assert_true(guichet_store_put_piece(store, id, absent, &error));
    guichet_store_lock(store);
    GuichetPieceCounts counts;
    g_assert_true(guichet_store_count_pieces(store, id, "paper", &counts, &error));
    g_assert_cmpuint(counts.pieces, ==, 3);
    g_assert_cmpuint(counts.bytes, ==, strlen("un") + strlen("deux"));
    g_assert_cmpuint(counts.pages, ==, 2);
    g_assert_cmpuint(counts.impossible, ==, 0);
    g_assert_true(guichet_store_count_pieces(store, id, "photo", &counts, &error));
    g_assert_cmpuint(counts.pages, ==, 0);
    g_assert_cmpuint(counts.impossible, ==, 1);
}

static void
a_page_that_is_refused_leaves_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *first = kit_put_text(store, id, "paper", 1, "un");
    g_autoptr(GBytes) content = make_content(2000 * 1000);
    g_autoptr(GuichetPiece) second =
        guichet_piece_new_unhashed("paper", 1, "image/jpeg", content, "file", NULL);
    g_assert_false(guichet_store_add_page(store, id, second, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
    g_clear_error(&error);
    g_autofree char *pieces = kit_ask(kit, "SELECT count(*) FROM piece");
    g_assert_cmpstr(pieces, ==, "1");
    g_autoptr(GuichetPiece) back = guichet_store_load_piece(store, id, first, &error);
    g_assert_no_error(error);
}

#define WAL_MAX (12 * 1000 * 1000) /* 4 MiB, and the two captures between two looks */

static void
the_log_does_not_grow_with_captures(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *wal = g_strconcat(kit->path, "-wal", NULL);
    g_autoptr(GBytes) content = make_content(2000 * 1000);
    for (guint i = 1; i <= 20; i++) {
        g_autoptr(GuichetPiece) piece =
            guichet_piece_new_unhashed("paper", i, "image/jpeg", content, "file", NULL);
        g_assert_true(guichet_store_put_piece(store, id, piece, &error));
        if (i % 2 == 0)
            guichet_store_tidy(store);
        GStatBuf info;
        g_assert_cmpint(g_stat(wal, &info), ==, 0);
        g_assert_cmpint(info.st_size, <, WAL_MAX);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/pieces/a-piece-of-any-size-comes-back-as-it-was",
            a_piece_of_any_size_comes_back_as_it_was);
    kit_add("/db/pieces/counts-pages-and-absences-without-a-key",
            counts_pages_and_absences_without_a_key);
    kit_add("/db/pieces/a-page-that-is-refused-leaves-nothing",
            a_page_that_is_refused_leaves_nothing);
    kit_add("/db/pieces/the-log-does-not-grow-with-captures", the_log_does_not_grow_with_captures);
    return g_test_run();
}
