/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"

static void
sealing_destroys_what_could_read_the_draft(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *neighbour = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    kit_set_field(store, neighbour, "name", "Durand");
    g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, "page");
    g_autofree char *sql =
        g_strdup_printf("SELECT hex(wrapped_key) FROM draft_key WHERE request = '%s'", id);
    g_autoptr(GBytes) key = kit_ask_bytes(kit, sql);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(key, &size);
    g_assert_true(kit_files_hold(kit, bytes, size)); /* the search is not blind */
    kit_seal(store, id);
    g_assert_false(kit_files_hold(kit, bytes, size));
    g_autofree char *left =
        kit_ask(kit, "SELECT (SELECT count(*) FROM draft) || ' ' || (SELECT count(*) FROM piece)");
    g_assert_cmpstr(left, ==, "1 0");
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_SEALED);
    g_assert_cmpuint(g_hash_table_size(request->fields), ==, 0);
    g_assert_cmpuint(request->pieces->len, ==, 0);
    g_assert_cmpint(request->sequence, ==, 1);
    g_autofree char *sha256 = kit_sha256(1);
    g_assert_cmpstr(request->bundle_sha256, ==, sha256);
    g_autofree char *statement = guichet_store_load_statement(store, id, &error);
    g_assert_cmpstr(statement, ==, "attestation");
    g_autoptr(GuichetRequest) other = guichet_store_load_request(store, neighbour, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(other, "name"), ==, "Durand");
    g_assert_true(guichet_store_check(store, NULL, &error));
}

/* Drafts come and go, grow and shrink, so that SQLite moves rows and pages about. */
static void
no_copy_of_a_key_stays_in_the_files(Kit *kit, gconstpointer data)
{
    enum { DRAFTS = 90 };
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < DRAFTS; i++) {
        char *id = kit_add_draft(kit, store);
        g_autofree char *sql =
            g_strdup_printf("SELECT hex(wrapped_key) FROM draft_key WHERE request = '%s'", id);
        g_autofree char *value = g_strnfill(1 + i * 997 % 5000, 'x');
        g_ptr_array_add(keys, kit_ask_bytes(kit, sql));
        g_ptr_array_add(open, id);
        kit_set_field(store, open->pdata[i * 31 % open->len], "name", value);
        if (i % 2 == 0)
            continue;
        guint chosen = i * 17 % open->len;
        kit_seal(store, open->pdata[chosen]);
        g_ptr_array_remove_index(open, chosen);
    }
    guint found = 0;
    for (guint i = 0; i < keys->len; i++)
        found += kit_files_hold(kit, g_bytes_get_data(keys->pdata[i], NULL),
                                g_bytes_get_size(keys->pdata[i]));
    g_assert_cmpuint(found, ==, open->len); /* those of the open drafts, and none else */
}

static void
a_sealed_request_does_not_change_any_more(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, "page");
    kit_seal(store, id);
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GuichetPiece) piece = guichet_piece_new_impossible("photo", "x");
    for (guint call = 0; call < 6; call++) {
        g_autoptr(GError) error = NULL;
        gpointer done = NULL;
        if (call == 0)
            done = GINT_TO_POINTER(guichet_store_set_fields(store, id, fields, &error));
        else if (call == 1)
            done = GINT_TO_POINTER(guichet_store_set_step(store, id, "form", &error));
        else if (call == 2)
            done = GINT_TO_POINTER(guichet_store_put_piece(store, id, piece, &error));
        else if (call == 3)
            done = GINT_TO_POINTER(guichet_store_remove_piece(store, id, piece_id, &error));
        else if (call == 4)
            done = guichet_store_load_piece(store, id, piece_id, &error);
        else
            done = GINT_TO_POINTER(guichet_store_abandon(store, id, &error));
        g_assert_null(done);
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    }
}

/* A record is right but for what the row says. */
static const struct {
    gint64 sequence, previous; /* 0 = no previous */
    int code;
} stale[] = {
    {1, 0, GUICHET_ERROR_BUSY}, {3, 1, GUICHET_ERROR_BUSY}, {2, 0, GUICHET_ERROR_BUSY},
    {2, 7, GUICHET_ERROR_BUSY}, {0, 1, GUICHET_ERROR_BUSY}, {-1, 1, GUICHET_ERROR_BUSY},
};

static void
a_stale_sequence_is_busy_and_loses_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *first = kit_add_draft(kit, store);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    kit_seal(store, first);
    g_autofree char *sha256 = kit_sha256(2);
    for (gsize i = 0; i < G_N_ELEMENTS(stale); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *previous = stale[i].previous > 0 ? kit_sha256(stale[i].previous) : NULL;
        GuichetSealRecord record = {id, stale[i].sequence, previous, sha256, "f", 1, "s"};
        g_assert_false(guichet_store_record_seal(store, &record, &error));
        g_assert_error(error, GUICHET_ERROR, stale[i].code);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "Dupont");
    kit_seal(store, id);
    GuichetStoreCounts counts = {0};
    g_assert_true(guichet_store_count(store, &counts, &error));
    g_assert_cmpuint(counts.waiting, ==, 2);
    g_assert_cmpuint(counts.drafts, ==, 0);
    g_assert_cmpint(counts.oldest_waiting_us, >, 0);
    g_autoptr(GPtrArray) files = guichet_store_list_bundle_files(store, &error);
    g_assert_cmpuint(files->len, ==, 2);
}

static void
what_came_after_the_bundle_was_built_is_not_destroyed(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autoptr(GuichetRequest) built = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_usleep(2);
    kit_set_field(store, id, "name", "Dupont");
    g_autofree char *sha256 = kit_sha256(1);
    GuichetSealRecord record = {id, 1, NULL, sha256, "f", 1, "s", built->updated_us};
    g_assert_false(guichet_store_record_seal(store, &record, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_autoptr(GuichetRequest) now = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(now->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_cmpstr(guichet_request_get_field(now, "name"), ==, "Dupont");
    record.updated_us = now->updated_us;
    g_assert_true(guichet_store_record_seal(store, &record, &error));
    g_assert_no_error(error);
}

static void
the_same_bundle_is_not_recorded_twice(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *first = kit_add_draft(kit, store);
    g_autofree char *second = kit_add_draft(kit, store);
    kit_seal(store, first);
    g_autofree char *sha256 = kit_sha256(1);
    GuichetSealRecord same_request = {first, 2, sha256, sha256, "f", 1, "s"};
    g_assert_false(guichet_store_record_seal(store, &same_request, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    GuichetSealRecord same_bundle = {second, 2, sha256, sha256, "f", 1, "s"};
    g_assert_false(guichet_store_record_seal(store, &same_bundle, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
}

static void
a_draft_has_no_statement(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_assert_null(guichet_store_load_statement(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(guichet_store_erase_bundle(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/seal/sealing-destroys-what-could-read-the-draft",
            sealing_destroys_what_could_read_the_draft);
    kit_add("/db/seal/no-copy-of-a-key-stays-in-the-files", no_copy_of_a_key_stays_in_the_files);
    kit_add("/db/seal/a-sealed-request-does-not-change-any-more",
            a_sealed_request_does_not_change_any_more);
    kit_add("/db/seal/a-stale-sequence-is-busy-and-loses-nothing",
            a_stale_sequence_is_busy_and_loses_nothing);
    kit_add("/db/seal/what-came-after-the-bundle-was-built-is-not-destroyed",
            what_came_after_the_bundle_was_built_is_not_destroyed);
    kit_add("/db/seal/the-same-bundle-is-not-recorded-twice",
            the_same_bundle_is_not_recorded_twice);
    kit_add("/db/seal/a-draft-has-no-statement", a_draft_has_no_statement);
    return g_test_run();
}
