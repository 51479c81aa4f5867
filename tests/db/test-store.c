/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"

#define CANARY_FIELD "CANARI-DE-CHAMP-DUPONT"
#define CANARY_PIECE "CANARI-DE-PIECE-0123456789-CANARI-DE-PIECE"
#define CANARY_REASON "canari-motif-de-sante"

static void
keeps_a_draft_across_stores(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) first = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, first);
    kit_set_field(first, id, "name", CANARY_FIELD);
    kit_set_field(first, id, "other", "2");
    g_autofree char *piece_id = kit_put_text(first, id, "paper", 1, CANARY_PIECE);
    g_assert_true(guichet_store_set_step(first, id, "papers", &error));

    g_autoptr(GuichetStore) second = kit_open(kit);
    g_autoptr(GuichetRequest) request = guichet_store_load_request(second, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_cmpstr(request->procedure_id, ==, "essai");
    g_assert_cmpuint(request->procedure_revision, ==, 3);
    g_assert_cmpstr(request->step, ==, "papers");
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, CANARY_FIELD);
    g_assert_cmpstr(guichet_request_get_field(request, "other"), ==, "2");
    g_assert_cmpuint(request->pieces->len, ==, 1);

    g_autoptr(GuichetPiece) piece = guichet_store_load_piece(second, id, piece_id, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(piece->content, NULL), g_bytes_get_size(piece->content),
                    CANARY_PIECE, strlen(CANARY_PIECE));
    g_assert_cmpstr(piece->media_type, ==, "text/plain");
    g_assert_cmpstr(piece->device, ==, "file");
    g_assert_cmpstr(piece->attributes, ==, "{}");
    g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, piece->content);
    g_assert_cmpstr(piece->sha256, ==, sha256);

    g_autoptr(GuichetProcedure) procedure = guichet_store_load_procedure(second, id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_procedure_get_sha256(procedure), ==,
                    guichet_procedure_get_sha256(kit->procedure));
}

static void
writes_no_plaintext(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", CANARY_FIELD);
    g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, CANARY_PIECE);
    g_autoptr(GuichetPiece) absent = guichet_piece_new_impossible("photo", CANARY_REASON);
    g_assert_true(guichet_store_put_piece(store, id, absent, &error));
    g_assert_false(kit_files_hold_text(kit, CANARY_FIELD));
    g_assert_false(kit_files_hold_text(kit, CANARY_PIECE));
    g_assert_false(kit_files_hold_text(kit, CANARY_REASON));
    g_assert_false(kit_files_hold_text(kit, KIT_PASSPHRASE));
    /* the search is not blind: clear columns are found, in the WAL or in the file */
    g_assert_true(kit_files_hold_text(kit, id));
    kit_tamper(kit, "UPDATE request SET step = '" CANARY_FIELD "'");
    g_assert_true(kit_files_hold_text(kit, CANARY_FIELD));
}

static void
an_absence_keeps_its_reason(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autoptr(GuichetPiece) absent = guichet_piece_new_impossible("photo", CANARY_REASON);
    g_assert_true(guichet_store_put_piece(store, id, absent, &error));
    g_autoptr(GuichetPiece) piece = guichet_store_load_piece(store, id, absent->id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(piece->impossible_reason, ==, CANARY_REASON);
    g_assert_null(piece->content);
    g_assert_null(piece->sha256);
    g_assert_null(piece->device);
}

static void
an_empty_value_is_an_unanswered_one(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    kit_set_field(store, id, "name", "");
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "");
    g_assert_cmpuint(g_hash_table_size(request->fields), ==, 0);
}

static void
assert_pieces(GuichetStore *store, const char *id, const char *const *contents)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(request->pieces->len, ==, g_strv_length((GStrv)contents));
    for (guint i = 0; i < request->pieces->len; i++) {
        GuichetPiece *listed = request->pieces->pdata[i];
        g_assert_cmpuint(listed->ordinal, ==, i + 1);
        g_assert_null(listed->content);
        g_autoptr(GuichetPiece) piece = guichet_store_load_piece(store, id, listed->id, &error);
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(piece->content, NULL), g_bytes_get_size(piece->content),
                        contents[i], strlen(contents[i]));
    }
}

static void
the_same_place_replaces_a_piece(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *old = kit_put_text(store, id, "paper", 1, "un");
    g_autofree char *other = kit_put_text(store, id, "paper", 2, "deux");
    g_autofree char *new = kit_put_text(store, id, "paper", 1, "uno");
    assert_pieces(store, id, (const char *const[]){"uno", "deux", NULL});
    g_assert_null(guichet_store_load_piece(store, id, old, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
removing_moves_the_higher_pages_down(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *first = kit_put_text(store, id, "paper", 1, "un");
    g_autofree char *second = kit_put_text(store, id, "paper", 2, "deux");
    g_autofree char *third = kit_put_text(store, id, "paper", 3, "trois");
    g_autofree char *fourth = kit_put_text(store, id, "paper", 4, "quatre");
    g_assert_true(guichet_store_remove_piece(store, id, second, &error));
    assert_pieces(store, id, (const char *const[]){"un", "trois", "quatre", NULL});
    g_assert_false(guichet_store_remove_piece(store, id, second, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
refuses_too_many_and_too_large_pieces(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    for (guint i = 1; i <= GUICHET_REQUEST_MAX_PIECES; i++)
        g_free(kit_put_text(store, id, "paper", i, "page"));
    g_autoptr(GBytes) page = g_bytes_new_static("page", 4);
    g_autoptr(GuichetPiece) one_more = guichet_piece_new("paper", GUICHET_REQUEST_MAX_PIECES + 1,
                                                         "text/plain", page, "file", NULL);
    g_assert_false(guichet_store_put_piece(store, id, one_more, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);

    gsize size = GUICHET_PIECE_MAX_BYTES + 1;
    g_autoptr(GBytes) huge = g_bytes_new_take(g_malloc0(size), size);
    g_autoptr(GuichetPiece) large = guichet_piece_new("paper", 1, "text/plain", huge, "file", NULL);
    g_assert_false(guichet_store_put_piece(store, id, large, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

static void
a_locked_store_gives_and_takes_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, "un");
    g_autoptr(GuichetRequest) other = guichet_request_new(kit->procedure);
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GuichetPiece) absent = guichet_piece_new_impossible("photo", "x");
    guichet_store_lock(store);
    g_assert_false(guichet_store_is_unlocked(store));
    g_assert_null(guichet_store_get_agent(store));
    for (guint call = 0; call < 7; call++) {
        gpointer got = NULL;
        if (call == 0)
            got = guichet_store_load_request(store, id, &error);
        else if (call == 1)
            got = guichet_store_load_piece(store, id, piece_id, &error);
        else if (call == 2)
            got = GINT_TO_POINTER(guichet_store_set_fields(store, id, fields, &error));
        else if (call == 3)
            got = GINT_TO_POINTER(guichet_store_put_piece(store, id, absent, &error));
        else if (call == 4)
            got = GINT_TO_POINTER(guichet_store_remove_piece(store, id, piece_id, &error));
        else if (call == 5)
            got = GINT_TO_POINTER(guichet_store_add_request(store, other, kit->procedure, &error));
        else
            got = GINT_TO_POINTER(guichet_store_set_step(store, id, "form", &error));
        g_assert_null(got);
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
        g_clear_error(&error);
    }
    g_autoptr(GPtrArray) requests = guichet_store_list_requests(store, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(requests->len, ==, 1);
}

static void
lists_the_newest_first(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *first = kit_add_draft(kit, store);
    g_usleep(2000); /* ULIDs sort by the millisecond */
    g_autofree char *second = kit_add_draft(kit, store);
    g_autoptr(GPtrArray) requests = guichet_store_list_requests(store, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(requests->len, ==, 2);
    GuichetRequest *newest = requests->pdata[0];
    g_assert_cmpstr(newest->id, ==, second);
    g_assert_cmpuint(g_hash_table_size(newest->fields), ==, 0);
}

static void
an_unknown_request_is_not_found(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_assert_null(guichet_store_load_request(store, "01ARZ3NDEKTSV4RRFFQ69G5FAV", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(guichet_store_load_procedure(store, "'; DROP TABLE request; --", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(guichet_store_abandon(store, "", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
the_same_request_is_not_added_twice(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetRequest) request = guichet_request_new(kit->procedure);
    g_assert_true(guichet_store_add_request(store, request, kit->procedure, &error));
    g_assert_false(guichet_store_add_request(store, request, kit->procedure, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
}

static void
abandoning_destroys_the_key_and_keeps_the_row(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, "un");
    g_assert_true(guichet_store_abandon(store, id, &error));
    g_autofree char *left =
        kit_ask(kit, "SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM piece) +"
                     " (SELECT count(*) FROM draft_key WHERE wrapped_key <> zeroblob(60))");
    g_assert_cmpstr(left, ==, "0");
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_ABANDONED);
    g_assert_false(guichet_store_abandon(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
}

/* What is done to the file behind our back, and what the next reading must say. */
static const struct {
    const char *what;
    const char *sql;
} tampered[] = {
    {"fields of another request",
     "UPDATE draft SET fields = (SELECT fields FROM draft WHERE request <> '%s')"},
    {"key of another request", "UPDATE draft_key SET wrapped_key = (SELECT wrapped_key FROM "
                               "draft_key WHERE request <> '%s')"},
    {"eight bytes of the fields", "UPDATE draft SET fields = CAST(substr(fields, 1, 20) || "
                                  "zeroblob(8) || substr(fields, 29) AS BLOB)"
                                  " WHERE request = '%s'"},
    {"shortened fields", "UPDATE draft SET fields = substr(fields, 1, 27) WHERE request = '%s'"},
    {"no bytes at all", "UPDATE draft SET fields = x'' WHERE request = '%s'"},
    {"another version", "UPDATE draft SET version = version + 1 WHERE request = '%s'"},
    {"another kind", "UPDATE piece SET kind = 'photo' WHERE request = '%s'"},
    {"another page number", "UPDATE piece SET ordinal = 9 WHERE request = '%s'"},
    {"another size", "UPDATE piece SET size = 1 WHERE request = '%s'"},
    {"another time", "UPDATE piece SET captured_wall_us = 1 WHERE request = '%s'"},
    {"metadata of another piece",
     "UPDATE piece SET metadata = (SELECT metadata FROM piece WHERE request <> '%s')"},
    {"content of another piece",
     "UPDATE piece SET content = (SELECT content FROM piece WHERE request <> '%s')"},
    {"a piece of another request",
     "UPDATE piece SET request = '%1$s', ordinal = 2 WHERE request <> '%1$s'"},
};

static void
refuses_bytes_that_were_moved_or_changed(Kit *kit, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tampered); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetStore) store = kit_open(kit);
        g_autofree char *id = kit_add_draft(kit, store);
        g_autofree char *other = kit_add_draft(kit, store);
        kit_set_field(store, id, "name", "Dupont");
        kit_set_field(store, other, "name", "Durand");
        g_autofree char *piece_id = kit_put_text(store, id, "paper", 1, "un");
        g_autofree char *other_piece = kit_put_text(store, other, "paper", 1, "deux");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        g_autofree char *sql = g_strdup_printf(tampered[i].sql, id);
#pragma GCC diagnostic pop
        kit_tamper(kit, sql);
        g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
        if (error == NULL) {
            g_autoptr(GuichetPiece) piece = guichet_store_load_piece(store, id, piece_id, &error);
            g_assert_null(piece);
        }
        g_test_message("%s", tampered[i].what);
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
        g_clear_error(&error);
        g_assert_true(guichet_store_abandon(store, id, &error));
        g_assert_true(guichet_store_abandon(store, other, &error));
    }
}

static void
two_stores_share_one_file(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) one = kit_open(kit);
    g_autoptr(GuichetStore) two = kit_open(kit);
    g_autofree char *first = kit_add_draft(kit, one);
    g_autofree char *second = kit_add_draft(kit, two);
    for (guint i = 1; i <= 4; i++) {
        g_free(kit_put_text(one, second, "paper", i, "un"));
        g_free(kit_put_text(two, first, "paper", i, "deux"));
    }
    kit_set_field(one, second, "name", "Durand");
    g_autoptr(GuichetRequest) request = guichet_store_load_request(two, second, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(request->pieces->len, ==, 4);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "Durand");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/store/keeps-a-draft-across-stores", keeps_a_draft_across_stores);
    kit_add("/db/store/writes-no-plaintext", writes_no_plaintext);
    kit_add("/db/store/an-absence-keeps-its-reason", an_absence_keeps_its_reason);
    kit_add("/db/store/an-empty-value-is-an-unanswered-one", an_empty_value_is_an_unanswered_one);
    kit_add("/db/store/the-same-place-replaces-a-piece", the_same_place_replaces_a_piece);
    kit_add("/db/store/removing-moves-the-higher-pages-down", removing_moves_the_higher_pages_down);
    kit_add("/db/store/refuses-too-many-and-too-large-pieces",
            refuses_too_many_and_too_large_pieces);
    kit_add("/db/store/a-locked-store-gives-and-takes-nothing",
            a_locked_store_gives_and_takes_nothing);
    kit_add("/db/store/lists-the-newest-first", lists_the_newest_first);
    kit_add("/db/store/an-unknown-request-is-not-found", an_unknown_request_is_not_found);
    kit_add("/db/store/the-same-request-is-not-added-twice", the_same_request_is_not_added_twice);
    kit_add("/db/store/abandoning-destroys-the-key-and-keeps-the-row",
            abandoning_destroys_the_key_and_keeps_the_row);
    kit_add("/db/store/refuses-bytes-that-were-moved-or-changed",
            refuses_bytes_that_were_moved_or_changed);
    kit_add("/db/store/two-stores-share-one-file", two_stores_share_one_file);
    return g_test_run();
}
