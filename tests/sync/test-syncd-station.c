/* SPDX-License-Identifier: EUPL-1.2 */
/* What the end-to-end scripts need of a station and of a centre's keys, without a screen: makes a
 * station, seals requests of a given size, signs receipts and messages that a lying centre would
 * give. One verb a run; answers on stdout, in JSON where there is something to say. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "core/paths.h"
#include "core/secret.h"
#include "db/outbox-store.h"
#include "db/store.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/message.h"
#include "sync/station/tus.h"

/* of a journal that nobody asks for here */
#define SOME_HEAD "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define DAY ((gint64)G_TIME_SPAN_DAY)

static void
check(GError *error)
{
    if (error == NULL)
        return;
    g_printerr("test-syncd-station: %s\n", error->message);
    exit(1);
}

static void
print_object(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    g_autofree char *text = json_to_string(node, FALSE);
    g_print("%s\n", text);
    json_object_unref(object);
}

static void
write_text(const char *root, const char *relative, const char *text, guint mode)
{
    GError *error = NULL;
    g_autofree char *path = guichet_station_path(root, relative);
    guichet_write_file_durably(path, text, strlen(text), mode, &error);
    check(error);
}

static void
make_key(const char *root, const char *id, GuichetRole role, const char *key, const char *csr)
{
    GError *error = NULL;
    g_autoptr(GuichetKey) made = guichet_key_generate(&error);
    check(error);
    g_autofree char *path = guichet_station_path(root, key);
    guichet_key_save(made, path, &error);
    check(error);
    g_autofree char *pem = guichet_key_make_csr(made, role, id, &error);
    check(error);
    write_text(root, csr, pem, 0644);
}

static GuichetStore *
open_store(const char *root, gboolean fresh)
{
    GError *error = NULL;
    static const guint8 fixed[32] = {42};
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autoptr(GuichetSecret) station = guichet_secret_new(fixed, sizeof fixed);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string("essai");
    GuichetStore *store = guichet_store_open(path, &error);
    check(error);
    if (fresh)
        guichet_store_add_agent(store, "agent", station, passphrase, 14, &error);
    check(error);
    guichet_store_unlock(store, "agent", station, passphrase, &error);
    check(error);
    return store;
}

/* init ROOT ID */
static void
verb_init(char **argv)
{
    static const char *const folders[] = {"keys", "trust", "enrol", "outbox", "run"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = guichet_station_path(argv[0], folders[i]);
        g_mkdir_with_parents(path, 0700);
    }
    make_key(argv[0], argv[1], GUICHET_ROLE_STATION_SIGN, "keys/sign.key", "enrol/sign.csr");
    make_key(argv[0], argv[1], GUICHET_ROLE_STATION_TLS, "keys/tls.key", "enrol/tls.csr");
    g_object_unref(open_store(argv[0], TRUE));
}

static GuichetProcedure *
load_procedure(void)
{
    GError *error = NULL;
    g_autofree char *path = g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures",
                                             "other-case.json", NULL);
    GuichetProcedure *procedure = guichet_procedure_load(path, &error);
    check(error);
    return procedure;
}

static GuichetRequest *
add_request(GuichetStore *store, GuichetProcedure *procedure)
{
    GError *error = NULL;
    GuichetRequest *request = guichet_request_new(procedure);
    guichet_store_add_request(store, request, procedure, &error);
    check(error);
    return request;
}

/* Incompressible, and another one each time. */
static GPtrArray *
make_pieces(GuichetStore *store, GuichetRequest *request, gsize size)
{
    GError *error = NULL;
    GPtrArray *pieces = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    for (guint ordinal = 1; size > 0; ordinal++) {
        gsize part = MIN(size, GUICHET_PIECE_MAX_BYTES);
        guint8 *bytes = g_malloc(part);
        for (gsize i = 0; i < part; i++)
            bytes[i] = (guint8)g_random_int();
        g_autoptr(GBytes) content = g_bytes_new_take(bytes, part);
        GuichetPiece *piece =
            guichet_piece_new("piece", ordinal, "text/plain", content, "file", "{}");
        guichet_store_put_piece(store, request->id, piece, &error);
        check(error);
        g_ptr_array_add(pieces, piece);
        size -= part;
    }
    return pieces;
}

static GBytes *
build(const char *root, GuichetStore *store, GuichetRequest *request, GuichetProcedure *procedure,
      GPtrArray *pieces, gint64 *sequence)
{
    GError *error = NULL;
    g_autofree char *key_path = guichet_station_path(root, "keys/sign.key");
    g_autofree char *certificate_path = guichet_station_path(root, "keys/sign.crt");
    g_autofree char *recipient_path = guichet_station_path(root, "trust/centre-seal.crt");
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, &error);
    check(error);
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(certificate_path, &error);
    check(error);
    g_autoptr(GuichetCertificate) recipient = guichet_certificate_load(recipient_path, &error);
    check(error);
    g_autofree char *previous = NULL;
    guichet_store_next_sequence(store, sequence, &previous, &error);
    check(error);
    GuichetSealContext context = {.sign_key = key,
                                  .sign_certificate = certificate,
                                  .recipient = recipient,
                                  .sequence = *sequence,
                                  .previous = previous,
                                  .created_us = g_get_real_time(),
                                  .journal_entries = 1,
                                  .journal_head = SOME_HEAD};
    GBytes *bundle = guichet_bundle_build(&context, request, procedure, pieces, &error);
    check(error);
    return bundle;
}

/* seal ROOT SIZE → {"sha256", "path", "request", "sequence"} */
static void
verb_seal(char **argv)
{
    GError *error = NULL;
    const char *root = argv[0];
    g_autoptr(GuichetStore) store = open_store(root, FALSE);
    g_autoptr(GuichetProcedure) procedure = load_procedure();
    g_autoptr(GuichetRequest) request = add_request(store, procedure);
    g_autoptr(GPtrArray) pieces =
        make_pieces(store, request, (gsize)g_ascii_strtoull(argv[1], NULL, 10));
    gint64 sequence = 0;
    g_autoptr(GBytes) bundle = build(root, store, request, procedure, pieces, &sequence);
    gsize size = 0;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *sha256 = guichet_sha256_hex(bytes, size);
    g_autofree char *file = g_strdup_printf("%08" G_GINT64_FORMAT "-%s.asice", sequence, sha256);
    g_autofree char *relative = g_build_filename("outbox", file, NULL);
    g_autofree char *path = guichet_station_path(root, relative);
    guichet_write_file_durably(path, bytes, size, 0640, &error);
    check(error);
    GuichetSealRecord record = {.request_id = request->id,
                                .sequence = sequence,
                                .sha256 = sha256,
                                .file = file,
                                .size = size,
                                .statement = "attestation"};
    g_autofree char *previous = NULL;
    guichet_store_next_sequence(store, &sequence, &previous, &error);
    check(error);
    record.previous = previous;
    guichet_store_record_seal(store, &record, &error);
    check(error);
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "sha256", sha256);
    json_object_set_string_member(object, "path", path);
    json_object_set_string_member(object, "request", request->id);
    json_object_set_int_member(object, "sequence", sequence);
    print_object(object);
}

static JsonArray *
show_requests(const char *root)
{
    GError *error = NULL;
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autoptr(GuichetStore) store = guichet_store_open(path, &error);
    check(error);
    g_autoptr(GPtrArray) requests = guichet_store_list_requests(store, &error);
    check(error);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < requests->len; i++) {
        const GuichetRequest *request = g_ptr_array_index(requests, i);
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "id", request->id);
        json_object_set_string_member(object, "state", guichet_request_state_name(request->state));
        json_object_set_string_member(object, "text",
                                      request->status_text != NULL ? request->status_text : "");
        json_array_add_object_element(array, object);
    }
    return array;
}

/* show ROOT → {"outbox": […], "requests": […], "position"} */
static void
verb_show(char **argv)
{
    GError *error = NULL;
    g_autofree char *path = guichet_station_path(argv[0], "station.db");
    g_autofree char *folder = guichet_station_path(argv[0], "outbox");
    g_autoptr(GuichetOutboxStore) outbox = guichet_outbox_store_open(path, folder, &error);
    check(error);
    g_autoptr(GPtrArray) entries = guichet_outbox_list(GUICHET_OUTBOX(outbox), FALSE, &error);
    check(error);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < entries->len; i++) {
        const GuichetOutboxEntry *entry = g_ptr_array_index(entries, i);
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "sha256", entry->sha256);
        json_object_set_boolean_member(object, "received", entry->received);
        json_object_set_int_member(object, "attempts", entry->attempts);
        json_object_set_int_member(object, "next", entry->next_attempt_us);
        json_object_set_string_member(object, "error",
                                      entry->last_error != NULL ? entry->last_error : "");
        json_array_add_object_element(array, object);
    }
    JsonObject *object = json_object_new();
    json_object_set_array_member(object, "outbox", array);
    json_object_set_array_member(object, "requests", show_requests(argv[0]));
    json_object_set_int_member(object, "position",
                               guichet_outbox_get_feed_position(GUICHET_OUTBOX(outbox), &error));
    check(error);
    print_object(object);
}

/* issue CENTRE CSR sign|tls FROM_DAYS UNTIL_DAYS OUT: a certificate that enrolment would not
 * give (out of its period, unknown to the depot). */
static void
verb_issue(char **argv)
{
    GError *error = NULL;
    g_autofree char *key_path = g_build_filename(argv[0], "pki", "keys", "root.key", NULL);
    g_autofree char *ca_path = g_build_filename(argv[0], "pki", "root.crt", NULL);
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, &error);
    check(error);
    g_autoptr(GuichetCertificate) ca = guichet_certificate_load(ca_path, &error);
    check(error);
    g_autofree char *csr = NULL;
    g_file_get_contents(argv[1], &csr, NULL, &error);
    check(error);
    GuichetRole role =
        strcmp(argv[2], "sign") == 0 ? GUICHET_ROLE_STATION_SIGN : GUICHET_ROLE_STATION_TLS;
    gint64 now = g_get_real_time();
    g_autoptr(GuichetCertificate) made =
        guichet_ca_issue(key, ca, csr, role, now + atoi(argv[3]) * DAY, now + atoi(argv[4]) * DAY,
                         NULL, NULL, &error);
    check(error);
    g_autofree char *pem = guichet_certificate_to_pem(made);
    g_file_set_contents(argv[5], pem, -1, &error);
    check(error);
}

typedef struct {
    GuichetKey *key;
    GuichetCertificate *certificate;
} Voice;

static Voice
load_voice(const char *centre)
{
    GError *error = NULL;
    Voice voice = {0};
    g_autofree char *key_path = g_build_filename(centre, "pki", "keys", "centre-receipt.key", NULL);
    g_autofree char *path = g_build_filename(centre, "pki", "centre-receipt.crt", NULL);
    voice.key = guichet_key_load(key_path, &error);
    check(error);
    voice.certificate = guichet_certificate_load(path, &error);
    check(error);
    return voice;
}

static void
voice_clear(Voice *voice)
{
    guichet_key_free(voice->key);
    guichet_certificate_unref(voice->certificate);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Voice, voice_clear)

static void
save(const char *path, GBytes *der)
{
    GError *error = NULL;
    gsize size = 0;
    const void *bytes = g_bytes_get_data(der, &size);
    g_file_set_contents(path, bytes, (gssize)size, &error);
    check(error);
}

/* receipt CENTRE STATION SEQUENCE SHA256 OUT */
static void
verb_receipt(char **argv)
{
    GError *error = NULL;
    g_auto(Voice) voice = load_voice(argv[0]);
    GuichetReceipt receipt = {.station = argv[1],
                              .sequence = g_ascii_strtoll(argv[2], NULL, 10),
                              .bundle_sha256 = argv[3],
                              .received_us = g_get_real_time(),
                              .verdict = (char *)"received",
                              .journal_entries = 1,
                              .journal_head = (char *)SOME_HEAD};
    g_autoptr(GBytes) der = guichet_receipt_sign(&receipt, voice.key, voice.certificate, &error);
    check(error);
    save(argv[4], der);
}

/* message CENTRE STATION NUMBER SHA256 STATE DAYS OUT: issued 500 days before it expires */
static void
verb_message(char **argv)
{
    GError *error = NULL;
    g_auto(Voice) voice = load_voice(argv[0]);
    gint64 until = g_get_real_time() + atoi(argv[5]) * DAY;
    GuichetMessage message = {.station = argv[1],
                              .number = g_ascii_strtoll(argv[2], NULL, 10),
                              .bundle_sha256 = argv[3],
                              .kind = GUICHET_MESSAGE_STATUS,
                              .state = argv[4],
                              .text = (char *)"essai",
                              .issued_us = until - 500 * DAY,
                              .expires_us = until};
    g_autoptr(GBytes) der = guichet_message_sign(&message, voice.key, voice.certificate, &error);
    check(error);
    save(argv[6], der);
}

/* upload ROOT URL FILE SHA256: the transfer alone, for comparison with other clients */
static void
verb_upload(char **argv)
{
    GError *error = NULL;
    g_autofree char *certificate = guichet_station_path(argv[0], "keys/tls.crt");
    g_autofree char *key = guichet_station_path(argv[0], "keys/tls.key");
    g_autofree char *ca = guichet_station_path(argv[0], "trust/centre-tls-ca.crt");
    GuichetHttpSettings settings = {argv[1], certificate, key, ca, NULL};
    g_autoptr(GBytes) bundle = guichet_read_file(argv[2], GUICHET_BUNDLE_MAX_BYTES, &error);
    check(error);
    g_autoptr(GuichetHttp) http = guichet_http_new(&settings, &error);
    check(error);
    gint64 retry_after_s = -1;
    guichet_tus_upload(http, argv[3], bundle, FALSE, &retry_after_s, &error);
    check(error);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int arguments;
        void (*run)(char **argv);
    } verbs[] = {
        {"init", 2, verb_init},     {"seal", 2, verb_seal},       {"show", 1, verb_show},
        {"issue", 6, verb_issue},   {"receipt", 5, verb_receipt}, {"message", 7, verb_message},
        {"upload", 4, verb_upload},
    };
    setlocale(LC_ALL, "");
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0 && argc == verbs[i].arguments + 2) {
            verbs[i].run(argv + 2);
            return 0;
        }
    }
    return 2;
}
