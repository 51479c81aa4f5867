/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * line ROOT PLAN ACKS [--early] [--seal-only | --erase]
 *
 * The line of work whose every storage call is a place to be killed: login, one request with the
 * fields and pieces of PLAN, seal, synchronise until the receipt. It resumes what an earlier run
 * left. A line is appended to ACKS by one write() after each call has returned and only then:
 * with --early, the control that must be seen to lose, before it. With --seal-only it ends there,
 * without a centre, and starts another request when the last one is sealed. With --erase it goes
 * on: what the centre has answered is acknowledged and its request erased, and another request is
 * started when the last one was received.
 *
 *   field REQUEST FIELD VALUE     piece REQUEST KIND SHA256
 *   sealed REQUEST SHA256         received REQUEST SHA256
 *   erased REQUEST SHA256         heard REQUEST STATE
 *
 * PLAN is a key file: [request] procedure, agent, passphrase; [fields] id=value; [pieces]
 * kind=file;file (relative to PLAN).
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/desk.h"
#include "service/sync.h"

typedef struct {
    GuichetDesk *desk;
    GKeyFile *plan;
    const char *folder; /* of the plan */
    int acks;
    gboolean early;
    gboolean seal_only;
    gboolean erase;
} Line;

G_GNUC_PRINTF(2, 3)
static void
acknowledge(Line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    gsize size = strlen(text);
    if (write(line->acks, text, size) != (gssize)size)
        g_error("line: the acknowledgement could not be written");
}

/* The request to carry on with: the newest that is not yet received, or NULL. */
static GuichetRequest *
find_request(Line *line, GError **error)
{
    g_autoptr(GPtrArray) requests = guichet_desk_list_requests(line->desk, error);
    if (!requests || requests->len == 0)
        return NULL;
    GuichetRequest *newest = g_ptr_array_index(requests, 0);
    return guichet_desk_load_request(line->desk, newest->id, error);
}

static gboolean
set_fields(Line *line, const char *request, GError **error)
{
    g_auto(GStrv) ids = g_key_file_get_keys(line->plan, "fields", NULL, NULL);
    for (guint i = 0; ids && ids[i]; i++) {
        g_autofree char *value = g_key_file_get_string(line->plan, "fields", ids[i], error);
        if (!value)
            return FALSE;
        if (line->early)
            acknowledge(line, "field %s %s %s\n", request, ids[i], value);
        if (!guichet_desk_set_field(line->desk, request, ids[i], value, error))
            return FALSE;
        if (!line->early)
            acknowledge(line, "field %s %s %s\n", request, ids[i], value);
    }
    return TRUE;
}

static gboolean
add_piece(Line *line, const char *request, const char *kind, const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(line->folder, file, NULL);
    g_autoptr(GBytes) content = guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, error);
    if (!content)
        return FALSE;
    if (line->early) {
        g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
        acknowledge(line, "piece %s %s %s\n", request, kind, sha256);
    }
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(line->desk, request, kind, content, "file", "{}", error);
    if (piece && !line->early)
        acknowledge(line, "piece %s %s %s\n", request, kind, piece->sha256);
    return piece != NULL;
}

/* Adds the files of each kind that an earlier run has not added. */
static gboolean
add_pieces(Line *line, GuichetRequest *request, GError **error)
{
    g_auto(GStrv) kinds = g_key_file_get_keys(line->plan, "pieces", NULL, NULL);
    for (guint i = 0; kinds && kinds[i]; i++) {
        g_auto(GStrv) files =
            g_key_file_get_string_list(line->plan, "pieces", kinds[i], NULL, error);
        g_autoptr(GPtrArray) had = guichet_request_get_pieces(request, kinds[i]);
        for (guint n = had->len; files && files[n]; n++)
            if (!add_piece(line, request->id, kinds[i], files[n], error))
                return FALSE;
    }
    return TRUE;
}

static GuichetRequest *
work_on_draft(Line *line, GuichetRequest *request, GError **error)
{
    if (!set_fields(line, request->id, error) || !add_pieces(line, request, error))
        return NULL;
    GuichetRequest *sealed = guichet_desk_seal(line->desk, request->id, error);
    if (sealed)
        acknowledge(line, "sealed %s %s\n", sealed->id, sealed->bundle_sha256);
    return sealed;
}

static gboolean
synchronise(Line *line, const char *root, const char *id, GError **error)
{
    GuichetSyncResult result = {0};
    gboolean tried = guichet_station_sync(root, TRUE, &result, error);
    g_autofree char *reason = g_strdup(result.reason);
    guichet_sync_result_clear(&result);
    if (!tried)
        return FALSE;
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(line->desk, id, error);
    if (!request)
        return FALSE;
    if (request->state < GUICHET_REQUEST_RECEIVED) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK, "not received: %s",
                    reason ? reason : "no reason given");
        return FALSE;
    }
    acknowledge(line, "received %s %s\n", request->id, request->bundle_sha256);
    return TRUE;
}

/* What the feed has brought is acknowledged, and what was heard of is erased. */
static gboolean
erase_answered(Line *line, GError **error)
{
    g_autoptr(GPtrArray) requests = guichet_desk_list_requests(line->desk, error);
    gboolean done = requests != NULL;
    for (guint i = 0; done && i < requests->len; i++) {
        const GuichetRequest *request = g_ptr_array_index(requests, i);
        if (request->state <= GUICHET_REQUEST_RECEIVED || request->state == GUICHET_REQUEST_ERASED)
            continue;
        acknowledge(line, "heard %s %s\n", request->id, guichet_request_state_name(request->state));
        done = guichet_desk_erase(line->desk, request->id, error);
        if (done)
            acknowledge(line, "erased %s %s\n", request->id, request->bundle_sha256);
    }
    return done;
}

static gboolean
is_done(const Line *line, const GuichetRequest *request)
{
    return (line->seal_only && request->state != GUICHET_REQUEST_DRAFT) ||
           (line->erase && request->state >= GUICHET_REQUEST_RECEIVED);
}

static gboolean
deliver(Line *line, const char *root, const GuichetRequest *request, GError **error)
{
    return line->seal_only || (synchronise(line, root, request->id, error) &&
                               (!line->erase || erase_answered(line, error)));
}

static gboolean
run(Line *line, const char *root, GError **error)
{
    g_autofree char *agent = g_key_file_get_string(line->plan, "request", "agent", error);
    g_autofree char *words = g_key_file_get_string(line->plan, "request", "passphrase", NULL);
    g_autofree char *id = g_key_file_get_string(line->plan, "request", "procedure", NULL);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(words);
    g_autoptr(GError) none = NULL;
    if (!guichet_desk_login(line->desk, agent, passphrase, error))
        return FALSE;
    g_autoptr(GuichetRequest) request = find_request(line, &none);
    if (none) {
        g_propagate_error(error, g_steal_pointer(&none));
        return FALSE;
    }
    if (request && is_done(line, request))
        g_clear_pointer(&request, guichet_request_free);
    if (!request)
        request = guichet_desk_new_request(line->desk, id, error);
    if (request && request->state == GUICHET_REQUEST_DRAFT) {
        g_autoptr(GuichetRequest) draft = g_steal_pointer(&request);
        request = work_on_draft(line, draft, error);
    }
    return request && deliver(line, root, request, error);
}

int
main(int argc, char **argv)
{
    if (argc < 4) {
        g_printerr("usage: line ROOT PLAN ACKS [--early] [--seal-only | --erase]\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) plan = g_key_file_new();
    g_autofree char *folder = g_path_get_dirname(argv[2]);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(argv[1], &error);
    Line line = {desk,
                 plan,
                 folder,
                 open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
                 g_strv_contains((const char *const *)argv + 4, "--early"),
                 g_strv_contains((const char *const *)argv + 4, "--seal-only"),
                 g_strv_contains((const char *const *)argv + 4, "--erase")};
    if (!desk || !g_key_file_load_from_file(plan, argv[2], G_KEY_FILE_NONE, &error) ||
        !run(&line, argv[1], &error)) {
        g_printerr("line: %s\n", error->message);
        return 1;
    }
    return 0;
}
