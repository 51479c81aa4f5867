/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench-store ROOT PLAN insert FILE ROUNDS   accepting FILE as a piece, against a bare INSERT of
 * the same bytes into SQLite with WAL and synchronous=FULL bench-store ROOT PLAN fill NUMBER
 * deposited requests until there are NUMBER, by SQL bench-store ROOT PLAN find ROUNDS unlock, list,
 * search and open with what is there
 *
 * Prints one JSON object of milliseconds (medians). PLAN: see faults/line.c.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/paths.h"
#include "floor.h"
#include "service/desk.h"

#define ROUNDS_MAX 200

typedef enum {
    TIME_START,  /* the desk opened: bounded look, outbox looked through */
    TIME_UNLOCK, /* a session opened: scrypt, ages of drafts */
    TIME_LIST,   /* the newest page, its drafts decrypted */
    TIME_STATE,  /* a page of one state */
    TIME_NUMBER, /* a search by a request's number */
    TIME_BUNDLE, /* a search by the beginning of a bundle's SHA-256 */
    TIME_OPEN,   /* a request opened, and the look journalled */
    N_TIMES
} Time;

static const char *const time_names[N_TIMES] = {
    "start", "unlock", "list", "list_state", "search_number", "search_bundle", "open"};

typedef struct {
    GKeyFile *plan;
    const char *root;
} Bench;

static double
since_ms(gint64 start)
{
    return (double)(g_get_monotonic_time() - start) / 1000.0;
}

static void
demand(int result, int expected, sqlite3 *raw)
{
    if (result != expected)
        g_error("SQLite: %s", sqlite3_errmsg(raw));
}

static gboolean
login(Bench *bench, GuichetDesk *desk, GError **error)
{
    g_autofree char *agent = g_key_file_get_string(bench->plan, "request", "agent", NULL);
    g_autofree char *words = g_key_file_get_string(bench->plan, "request", "passphrase", NULL);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(words);
    return guichet_desk_login(desk, agent, passphrase, error);
}

static GuichetRequest *
new_request(Bench *bench, GuichetDesk *desk, GError **error)
{
    g_autofree char *id = g_key_file_get_string(bench->plan, "request", "procedure", NULL);
    return guichet_desk_new_request(desk, id, error);
}

/* --- insert --- */

static sqlite3 *
open_bare(Bench *bench)
{
    sqlite3 *raw = NULL;
    g_autofree char *path = guichet_station_path(bench->root, "run/bare.db");
    demand(sqlite3_open(path, &raw), SQLITE_OK, raw);
    demand(
        sqlite3_exec(
            raw,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
            "DROP TABLE IF EXISTS bare; CREATE TABLE bare (id INTEGER PRIMARY KEY, content BLOB)",
            NULL, NULL, NULL),
        SQLITE_OK, raw);
    return raw;
}

static double
insert_bare(sqlite3 *raw, GBytes *content)
{
    gsize size;
    const void *bytes = g_bytes_get_data(content, &size);
    sqlite3_stmt *statement = NULL;
    gint64 start = g_get_monotonic_time();
    demand(sqlite3_prepare_v2(raw, "INSERT INTO bare (content) VALUES (?1)", -1, &statement, NULL),
           SQLITE_OK, raw);
    sqlite3_bind_blob64(statement, 1, bytes, size, SQLITE_STATIC);
    demand(sqlite3_step(statement), SQLITE_DONE, raw);
    sqlite3_finalize(statement);
    return since_ms(start);
}

/* The floor is treated as ours is: its WAL goes into its file after 4 MiB, between two rounds, and
 * a small change opens the WAL anew, as a new request does for ours. */
static void
tidy_bare(sqlite3 *raw, gsize *written, gsize bytes)
{
    *written += bytes;
    if (*written >= 4 * 1024 * 1024) {
        demand(sqlite3_wal_checkpoint_v2(raw, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
               SQLITE_OK, raw);
        *written = 0;
    }
    demand(sqlite3_exec(raw, "INSERT INTO bare (content) VALUES (x'00')", NULL, NULL, NULL),
           SQLITE_OK, raw);
}

static gboolean
measure_insert(Bench *bench, const char *path, guint rounds, GError **error)
{
    double ours[ROUNDS_MAX], floor[ROUNDS_MAX];
    g_autofree char *kind = g_key_file_get_string(bench->plan, "bench", "capture", error);
    g_autoptr(GBytes) content =
        kind ? guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, error) : NULL;
    g_autoptr(GuichetDesk) desk = content ? guichet_desk_open(bench->root, error) : NULL;
    if (!desk || !login(bench, desk, error))
        return FALSE;
    sqlite3 *raw = open_bare(bench);
    gsize untidied = 0;
    g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rounds; i++) {
        g_autoptr(GuichetRequest) request = new_request(bench, desk, error);
        if (!request)
            return FALSE;
        gint64 start = g_get_monotonic_time();
        g_autoptr(GuichetPiece) piece =
            guichet_desk_add_piece(desk, request->id, kind, content, "file", "{}", error);
        ours[i] = since_ms(start);
        if (!piece)
            return FALSE;
        g_ptr_array_add(drafts, g_strdup(request->id));
        floor[i] = insert_bare(raw, content);
        tidy_bare(raw, &untidied, g_bytes_get_size(content));
    }
    for (guint i = 0; i < rounds; i++)
        if (!guichet_desk_abandon(desk, g_ptr_array_index(drafts, i), error))
            return FALSE;
    sqlite3_close(raw);
    double mine = floor_median(ours, rounds), bare = floor_median(floor, rounds);
    printf("{\"rounds\": %u, \"bytes\": %" G_GSIZE_FORMAT
           ", \"ours_ms\": %.3f, \"floor_ms\": %.3f, \"ratio\": %.2f}\n",
           rounds, g_bytes_get_size(content), mine, bare, mine / bare);
    return TRUE;
}

/* --- fill --- */

/* ?1 = how many there are to be. Four lines of journal a request, as in life; hashes are not true,
 * and nothing here asks for them. */
static const char fill_sql[] =
    "DROP TRIGGER IF EXISTS journal_append; DROP TRIGGER IF EXISTS journal_head_forward;"
    "CREATE TEMP TABLE base AS SELECT (SELECT count(*) FROM request) AS requests,"
    " (SELECT coalesce(max(sequence), 0) FROM outbox) AS bundles,"
    " (SELECT sequence FROM journal_head) AS entries,"
    " (SELECT sha256 FROM procedure LIMIT 1) AS procedure;"
    "CREATE TEMP TABLE n AS WITH RECURSIVE c (n) AS (SELECT requests + 1 FROM base UNION ALL"
    " SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c WHERE n <= %d;"
    "INSERT INTO request (id, procedure_sha256, state, created_wall_us, created_boot_id,"
    " created_monotonic_us, updated_us, step, status_text)"
    " SELECT printf('01%%024d', n), procedure, iif(n %% 10, 'received', 'in-progress'), n, 'b', n, "
    "n,"
    " 'summary', iif(n %% 10, NULL, 'Instruction en cours') FROM n, base;"
    "INSERT INTO outbox (sequence, request, sha256, previous, file, size, sealed_us, statement,"
    " receipt, received_us, erased_us)"
    " SELECT bundles + n - requests, printf('01%%024d', n),"
    " lower(hex(randomblob(32))), iif(bundles + n - requests > 1, printf('%%064x', n), NULL), "
    "printf('f%%d', n), 4000000, n,"
    " lower(hex(randomblob(300))), randomblob(1500), n, n FROM n, base;"
    "INSERT INTO journal SELECT entries + row_number() OVER (), n, 'b' || (n / 50), n,"
    " 'request-received', printf('01%%024d', n), randomblob(32)"
    " FROM n, base, (VALUES (1), (2), (3), (4));"
    "UPDATE journal_head SET sequence = (SELECT max(sequence) FROM journal);";

static gboolean
fill(Bench *bench, guint number, GError **error)
{
    sqlite3 *raw = NULL;
    char *message = NULL;
    g_autofree char *path = guichet_station_path(bench->root, "station.db");
    g_autofree char *sql = g_strdup_printf(fill_sql, number, number);
    g_autofree char *whole = g_strconcat("BEGIN;", sql, "COMMIT;", NULL);
    {
        g_autoptr(GuichetDesk) desk = guichet_desk_open(bench->root, error);
        if (!desk || !login(bench, desk, error))
            return FALSE;
        g_autoptr(GuichetRequest) draft = new_request(bench, desk, error);
        if (!draft)
            return FALSE;
    }
    demand(sqlite3_open(path, &raw), SQLITE_OK, raw);
    if (sqlite3_exec(raw, whole, NULL, NULL, &message) != SQLITE_OK)
        g_error("fill: %s", message);
    sqlite3_close(raw);
    printf("{\"requests\": %u}\n", number);
    return TRUE;
}

/* --- find --- */

static gboolean
time_find(GuichetDesk *desk, const GuichetRequestFilter *filter, guint least, double *ms,
          GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) found = guichet_desk_find_requests(desk, filter, error);
    *ms = since_ms(start);
    if (found && found->len < least)
        g_error("found %u of at least %u", found->len, least);
    return found != NULL;
}

/* A deposited request somewhere in the middle. */
static char *
pick(Bench *bench, guint round, char **bundle)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *row = NULL;
    g_autofree char *path = guichet_station_path(bench->root, "station.db");
    demand(sqlite3_open(path, &raw), SQLITE_OK, raw);
    demand(sqlite3_prepare_v2(raw,
                              "SELECT request, sha256 FROM outbox WHERE sequence >= (SELECT"
                              " max(sequence) * ?1 / 211 FROM outbox) AND erased_us IS NOT NULL",
                              -1, &row, NULL),
           SQLITE_OK, raw);
    sqlite3_bind_int(row, 1, (int)(round % 200));
    demand(sqlite3_step(row), SQLITE_ROW, raw);
    char *request = g_strdup((const char *)sqlite3_column_text(row, 0));
    *bundle = g_strndup((const char *)sqlite3_column_text(row, 1), 16);
    sqlite3_finalize(row);
    sqlite3_close(raw);
    return request;
}

static gboolean
find_once(Bench *bench, GuichetDesk *desk, guint round, double times[N_TIMES][ROUNDS_MAX],
          GError **error)
{
    const GuichetRequestState received = GUICHET_REQUEST_RECEIVED;
    g_autofree char *bundle = NULL;
    g_autofree char *request = pick(bench, round, &bundle);
    const GuichetRequestFilter all = {0}, one_state = {.state = &received},
                               by_number = {.search = request}, by_bundle = {.search = bundle};
    if (!time_find(desk, &all, 100, &times[TIME_LIST][round], error) ||
        !time_find(desk, &one_state, 100, &times[TIME_STATE][round], error) ||
        !time_find(desk, &by_number, 1, &times[TIME_NUMBER][round], error) ||
        !time_find(desk, &by_bundle, 1, &times[TIME_BUNDLE][round], error))
        return FALSE;
    gint64 start = g_get_monotonic_time();
    g_autoptr(GuichetRequest) opened = guichet_desk_load_request(desk, request, error);
    times[TIME_OPEN][round] = since_ms(start);
    return opened != NULL;
}

static gboolean
measure_find(Bench *bench, guint rounds, GError **error)
{
    static double times[N_TIMES][ROUNDS_MAX];
    for (guint i = 0; i < rounds; i++) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(GuichetDesk) desk = guichet_desk_open(bench->root, error);
        times[TIME_START][i] = since_ms(start);
        start = g_get_monotonic_time();
        if (!desk || !login(bench, desk, error))
            return FALSE;
        times[TIME_UNLOCK][i] = since_ms(start);
        if (!find_once(bench, desk, i, times, error))
            return FALSE;
    }
    for (guint t = 0; t < N_TIMES; t++)
        printf("%s\"%s_ms\": %.3f", t == 0 ? "{" : ", ", time_names[t],
               floor_median(times[t], rounds));
    printf("}\n");
    return TRUE;
}

static gboolean
run(Bench *bench, int argc, char **argv, GError **error)
{
    guint number = (guint)atoi(argv[argc - 1]);
    guint rounds = CLAMP(number, 1, ROUNDS_MAX);
    if (strcmp(argv[3], "fill") == 0)
        return fill(bench, number, error);
    return strcmp(argv[3], "find") == 0 ? measure_find(bench, rounds, error)
                                        : measure_insert(bench, argv[4], rounds, error);
}

int
main(int argc, char **argv)
{
    if (argc < 5) {
        g_printerr("usage: bench-store ROOT PLAN insert FILE ROUNDS | fill NUMBER | find ROUNDS\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) plan = g_key_file_new();
    Bench bench = {.plan = plan, .root = argv[1]};
    if (!g_key_file_load_from_file(plan, argv[2], G_KEY_FILE_NONE, &error) ||
        !run(&bench, argc, argv, &error)) {
        g_printerr("bench-store: %s\n", error->message);
        return 1;
    }
    return 0;
}
