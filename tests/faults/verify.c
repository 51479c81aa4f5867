/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verify ROOT PLAN ACKS [CENTRE]
 * verify --serve
 *
 * The judge of a station that was killed: is the store sound, does the journal hold, is every line
 * of ACKS still true, is there no half request? With CENTRE, after the work has been run to its
 * end: one deposit for each request and not one more, and inside it every acknowledged field and
 * piece. Each fault is one line; exit status 1 if there is any, 2 if nothing could be judged.
 *
 * With --serve it reads its arguments from standard input, tab-separated, one case a line, judges
 * each in a process of its own and ends what that says with a line "= STATUS".
 *
 * Besides the lines of line.c, ACKS may say:
 *   state REQUEST STATE           the request is in this state
 *   gone REQUEST KIND SHA256      this piece was removed
 *   agent NAME PASSPHRASE         opens the station
 *   closed NAME PASSPHRASE        does not
 * PLAN may give other-passphrase: its agent's after a change that may have happened. With
 * bundles=absent neither the files of outbox/ nor receipts are judged (a store of
 * tests/db/fixtures).
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/paths.h"
#include "db/depot-store.h"
#include "service/audit.h"
#include "service/desk.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/message.h"

typedef struct {
    GuichetDesk *desk;
    GuichetStore *store; /* of the same station */
    const char *root;
    GStrv acks;
    GuichetTrust *trust; /* NULL before the enrolment */
    gboolean no_bundles;
    guint faults;
} Judge;

G_GNUC_PRINTF(2, 3)
static void
fault(Judge *judge, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_print("%s\n", text);
    judge->faults++;
}

static gboolean
opens(Judge *judge, const char *agent, const char *words, GError **error)
{
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(words);
    return guichet_desk_login(judge->desk, agent, passphrase, error);
}

static gboolean
login(Judge *judge, const char *plan_path, GError **error)
{
    g_autoptr(GKeyFile) plan = g_key_file_new();
    if (!g_key_file_load_from_file(plan, plan_path, G_KEY_FILE_NONE, error))
        return FALSE;
    g_autofree char *agent = g_key_file_get_string(plan, "request", "agent", NULL);
    g_autofree char *words = g_key_file_get_string(plan, "request", "passphrase", NULL);
    g_autofree char *other = g_key_file_get_string(plan, "request", "other-passphrase", NULL);
    g_autofree char *bundles = g_key_file_get_string(plan, "request", "bundles", NULL);
    judge->no_bundles = g_strcmp0(bundles, "absent") == 0;
    if (other && opens(judge, agent, other, NULL))
        return TRUE;
    return opens(judge, agent, words, error);
}

static void
check_store(Judge *judge)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *report = NULL;
    if (!guichet_store_check(judge->store, &report, &error))
        fault(judge, "store: %s %s", report ? report : "", error ? error->message : "");
}

static void
check_journal(Judge *judge)
{
    g_autoptr(GError) error = NULL;
    g_auto(GuichetAudit) audit = {0};
    if (!guichet_desk_audit(judge->desk, &audit, &error)) {
        fault(judge, "journal: %s", error->message);
        return;
    }
    for (guint i = 0; i < audit.findings->len; i++)
        fault(judge, "journal: %s", (const char *)g_ptr_array_index(audit.findings, i));
}

/* The outbox's row of a sealed request, or NULL. */
static GuichetBundleRecord *
find_record(Judge *judge, const char *request)
{
    for (gint64 after = 0;;) {
        g_autoptr(GuichetBundleRecord) record =
            guichet_store_next_bundle(judge->store, after, NULL);
        if (!record || g_str_equal(record->request_id, request))
            return g_steal_pointer(&record);
        after = record->sequence;
    }
}

static char *
bundle_path(Judge *judge, const GuichetRequest *request)
{
    g_autofree char *name = g_strdup_printf("outbox/%08" G_GINT64_FORMAT "-%s.asice",
                                            request->sequence, request->bundle_sha256);
    return guichet_station_path(judge->root, name);
}

/* Erased: the receipt stays and proves that the centre has it, the file is gone. */
static void
check_erased(Judge *judge, const GuichetRequest *request, const GuichetBundleRecord *record)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = bundle_path(judge, request);
    g_autoptr(GuichetReceipt) receipt =
        record->receipt ? guichet_receipt_verify(
                              record->receipt, judge->trust, record->received_us, record->sha256,
                              guichet_station_get_id(guichet_desk_get_station(judge->desk)), &error)
                        : NULL;
    if (!receipt)
        fault(judge, "erased %s: LOST its receipt: %s", request->id,
              error ? error->message : "there is none");
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        fault(judge, "erased %s: its file is still there", request->id);
}

static GBytes *
read_bundle(Judge *judge, const GuichetRequest *request, GError **error)
{
    g_autofree char *path = bundle_path(judge, request);
    return guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, error);
}

static void
check_draft(Judge *judge, GuichetRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetProcedure) procedure =
        guichet_desk_load_procedure(judge->desk, request->id, &error);
    if (!procedure)
        fault(judge, "draft %s: no procedure: %s", request->id, error->message);
    for (guint i = 0; i < request->pieces->len; i++) {
        g_autoptr(GError) unread = NULL;
        const GuichetPiece *listed = g_ptr_array_index(request->pieces, i);
        if (listed->impossible_reason)
            continue;
        g_autoptr(GuichetPiece) piece =
            guichet_desk_load_piece(judge->desk, request->id, listed->id, &unread);
        g_autofree char *sha256 =
            piece ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, piece->content) : NULL;
        if (!piece || g_strcmp0(sha256, listed->sha256) != 0) {
            fault(judge, "draft %s: piece %s is not whole: %s", request->id, listed->kind,
                  unread ? unread->message : "another content");
        }
    }
}

static void
check_sealed(Judge *judge, GuichetRequest *request)
{
    g_autoptr(GuichetBundleRecord) record = find_record(judge, request->id);
    if (record && record->erased) {
        check_erased(judge, request, record);
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bundle = read_bundle(judge, request, &error);
    g_autofree char *sha256 =
        bundle ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bundle) : NULL;
    if (!bundle || g_strcmp0(sha256, request->bundle_sha256) != 0 || !judge->trust ||
        !guichet_bundle_verify(bundle, judge->trust, g_get_real_time(), NULL, NULL, &error)) {
        fault(judge, "sealed %s: its bundle does not hold: %s", request->id,
              error ? error->message : "another digest, or no trust");
    }
}

static void
check_request(Judge *judge, const char *id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(judge->desk, id, &error);
    if (!request)
        fault(judge, "request %s can't be read: %s", id, error->message);
    else if (request->state == GUICHET_REQUEST_DRAFT)
        check_draft(judge, request);
    else if (request->state != GUICHET_REQUEST_ABANDONED && !judge->no_bundles)
        check_sealed(judge, request);
}

static gboolean
has_piece(GuichetRequest *request, const char *kind, const char *sha256)
{
    g_autoptr(GPtrArray) pieces = guichet_request_get_pieces(request, kind);
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPiece *piece = g_ptr_array_index(pieces, i);
        if (g_strcmp0(piece->sha256, sha256) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What ACKS says of an agent; a login by another than the session's. */
static void
check_agent(Judge *judge, const char *line, GStrv words)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) session = judge->desk;
    judge->desk = guichet_desk_open(judge->root, &error);
    gboolean open = judge->desk && opens(judge, words[1], words[2], &error);
    if (open != g_str_equal(words[0], "agent"))
        fault(judge, "LOST %s: %s", line, error ? error->message : "it opens");
    g_clear_object(&judge->desk);
    judge->desk = g_steal_pointer(&session);
}

/* What was acknowledged is what was typed: it stands there, or beside its tidied form. */
static gboolean
has_answer(GuichetRequest *request, const char *field, const char *value)
{
    g_autofree char *typed = g_strconcat(field, "~typed", NULL);
    return g_str_equal(guichet_request_get_field(request, field), value) ||
           g_str_equal(guichet_request_get_field(request, typed), value);
}

/* Is @words true of @request? What went into a bundle is judged at the centre. */
static gboolean
holds(GuichetRequest *request, GStrv words)
{
    gboolean draft = request->state == GUICHET_REQUEST_DRAFT;
    const char *state = guichet_request_state_name(request->state);
    if (g_str_equal(words[0], "field"))
        return !draft || has_answer(request, words[2], words[3]);
    if (g_str_equal(words[0], "piece"))
        return !draft || has_piece(request, words[2], words[3]);
    if (g_str_equal(words[0], "gone"))
        return !has_piece(request, words[2], words[3]);
    if (g_str_equal(words[0], "state"))
        return g_str_equal(state, words[2]);
    if (g_str_equal(words[0], "heard"))
        return request->state == GUICHET_REQUEST_ERASED || g_str_equal(state, words[2]);
    if (words[2] && g_strcmp0(request->bundle_sha256, words[2]) != 0)
        return FALSE;
    if (g_str_equal(words[0], "erased"))
        return request->state == GUICHET_REQUEST_ERASED;
    return g_str_equal(words[0], "sealed") ? !draft : request->state >= GUICHET_REQUEST_RECEIVED;
}

/* One line of ACKS. */
static void
check_ack(Judge *judge, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 4);
    g_autoptr(GError) error = NULL;
    if (g_str_equal(words[0], "agent") || g_str_equal(words[0], "closed")) {
        g_auto(GStrv) three = g_strsplit(line, " ", 3);
        check_agent(judge, line, three);
        return;
    }
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(judge->desk, words[1], &error);
    if (!request)
        fault(judge, "LOST %s: %s", line, error->message);
    else if (!holds(request, words))
        fault(judge, "LOST %s (state %s)", line, guichet_request_state_name(request->state));
}

static gboolean
is_member(GPtrArray *members, const char *sha256)
{
    for (guint i = 0; i < members->len; i++) {
        const GuichetBundleMember *member = g_ptr_array_index(members, i);
        g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, member->content);
        if (g_str_equal(digest, sha256))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_written(GPtrArray *members, const char *text)
{
    for (guint i = 0; i < members->len; i++) {
        const GuichetBundleMember *member = g_ptr_array_index(members, i);
        gsize size = 0;
        const char *bytes = g_bytes_get_data(member->content, &size);
        if (g_str_has_suffix(member->name, ".json") && memmem(bytes, size, text, strlen(text)))
            return TRUE;
    }
    return FALSE;
}

static void
check_deposited_acks(Judge *judge, const char *request, GPtrArray *members)
{
    for (guint i = 0; judge->acks[i]; i++) {
        g_auto(GStrv) words = g_strsplit(judge->acks[i], " ", 4);
        if (g_strv_length(words) < 4 || !g_str_equal(words[1], request))
            continue;
        gboolean field = g_str_equal(words[0], "field");
        if (!field && !g_str_equal(words[0], "piece"))
            continue;
        if (field ? !is_written(members, words[3]) : !is_member(members, words[3]))
            fault(judge, "LOST at the centre: %s", judge->acks[i]);
    }
}

static void
check_deposit(Judge *judge, const char *centre, GuichetDepot *depot, GuichetRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *key_path = g_build_filename(centre, "inner", "centre-seal.key", NULL);
    g_autofree char *certificate_path = g_build_filename(centre, "pki", "centre-seal.crt", NULL);
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, &error);
    g_autoptr(GuichetCertificate) certificate =
        key ? guichet_certificate_load(certificate_path, &error) : NULL;
    g_autoptr(GuichetDeposit) deposit =
        certificate ? guichet_depot_find(depot, request->bundle_sha256, &error) : NULL;
    g_autofree char *path = deposit ? g_build_filename(centre, deposit->path, NULL) : NULL;
    g_autoptr(GBytes) bundle =
        path ? guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, &error) : NULL;
    g_autoptr(GPtrArray) members =
        bundle
            ? guichet_bundle_open(bundle, judge->trust, g_get_real_time(), key, certificate, &error)
            : NULL;
    if (!members) {
        fault(judge, "LOST at the centre: request %s: %s", request->id, error->message);
        return;
    }
    check_deposited_acks(judge, request->id, members);
}

static void
check_centre(Judge *judge, const char *centre, GPtrArray *requests)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(centre, "depot.db", NULL);
    g_autoptr(GuichetDepotStore) store = guichet_depot_store_open(path, &error);
    g_autoptr(GPtrArray) deposits =
        store ? guichet_depot_list(GUICHET_DEPOT(store), NULL, &error) : NULL;
    if (!deposits) {
        fault(judge, "centre: %s", error->message);
        return;
    }
    guint sealed = 0;
    for (guint i = 0; i < requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(requests, i);
        if (!request->bundle_sha256)
            continue;
        sealed++;
        if (request->state < GUICHET_REQUEST_RECEIVED) {
            fault(judge, "request %s did not arrive: %s", request->id,
                  guichet_request_state_name(request->state));
        } else {
            check_deposit(judge, centre, GUICHET_DEPOT(store), request);
        }
    }
    if (deposits->len != sealed)
        fault(judge, "centre: %u deposits for %u sealed requests", deposits->len, sealed);
}

static gboolean
judge_all(Judge *judge, const char *centre, GError **error)
{
    check_store(judge);
    if (!judge->no_bundles)
        check_journal(judge);
    g_autoptr(GPtrArray) requests = guichet_desk_list_requests(judge->desk, error);
    if (!requests)
        return FALSE;
    for (guint i = 0; i < requests->len; i++)
        check_request(judge, ((GuichetRequest *)g_ptr_array_index(requests, i))->id);
    for (guint i = 0; judge->acks[i]; i++)
        if (judge->acks[i][0])
            check_ack(judge, judge->acks[i]);
    if (centre)
        check_centre(judge, centre, requests);
    return TRUE;
}

/* The exit status. */
static int
judge_station(const char *root, const char *plan, const char *acks_path, const char *centre)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *root_path = guichet_station_path(root, "trust/root.crt");
    g_autofree char *store_path = guichet_station_path(root, "station.db");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root_path, NULL, NULL);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(root, &error);
    g_autoptr(GuichetStore) store = desk ? guichet_store_open(store_path, &error) : NULL;
    Judge judge = {.desk = desk, .store = store, .root = root, .trust = trust};
    if (!store || !login(&judge, plan, &error) ||
        !g_file_get_contents(acks_path, &text, NULL, &error)) {
        g_print("nothing can be judged: %s\n", error->message);
        return 2;
    }
    g_auto(GStrv) acks = g_strsplit(text, "\n", -1);
    judge.acks = acks;
    if (!judge_all(&judge, centre, &error)) {
        g_print("the requests can't be listed: %s\n", error->message);
        return 2;
    }
    return judge.faults ? 1 : 0;
}

/* One case in a process of its own: what it leaves open or locked ends with it. */
static int
judge_apart(char **words)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int status = judge_station(words[0], words[1], words[2], words[3]);
        fflush(stdout);
        _exit(status);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 2;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
serve(void)
{
    char line[16384];
    while (fgets(line, sizeof line, stdin)) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), "\t", 4);
        int status = g_strv_length(words) >= 3 ? judge_apart(words) : 2;
        g_print("= %d\n", status);
        fflush(stdout);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    if (argc == 2 && g_str_equal(argv[1], "--serve"))
        return serve();
    if (argc >= 4)
        return judge_station(argv[1], argv[2], argv[3], argv[4]);
    g_printerr("usage: verify ROOT PLAN ACKS [CENTRE] | verify --serve\n");
    return 2;
}
