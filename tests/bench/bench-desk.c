/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench-desk ROOT PLAN capture FILE ROUNDS   accepting FILE as a piece, against write + fsync
 * bench-desk ROOT PLAN seal ROUNDS           sealing PLAN's request, against the floor in C
 * bench-desk ROOT PLAN sync                  one round of synchronisation
 *
 * Prints one JSON object of milliseconds. The measured call and its floor take turns, so that both
 * meet the same disk. PLAN: see faults/line.c; [bench] capture names the kind for FILE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/paths.h"
#include "db/outbox-store.h"
#include "floor.h"
#include "service/desk.h"
#include "sync/station/session.h"

#define ROUNDS_MAX 200

typedef struct {
    GuichetDesk *desk;
    GKeyFile *plan;
    const char *root, *folder; /* of the station, of the plan */
    double ours[ROUNDS_MAX], floor[ROUNDS_MAX];
} Bench;

static double
since_ms(gint64 start)
{
    return (double)(g_get_monotonic_time() - start) / 1000.0;
}

static gboolean
login(Bench *bench, GError **error)
{
    g_autofree char *agent = g_key_file_get_string(bench->plan, "request", "agent", NULL);
    g_autofree char *words = g_key_file_get_string(bench->plan, "request", "passphrase", NULL);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(words);
    return guichet_desk_login(bench->desk, agent, passphrase, error);
}

static GuichetRequest *
new_request(Bench *bench, GError **error)
{
    g_autofree char *id = g_key_file_get_string(bench->plan, "request", "procedure", NULL);
    return guichet_desk_new_request(bench->desk, id, error);
}

static void
print_pair(Bench *bench, guint rounds, gsize bytes)
{
    double ours = floor_median(bench->ours, rounds), floor = floor_median(bench->floor, rounds);
    printf("{\"rounds\": %u, \"bytes\": %" G_GSIZE_FORMAT
           ", \"ours_ms\": %.3f, \"floor_ms\": %.3f, \"ratio\": %.2f, \"ours_max_ms\": %.3f}\n",
           rounds, bytes, ours, floor, ours / floor, bench->ours[rounds - 1]);
}

static gboolean
measure_capture(Bench *bench, const char *path, guint rounds, GError **error)
{
    g_autofree char *kind = g_key_file_get_string(bench->plan, "bench", "capture", error);
    g_autoptr(GBytes) content = guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, error);
    if (!kind || !content)
        return FALSE;
    for (guint i = 0; i < rounds; i++) {
        g_autoptr(GuichetRequest) request = new_request(bench, error);
        if (!request)
            return FALSE;
        gint64 start = g_get_monotonic_time();
        g_autoptr(GuichetPiece) piece =
            guichet_desk_add_piece(bench->desk, request->id, kind, content, "file", "{}", error);
        bench->ours[i] = since_ms(start);
        if (!piece || !guichet_desk_abandon(bench->desk, request->id, error))
            return FALSE;
        bench->floor[i] = floor_write(bench->root, content);
    }
    print_pair(bench, rounds, g_bytes_get_size(content));
    return TRUE;
}

static gboolean
fill(Bench *bench, const char *request, GByteArray *all, GError **error)
{
    g_auto(GStrv) ids = g_key_file_get_keys(bench->plan, "fields", NULL, NULL);
    for (guint i = 0; ids && ids[i]; i++) {
        g_autofree char *value = g_key_file_get_string(bench->plan, "fields", ids[i], NULL);
        if (!guichet_desk_set_field(bench->desk, request, ids[i], value, error))
            return FALSE;
    }
    g_auto(GStrv) kinds = g_key_file_get_keys(bench->plan, "pieces", NULL, NULL);
    for (guint i = 0; kinds && kinds[i]; i++) {
        g_auto(GStrv) files =
            g_key_file_get_string_list(bench->plan, "pieces", kinds[i], NULL, error);
        for (guint n = 0; files && files[n]; n++) {
            g_autofree char *path = g_build_filename(bench->folder, files[n], NULL);
            g_autoptr(GBytes) content = guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, error);
            g_autoptr(GuichetPiece) piece =
                content ? guichet_desk_add_piece(bench->desk, request, kinds[i], content, "file",
                                                 "{}", error)
                        : NULL;
            if (!piece)
                return FALSE;
            g_byte_array_append(all, g_bytes_get_data(content, NULL),
                                (guint)g_bytes_get_size(content));
        }
    }
    return TRUE;
}

static gboolean
measure_seal(Bench *bench, guint rounds, GError **error)
{
    gsize size = 0;
    for (guint i = 0; i < rounds; i++) {
        g_autoptr(GuichetRequest) request = new_request(bench, error);
        GByteArray *all = g_byte_array_new();
        gboolean filled = request && fill(bench, request->id, all, error);
        g_autoptr(GBytes) same = g_byte_array_free_to_bytes(all);
        if (!filled)
            return FALSE;
        size = g_bytes_get_size(same);
        gint64 start = g_get_monotonic_time();
        g_autoptr(GuichetRequest) sealed = guichet_desk_seal(bench->desk, request->id, error);
        bench->ours[i] = since_ms(start);
        if (!sealed)
            return FALSE;
        bench->floor[i] = floor_seal(bench->root, same);
    }
    print_pair(bench, rounds, size);
    return TRUE;
}

/* A round as guichet-syncd makes it: its store stays open between rounds. */
static gboolean
measure_sync(Bench *bench, GError **error)
{
    g_autofree char *path = guichet_station_path(bench->root, "station.db");
    g_autofree char *folder = guichet_station_path(bench->root, "outbox");
    g_autoptr(GuichetOutboxStore) outbox = guichet_outbox_store_open(path, folder, error);
    g_autoptr(GuichetSyncSession) session =
        outbox != NULL ? guichet_sync_session_new(bench->root, error) : NULL;
    if (session == NULL)
        return FALSE;
    guichet_sync_session_set_outbox(session, GUICHET_OUTBOX(outbox));
    GuichetSyncResult result = {0};
    gint64 start = g_get_monotonic_time();
    gboolean done = guichet_sync_session_run(session, TRUE, NULL, &result, error);
    double ours = since_ms(start);
    if (done)
        printf("{\"ours_ms\": %.3f, \"bytes\": %" G_GUINT64_FORMAT
               ", \"uploaded\": %u, \"failed\": %u}\n",
               ours, result.bytes, result.uploaded, result.failed);
    guichet_sync_result_clear(&result);
    return done;
}

static gboolean
run(Bench *bench, int argc, char **argv, GError **error)
{
    guint rounds = argc > 4 ? CLAMP(atoi(argv[argc - 1]), 1, ROUNDS_MAX) : 1;
    if (strcmp(argv[3], "sync") == 0)
        return measure_sync(bench, error);
    if (!login(bench, error))
        return FALSE;
    return strcmp(argv[3], "capture") == 0 ? measure_capture(bench, argv[4], rounds, error)
                                           : measure_seal(bench, rounds, error);
}

int
main(int argc, char **argv)
{
    if (argc < 4) {
        g_printerr("usage: bench-desk ROOT PLAN capture FILE ROUNDS | seal ROUNDS | sync\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) plan = g_key_file_new();
    g_autofree char *folder = g_path_get_dirname(argv[2]);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(argv[1], &error);
    Bench bench = {.desk = desk, .plan = plan, .root = argv[1], .folder = folder};
    if (!desk || !g_key_file_load_from_file(plan, argv[2], G_KEY_FILE_NONE, &error) ||
        !run(&bench, argc, argv, &error)) {
        g_printerr("bench-desk: %s\n", error->message);
        return 1;
    }
    return 0;
}
