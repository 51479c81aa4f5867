/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message-private.h"

#include <string.h>

#include "core/error.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define RECEIPT_PROFILE "accuse/1"

static const char *const receipt_members[] = {"journal", "liasse_sha256", "recu", "sequence",
                                              "station", "verdict",       NULL};

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

GBytes *
guichet_receipt_sign(const GuichetReceipt *receipt, GuichetKey *key,
                     GuichetCertificate *certificate, GError **error)
{
    if (!guichet_word_is_sha256(receipt->bundle_sha256) ||
        !guichet_word_is_identity(receipt->station) || receipt->sequence < 1 ||
        !guichet_word_is_id(receipt->verdict) || receipt->journal_entries < 1 ||
        receipt->journal_head == NULL || !guichet_word_is_sha256(receipt->journal_head)) {
        guichet_word_refuse_to_sign(error, _("Accusé de réception"));
        return NULL;
    }
    JsonObject *object = guichet_profile_new(RECEIPT_PROFILE);
    guichet_profile_set_journal(object, receipt->journal_entries, receipt->journal_head);
    json_object_set_string_member(object, "liasse_sha256", receipt->bundle_sha256);
    guichet_profile_set_time(object, "recu", receipt->received_us);
    json_object_set_int_member(object, "sequence", receipt->sequence);
    json_object_set_string_member(object, "station", receipt->station);
    json_object_set_string_member(object, "verdict", receipt->verdict);
    return guichet_word_sign(object, key, certificate, error);
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
    receipt->verdict = g_strdup(guichet_profile_id(object, "verdict", RECEIPT_PROFILE, error));
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
    g_autoptr(GBytes) text = guichet_word_open(der, trust, at_us, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GuichetReceipt) receipt = read_receipt(text, error);
    if (receipt == NULL)
        return NULL;
    if (expected_sha256 != NULL && strcmp(receipt->bundle_sha256, expected_sha256) != 0) {
        guichet_word_fail_mismatch(error, _("L’accusé de réception"), receipt->bundle_sha256,
                                   expected_sha256);
        return NULL;
    }
    if (expected_station != NULL && strcmp(receipt->station, expected_station) != 0) {
        guichet_word_fail_mismatch(error, _("L’accusé de réception"), receipt->station,
                                   expected_station);
        return NULL;
    }
    return g_steal_pointer(&receipt);
}
