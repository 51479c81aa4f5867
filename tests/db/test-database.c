/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "db/database.h"
#include "db/query.h"

#define APPLICATION 0x54455354

static const char *const one_migration[] = {
    "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;", NULL};
static const char *const two_migrations[] = {
    "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    "ALTER TABLE town ADD COLUMN people INTEGER NOT NULL DEFAULT 7;", NULL};
static const char *const broken_migrations[] = {
    "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    "ALTER TABLE town ADD COLUMN people INTEGER; DELETE FROM town; SELECT nothing();", NULL};
static const char *const orphaning_migrations[] = {
    "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    "PRAGMA defer_foreign_keys = ON; CREATE TABLE street (town INTEGER REFERENCES town (id));"
    "INSERT INTO street VALUES (99);",
    NULL};

static const GuichetSchema version_1 = {APPLICATION, one_migration};
static const GuichetSchema version_2 = {APPLICATION, two_migrations};
static const GuichetSchema broken_2 = {APPLICATION, broken_migrations};
static const GuichetSchema orphaning_2 = {APPLICATION, orphaning_migrations};

static GuichetDatabase *
open_ok(Kit *kit, const GuichetSchema *schema)
{
    g_autoptr(GError) error = NULL;
    GuichetDatabase *database =
        guichet_database_open(kit->path, schema, GUICHET_DATABASE_CREATE, &error);
    g_assert_no_error(error);
    return database;
}

static void
assert_refused(Kit *kit, const GuichetSchema *schema, GuichetErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) before = kit_read_file(kit);
    g_autoptr(GuichetDatabase) database =
        guichet_database_open(kit->path, schema, GUICHET_DATABASE_CREATE, &error);
    g_assert_null(database);
    g_assert_error(error, GUICHET_ERROR, (int)code);
    g_assert_null(strchr(error->message, '\n'));
    g_autoptr(GBytes) after = kit_read_file(kit);
    g_assert_true(g_bytes_equal(before, after));
}

static guint
count_files(Kit *kit, const char *suffix)
{
    g_autoptr(GDir) dir = g_dir_open(kit->folder, 0, NULL);
    const char *name;
    guint count = 0;
    while ((name = g_dir_read_name(dir)) != NULL)
        count += g_str_has_suffix(name, suffix) ? 1 : 0;
    return count;
}

static const struct {
    const char *sql, *answer;
} settings[] = {
    {"PRAGMA journal_mode", "wal"},
    {"PRAGMA synchronous", "2"},
    {"PRAGMA foreign_keys", "1"},
    {"PRAGMA trusted_schema", "0"},
    {"PRAGMA cell_size_check", "1"},
    {"PRAGMA secure_delete", "1"},
    {"PRAGMA busy_timeout", "5000"},
    {"PRAGMA journal_size_limit", "67108864"},
    {"PRAGMA auto_vacuum", "2"},
    {"PRAGMA mmap_size", "0"},
    {"PRAGMA temp_store", "2"},
    {"PRAGMA user_version", "1"},
    {"PRAGMA application_id", "1413829460"},
};

static void
every_setting_took(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    for (guint round = 0; round < 2; round++) { /* a new file, then the same one again */
        g_autoptr(GuichetDatabase) database = open_ok(kit, &version_1);
        for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
            g_autofree char *answer = guichet_database_ask(database, settings[i].sql, &error);
            g_assert_no_error(error);
            g_assert_cmpstr(answer, ==, settings[i].answer);
        }
        g_assert_false(guichet_database_execute(
            database, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema", NULL));
        g_assert_false(guichet_database_execute(database, "SELECT load_extension('x')", NULL));
    }
    struct stat info;
    g_assert_cmpint(g_stat(kit->path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0660);
}

static void
a_scope_that_does_not_commit_rolls_back(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) database = open_ok(kit, &version_1);
    for (guint round = 0; round < 2; round++) {
        g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, &error);
        g_assert_no_error(error);
        g_assert_true(
            guichet_database_execute(database, "INSERT INTO town (name) VALUES ('Ys')", &error));
        if (round == 1)
            g_assert_true(guichet_transaction_commit(transaction, &error));
    }
    g_autofree char *count = guichet_database_ask(database, "SELECT count(*) FROM town", &error);
    g_assert_cmpstr(count, ==, "1");
}

static void
a_second_writer_is_told_to_wait(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) one = open_ok(kit, &version_1);
    g_autoptr(GuichetDatabase) two = open_ok(kit, &version_1);
    sqlite3_busy_timeout(guichet_database_handle(two), 10);
    g_autoptr(GuichetTransaction) first = guichet_transaction_begin(one, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetTransaction) second = guichet_transaction_begin(two, &error);
    g_assert_null(second);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
}

static void
keeps_rows_of_v1(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) old = open_ok(kit, &version_1);
    g_assert_true(guichet_database_execute(old, "INSERT INTO town (name) VALUES ('Ys')", &error));
    g_clear_pointer(&old, guichet_database_free);
    g_autoptr(GuichetDatabase) new = open_ok(kit, &version_2);
    g_autofree char *town = guichet_database_ask(new, "SELECT name || people FROM town", &error);
    g_assert_cmpstr(town, ==, "Ys7");
    g_autofree char *version = guichet_database_ask(new, "PRAGMA user_version", &error);
    g_assert_cmpstr(version, ==, "2");
    g_assert_cmpuint(count_files(kit, ".bak"), ==, 1);
    g_assert_cmpuint(count_files(kit, ".part"), ==, 0);
    /* opening again migrates nothing and copies nothing */
    g_clear_pointer(&new, guichet_database_free);
    new = open_ok(kit, &version_2);
    g_assert_cmpuint(count_files(kit, ".bak"), ==, 1);
}

static void
a_failed_migration_leaves_the_file_as_it_was(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) old = open_ok(kit, &version_1);
    g_assert_true(guichet_database_execute(old, "INSERT INTO town (name) VALUES ('Ys')", &error));
    g_clear_pointer(&old, guichet_database_free);
    assert_refused(kit, &broken_2, GUICHET_ERROR_INTERNAL);
    assert_refused(kit, &orphaning_2, GUICHET_ERROR_NOT_FOUND);
    g_autoptr(GuichetDatabase) again = open_ok(kit, &version_1);
    g_autofree char *town = guichet_database_ask(again, "SELECT name FROM town", &error);
    g_assert_cmpstr(town, ==, "Ys");
}

static void
a_newer_file_is_refused_untouched(Kit *kit, gconstpointer data)
{
    g_clear_pointer(&(GuichetDatabase *){open_ok(kit, &version_2)}, guichet_database_free);
    assert_refused(kit, &version_1, GUICHET_ERROR_NEWER);
    /* the same when its last writer was killed and left a WAL: closing must not copy it back */
    g_autofree char *wal = g_strconcat(kit->path, "-wal", NULL);
    g_autoptr(GuichetDatabase) writer = open_ok(kit, &version_2);
    g_assert_true(guichet_database_execute(writer, "INSERT INTO town (name) VALUES ('Ys')", NULL));
    g_autoptr(GBytes) file = kit_read_file(kit);
    g_autofree char *frames = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(wal, &frames, &size, NULL));
    g_clear_pointer(&writer, guichet_database_free);
    g_assert_true(g_file_set_contents(kit->path, g_bytes_get_data(file, NULL),
                                      (gssize)g_bytes_get_size(file), NULL));
    g_assert_true(g_file_set_contents(wal, frames, (gssize)size, NULL));
    assert_refused(kit, &version_1, GUICHET_ERROR_NEWER);
    g_autoptr(GuichetDatabase) again = open_ok(kit, &version_2);
    g_autofree char *town = guichet_database_ask(again, "SELECT name FROM town", NULL);
    g_assert_cmpstr(town, ==, "Ys");
}

static void
what_is_no_database_of_ours_is_refused_untouched(Kit *kit, gconstpointer data)
{
    g_autofree char *noise = g_strnfill(8192, 'x');
    g_assert_true(g_file_set_contents(kit->path, noise, 8192, NULL));
    assert_refused(kit, &version_1, GUICHET_ERROR_CORRUPT);
    g_assert_true(g_file_set_contents(kit->path, "Bonjour", -1, NULL));
    assert_refused(kit, &version_1, GUICHET_ERROR_CORRUPT);
    g_unlink(kit->path);
    kit_tamper(kit, "CREATE TABLE recipe (cake TEXT)");
    assert_refused(kit, &version_1, GUICHET_ERROR_MISMATCH);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) none = guichet_database_open("/nonexistent/station.db", &version_1,
                                                            GUICHET_DATABASE_CREATE, &error);
    g_assert_null(none);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
a_damaged_page_is_seen_at_open(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDatabase) database = open_ok(kit, &version_1);
    g_assert_true(guichet_database_execute(
        database,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
        " INSERT INTO town (name) SELECT 'ville ' || i FROM n",
        &error));
    g_clear_pointer(&database, guichet_database_free);
    g_autoptr(GBytes) file = kit_read_file(kit);
    gsize size = g_bytes_get_size(file);
    g_autofree char *damaged = g_memdup2(g_bytes_get_data(file, NULL), size);
    g_assert_cmpuint(size, >=, 3 * 16384);
    memset(damaged + 2 * 16384, 0xff, 64); /* the root of its only table */
    g_assert_true(g_file_set_contents(kit->path, damaged, (gssize)size, NULL));
    database = guichet_database_open(kit->path, &version_1, GUICHET_DATABASE_CREATE, &error);
    g_assert_null(database);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
}

static void
a_creation_that_was_cut_short_is_finished(Kit *kit, gconstpointer data)
{
    g_assert_true(g_file_set_contents(kit->path, "", 0, NULL));
    g_clear_pointer(&(GuichetDatabase *){open_ok(kit, &version_1)}, guichet_database_free);
    g_unlink(kit->path);
    kit_tamper(kit, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
    g_clear_pointer(&(GuichetDatabase *){open_ok(kit, &version_1)}, guichet_database_free);
}

static gpointer
open_at_once(gpointer kit)
{
    return open_ok(kit, &version_2);
}

static void
several_may_create_it_at_once(Kit *kit, gconstpointer data)
{
    GThread *threads[6];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("open", open_at_once, kit);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        guichet_database_free(g_thread_join(threads[i]));
    g_autofree char *version = kit_ask(kit, "PRAGMA user_version");
    g_assert_cmpstr(version, ==, "2");
}

static void
a_backup_never_overwrites(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    g_autofree char *path = g_build_filename(kit->folder, "copie.db", NULL);
    g_assert_true(guichet_store_backup(store, path, &error));
    g_assert_false(guichet_store_backup(store, path, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
    g_assert_cmpuint(count_files(kit, ".part"), ==, 0);
    g_clear_error(&error);
    g_autoptr(GuichetStore) copy = guichet_store_open(path, &error);
    g_assert_no_error(error);
    g_assert_true(kit_unlock(kit, copy, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_autoptr(GuichetRequest) request = guichet_store_load_request(copy, id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "Dupont");
    g_assert_false(guichet_store_backup(store, "/nonexistent/copie.db", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

/* A copy that was killed leaves its unfinished file, and perhaps a journal that is not ours. */
static void
a_backup_that_was_killed_does_not_block_the_next(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    g_autofree char *path = g_build_filename(kit->folder, "copie.db", NULL);
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    g_autofree char *journal = g_strconcat(part, "-journal", NULL);
    g_autofree char *half = g_strnfill(40000, 'x');
    g_assert_true(g_file_set_contents(part, half, 40000, NULL));
    g_assert_true(g_file_set_contents(journal, half, 9000, NULL));
    int other = open(part, O_RDWR);
    g_assert_cmpint(flock(other, LOCK_EX), ==, 0);
    g_assert_false(guichet_store_backup(store, path, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
    g_clear_error(&error);
    close(other);
    g_assert_true(guichet_store_backup(store, path, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(count_files(kit, ".part"), ==, 0);
    g_autoptr(GuichetStore) copy = guichet_store_open(path, &error);
    g_assert_no_error(error);
    g_assert_true(guichet_store_check(copy, NULL, &error));
    g_assert_no_error(error);
}

/* What is done to a sound store, and a word of the line that the check must give. */
static const struct {
    const char *sql, *word;
} unsound[] = {
    {"SELECT 1", NULL},
    {"PRAGMA foreign_keys = OFF; DELETE FROM procedure", "foreign_key_check"},
    {"DELETE FROM draft", "draft without key"},
    {"UPDATE request SET state = 'sealed'", "sealed without bundle"},
    {"UPDATE request SET state = 'abandoned'", "key kept after the draft"},
    {"DROP TRIGGER journal_no_update; UPDATE journal SET subject = 'x' WHERE sequence = 2", "n° 2"},
};

static void
the_check_names_what_is_wrong(Kit *kit, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unsound); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *report = NULL;
        g_autoptr(GuichetStore) store = kit_open(kit);
        g_free(kit_add_draft(kit, store));
        kit_tamper(kit, unsound[i].sql);
        g_test_message("%s", unsound[i].sql);
        gboolean sound = guichet_store_check(store, &report, &error);
        g_assert_true(sound == (unsound[i].word == NULL));
        if (sound)
            g_assert_cmpstr(report, ==, "");
        else
            g_assert_nonnull(strstr(report, unsound[i].word));
        if (!sound)
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT);
        g_clear_object(&store);
        g_unlink(kit->path);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/database/every-setting-took", every_setting_took);
    kit_add("/db/database/a-scope-that-does-not-commit-rolls-back",
            a_scope_that_does_not_commit_rolls_back);
    kit_add("/db/database/a-second-writer-is-told-to-wait", a_second_writer_is_told_to_wait);
    kit_add("/db/database/a-damaged-page-is-seen-at-open", a_damaged_page_is_seen_at_open);
    kit_add("/db/database/a-creation-that-was-cut-short-is-finished",
            a_creation_that_was_cut_short_is_finished);
    kit_add("/db/database/several-may-create-it-at-once", several_may_create_it_at_once);
    kit_add("/db/migrate/keeps-rows-of-v1", keeps_rows_of_v1);
    kit_add("/db/migrate/a-failed-migration-leaves-the-file-as-it-was",
            a_failed_migration_leaves_the_file_as_it_was);
    kit_add("/db/migrate/a-newer-file-is-refused-untouched", a_newer_file_is_refused_untouched);
    kit_add("/db/migrate/what-is-no-database-of-ours-is-refused-untouched",
            what_is_no_database_of_ours_is_refused_untouched);
    kit_add("/db/backup/a-backup-never-overwrites", a_backup_never_overwrites);
    kit_add("/db/backup/a-backup-that-was-killed-does-not-block-the-next",
            a_backup_that_was_killed_does_not_block_the_next);
    kit_add("/db/check/the-check-names-what-is-wrong", the_check_names_what_is_wrong);
    return g_test_run();
}
