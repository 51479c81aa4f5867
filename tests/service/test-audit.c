/* SPDX-License-Identifier: EUPL-1.2 */
/* What the chain alone does not see, the centre's countersigned head does. */
#include "service/audit.h"

#include <sqlite3.h>
#include <string.h>

#include "core/error.h"
#include "service/upkeep.h"
#include "service/witness.h"
#include "station-fixture.h"

#define OPEN_TRIGGERS                                                                              \
    "DROP TRIGGER IF EXISTS journal_append; DROP TRIGGER IF EXISTS journal_no_update;"             \
    "DROP TRIGGER IF EXISTS journal_no_delete; DROP TRIGGER IF EXISTS journal_head_forward;"       \
    "DROP TRIGGER IF EXISTS journal_head_no_delete;"

static sqlite3 *
open_raw(StationFixture *fixture)
{
    sqlite3 *raw = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "station.db", NULL);
    g_assert_cmpint(sqlite3_open(path, &raw), ==, SQLITE_OK);
    return raw;
}

static void
tamper(StationFixture *fixture, const char *sql)
{
    char *message = NULL;
    sqlite3 *raw = open_raw(fixture);
    sqlite3_exec(raw, sql, NULL, NULL, &message);
    g_assert_cmpstr(message, ==, NULL);
    sqlite3_close(raw);
}

/* --- somebody who knows SCHEMA.md --- */

static void
put_number(GChecksum *sum, gint64 number)
{
    guint64 big_endian = GUINT64_TO_BE((guint64)number);
    g_checksum_update(sum, (const guchar *)&big_endian, sizeof big_endian);
}

static void
put_text(GChecksum *sum, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    put_number(sum, (gint64)strlen(text));
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
}

static void
run_bound(sqlite3 *raw, const char *sql, const guint8 *hash, gint64 sequence)
{
    sqlite3_stmt *statement = NULL;
    g_assert_cmpint(sqlite3_prepare_v2(raw, sql, -1, &statement, NULL), ==, SQLITE_OK);
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, sequence);
    g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_DONE);
    sqlite3_finalize(statement);
}

/* Rewrites every hash and the head, so that the chain itself is without fault. */
static void
recompute_chain(StationFixture *fixture)
{
    guint8 hash[32] = {0};
    gint64 sequence = 0;
    sqlite3_stmt *row = NULL;
    sqlite3 *raw = open_raw(fixture);
    g_assert_cmpint(sqlite3_prepare_v2(raw,
                                       "SELECT sequence, wall_us, boot_id, monotonic_us, event,"
                                       " subject FROM journal ORDER BY sequence",
                                       -1, &row, NULL),
                    ==, SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        gsize size = sizeof hash;
        sequence = sqlite3_column_int64(row, 0);
        g_checksum_update(sum, hash, sizeof hash);
        put_number(sum, sequence);
        put_number(sum, sqlite3_column_int64(row, 1));
        put_text(sum, row, 2);
        put_number(sum, sqlite3_column_int64(row, 3));
        put_text(sum, row, 4);
        put_text(sum, row, 5);
        g_checksum_get_digest(sum, hash, &size);
        run_bound(raw, "UPDATE journal SET hash = ?1 WHERE sequence = ?2", hash, sequence);
    }
    sqlite3_finalize(row);
    run_bound(raw, "UPDATE journal_head SET hash = ?1, sequence = ?2", hash, sequence);
    sqlite3_close(raw);
}

/* --- the audit --- */

static guint
count_findings(StationFixture *fixture, GuichetAudit *audit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture->root, &error);
    g_assert_no_error(error);
    guichet_audit_clear(audit);
    g_assert_true(guichet_desk_audit(desk, audit, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < audit->findings->len; i++)
        g_test_message("%s", (char *)g_ptr_array_index(audit->findings, i));
    return audit->findings->len;
}

static void
seal_and_receive(StationFixture *fixture, GuichetDesk *desk)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    station_fixture_receive(fixture, sealed);
}

static const struct {
    const char *what, *sql;
    gboolean recompute;
    gboolean seen;
} hands[] = {
    {"nothing", "SELECT 1", FALSE, FALSE},
    {"a chain recomputed over the truth", "SELECT 1", TRUE, FALSE},
    {"an entry changed", "UPDATE journal SET subject = 'x' WHERE sequence = 2", FALSE, TRUE},
    {"an entry deleted", "DELETE FROM journal WHERE sequence = 3", FALSE, TRUE},
    {"the end cut off", "DELETE FROM journal WHERE sequence > 4", FALSE, TRUE},
    {"two entries swapped",
     "UPDATE journal SET sequence = -2 WHERE sequence = 2; UPDATE journal SET sequence = 2 WHERE"
     " sequence = 3; UPDATE journal SET sequence = 3 WHERE sequence = -2",
     FALSE, TRUE},
    {"an entry changed, all recomputed", "UPDATE journal SET subject = 'x' WHERE sequence = 2",
     TRUE, TRUE},
    {"an entry deleted, all recomputed",
     "DELETE FROM journal WHERE sequence = 3;"
     "UPDATE journal SET sequence = sequence - 1 WHERE sequence > 3",
     TRUE, TRUE},
    {"the end cut off, all recomputed", "DELETE FROM journal WHERE sequence > 4", TRUE, TRUE},
    {"two entries swapped, all recomputed",
     "UPDATE journal SET sequence = -2 WHERE sequence = 2; UPDATE journal SET sequence = 2 WHERE"
     " sequence = 3; UPDATE journal SET sequence = 3 WHERE sequence = -2",
     TRUE, TRUE},
    {"a receipt replaced", "UPDATE outbox SET receipt = x'3000' WHERE sequence = 1", FALSE, TRUE},
    {"two receipts exchanged",
     "UPDATE outbox SET receipt = (SELECT p.receipt FROM outbox AS p WHERE p.sequence <>"
     " outbox.sequence)",
     FALSE, TRUE},
};

static void
test_hands(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hands); i++) {
        g_auto(StationFixture) fixture = {NULL};
        g_auto(GuichetAudit) audit = {0};
        station_fixture_init(&fixture);
        station_fixture_enrol(&fixture);
        {
            g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
            seal_and_receive(&fixture, desk);
            seal_and_receive(&fixture, desk);
        }
        g_autofree char *sql = g_strconcat(OPEN_TRIGGERS, hands[i].sql, NULL);
        tamper(&fixture, sql);
        if (hands[i].recompute)
            recompute_chain(&fixture);
        g_test_message("%s", hands[i].what);
        guint findings = count_findings(&fixture, &audit);
        g_assert_true((findings > 0) == hands[i].seen);
        g_assert_cmpuint(audit.receipts, ==, 2);
        if (!hands[i].seen)
            g_assert_cmpint(audit.witnessed, >, 4);
    }
}

/* Everything is put back as it was in the morning, and the evening's receipts come home again. */
static void
test_older_copy(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_auto(GuichetAudit) audit = {0};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    seal_and_receive(&fixture, desk);
    g_autofree char *copy = g_build_filename(fixture.folder, "morning.db", NULL);
    g_assert_true(guichet_desk_backup(desk, copy, &error));
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) evening = guichet_desk_seal(desk, id, &error);
    station_fixture_receive(&fixture, evening);
    g_clear_object(&desk);
    g_assert_cmpuint(count_findings(&fixture, &audit), ==, 0); /* control */
    g_autofree char *replaced = NULL;
    g_assert_true(guichet_station_restore(fixture.root, copy, &replaced, &error));
    desk = station_fixture_login(&fixture); /* adopts the evening's bundle */
    station_fixture_receive(&fixture, evening);
    g_clear_object(&desk);
    g_assert_cmpuint(count_findings(&fixture, &audit), ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(audit.findings, 0), "n° 2"));
    g_assert_cmpuint(audit.adopted->len, ==, 1);
    guichet_audit_clear(&audit);

    /* an agent answers for it, once, and what comes after is judged as ever */
    desk = guichet_desk_open(fixture.root, &error);
    g_assert_false(guichet_desk_accept_restore(desk, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_clear_object(&desk);
    desk = station_fixture_login(&fixture);
    g_assert_true(guichet_desk_accept_restore(desk, &error));
    g_assert_false(guichet_desk_accept_restore(desk, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    seal_and_receive(&fixture, desk);
    g_clear_object(&desk);
    g_assert_cmpuint(count_findings(&fixture, &audit), ==, 0);
    guichet_audit_clear(&audit);
    tamper(&fixture, OPEN_TRIGGERS "UPDATE journal SET subject = 'x' WHERE sequence = 3");
    recompute_chain(&fixture);
    g_assert_cmpuint(count_findings(&fixture, &audit), >, 0);
}

/* --- who looked --- */

static guint
count_events(StationFixture *fixture, const char *event, const char *subject)
{
    sqlite3_stmt *row = NULL;
    sqlite3 *raw = open_raw(fixture);
    g_assert_cmpint(
        sqlite3_prepare_v2(raw, "SELECT count(*) FROM journal WHERE event = ?1 AND subject = ?2",
                           -1, &row, NULL),
        ==, SQLITE_OK);
    sqlite3_bind_text(row, 1, event, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, 2, subject, -1, SQLITE_STATIC);
    g_assert_cmpint(sqlite3_step(row), ==, SQLITE_ROW);
    guint count = (guint)sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(raw);
    return count;
}

static void
test_views(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autofree char *viewed = g_strconcat(FIXTURE_AGENT " ", id, NULL);
    g_assert_cmpuint(count_events(&fixture, "request-viewed", viewed), ==, 0);
    g_autofree char *piece_id = NULL;
    for (int i = 0; i < 3; i++) { /* one look, however often the screen asks */
        g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
        g_assert_no_error(error);
        g_free(piece_id);
        piece_id = g_strdup(((GuichetPiece *)g_ptr_array_index(request->pieces, 0))->id);
        g_autoptr(GuichetPiece) piece = guichet_desk_load_piece(desk, id, piece_id, &error);
        g_assert_no_error(error);
        g_autoptr(GPtrArray) list = guichet_desk_list_requests(desk, &error);
        g_assert_no_error(error);
    }
    g_autofree char *piece = g_strdup_printf("%s/%s", viewed, piece_id);
    g_assert_cmpuint(count_events(&fixture, "request-viewed", viewed), ==, 1);
    g_assert_cmpuint(count_events(&fixture, "piece-viewed", piece), ==, 1);
    g_assert_cmpuint(count_events(&fixture, "drafts-listed", FIXTURE_AGENT " *"), ==, 1);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    for (int i = 0; i < 2; i++) { /* each print is one */
        g_autoptr(GBytes) slip = guichet_desk_make_slip(desk, id, &error);
        g_assert_no_error(error);
    }
    station_fixture_receive(&fixture, sealed);
    g_autoptr(GBytes) receipt = guichet_desk_load_receipt(desk, id, &error);
    g_assert_cmpuint(count_events(&fixture, "slip-made", viewed), ==, 2);
    g_assert_cmpuint(count_events(&fixture, "receipt-exported", viewed), ==, 1);
    g_autofree char *copy = g_build_filename(fixture.folder, "copy.db", NULL);
    g_assert_true(guichet_desk_backup(desk, copy, &error));
    g_assert_cmpuint(count_events(&fixture, "store-copied", FIXTURE_AGENT " *"), ==, 1);
    /* another session is another look */
    g_clear_object(&desk);
    g_autofree char *other = NULL;
    desk = station_fixture_login(&fixture);
    other = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) again = guichet_desk_load_request(desk, id, &error);
    g_assert_cmpuint(count_events(&fixture, "request-viewed", viewed), ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/audit/every-hand-on-the-journal-is-seen", test_hands);
    g_test_add_func("/service/audit/an-older-copy-is-seen-by-a-newer-receipt", test_older_copy);
    g_test_add_func("/service/audit/every-look-and-print-is-in-the-journal", test_views);
    return g_test_run();
}
