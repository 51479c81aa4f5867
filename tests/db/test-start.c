/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "db/start-check.h"

#define PAGE 16384
#define DRAFTS 40

/* A store in which each table has rows: drafts with a paper, a sealed request, an entry of all. */
static void
fill(Kit *kit)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *sealed = kit_add_draft(kit, store);
    kit_seal(store, sealed);
    for (guint i = 0; i < DRAFTS; i++) {
        g_autofree char *id = kit_add_draft(kit, store);
        g_autofree char *text = g_strnfill(3 * PAGE, 'a');
        g_autofree char *piece = kit_put_text(store, id, "paper", 1, text);
    }
    kit_tamper(kit, "INSERT INTO feed VALUES (1, 1, 'applied', x'00')");
    kit_tamper(kit, "INSERT INTO witness VALUES (1, 1, 1)");
    kit_tamper(kit, "INSERT INTO kek_check VALUES (1, 1, zeroblob(35))");
    kit_tamper(kit, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
overwrite(Kit *kit, gsize offset, const char *bytes, gsize size)
{
    FILE *file = fopen(kit->path, "r+b");
    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, (long)offset, SEEK_SET), ==, 0);
    g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
    fclose(file);
}

/* Opened, or checked as each night: one of them says CORRUPT. */
static const char *
who_finds_it(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *report = NULL;
    g_autoptr(GuichetStore) store = guichet_store_open(kit->path, &error);
    const char *who = store == NULL ? "start" : "night";
    gboolean sound = store != NULL && guichet_store_check(store, &report, &error);
    if (sound)
        return "nobody";
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
    return who;
}

static void
a_damaged_root_page_of_each_table_is_found(Kit *kit, gconstpointer data)
{
    fill(kit);
    g_autoptr(GBytes) whole = kit_read_file(kit);
    g_autofree char *list = kit_ask(kit, "SELECT group_concat(name || ' ' || rootpage) FROM"
                                         " sqlite_schema WHERE rootpage > 0");
    g_auto(GStrv) trees = g_strsplit(list, ",", -1);
    g_assert_cmpuint(g_strv_length(trees), >=, 20);
    for (gsize i = 0; trees[i] != NULL; i++) {
        gsize page = (gsize)g_ascii_strtoull(strrchr(trees[i], ' ') + 1, NULL, 10);
        char noise[64];
        memset(noise, 0xff, sizeof noise);
        overwrite(kit, (page - 1) * PAGE, noise, sizeof noise);
        const char *who = who_finds_it(kit);
        g_test_message("%s: %s", trees[i], who);
        g_assert_cmpstr(who, !=, "nobody");
        g_assert_true(g_file_set_contents(kit->path, g_bytes_get_data(whole, NULL),
                                          (gssize)g_bytes_get_size(whole), NULL));
    }
    g_assert_cmpstr(who_finds_it(kit), ==, "nobody"); /* whole again: the look is not blind */
}

/* SQLite has no checksum of a page: bytes inside a value are the cipher's to notice. */
static void
a_changed_content_is_never_given_out(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *text = g_strnfill(40 * PAGE, 'a');
    g_autofree char *piece = kit_put_text(store, id, "paper", 1, text);
    g_clear_object(&store);
    g_autoptr(GBytes) file = kit_read_file(kit);
    overwrite(kit, g_bytes_get_size(file) - 5 * PAGE + 100, "?", 1);
    g_assert_cmpstr(who_finds_it(kit), ==, "nobody");
    store = kit_open(kit);
    g_assert_null(guichet_store_load_piece(store, id, piece, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
}

static void
a_file_that_was_cut_is_refused(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    fill(kit);
    g_autoptr(GBytes) file = kit_read_file(kit);
    g_assert_true(g_file_set_contents(kit->path, g_bytes_get_data(file, NULL),
                                      (gssize)g_bytes_get_size(file) - 2 * PAGE, NULL));
    g_assert_null(guichet_store_open(kit->path, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
}

static void
a_store_that_was_not_closed_is_to_be_checked(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *wal = g_strconcat(kit->path, "-wal", NULL);
    g_autofree char *frames = NULL;
    gsize size = 0;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_free(kit_add_draft(kit, store));
    g_assert_false(guichet_store_is_unclean(store));
    g_autoptr(GBytes) file = kit_read_file(kit);
    g_assert_true(g_file_get_contents(wal, &frames, &size, NULL));
    g_clear_object(&store);
    store = kit_open(kit);
    g_assert_false(guichet_store_is_unclean(store));
    g_clear_object(&store);
    /* as the power cut left it */
    g_assert_true(g_file_set_contents(kit->path, g_bytes_get_data(file, NULL),
                                      (gssize)g_bytes_get_size(file), NULL));
    g_assert_true(g_file_set_contents(wal, frames, (gssize)size, NULL));
    store = kit_open(kit);
    g_assert_true(guichet_store_is_unclean(store));
    g_clear_object(&store);
    store = kit_open(kit);
    g_assert_true(guichet_store_is_unclean(store)); /* until somebody has looked */
    g_assert_true(guichet_store_check(store, NULL, &error));
    g_assert_false(guichet_store_is_unclean(store));
}

static void
a_changed_end_of_the_journal_asks_for_a_check(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    for (guint i = 0; i < 100; i++)
        g_assert_true(guichet_store_journal(store, "essai", "", NULL));
    g_clear_object(&store);
    kit_tamper(kit, "DROP TRIGGER journal_no_update;"
                    "UPDATE journal SET subject = 'x' WHERE sequence = 90");
    store = kit_open(kit);
    g_assert_true(guichet_store_is_unclean(store));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    guichet_start_watch(); /* before the kit's own connections */
    kit_add("/db/start/a-damaged-root-page-of-each-table-is-found",
            a_damaged_root_page_of_each_table_is_found);
    kit_add("/db/start/a-changed-content-is-never-given-out", a_changed_content_is_never_given_out);
    kit_add("/db/start/a-file-that-was-cut-is-refused", a_file_that_was_cut_is_refused);
    kit_add("/db/start/a-store-that-was-not-closed-is-to-be-checked",
            a_store_that_was_not_closed_is_to_be_checked);
    kit_add("/db/start/a-changed-end-of-the-journal-asks-for-a-check",
            a_changed_end_of_the_journal_asks_for_a_check);
    return g_test_run();
}
