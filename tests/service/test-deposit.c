/* SPDX-License-Identifier: EUPL-1.2 */
/* What goes into a bundle, and what becomes of bundles that no row speaks of. */
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "service/upkeep.h"
#include "station-fixture.h"
#include "sync/bundle/bundle.h"

/* --- only what the screen shows --- */

/* "other-case" with a field that is shown only once the name is given. */
static void
hide_the_contact(StationFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "procedures/other-case.json", NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    g_auto(GStrv) parts = g_strsplit(text, "\"id\": \"contact\",", 2);
    g_assert_nonnull(parts[1]);
    g_autofree char *changed = g_strjoinv(
        "\"id\": \"contact\", \"visible_if\": {\"!=\": [{\"var\": \"fields.name\"}, null]},",
        parts);
    g_assert_true(g_file_set_contents(path, changed, -1, &error));
}

static char *
sealed_demande(StationFixture *fixture, GuichetDesk *desk, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = station_fixture_draft(desk);
    guichet_desk_set_field(desk, id, "contact", "06 12 34 56 78", &error);
    guichet_desk_set_field(desk, id, "name", name, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(fixture, sealed);
    g_autofree char *root = g_build_filename(fixture->root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GPtrArray) members = guichet_bundle_open(bundle, trust, guichet_instant_now().wall_us,
                                                       fixture->seal_key, fixture->seal, &error);
    g_assert_no_error(error);
    const GuichetBundleMember *demande = g_ptr_array_index(members, 0);
    gsize size;
    const char *text = g_bytes_get_data(demande->content, &size);
    return g_strndup(text, size);
}

static void
test_hidden_fields_stay_out(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    hide_the_contact(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *shown = sealed_demande(&fixture, desk, "Dupont");
    g_assert_nonnull(strstr(shown, "06 12 34 56 78"));
    g_autofree char *hidden = sealed_demande(&fixture, desk, "");
    g_assert_nonnull(strstr(hidden, "tracteur"));
    g_assert_null(strstr(hidden, "06 12 34 56 78"));
    g_assert_null(strstr(hidden, "contact"));
}

/* --- bundles that no row speaks of --- */

static char *
copy_store(StationFixture *fixture, GuichetDesk *desk, const char *name)
{
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(fixture->folder, name, NULL);
    g_assert_true(guichet_desk_backup(desk, path, &error));
    g_assert_no_error(error);
    return path;
}

static void
put_back(StationFixture *fixture, const char *copy)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *replaced = NULL;
    g_assert_true(guichet_station_restore(fixture->root, copy, &replaced, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_test(replaced, G_FILE_TEST_EXISTS));
}

static void
assert_counts(GuichetDesk *desk, guint drafts, guint waiting)
{
    g_autoptr(GError) error = NULL;
    g_auto(GuichetUpkeep) upkeep = {NULL};
    GuichetStoreCounts counts = {0};
    g_assert_true(guichet_desk_count(desk, &counts, &error));
    g_assert_cmpuint(counts.drafts, ==, drafts);
    g_assert_cmpuint(counts.waiting, ==, waiting);
    g_assert_true(guichet_desk_upkeep(desk, &upkeep, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < upkeep.findings->len; i++)
        g_test_message("%s", (char *)g_ptr_array_index(upkeep.findings, i));
    g_assert_cmpuint(upkeep.findings->len, ==, 0);
    g_assert_cmpuint(upkeep.bundles, ==, waiting);
}

static GuichetRequest *
seal(GuichetDesk *desk, const char *id)
{
    g_autoptr(GError) error = NULL;
    GuichetRequest *sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    return sealed;
}

/* The file is durable and its row is not: as a kill at that point leaves it. */
static void
test_cut_short(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autofree char *copy = copy_store(&fixture, desk, "before.db");
    g_autoptr(GuichetRequest) sealed = seal(desk, id);
    g_autofree char *file = station_fixture_bundle_path(&fixture, sealed);
    g_clear_object(&desk);
    put_back(&fixture, copy);
    g_autofree char *path = g_build_filename(fixture.root, "station.db", NULL);
    {
        g_autoptr(GuichetStore) store = guichet_store_open(path, &error);
        g_assert_true(
            guichet_store_journal(store, "bundle-sealing", sealed->bundle_sha256, &error));
    }
    desk = station_fixture_login(&fixture);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    assert_counts(desk, 1, 0);
    g_autoptr(GuichetRequest) again = seal(desk, id);
    g_assert_cmpint(again->sequence, ==, 1);
    assert_counts(desk, 0, 1);
}

/* The store is lost; a copy of the morning is put back. */
static void
test_restored(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *kept = station_fixture_draft(desk);
    g_autofree char *first = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) one = seal(desk, first);
    g_autofree char *copy = copy_store(&fixture, desk, "morning.db");
    g_autofree char *second = station_fixture_draft(desk), *third = station_fixture_draft(desk);
    g_autofree char *lost = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) two = seal(desk, second);
    g_autoptr(GuichetRequest) three = seal(desk, third);
    g_clear_object(&desk);
    g_autofree char *store = g_build_filename(fixture.root, "station.db", NULL);
    g_assert_true(g_file_set_contents(store, "not a database any more", -1, NULL));
    g_assert_null(guichet_desk_open(fixture.root, &error));
    g_clear_error(&error);
    put_back(&fixture, copy);
    desk = station_fixture_login(&fixture);
    assert_counts(desk, 1, 3); /* both later bundles are in the queue again */
    g_autoptr(GuichetRequest) draft = guichet_desk_load_request(desk, kept, &error);
    g_assert_cmpint(draft->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_null(guichet_desk_load_request(desk, lost, &error)); /* made after the copy */
    g_clear_error(&error);
    g_autoptr(GuichetRequest) four = seal(desk, kept);
    g_assert_cmpint(four->sequence, ==, 4);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(&fixture, four);
    g_autofree char *root = g_build_filename(fixture.root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_assert_true(
        guichet_bundle_verify(bundle, trust, guichet_instant_now().wall_us, &header, NULL, &error));
    g_assert_cmpstr(header->previous, ==, three->bundle_sha256);
    assert_counts(desk, 0, 4);
}

/* The certificate that signed the bundles has ended by the time that its successor does. */
static void
test_restored_after_renewal(void)
{
    g_auto(StationFixture) fixture = {.days = 2};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *copy = copy_store(&fixture, desk, "morning.db");
    g_autofree char *draft = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) one = seal(desk, draft);
    g_clear_object(&desk);
    fixture.days = 20;
    g_clear_pointer(&fixture.seal_key, guichet_key_free);
    station_fixture_enrol(&fixture);
    put_back(&fixture, copy);
    desk = station_fixture_login(&fixture);
    assert_counts(desk, 0, 1);
}

/* Work went on before the old bundle came back: its rank is taken, and still it is not lost. */
static void
test_set_aside(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *copy = copy_store(&fixture, desk, "empty.db");
    g_autofree char *first = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) old = seal(desk, first);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(&fixture, old);
    g_autofree char *file = station_fixture_bundle_path(&fixture, old);
    g_clear_object(&desk);
    g_assert_cmpint(g_unlink(file), ==, 0);
    put_back(&fixture, copy);
    desk = station_fixture_login(&fixture);
    g_autofree char *second = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) new = seal(desk, second);
    g_assert_cmpint(new->sequence, ==, old->sequence);
    g_clear_object(&desk);
    gsize size;
    const char *bytes = g_bytes_get_data(bundle, &size);
    g_assert_true(g_file_set_contents(file, bytes, (gssize)size, NULL));
    desk = station_fixture_login(&fixture);
    g_autofree char *name = g_path_get_basename(file);
    g_autofree char *aside = g_build_filename(fixture.root, "aside", name, NULL);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
    assert_counts(desk, 0, 1);
}

/* Killed when the store was moved away and its WAL was not: nothing may be made in its place. */
static void
test_restore_cut_short(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *replaced = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autofree char *copy = copy_store(&fixture, desk, "before.db");
    g_clear_object(&desk);
    g_autofree char *store = g_build_filename(fixture.root, "station.db", NULL);
    g_autofree char *wal = g_strconcat(store, "-wal", NULL);
    g_autofree char *away = g_strconcat(store, ".replaced-20260101T000000.000000", NULL);
    g_autofree char *away_wal = g_strconcat(away, "-wal", NULL);
    g_assert_cmpint(g_rename(store, away), ==, 0);
    g_assert_true(g_file_set_contents(wal, "pages", -1, NULL));
    desk = guichet_desk_open(fixture.root, &error);
    g_assert_null(desk);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(g_file_test(store, G_FILE_TEST_EXISTS));
    g_assert_true(guichet_station_restore(fixture.root, copy, &replaced, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(replaced, ==, away);
    g_assert_true(g_file_test(away_wal, G_FILE_TEST_EXISTS));
    desk = station_fixture_login(&fixture);
    assert_counts(desk, 1, 0);
}

/* What a window that is open acknowledged would be in the store that was moved away. */
static void
test_restore_under_a_window(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *replaced = NULL;
    station_fixture_init(&fixture);
    g_autofree char *copy = g_build_filename(fixture.folder, "copy.db", NULL);
    g_autofree char *path = g_build_filename(fixture.root, "station.db", NULL);
    g_autofree char *aside = g_build_filename(fixture.folder, "aside.db", NULL);
    g_autoptr(GuichetDesk) window = station_fixture_login(&fixture);
    g_assert_true(guichet_desk_backup(window, copy, &error));
    g_assert_false(guichet_station_restore(fixture.root, copy, &replaced, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
    g_clear_error(&error);
    g_autofree char *draft = station_fixture_draft(window);
    /* and by other hands than ours: the window says that it can keep nothing more */
    g_assert_cmpint(g_rename(path, aside), ==, 0);
    g_assert_false(guichet_desk_set_field(window, draft, "description", "encore", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_assert_cmpint(g_rename(aside, path), ==, 0);
    g_assert_true(guichet_desk_set_field(window, draft, "description", "encore", &error));
    g_clear_object(&window);
    g_assert_true(guichet_station_restore(fixture.root, copy, &replaced, &error));
    g_assert_no_error(error);
    g_autoptr(GuichetDesk) again = station_fixture_login(&fixture);
    g_assert_null(guichet_desk_load_request(again, draft, NULL));
}

static void
test_restore_refuses(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autofree char *replaced = NULL;
    station_fixture_init(&fixture);
    g_autofree char *store = g_build_filename(fixture.root, "station.db", NULL);
    g_autofree char *bad = g_build_filename(fixture.folder, "bad.db", NULL);
    static const char *const contents[] = {"", "SQLite format 3", "texte"};
    char *before, *after;
    gsize before_size, after_size;
    g_assert_true(g_file_get_contents(store, &before, &before_size, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(bad, contents[i], -1, NULL));
        g_assert_false(guichet_station_restore(fixture.root, bad, &replaced, &error));
        g_assert_nonnull(error);
    }
    g_assert_true(g_file_get_contents(store, &after, &after_size, NULL));
    g_assert_cmpmem(before, before_size, after, after_size);
    g_free(before);
    g_free(after);
}

static void
test_damage_is_said(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *first = station_fixture_draft(desk), *second = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) one = seal(desk, first);
    g_autoptr(GuichetRequest) two = seal(desk, second);
    g_autofree char *damaged = station_fixture_bundle_path(&fixture, one);
    g_autofree char *missing = station_fixture_bundle_path(&fixture, two);
    g_assert_true(g_file_set_contents(damaged, "x", 1, NULL));
    g_assert_cmpint(g_unlink(missing), ==, 0);
    g_auto(GuichetUpkeep) upkeep = {NULL};
    g_assert_true(guichet_desk_upkeep(desk, &upkeep, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(upkeep.findings->len, ==, 2);
    g_assert_nonnull(strstr(g_ptr_array_index(upkeep.findings, 0), first));
    g_assert_nonnull(strstr(g_ptr_array_index(upkeep.findings, 1), second));
    g_assert_true(g_file_test(damaged, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/deposit/a-hidden-field-is-not-sealed", test_hidden_fields_stay_out);
    g_test_add_func("/service/deposit/a-seal-cut-short-is-done-again", test_cut_short);
    g_test_add_func("/service/restore/later-bundles-are-adopted", test_restored);
    g_test_add_func("/service/restore/later-bundles-are-adopted-after-a-renewal",
                    test_restored_after_renewal);
    g_test_add_func("/service/restore/a-bundle-whose-rank-is-taken-is-set-aside", test_set_aside);
    g_test_add_func("/service/restore/a-kill-in-between-is-said-and-mended",
                    test_restore_cut_short);
    g_test_add_func("/service/restore/not-under-a-window-that-is-open",
                    test_restore_under_a_window);
    g_test_add_func("/service/restore/a-bad-copy-changes-nothing", test_restore_refuses);
    g_test_add_func("/service/upkeep/a-damaged-bundle-is-said", test_damage_is_said);
    return g_test_run();
}
