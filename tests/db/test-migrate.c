/* SPDX-License-Identifier: EUPL-1.2 */
/* Every schema version that ever was, as a file of fixtures/, taken to the newest. */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"
#include "db/database.h"
#include "db/outbox-store.h"

static const char *const fixtures[] = {"station-v1.sql", "station-v2.sql", "station-v3.sql",
                                       "station-v4.sql", "station-v5.sql"};

/* The store of @fixture, in the kit's folder. */
static void
lay_out(Kit *kit, const char *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests", "db", "fixtures", fixture, NULL);
    g_autofree char *sql = NULL;
    g_file_get_contents(path, &sql, NULL, &error);
    g_assert_no_error(error);
    kit_tamper(kit, sql);
    guichet_secret_unref(kit->station);
    kit->station = guichet_secret_new_string(KIT_FIXTURE_STATION);
}

static GuichetRequest *
load_draft(GuichetStore *store, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) requests = guichet_store_list_requests(store, &error);
    for (guint i = 0; i < requests->len; i++) {
        GuichetRequest *listed = g_ptr_array_index(requests, i);
        g_autoptr(GuichetRequest) whole = guichet_store_load_request(store, listed->id, &error);
        g_assert_no_error(error);
        if (strcmp(guichet_request_get_field(whole, "name"), name) == 0)
            return g_steal_pointer(&whole);
    }
    return NULL;
}

static void
assert_queue(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetOutboxStore) outbox =
        guichet_outbox_store_open(kit->path, kit->folder, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) waiting = guichet_outbox_list(GUICHET_OUTBOX(outbox), TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(waiting->len, ==, 2);
    GuichetOutboxEntry *failed = g_ptr_array_index(waiting, 0);
    g_assert_cmpint(failed->sequence, ==, 4);
    g_assert_cmpstr(failed->last_error, ==, "pas de réseau");
    g_assert_cmpint(guichet_outbox_get_feed_position(GUICHET_OUTBOX(outbox), &error), ==, 1);
    g_autoptr(GBytes) receipt = g_bytes_new_static("accusé", 7);
    g_assert_true(
        guichet_outbox_record_receipt(GUICHET_OUTBOX(outbox), failed->sha256, receipt, &error));
}

static void
assert_drafts(GuichetStore *store)
{
    static const char *const names[] = {"Dupont", "Nguyễn"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetRequest) draft = load_draft(store, names[i]);
        g_assert_nonnull(draft);
        g_assert_cmpuint(draft->pieces->len, ==, 2);
        const GuichetPiece *listed = g_ptr_array_index(draft->pieces, 1);
        g_autoptr(GuichetPiece) piece =
            guichet_store_load_piece(store, draft->id, listed->id, &error);
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(piece->content, NULL), g_bytes_get_size(piece->content),
                        "seconde page", 12);
        kit_seal(store, draft->id);
    }
}

/* Nothing is lost, the journal still holds, and work goes on. */
static void
a_full_queue_survives(Kit *kit, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *report = NULL;
        GuichetStoreCounts counts = {0};
        if (i > 0) {
            kit_tear_down(kit, NULL);
            kit_set_up(kit, NULL);
        }
        lay_out(kit, fixtures[i]);
        g_autofree char *head = kit_ask(kit, "SELECT hex(hash) FROM journal_head");
        g_autoptr(GuichetStore) store = guichet_store_open(kit->path, &error);
        g_assert_no_error(error);
        g_autofree char *after = kit_ask(kit, "SELECT hex(hash) FROM journal_head");
        g_assert_cmpstr(head, ==, after);
        g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
        g_assert_true(guichet_store_count(store, &counts, &error));
        g_assert_cmpuint(counts.drafts, ==, 2);
        g_assert_cmpuint(counts.waiting, ==, 2);
        g_assert_cmpuint(counts.received, ==, 3);
        g_free(counts.last_error);
        assert_queue(kit);
        assert_drafts(store);
        g_assert_true(guichet_store_check(store, &report, &error));
        g_assert_no_error(error);
    }
}

/* The newest migration, cut short by something that it cannot do. */
static void
a_failure_leaves_the_file_byte_for_byte(Kit *kit, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autoptr(GError) error = NULL;
        const GuichetSchema *ours = guichet_schema_station();
        g_autoptr(GPtrArray) migrations = g_ptr_array_new();
        for (gsize m = 0; ours->migrations[m] != NULL; m++)
            g_ptr_array_add(migrations, (gpointer)ours->migrations[m]);
        g_ptr_array_add(migrations, (gpointer) "DELETE FROM outbox; SELECT nothing();");
        g_ptr_array_add(migrations, NULL);
        const GuichetSchema broken = {ours->application_id, (const char *const *)migrations->pdata};
        if (i > 0) {
            kit_tear_down(kit, NULL);
            kit_set_up(kit, NULL);
        }
        lay_out(kit, fixtures[i]);
        g_autoptr(GBytes) before = kit_read_file(kit);
        g_assert_null(guichet_database_open(kit->path, &broken, GUICHET_DATABASE_CREATE, &error));
        g_assert_nonnull(error);
        g_autoptr(GBytes) after = kit_read_file(kit);
        g_assert_true(g_bytes_equal(before, after));
    }
}

static void
a_newer_file_is_refused_untouched(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    lay_out(kit, fixtures[0]);
    kit_tamper(kit, "PRAGMA user_version = 99");
    g_autoptr(GBytes) before = kit_read_file(kit);
    g_assert_null(guichet_store_open(kit->path, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NEWER);
    g_autoptr(GBytes) after = kit_read_file(kit);
    g_assert_true(g_bytes_equal(before, after));
}

/* Each version below the newest must be there: whoever adds a migration adds its fixture. */
static void
every_version_has_its_fixture(Kit *kit, gconstpointer data)
{
    g_assert_cmpuint(g_strv_length((GStrv)guichet_schema_station()->migrations), ==,
                     G_N_ELEMENTS(fixtures) + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        if (i > 0) {
            kit_tear_down(kit, NULL);
            kit_set_up(kit, NULL);
        }
        lay_out(kit, fixtures[i]);
        g_autofree char *version = kit_ask(kit, "PRAGMA user_version");
        g_assert_cmpint(atoi(version), ==, (int)i + 1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/migrate/a-full-queue-survives-from-every-version", a_full_queue_survives);
    kit_add("/db/migrate/a-failure-leaves-the-file-byte-for-byte",
            a_failure_leaves_the_file_byte_for_byte);
    kit_add("/db/migrate/a-newer-file-is-refused-untouched", a_newer_file_is_refused_untouched);
    kit_add("/db/migrate/every-version-has-its-fixture", every_version_has_its_fixture);
    return g_test_run();
}
