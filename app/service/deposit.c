/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/desk.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/language.h"
#include "core/paths.h"
#include "core/reserve.h"
#include "core/trusted-time.h"
#include "service/desk-private.h"
#include "service/slip.h"
#include "service/witness.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/statement.h"

#include <glib/gi18n-lib.h>

#define SEAL_ATTEMPTS 3

/* --- sealing --- */

static gboolean
check_complete(GuichetDesk *self, const char *request_id, GError **error)
{
    g_autoptr(GPtrArray) gaps = guichet_desk_check(self, request_id, error);
    if (gaps == NULL)
        return FALSE;
    if (gaps->len == 0)
        return TRUE;
    GuichetGap *first = g_ptr_array_index(gaps, 0);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INCOMPLETE,
                g_dngettext(GETTEXT_PACKAGE, "Il manque encore %u élément : %s. %s %s",
                            "Il manque encore %u éléments, d’abord : %s. %s %s", gaps->len),
                gaps->len, first->label, first->reason, first->remedy);
    return FALSE;
}

static GPtrArray *
load_pieces(GuichetDesk *self, GuichetRequest *request, GError **error)
{
    g_autoptr(GPtrArray) pieces =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    for (guint i = 0; i < request->pieces->len; i++) {
        GuichetPiece *piece = g_ptr_array_index(request->pieces, i);
        GuichetPiece *whole = guichet_store_load_piece(self->store, request->id, piece->id, error);
        if (whole == NULL)
            return NULL;
        g_ptr_array_add(pieces, whole);
    }
    return g_steal_pointer(&pieces);
}

/* A field that the procedure does not show under the present answers is not the centre's business,
 * even if it was answered before it was hidden: what is sealed is what the screen shows. */
static gboolean
drop_hidden_fields(GuichetDesk *self, GuichetRequest *request, GError **error)
{
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request->id, error);
    if (procedure == NULL)
        return FALSE;
    g_autoptr(JsonNode) data =
        guichet_request_rule_data(request, procedure, guichet_instant_now().wall_us);
    GPtrArray *fields = guichet_procedure_get_fields(procedure);
    for (guint i = 0; i < fields->len; i++) {
        const GuichetField *field = g_ptr_array_index(fields, i);
        if (guichet_field_is_visible(field, data))
            continue;
        g_autofree char *typed = guichet_field_typed_id(field->id);
        g_hash_table_remove(request->fields, field->id);
        g_hash_table_remove(request->fields, typed);
    }
    return TRUE;
}

static gsize
total_size(GPtrArray *pieces)
{
    gsize total = 0;
    for (guint i = 0; i < pieces->len; i++)
        total += ((GuichetPiece *)g_ptr_array_index(pieces, i))->size;
    return total;
}

typedef struct {
    GuichetKey *key;
    GuichetCertificate *certificate;
    GuichetCertificate *recipient;
} SealKeys;

static void
seal_keys_clear(SealKeys *keys)
{
    g_clear_pointer(&keys->key, guichet_key_free);
    g_clear_pointer(&keys->certificate, guichet_certificate_unref);
    g_clear_pointer(&keys->recipient, guichet_certificate_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SealKeys, seal_keys_clear)

/* Our key and the centre's certificate, both leading to the root that we were enrolled under. */
static gboolean
load_keys(GuichetDesk *self, gint64 now_us, SealKeys *keys, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *key_path = guichet_station_path(root, "keys/sign.key");
    g_autofree char *certificate_path = guichet_station_path(root, "keys/sign.crt");
    g_autofree char *recipient_path = guichet_station_path(root, "trust/centre-seal.crt");
    g_autofree char *root_path = guichet_station_path(root, "trust/root.crt");
    if (!g_file_test(certificate_path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("Ce poste n’est pas encore enrôlé : portez %s/enrol au centre, puis "
                      "« guichetctl station enrol » ; le brouillon est gardé"),
                    root);
        return FALSE;
    }
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root_path, NULL, error);
    if (trust == NULL || (keys->key = guichet_key_load(key_path, error)) == NULL ||
        (keys->certificate = guichet_certificate_load(certificate_path, error)) == NULL ||
        (keys->recipient = guichet_certificate_load(recipient_path, error)) == NULL)
        return FALSE;
    return guichet_trust_verify(trust, keys->certificate, GUICHET_ROLE_STATION_SIGN, now_us,
                                error) &&
           guichet_trust_verify(trust, keys->recipient, GUICHET_ROLE_CENTRE_SEAL, now_us, error);
}

/* "photo×1": each kind once, in the order of the pieces; impossible ones are not received. */
static GStrv
summarise_pieces(GPtrArray *pieces)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint i = 0; i < pieces->len;) {
        GuichetPiece *piece = g_ptr_array_index(pieces, i);
        guint count = 0;
        for (; i < pieces->len; i++) {
            GuichetPiece *other = g_ptr_array_index(pieces, i);
            if (strcmp(other->kind, piece->kind) != 0)
                break;
            count += other->impossible_reason == NULL;
        }
        if (count > 0) {
            g_autofree char *line = g_strdup_printf("%s×%u", piece->kind, count);
            g_strv_builder_add(builder, line);
        }
    }
    return g_strv_builder_end(builder);
}

static char *
make_statement(GuichetDesk *self, const SealKeys *keys, GuichetRequest *request, GPtrArray *pieces,
               const char *sha256, gint64 sequence, gint64 now_us, GError **error)
{
    g_auto(GStrv) summary = summarise_pieces(pieces);
    GuichetStatement statement = {
        .bundle_sha256 = (char *)sha256,
        .station = (char *)guichet_station_get_id(self->station),
        .sequence = sequence,
        .deposited_us = now_us,
        .procedure_id = request->procedure_id,
        .procedure_revision = request->procedure_revision,
        .pieces = summary,
    };
    return guichet_statement_sign(&statement, keys->key, error);
}

/* Builds under the next sequence number, makes the file durable, then records it. */
static gboolean
seal_once(GuichetDesk *self, const SealKeys *keys, GuichetRequest *request, GPtrArray *pieces,
          const GuichetJoined *joined, GError **error)
{
    g_autofree char *previous = NULL;
    GuichetSealContext context = {.sign_key = keys->key,
                                  .sign_certificate = keys->certificate,
                                  .recipient = keys->recipient,
                                  .created_us = guichet_instant_now().wall_us,
                                  .tpm = guichet_station_has_tpm(self->station)};
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request->id, error);
    if (procedure == NULL ||
        !guichet_store_next_sequence(self->store, &context.sequence, &previous, error))
        return FALSE;
    context.previous = previous;
    context.joined = joined->bundle;
    g_auto(GuichetJournalState) journal = {0};
    if (!guichet_store_read_journal_head(self->store, &journal, error))
        return FALSE;
    context.journal_entries = journal.entries;
    context.journal_head = journal.head;
    g_autoptr(GBytes) bundle = guichet_bundle_build(&context, request, procedure, pieces, error);
    if (bundle == NULL)
        return FALSE;
    gsize size;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *sha256 = guichet_sha256_hex(bytes, size);
    g_autofree char *file = guichet_outbox_name(context.sequence, sha256);
    g_autofree char *path = guichet_desk_outbox_path(self, file);
    g_autofree char *statement = make_statement(self, keys, request, pieces, sha256,
                                                context.sequence, context.created_us, error);
    /* the journal first: a file that it names, and no row, is a seal that was cut short */
    if (statement == NULL || !guichet_store_journal(self->store, "bundle-sealing", sha256, error) ||
        !guichet_write_file_durably(path, bytes, size, 0640, error))
        return FALSE;
    GuichetSealRecord record = {.request_id = request->id,
                                .sequence = context.sequence,
                                .previous = previous,
                                .sha256 = sha256,
                                .file = file,
                                .size = size,
                                .statement = statement,
                                .updated_us = request->updated_us,
                                .parent = joined->moves ? request->parent : NULL,
                                .parent_to = joined->to};
    if (guichet_store_record_seal(self->store, &record, error))
        return TRUE;
    g_unlink(path); /* no row speaks of it; a kill here leaves it to guichet_desk_clean_outbox() */
    return FALSE;
}

GuichetRequest *
guichet_desk_seal(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error))
        return NULL;
    g_auto(SealKeys) keys = {NULL};
    g_auto(GuichetJoined) joined = {NULL};
    const char *root = guichet_station_get_root(self->station);
    g_auto(GuichetSealLock) lock = guichet_seal_lock_take(self, TRUE, error);
    g_autoptr(GuichetRequest) request =
        lock >= 0 ? guichet_store_load_request(self->store, request_id, error) : NULL;
    /* checked after it was loaded: what changes from here on makes record_seal refuse */
    if (request == NULL || !check_complete(self, request_id, error) ||
        !load_keys(self, guichet_trusted_time_now(root), &keys, error) ||
        !drop_hidden_fields(self, request, error) ||
        !guichet_desk_find_joined(self, request, &joined, error))
        return NULL;
    g_autoptr(GPtrArray) pieces = load_pieces(self, request, error);
    if (pieces == NULL)
        return NULL;
    guichet_reserve_settle(root, total_size(pieces));
    for (guint attempt = 1;; attempt++) {
        g_autoptr(GError) failure = NULL;
        if (seal_once(self, &keys, request, pieces, &joined, &failure)) {
            self->unsettled = TRUE;
            /* sealed is sealed: a TPM that does not answer now is missed at the next log-in */
            guichet_desk_witness(self, NULL);
            return guichet_store_load_request(self->store, request_id, error);
        }
        if (attempt == SEAL_ATTEMPTS ||
            !g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_BUSY)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return NULL;
        }
    }
}

/* --- after the deposit --- */

/* Not the procedure that is on the screen, which speaks its language. */
static GuichetProcedure *
load_french(GuichetDesk *self, const char *request_id, GError **error)
{
    gboolean before = guichet_language_keep_french(TRUE);
    GuichetProcedure *procedure = guichet_store_load_procedure(self->store, request_id, error);
    guichet_language_keep_french(before);
    return procedure;
}

GBytes *
guichet_desk_make_slip(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error))
        return NULL;
    g_autofree char *statement = guichet_store_load_statement(self->store, request_id, error);
    g_autoptr(GuichetProcedure) procedure =
        statement != NULL ? load_french(self, request_id, error) : NULL;
    if (procedure == NULL || !guichet_desk_journal_act(self, "slip-made", request_id, error))
        return NULL;
    g_auto(GuichetStationPlace) place = {NULL};
    gboolean before = guichet_language_keep_french(TRUE);
    guichet_station_place_load(guichet_station_get_root(self->station),
                               guichet_station_get_name(self->station), &place);
    guichet_language_keep_french(before);
    return guichet_slip_make(statement, procedure, &place, error);
}

char *
guichet_desk_load_statement(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error))
        return NULL;
    return guichet_store_load_statement(self->store, request_id, error);
}

GBytes *
guichet_desk_load_receipt(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error))
        return NULL;
    g_autoptr(GBytes) receipt = guichet_store_load_receipt(self->store, request_id, error);
    return receipt != NULL && guichet_desk_journal_act(self, "receipt-exported", request_id, error)
               ? g_steal_pointer(&receipt)
               : NULL;
}

gboolean
guichet_desk_erase(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error))
        return FALSE;
    g_autofree char *file = guichet_store_erase_bundle(self->store, request_id, error);
    if (file == NULL)
        return FALSE;
    g_autofree char *path = guichet_desk_outbox_path(self, file);
    if (g_unlink(path) != 0 && errno != ENOENT)
        return guichet_set_error_from_errno(error, errno, _("Suppression de"), path);
    guichet_reserve_settle(guichet_station_get_root(self->station), 0);
    return TRUE;
}
