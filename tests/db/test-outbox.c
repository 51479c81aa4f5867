/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "db/outbox-store.h"

/* A station with @count sealed requests; the ids go to @ids. */
static GuichetOutbox *
open_with_sealed(Kit *kit, GuichetStore **store, char **ids, guint count)
{
    g_autoptr(GError) error = NULL;
    *store = kit_open(kit);
    for (guint i = 0; i < count; i++) {
        ids[i] = kit_add_draft(kit, *store);
        g_free(kit_put_text(*store, ids[i], "paper", 1, "page"));
        kit_seal(*store, ids[i]);
    }
    GuichetOutboxStore *outbox = guichet_outbox_store_open(kit->path, kit->folder, &error);
    g_assert_no_error(error);
    return GUICHET_OUTBOX(outbox);
}

static void
assert_state(GuichetStore *store, const char *id, GuichetRequestState state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(request->state, ==, state);
}

static void
needs_a_station_that_exists(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_outbox_store_open(kit->path, kit->folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_assert_false(g_file_test(kit->path, G_FILE_TEST_EXISTS));
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(kit->path, "", 0, NULL));
    g_assert_null(guichet_outbox_store_open(kit->path, kit->folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
lists_what_waits_oldest_first(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    char *ids[2] = {0};
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, ids, 2);
    g_autoptr(GBytes) receipt = g_bytes_new_static("DER", 3);
    g_autofree char *first = kit_sha256(1);
    g_assert_true(guichet_outbox_record_receipt(outbox, first, receipt, &error));
    g_autoptr(GPtrArray) all = guichet_outbox_list(outbox, FALSE, &error);
    g_autoptr(GPtrArray) pending = guichet_outbox_list(outbox, TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpuint(pending->len, ==, 1);
    GuichetOutboxEntry *received = all->pdata[0], *waiting = pending->pdata[0];
    g_assert_true(received->received);
    g_assert_cmpint(received->sequence, ==, 1);
    g_assert_cmpint(waiting->sequence, ==, 2);
    g_assert_cmpstr(waiting->request_id, ==, ids[1]);
    g_assert_cmpuint(waiting->size, ==, 1234);
    g_assert_true(g_path_is_absolute(waiting->path));
    g_assert_true(g_str_has_prefix(waiting->path, kit->folder));
    g_free(ids[0]);
    g_free(ids[1]);
}

static void
attempts_are_counted_and_say_why_they_failed(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, &id, 1);
    g_autofree char *sha256 = kit_sha256(1);
    for (guint i = 1; i <= 3; i++) {
        g_assert_true(guichet_outbox_record_attempt(outbox, sha256, NULL, 5, &error));
        assert_state(store, id, GUICHET_REQUEST_SENDING);
        g_assert_true(guichet_outbox_record_attempt(outbox, sha256, "pas de réseau", 77, &error));
        assert_state(store, id, GUICHET_REQUEST_SEALED);
        g_autoptr(GPtrArray) entries = guichet_outbox_list(outbox, TRUE, &error);
        GuichetOutboxEntry *entry = entries->pdata[0];
        g_assert_cmpuint(entry->attempts, ==, i);
        g_assert_cmpstr(entry->last_error, ==, "pas de réseau");
        g_assert_cmpint(entry->next_attempt_us, ==, 77);
    }
    g_autofree char *sent =
        kit_ask(kit, "SELECT count(*) FROM journal WHERE event = 'request-sending'");
    g_assert_cmpstr(sent, ==, "1");
    GuichetStoreCounts counts = {0};
    g_assert_true(guichet_store_count(store, &counts, &error));
    g_assert_cmpuint(counts.waiting, ==, 1);
    g_assert_cmpstr(counts.last_error, ==, "pas de réseau");
    g_free(counts.last_error);
}

static void
the_first_receipt_stays(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, &id, 1);
    g_autofree char *sha256 = kit_sha256(1);
    g_autoptr(GBytes) receipt = g_bytes_new_static("premier", 7);
    g_autoptr(GBytes) again = g_bytes_new_static("second", 6);
    g_autoptr(GBytes) empty = g_bytes_new_static("", 0);
    g_assert_null(guichet_store_load_receipt(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(guichet_outbox_record_receipt(outbox, sha256, empty, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    g_assert_true(guichet_outbox_record_receipt(outbox, sha256, receipt, &error));
    g_assert_true(guichet_outbox_record_receipt(outbox, sha256, again, &error));
    g_autoptr(GBytes) stored = guichet_store_load_receipt(store, id, &error);
    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(stored, receipt));
    assert_state(store, id, GUICHET_REQUEST_RECEIVED);
    g_assert_false(guichet_outbox_record_attempt(outbox, sha256, NULL, 0, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
}

static void
only_a_receipt_lets_a_bundle_be_erased(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, &id, 1);
    g_autofree char *sha256 = kit_sha256(1);
    g_autoptr(GBytes) receipt = g_bytes_new_static("DER", 3);
    g_assert_null(guichet_store_erase_bundle(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    assert_state(store, id, GUICHET_REQUEST_SEALED);
    g_assert_true(guichet_outbox_record_receipt(outbox, sha256, receipt, &error));
    g_autofree char *file = guichet_store_erase_bundle(store, id, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_suffix(file, ".asice"));
    assert_state(store, id, GUICHET_REQUEST_ERASED);
    g_autoptr(GPtrArray) files = guichet_store_list_bundle_files(store, &error);
    g_assert_cmpuint(files->len, ==, 0);
    g_autoptr(GPtrArray) entries = guichet_outbox_list(outbox, FALSE, &error);
    g_assert_cmpuint(entries->len, ==, 0);
    g_assert_null(guichet_store_erase_bundle(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
}

static void
an_unknown_bundle_has_no_receipt_nor_attempt(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, &id, 1);
    g_autofree char *sha256 = kit_sha256(9);
    g_autoptr(GBytes) receipt = g_bytes_new_static("DER", 3);
    g_assert_false(guichet_outbox_record_receipt(outbox, sha256, receipt, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(guichet_outbox_record_attempt(outbox, sha256, NULL, 0, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

/* One after the other on one received request: what the message says, what becomes of it. */
static const struct {
    gint64 number, bundle;
    const char *state;
    GuichetRequestState then;
    const char *outcome; /* NULL: refused */
    const char *text;    /* shown afterwards */
} statuses[] = {
    {1, 1, "in-progress", GUICHET_REQUEST_IN_PROGRESS, "applied", "mot 1"},
    {1, 1, "refused", GUICHET_REQUEST_IN_PROGRESS, NULL, "mot 1"},
    {2, 9, "refused", GUICHET_REQUEST_IN_PROGRESS, "unknown-bundle", "mot 1"},
    {4, 1, "handed-over", GUICHET_REQUEST_IN_PROGRESS, "impossible", "mot 1"},
    {3, 1, "refused", GUICHET_REQUEST_IN_PROGRESS, NULL, "mot 1"},
    {5, 1, "draft", GUICHET_REQUEST_IN_PROGRESS, "impossible", "mot 1"},
    {6, 1, "erased", GUICHET_REQUEST_IN_PROGRESS, "impossible", "mot 1"},
    {7, 1, "abolie", GUICHET_REQUEST_IN_PROGRESS, "impossible", "mot 1"},
    {8, 1, "in-progress", GUICHET_REQUEST_IN_PROGRESS, "applied", "mot 8"},
    {9, 1, "title-ready", GUICHET_REQUEST_TITLE_READY, "applied", "mot 9"},
    {10, 1, "in-progress", GUICHET_REQUEST_TITLE_READY, "impossible", "mot 9"},
    {11, 1, "handed-over", GUICHET_REQUEST_HANDED_OVER, "applied", "mot 11"},
    {0, 1, "destroyed", GUICHET_REQUEST_HANDED_OVER, NULL, "mot 11"},
    {-1, 1, "destroyed", GUICHET_REQUEST_HANDED_OVER, NULL, "mot 11"},
};

static void
the_feed_only_goes_forward(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GuichetOutbox) outbox = open_with_sealed(kit, &store, &id, 1);
    g_autofree char *sha256 = kit_sha256(1);
    g_autoptr(GBytes) receipt = g_bytes_new_static("DER", 3);
    g_assert_true(guichet_outbox_record_receipt(outbox, sha256, receipt, &error));
    g_assert_cmpint(guichet_outbox_get_feed_position(outbox, &error), ==, 0);
    gint64 position = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        g_autofree char *about = kit_sha256(statuses[i].bundle);
        g_autofree char *text = g_strdup_printf("mot %" G_GINT64_FORMAT, statuses[i].number);
        const GuichetMessage status = {.number = statuses[i].number,
                                       .bundle_sha256 = about,
                                       .state = (char *)statuses[i].state,
                                       .text = text};
        gboolean applied = guichet_outbox_apply(outbox, &status, receipt, &error);
        g_test_message("%d %s", (int)statuses[i].number, statuses[i].state);
        g_assert_true(applied == (statuses[i].outcome != NULL));
        if (applied) {
            position = statuses[i].number;
            g_autofree char *sql =
                g_strdup_printf("SELECT outcome FROM feed WHERE number = %d", (int)position);
            g_autofree char *outcome = kit_ask(kit, sql);
            g_assert_cmpstr(outcome, ==, statuses[i].outcome);
        } else {
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
            g_clear_error(&error);
        }
        g_assert_cmpint(guichet_outbox_get_feed_position(outbox, &error), ==, position);
        g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
        g_assert_cmpint(request->state, ==, statuses[i].then);
        g_assert_cmpstr(request->status_text, ==, statuses[i].text);
    }
    g_autofree char *impossible =
        kit_ask(kit, "SELECT count(*) FROM journal WHERE event = 'status-impossible'");
    g_assert_cmpstr(impossible, ==, "5");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/outbox/needs-a-station-that-exists", needs_a_station_that_exists);
    kit_add("/db/outbox/lists-what-waits-oldest-first", lists_what_waits_oldest_first);
    kit_add("/db/outbox/attempts-are-counted-and-say-why-they-failed",
            attempts_are_counted_and_say_why_they_failed);
    kit_add("/db/outbox/the-first-receipt-stays", the_first_receipt_stays);
    kit_add("/db/outbox/only-a-receipt-lets-a-bundle-be-erased",
            only_a_receipt_lets_a_bundle_be_erased);
    kit_add("/db/outbox/an-unknown-bundle-has-no-receipt-nor-attempt",
            an_unknown_bundle_has_no_receipt_nor_attempt);
    kit_add("/db/outbox/the-feed-only-goes-forward", the_feed_only_goes_forward);
    return g_test_run();
}
