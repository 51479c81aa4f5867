/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"

#define OPEN_TRIGGERS                                                                              \
    "DROP TRIGGER journal_append; DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;" \
    "DROP TRIGGER journal_head_forward; DROP TRIGGER journal_head_no_delete;"

/* Entries of the kit's store: 1 agent-added, 2 login, then 3 … 6 here. */
static GuichetStore *
open_with_entries(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    GuichetStore *store = kit_open(kit);
    for (guint i = 3; i <= 6; i++)
        g_assert_true(guichet_store_journal(store, "essai", "sujet", &error));
    return store;
}

/* What somebody with the file does, and the first entry that must be named; 0 = nothing seen. */
static const struct {
    const char *sql;
    int entry;
} tampered[] = {
    {"SELECT 1", 0},
    {"UPDATE journal SET subject = 'autre' WHERE sequence = 4", 4},
    {"UPDATE journal SET event = '', subject = event || subject WHERE sequence = 4", 4},
    {"UPDATE journal SET wall_us = wall_us + 1 WHERE sequence = 3", 3},
    {"UPDATE journal SET monotonic_us = 0 WHERE sequence = 3", 3},
    {"UPDATE journal SET boot_id = '' WHERE sequence = 1", 1},
    {"UPDATE journal SET hash = zeroblob(32) WHERE sequence = 5", 5},
    {"DELETE FROM journal WHERE sequence = 4", 4},
    {"DELETE FROM journal WHERE sequence = 1", 1},
    {"DELETE FROM journal WHERE sequence = 6", 6},
    {"DELETE FROM journal WHERE sequence >= 5", 5},
    {"DELETE FROM journal", 1},
    {"DELETE FROM journal WHERE sequence = 4;"
     "UPDATE journal SET sequence = sequence - 1 WHERE sequence > 4",
     4},
    {"UPDATE journal SET sequence = -3 WHERE sequence = 3;"
     "UPDATE journal SET sequence = 3 WHERE sequence = 4;"
     "UPDATE journal SET sequence = 4 WHERE sequence = -3",
     3},
    {"INSERT INTO journal SELECT 7, wall_us, boot_id, monotonic_us, event, subject, hash"
     " FROM journal WHERE sequence = 6",
     7},
    {"UPDATE journal_head SET hash = zeroblob(32)", 6},
    {"UPDATE journal_head SET sequence = 9", 7},
    {"DELETE FROM journal WHERE sequence = 6; UPDATE journal_head SET sequence = 5", 5},
};

static void
every_change_is_seen(Kit *kit, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tampered); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetStore) store = open_with_entries(kit);
        GuichetJournalState state = {0};
        g_autofree char *sql = g_strconcat(OPEN_TRIGGERS, tampered[i].sql, NULL);
        kit_tamper(kit, sql);
        g_test_message("%s", tampered[i].sql);
        /* control: a journal without its chain; nothing else in the file sees any of this */
        g_autofree char *blind = kit_ask(kit, "PRAGMA integrity_check");
        g_assert_cmpstr(blind, ==, "ok");
        gboolean sound = guichet_store_verify_journal(store, &state, &error);
        g_assert_true(sound == (tampered[i].entry == 0));
        if (sound) {
            g_assert_cmpint(state.entries, ==, 6);
            g_assert_cmpuint(strlen(state.head), ==, 64);
        } else {
            g_autofree char *name = g_strdup_printf("n° %d ", tampered[i].entry);
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
            g_assert_nonnull(strstr(error->message, name));
        }
        g_free(state.head);
        g_clear_object(&store);
        g_unlink(kit->path);
    }
}

static void
a_missing_head_is_seen(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = open_with_entries(kit);
    GuichetJournalState state = {0};
    kit_tamper(kit, OPEN_TRIGGERS "DELETE FROM journal_head");
    g_assert_false(guichet_store_verify_journal(store, &state, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
    g_clear_error(&error);
    g_assert_false(guichet_store_journal(store, "essai", "", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
}

static void
the_file_itself_refuses_a_slip(Kit *kit, gconstpointer data)
{
    static const char *const slips[] = {
        "UPDATE journal SET subject = ''",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal VALUES (1, 0, '', 0, 'x', '', zeroblob(32))",
        "INSERT INTO journal VALUES (99, 0, '', 0, 'x', '', zeroblob(32))",
        "UPDATE journal_head SET sequence = 0",
        "DELETE FROM journal_head",
    };
    g_autoptr(GuichetStore) store = open_with_entries(kit);
    sqlite3 *raw = NULL;
    g_assert_cmpint(sqlite3_open(kit->path, &raw), ==, SQLITE_OK);
    for (gsize i = 0; i < G_N_ELEMENTS(slips); i++) {
        g_test_message("%s", slips[i]);
        g_assert_cmpint(sqlite3_exec(raw, slips[i], NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
    }
    sqlite3_close(raw);
    GuichetJournalState state = {0};
    g_assert_true(guichet_store_verify_journal(store, &state, NULL));
    g_free(state.head);
}

static void
each_change_of_state_has_its_entry(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *sealed = kit_add_draft(kit, store);
    g_autofree char *abandoned = kit_add_draft(kit, store);
    kit_seal(store, sealed);
    g_assert_true(guichet_store_abandon(store, abandoned, &error));
    g_autofree char *events = kit_ask(kit, "SELECT group_concat(event, ' ') FROM journal");
    g_assert_cmpstr(events, ==,
                    "agent-added login request-draft request-draft request-sealed "
                    "request-abandoned");
    g_autofree char *subject =
        kit_ask(kit, "SELECT subject FROM journal WHERE event = 'request-sealed'");
    g_assert_cmpstr(subject, ==, sealed);
}

static void
refuses_words_that_are_no_event(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *long_event = g_strnfill(65, 'x');
    g_autofree char *long_subject = g_strnfill(257, 'x');
    const char *const words[][2] = {
        {"", "x"}, {long_event, "x"}, {"x", long_subject}, {"\xff", "x"}, {"x", "\xc3"}};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(guichet_store_journal(store, words[i][0], words[i][1], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

/* The bytes of SCHEMA.md, put together here a second time. */
static void
the_chain_is_as_documented(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = open_with_entries(kit);
    g_autofree char *wrong = kit_ask(
        kit,
        "WITH n AS (SELECT *, coalesce(lag(hash) OVER (ORDER BY sequence), zeroblob(32)) AS prev"
        " FROM journal) SELECT group_concat(hex(prev) || printf('%016X%016X%016X', sequence,"
        " wall_us, length(CAST(boot_id AS BLOB))) || hex(boot_id) || printf('%016X%016X',"
        " monotonic_us, length(CAST(event AS BLOB))) || hex(event) || printf('%016X',"
        " length(CAST(subject AS BLOB))) || hex(subject) || '>' || lower(hex(hash)), ' ') FROM n");
    g_auto(GStrv) entries = g_strsplit(wrong, " ", -1);
    g_assert_cmpuint(g_strv_length(entries), ==, 6);
    for (gsize i = 0; entries[i] != NULL; i++) {
        g_auto(GStrv) sides = g_strsplit(entries[i], ">", 2);
        gsize size = strlen(sides[0]) / 2;
        g_autofree guint8 *bytes = g_malloc(size);
        for (gsize k = 0; k < size; k++)
            bytes[k] = (guint8)(g_ascii_xdigit_value(sides[0][2 * k]) << 4 |
                                g_ascii_xdigit_value(sides[0][2 * k + 1]));
        g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, size);
        g_assert_cmpstr(hash, ==, sides[1]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/journal/every-change-is-seen", every_change_is_seen);
    kit_add("/db/journal/a-missing-head-is-seen", a_missing_head_is_seen);
    kit_add("/db/journal/the-file-itself-refuses-a-slip", the_file_itself_refuses_a_slip);
    kit_add("/db/journal/each-change-of-state-has-its-entry", each_change_of_state_has_its_entry);
    kit_add("/db/journal/refuses-words-that-are-no-event", refuses_words_that_are_no_event);
    kit_add("/db/journal/the-chain-is-as-documented", the_chain_is_as_documented);
    return g_test_run();
}
