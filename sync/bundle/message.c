/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define RECEIPT_PROFILE "accuse/1"
#define MESSAGE_PROFILE "message/1"
#define TEXT_MAX_BYTES 4096

static const char *const receipt_members[] = {"journal", "liasse_sha256", "recu", "sequence",
                                              "station", "verdict",       NULL};
static const char *const message_members[] = {
    "emis", "etat", "expire", "genre", "liasse_sha256", "numero", "station", "texte", NULL};

void
guichet_receipt_free(GuichetReceipt *receipt)
{
    if (receipt == NULL)
        return;
    g_free(receipt->bundle_sha256);
    g_free(receipt->station);
    g_free(receipt->verdict);
    g_free(receipt->journal_head);
    g_free(receipt);
}

void
guichet_message_free(GuichetMessage *message)
{
    if (message == NULL)
        return;
    g_free(message->station);
    g_free(message->kind);
    g_free(message->bundle_sha256);
    g_free(message->state);
    g_free(message->text);
    g_free(message);
}

static GBytes *
sign_object(JsonObject *object, GuichetKey *key, GuichetCertificate *certificate, GError **error)
{
    g_autoptr(GBytes) text = guichet_profile_to_bytes(object);
    gsize size;
    const void *bytes = g_bytes_get_data(text, &size);
    return guichet_cms_sign(key, certificate, bytes, size, FALSE, error);
}

/* Signature, chain and role; the text is not looked at. */
static GBytes *
open_signed(GBytes *der, GuichetTrust *trust, gint64 at_us, GError **error)
{
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GBytes) text =
        guichet_cms_verify_encapsulated(der, GUICHET_MESSAGE_MAX_BYTES, &signer, error);
    if (text == NULL ||
        !guichet_trust_verify(trust, signer, GUICHET_ROLE_CENTRE_RECEIPT, at_us, error))
        return NULL;
    return g_steal_pointer(&text);
}

static gboolean
fail_mismatch(GError **error, const char *what, const char *found, const char *expected)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("%s concerne « %s » et non « %s » : il est refusé"), what, found, expected);
    return FALSE;
}

static gboolean
refuse_to_sign(GError **error, const char *what)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("%s : station, empreinte de liasse ou numéro mal formés, rien n’est signé"),
                what);
    return FALSE;
}

GBytes *
guichet_receipt_sign(const GuichetReceipt *receipt, GuichetKey *key,
                     GuichetCertificate *certificate, GError **error)
{
    if (!guichet_word_is_sha256(receipt->bundle_sha256) ||
        !guichet_word_is_identity(receipt->station) || receipt->sequence < 1 ||
        !guichet_word_is_id(receipt->verdict) || receipt->journal_entries < 1 ||
        receipt->journal_head == NULL || !guichet_word_is_sha256(receipt->journal_head)) {
        refuse_to_sign(error, _("Accusé de réception"));
        return NULL;
    }
    JsonObject *object = guichet_profile_new(RECEIPT_PROFILE);
    guichet_profile_set_journal(object, receipt->journal_entries, receipt->journal_head);
    json_object_set_string_member(object, "liasse_sha256", receipt->bundle_sha256);
    guichet_profile_set_time(object, "recu", receipt->received_us);
    json_object_set_int_member(object, "sequence", receipt->sequence);
    json_object_set_string_member(object, "station", receipt->station);
    json_object_set_string_member(object, "verdict", receipt->verdict);
    return sign_object(object, key, certificate, error);
}

static const char *
read_id(JsonObject *object, const char *member, const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL || guichet_word_is_id(text))
        return text;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, _("%s/%s : mot inconnu"), where,
                member);
    return NULL;
}

static GuichetReceipt *
read_receipt(GBytes *text, GError **error)
{
    g_autoptr(JsonNode) node = guichet_profile_parse(text, RECEIPT_PROFILE, receipt_members, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GuichetReceipt) receipt = g_new0(GuichetReceipt, 1);
    receipt->bundle_sha256 =
        g_strdup(guichet_profile_sha256(object, "liasse_sha256", RECEIPT_PROFILE, error));
    if (receipt->bundle_sha256 == NULL)
        return NULL;
    receipt->station =
        g_strdup(guichet_profile_identity(object, "station", RECEIPT_PROFILE, error));
    if (receipt->station == NULL)
        return NULL;
    receipt->verdict = g_strdup(read_id(object, "verdict", RECEIPT_PROFILE, error));
    if (receipt->verdict == NULL ||
        !guichet_json_int(object, "sequence", 1, G_MAXINT64, RECEIPT_PROFILE, &receipt->sequence,
                          error) ||
        !guichet_profile_time(object, "recu", RECEIPT_PROFILE, &receipt->received_us, error))
        return NULL;
    receipt->journal_head = g_strdup(
        guichet_profile_journal(object, RECEIPT_PROFILE, &receipt->journal_entries, error));
    return receipt->journal_head != NULL ? g_steal_pointer(&receipt) : NULL;
}

GuichetReceipt *
guichet_receipt_verify(GBytes *der, GuichetTrust *trust, gint64 at_us, const char *expected_sha256,
                       const char *expected_station, GError **error)
{
    g_autoptr(GBytes) text = open_signed(der, trust, at_us, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GuichetReceipt) receipt = read_receipt(text, error);
    if (receipt == NULL)
        return NULL;
    if (expected_sha256 != NULL && strcmp(receipt->bundle_sha256, expected_sha256) != 0) {
        fail_mismatch(error, _("L’accusé de réception"), receipt->bundle_sha256, expected_sha256);
        return NULL;
    }
    if (expected_station != NULL && strcmp(receipt->station, expected_station) != 0) {
        fail_mismatch(error, _("L’accusé de réception"), receipt->station, expected_station);
        return NULL;
    }
    return g_steal_pointer(&receipt);
}

GBytes *
guichet_message_sign(const GuichetMessage *message, GuichetKey *key,
                     GuichetCertificate *certificate, GError **error)
{
    if (!guichet_word_is_sha256(message->bundle_sha256) ||
        !guichet_word_is_identity(message->station) || message->number < 1 ||
        !guichet_word_is_id(message->kind) || !guichet_word_is_id(message->state) ||
        message->issued_us >= message->expires_us) {
        refuse_to_sign(error, _("Message"));
        return NULL;
    }
    if (strlen(message->text) > TEXT_MAX_BYTES || !g_utf8_validate(message->text, -1, NULL)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Le texte du message dépasse %d octets d’UTF-8 : raccourcissez-le"),
                    TEXT_MAX_BYTES);
        return NULL;
    }
    JsonObject *object = guichet_profile_new(MESSAGE_PROFILE);
    guichet_profile_set_time(object, "emis", message->issued_us);
    json_object_set_string_member(object, "etat", message->state);
    guichet_profile_set_time(object, "expire", message->expires_us);
    json_object_set_string_member(object, "genre", message->kind);
    json_object_set_string_member(object, "liasse_sha256", message->bundle_sha256);
    json_object_set_int_member(object, "numero", message->number);
    json_object_set_string_member(object, "station", message->station);
    json_object_set_string_member(object, "texte", message->text);
    return sign_object(object, key, certificate, error);
}

static gboolean
read_words(GuichetMessage *message, JsonObject *object, GError **error)
{
    message->station =
        g_strdup(guichet_profile_identity(object, "station", MESSAGE_PROFILE, error));
    if (message->station == NULL)
        return FALSE;
    message->bundle_sha256 =
        g_strdup(guichet_profile_sha256(object, "liasse_sha256", MESSAGE_PROFILE, error));
    if (message->bundle_sha256 == NULL)
        return FALSE;
    message->kind = g_strdup(read_id(object, "genre", MESSAGE_PROFILE, error));
    if (message->kind == NULL)
        return FALSE;
    message->state = g_strdup(read_id(object, "etat", MESSAGE_PROFILE, error));
    if (message->state == NULL)
        return FALSE;
    message->text = g_strdup(guichet_json_string(object, "texte", MESSAGE_PROFILE, error));
    if (message->text != NULL && strlen(message->text) > TEXT_MAX_BYTES)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s/texte : plus de %d octets, le message est refusé"), MESSAGE_PROFILE,
                    TEXT_MAX_BYTES);
    return message->text != NULL && strlen(message->text) <= TEXT_MAX_BYTES;
}

static GuichetMessage *
read_message(GBytes *text, GError **error)
{
    g_autoptr(JsonNode) node = guichet_profile_parse(text, MESSAGE_PROFILE, message_members, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GuichetMessage) message = g_new0(GuichetMessage, 1);
    if (!read_words(message, object, error) ||
        !guichet_json_int(object, "numero", 1, G_MAXINT64, MESSAGE_PROFILE, &message->number,
                          error) ||
        !guichet_profile_time(object, "emis", MESSAGE_PROFILE, &message->issued_us, error) ||
        !guichet_profile_time(object, "expire", MESSAGE_PROFILE, &message->expires_us, error))
        return NULL;
    return g_steal_pointer(&message);
}

/* The two clocks are never quite the same: a message from a few minutes ahead is taken. */
#define CLOCK_TOLERANCE (10 * G_TIME_SPAN_MINUTE)

GuichetMessage *
guichet_message_verify(GBytes *der, GuichetTrust *trust, gint64 at_us, const char *expected_station,
                       GError **error)
{
    g_autoptr(GBytes) text = open_signed(der, trust, at_us, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GuichetMessage) message = read_message(text, error);
    if (message == NULL)
        return NULL;
    if (expected_station != NULL && strcmp(message->station, expected_station) != 0) {
        fail_mismatch(error, _("Le message du centre"), message->station, expected_station);
        return NULL;
    }
    if (at_us < message->issued_us - CLOCK_TOLERANCE || at_us > message->expires_us) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED,
                    _("Le message %" PRId64
                      " du centre est hors de sa période : vérifiez l’horloge du poste, ou "
                      "redemandez le message"),
                    message->number);
        return NULL;
    }
    return g_steal_pointer(&message);
}
