/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "core/error.h"

#define DISK_BYTES (2 * 1024 * 1024)
#define PIECE_BYTES (100 * 1024)

/* A disk of two megabytes over the kit's folder, in a mount namespace of this process. */
static gboolean
mount_small_disk(Kit *kit)
{
    g_autofree char *options = g_strdup_printf("size=%d", DISK_BYTES);
    return mount("guichet-test", kit->folder, "tmpfs", 0, options) == 0;
}

static GuichetPiece *
make_page(guint ordinal)
{
    g_autofree guint8 *noise = g_malloc(PIECE_BYTES);
    memset(noise, (int)ordinal, PIECE_BYTES);
    g_autoptr(GBytes) content = g_bytes_new(noise, PIECE_BYTES);
    return guichet_piece_new("paper", ordinal, "image/jpeg", content, "file", NULL);
}

/* As when somebody clears the disk: what is left over by a piece that did not fit is too little. */
static void
make_room(Kit *kit)
{
    g_autofree char *options = g_strdup_printf("size=%d", 2 * DISK_BYTES);
    g_assert_cmpint(mount("none", kit->folder, NULL, MS_REMOUNT, options), ==, 0);
}

static void
fill_up(Kit *kit)
{
    g_autofree char *path = g_build_filename(kit->folder, "filler", NULL);
    FILE *filler = g_fopen(path, "w");
    char block[4096] = {1};
    g_assert_nonnull(filler);
    setvbuf(filler, NULL, _IONBF, 0);
    while (fwrite(block, sizeof block, 1, filler) == 1)
        ;
    fclose(filler);
}

static void
assert_whole(GuichetStore *store, const char *id, guint pieces)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(request->pieces->len, ==, pieces);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "Dupont");
    for (guint i = 0; i < pieces; i++) {
        GuichetPiece *listed = request->pieces->pdata[i];
        g_autoptr(GuichetPiece) piece = guichet_store_load_piece(store, id, listed->id, &error);
        g_assert_no_error(error);
        g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, piece->content);
        g_assert_cmpstr(sha256, ==, piece->sha256);
    }
    g_assert_true(guichet_store_check(store, NULL, &error));
}

static void
use_up_the_disk(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    guint kept = 0;
    while (error == NULL && kept < DISK_BYTES / PIECE_BYTES + 1) {
        g_autoptr(GuichetPiece) page = make_page(kept + 1);
        kept += guichet_store_put_piece(store, id, page, &error) ? 1 : 0;
    }
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL);
    g_assert_nonnull(strstr(error->message, "disque est plein"));
    g_clear_error(&error);
    g_assert_cmpuint(kept, >, 2);
    assert_whole(store, id, kept);
    /* to the last byte: not even a field any more, nor a log-in; reading goes on */
    fill_up(kit);
    g_autoptr(GuichetPiece) page = make_page(kept + 1);
    g_assert_false(guichet_store_put_piece(store, id, page, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL);
    g_clear_error(&error);
    assert_whole(store, id, kept);
    g_autofree char *filler = g_build_filename(kit->folder, "filler", NULL);
    g_assert_cmpint(g_unlink(filler), ==, 0);
    make_room(kit);
    kit_set_field(store, id, "other", "2");
    g_clear_object(&store);
    store = kit_open(kit);
    assert_whole(store, id, kept);
}

static void
a_full_disk_refuses_and_loses_nothing(Kit *kit, gconstpointer data)
{
    if (!mount_small_disk(kit)) {
        g_test_skip("a tmpfs cannot be mounted here (needs root)");
        return;
    }
    use_up_the_disk(kit);
    g_assert_cmpint(umount(kit->folder), ==, 0);
}

static void
a_disk_that_turns_read_only_is_named(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    if (!mount_small_disk(kit)) {
        g_test_skip("a tmpfs cannot be mounted here (needs root)");
        return;
    }
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_clear_object(&store);
    g_assert_cmpint(mount(NULL, kit->folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
    store = guichet_store_open(kit->path, &error);
    g_assert_null(store);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_READ_ONLY);
    g_clear_error(&error);
    g_autofree char *other = g_build_filename(kit->folder, "autre.db", NULL);
    store = guichet_store_open(other, &error);
    g_assert_null(store);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_READ_ONLY);
    g_assert_cmpint(umount(kit->folder), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* before GLib starts a thread; what is mounted in here is seen by nobody else */
    if (unshare(CLONE_NEWNS) == 0)
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    kit_add("/db/full-disk/a-full-disk-refuses-and-loses-nothing",
            a_full_disk_refuses_and_loses_nothing);
    kit_add("/db/full-disk/a-disk-that-turns-read-only-is-named",
            a_disk_that_turns_read_only_is_named);
    return g_test_run();
}
