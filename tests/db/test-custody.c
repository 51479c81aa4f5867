/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"

static void
assert_found(GuichetStore *store, const GuichetRequestFilter *filter, guint count,
             const char *first)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = guichet_store_find_requests(store, filter, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, count);
    if (count > 0)
        g_assert_cmpstr(((GuichetRequest *)g_ptr_array_index(found, 0))->id, ==, first);
}

static void
a_list_comes_in_pages(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    char *ids[5];
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        ids[i] = kit_add_draft(kit, store);
        g_usleep(2000); /* ULIDs of one millisecond have no order */
    }
    kit_seal(store, ids[1]);
    const GuichetRequestState draft = GUICHET_REQUEST_DRAFT, sealed = GUICHET_REQUEST_SEALED;
    assert_found(store, &(GuichetRequestFilter){0}, 5, ids[4]);
    assert_found(store, &(GuichetRequestFilter){.limit = 2}, 2, ids[4]);
    assert_found(store, &(GuichetRequestFilter){.limit = 2, .before = ids[3]}, 2, ids[2]);
    assert_found(store, &(GuichetRequestFilter){.limit = 2, .before = ids[1]}, 1, ids[0]);
    assert_found(store, &(GuichetRequestFilter){.state = &draft}, 4, ids[4]);
    assert_found(store, &(GuichetRequestFilter){.state = &sealed}, 1, ids[1]);
    assert_found(store, &(GuichetRequestFilter){.state = &draft, .before = ids[2]}, 1, ids[0]);
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        g_free(ids[i]);
}

static void
a_search_takes_what_is_on_the_slip(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *first = kit_add_draft(kit, store);
    g_usleep(2000);
    g_autofree char *second = kit_add_draft(kit, store);
    kit_seal(store, first);
    kit_seal(store, second);
    g_autofree char *sha256 = kit_sha256(1);
    g_autofree char *lower = g_ascii_strdown(first, -1);
    assert_found(store, &(GuichetRequestFilter){.search = first}, 1, first);
    assert_found(store, &(GuichetRequestFilter){.search = lower}, 1, first);
    assert_found(store, &(GuichetRequestFilter){.search = sha256}, 1, first);
    assert_found(store, &(GuichetRequestFilter){.search = "2"}, 1, second);
    assert_found(store, &(GuichetRequestFilter){.search = "3"}, 0, NULL);
    assert_found(store, &(GuichetRequestFilter){.search = "000000"}, 0, NULL); /* both bundles */
    assert_found(store, &(GuichetRequestFilter){.search = "%"}, 0, NULL);
    assert_found(store, &(GuichetRequestFilter){.search = "' OR 1=1 --"}, 0, NULL);
    assert_found(store, &(GuichetRequestFilter){.search = ""}, 2, second);
}

static GuichetSealRecord
stray(const char *id, gint64 sequence, const char *previous, const char *sha256)
{
    return (GuichetSealRecord){id, sequence, previous, sha256, sha256, 9, ""};
}

#define STRAY_ID "01ARZ3NDEKTSV4RRFFQ69G5FAV"

static void
a_stray_bundle_is_taken_beyond_the_last(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *report = NULL, *previous = NULL;
    gint64 next;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_seal(store, id);
    g_autofree char *sha256 = kit_sha256(9), *other = kit_sha256(8);
    GuichetSealRecord taken = stray(STRAY_ID, 1, NULL, sha256);
    g_assert_false(guichet_store_adopt_bundle(store, &taken, 1, kit->procedure, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    GuichetSealRecord unchained = stray(STRAY_ID, 2, other, sha256);
    g_assert_false(guichet_store_adopt_bundle(store, &unchained, 1, kit->procedure, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    /* 2 … 8 were received and erased: the file of 9 still is what comes next at the centre */
    GuichetSealRecord beyond = stray(STRAY_ID, 9, other, sha256);
    g_assert_true(guichet_store_adopt_bundle(store, &beyond, 1, kit->procedure, &error));
    g_assert_no_error(error);
    g_assert_true(guichet_store_next_sequence(store, &next, &previous, &error));
    g_assert_cmpint(next, ==, 10);
    g_assert_cmpstr(previous, ==, sha256);
    g_assert_true(guichet_store_check(store, &report, &error));
    g_assert_no_error(error);
    g_assert_null(guichet_store_load_statement(store, STRAY_ID, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    /* a gap that no adoption explains is still a finding */
    g_clear_pointer(&report, g_free);
    kit_tamper(kit, "PRAGMA foreign_keys=OFF; UPDATE outbox SET sequence = 12 WHERE sequence = 9;"
                    "UPDATE outbox SET sha256 = replace(sha256, 'abc', 'abd') WHERE sequence = 12");
    g_assert_false(guichet_store_check(store, &report, &error));
    g_assert_nonnull(strstr(report, "bundle chain broken at 12"));
}

static void
the_head_is_a_witness(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(GuichetJournalState) head = {0}, walked = {0};
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_assert_true(guichet_store_read_journal_head(store, &head, &error));
    g_assert_true(guichet_store_verify_journal(store, &walked, &error));
    g_assert_cmpint(head.entries, ==, walked.entries);
    g_assert_cmpstr(head.head, ==, walked.head);
    g_assert_true(guichet_store_journal(store, "essai", "sujet", &error));
    g_autofree char *hash = guichet_store_find_journal_hash(store, head.entries, &error);
    g_assert_cmpstr(hash, ==, head.head);
    g_assert_null(guichet_store_find_journal_hash(store, head.entries + 2, &error));
    g_assert_no_error(error);
    gboolean has = FALSE;
    g_assert_true(guichet_store_journal_has(store, "essai", "sujet", &has, &error) && has);
    g_assert_true(guichet_store_journal_has(store, "essai", "autre", &has, &error) && !has);
}

static void
space_comes_back_when_no_key_lives(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *big = g_strnfill(400000, 'x');
    g_autofree char *id = kit_add_draft(kit, store), *open = kit_add_draft(kit, store);
    g_autofree char *piece = kit_put_text(store, id, "paper", 1, big);
    kit_seal(store, id);
    g_autofree char *before = kit_ask(kit, "PRAGMA freelist_count");
    g_assert_cmpint(atoi(before), >, 12);
    g_assert_true(guichet_store_compact(store, 10, &error));
    g_autofree char *with_draft = kit_ask(kit, "PRAGMA freelist_count");
    g_assert_cmpstr(with_draft, ==, before);
    g_assert_true(guichet_store_abandon(store, open, &error));
    g_autofree char *middle = kit_ask(kit, "PRAGMA freelist_count");
    g_assert_true(guichet_store_compact(store, 10, &error));
    g_autofree char *after = kit_ask(kit, "PRAGMA freelist_count");
    g_assert_cmpint(atoi(after), ==, atoi(middle) - 10);
}

static void
a_received_file_goes_and_the_request_stays(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_seal(store, id);
    g_assert_false(guichet_store_release_bundle(store, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    kit_tamper(kit, "UPDATE outbox SET receipt = x'00', received_us = 5");
    g_assert_null(guichet_store_next_erasable(store, 0, 4, &error));
    g_assert_no_error(error);
    g_autoptr(GuichetBundleRecord) ripe = guichet_store_next_erasable(store, 0, 5, &error);
    g_assert_cmpstr(ripe->request_id, ==, id);
    g_assert_true(guichet_store_release_bundle(store, id, &error));
    g_assert_null(guichet_store_next_erasable(store, 0, 5, &error));
    g_autoptr(GuichetBundleRecord) kept = guichet_store_next_bundle(store, 0, &error);
    g_assert_true(kept->erased);
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_SEALED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/custody/a-list-comes-in-pages", a_list_comes_in_pages);
    kit_add("/db/custody/a-search-takes-what-is-on-the-slip", a_search_takes_what_is_on_the_slip);
    kit_add("/db/custody/a-stray-bundle-is-taken-beyond-the-last",
            a_stray_bundle_is_taken_beyond_the_last);
    kit_add("/db/custody/the-head-is-a-witness", the_head_is_a_witness);
    kit_add("/db/custody/space-comes-back-when-no-key-lives", space_comes_back_when_no_key_lives);
    kit_add("/db/custody/a-received-file-goes-and-the-request-stays",
            a_received_file_goes_and_the_request_stays);
    return g_test_run();
}
