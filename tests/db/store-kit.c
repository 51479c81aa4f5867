/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <glib/gstdio.h>
#include <string.h>

static const char procedure_text[] =
    "{\"profile\": \"procedure/1\", \"id\": \"essai\", \"revision\": 3,"
    " \"date\": \"2026-11-22\", \"title\": \"Essai\", \"summary\": \"Une démarche d’essai.\","
    " \"fields\": [{\"id\": \"name\", \"label\": \"Nom\", \"type\": \"text\"}],"
    " \"pieces\": [{\"id\": \"paper\", \"label\": \"Papier\", \"family\": \"document\","
    "  \"max_pages\": 4, \"reason\": \"Pour l’essai.\", \"remedy\": \"Apportez-le.\"}],"
    " \"stamps\": [],"
    " \"steps\": [{\"id\": \"form\", \"title\": \"Formulaire\", \"kind\": \"form\","
    "  \"fields\": [\"name\"]}, {\"id\": \"papers\", \"title\": \"Papiers\","
    "  \"kind\": \"papers\", \"pieces\": [\"paper\"]},"
    " {\"id\": \"summary\", \"title\": \"Résumé\", \"kind\": \"summary\"}]}";

void
kit_set_up(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static(procedure_text, strlen(procedure_text));
    kit->folder = g_dir_make_tmp("guichet-db-XXXXXX", &error);
    g_assert_no_error(error);
    kit->path = g_build_filename(kit->folder, "station.db", NULL);
    kit->station = guichet_secret_new_random(32, &error);
    g_assert_no_error(error);
    kit->procedure = guichet_procedure_new(bytes, "essai.json", &error);
    g_assert_no_error(error);
}

static void
remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_folder(path);
        else
            g_unlink(path);
    }
    g_rmdir(folder);
}

void
kit_tear_down(Kit *kit, gconstpointer data)
{
    remove_folder(kit->folder);
    g_free(kit->folder);
    g_free(kit->path);
    guichet_secret_unref(kit->station);
    guichet_procedure_unref(kit->procedure);
}

void
kit_add(const char *path, void (*test)(Kit *kit, gconstpointer data))
{
    g_test_add(path, Kit, NULL, kit_set_up, test, kit_tear_down);
}

gboolean
kit_unlock(Kit *kit, GuichetStore *store, const char *agent, const char *passphrase, GError **error)
{
    g_autoptr(GuichetSecret) secret = guichet_secret_new_string(passphrase);
    return guichet_store_unlock(store, agent, kit->station, secret, error);
}

GuichetStore *
kit_open(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(KIT_PASSPHRASE);
    gboolean has = FALSE;
    GuichetStore *store = guichet_store_open(kit->path, &error);
    g_assert_no_error(error);
    guichet_store_has_agents(store, &has, &error);
    g_assert_no_error(error);
    if (!has)
        guichet_store_add_agent(store, KIT_AGENT, kit->station, passphrase, 14, &error);
    g_assert_no_error(error);
    kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error);
    g_assert_no_error(error);
    return store;
}

char *
kit_add_draft(Kit *kit, GuichetStore *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_request_new(kit->procedure);
    guichet_store_add_request(store, request, kit->procedure, &error);
    g_assert_no_error(error);
    return g_strdup(request->id);
}

void
kit_set_field(GuichetStore *store, const char *request, const char *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(fields, (gpointer)field, (gpointer)value);
    guichet_store_set_fields(store, request, fields, &error);
    g_assert_no_error(error);
}

char *
kit_put_text(GuichetStore *store, const char *request, const char *kind, guint ordinal,
             const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));
    g_autoptr(GuichetPiece) piece =
        guichet_piece_new(kind, ordinal, "text/plain", content, "file", NULL);
    guichet_store_put_piece(store, request, piece, &error);
    g_assert_no_error(error);
    return g_strdup(piece->id);
}

char *
kit_sha256(gint64 sequence)
{
    return g_strdup_printf("%064" G_GINT64_MODIFIER "x", 0xabc000 + sequence);
}

void
kit_seal(GuichetStore *store, const char *request)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *previous = NULL;
    gint64 sequence = 0;
    guichet_store_next_sequence(store, &sequence, &previous, &error);
    g_assert_no_error(error);
    g_autofree char *sha256 = kit_sha256(sequence);
    g_autofree char *file = g_strdup_printf("%08d-%s.asice", (int)sequence, sha256);
    GuichetSealRecord record = {request, sequence, previous, sha256, file, 1234, "attestation"};
    guichet_store_record_seal(store, &record, &error);
    g_assert_no_error(error);
    guichet_store_settle(store);
}

GBytes *
kit_read_file(Kit *kit)
{
    char *bytes = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(kit->path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

static sqlite3 *
open_raw(Kit *kit)
{
    sqlite3 *raw = NULL;
    g_assert_cmpint(
        sqlite3_open_v2(kit->path, &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), ==,
        SQLITE_OK);
    sqlite3_busy_timeout(raw, 5000);
    return raw;
}

void
kit_tamper(Kit *kit, const char *sql)
{
    char *message = NULL;
    sqlite3 *raw = open_raw(kit);
    sqlite3_exec(raw, sql, NULL, NULL, &message);
    g_assert_cmpstr(message, ==, NULL);
    sqlite3_close(raw);
}

char *
kit_ask(Kit *kit, const char *sql)
{
    sqlite3 *raw = open_raw(kit);
    sqlite3_stmt *statement = NULL;
    g_assert_cmpint(sqlite3_prepare_v2(raw, sql, -1, &statement, NULL), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
    char *answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    return answer;
}

GBytes *
kit_ask_bytes(Kit *kit, const char *sql)
{
    g_autofree char *hex = kit_ask(kit, sql);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (const char *digit = hex; *digit != '\0'; digit += 2) {
        guint8 byte =
            (guint8)(g_ascii_xdigit_value(digit[0]) << 4 | g_ascii_xdigit_value(digit[1]));
        g_byte_array_append(bytes, &byte, 1);
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

gboolean
kit_files_hold(Kit *kit, const void *bytes_sought, gsize size_sought)
{
    g_autoptr(GDir) dir = g_dir_open(kit->folder, 0, NULL);
    const char *name;
    gboolean found = FALSE;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(kit->folder, name, NULL);
        g_autofree char *bytes = NULL;
        gsize size = 0;
        g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        found = found || memmem(bytes, size, bytes_sought, size_sought) != NULL;
    }
    return found;
}

gboolean
kit_files_hold_text(Kit *kit, const char *text)
{
    return kit_files_hold(kit, text, strlen(text));
}
