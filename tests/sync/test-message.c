/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message.h"

#include <string.h>

#include "core/error.h"
#include "sync/bundle/cms.h"
#include "test-pki-kit.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_SHA256 "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static GBytes *
sign_receipt(Kit *kit, GuichetRole role)
{
    g_autoptr(GError) error = NULL;
    const GuichetReceipt receipt = {(char *)SHA256,      (char *)KIT_STATION, 7,
                                    kit->now_us,         (char *)"received",  5,
                                    (char *)OTHER_SHA256};
    GBytes *der = guichet_receipt_sign(&receipt, kit->keys[role], kit->certificates[role], &error);
    g_assert_no_error(error);
    return der;
}

static GuichetMessage
sample_message(Kit *kit)
{
    return (GuichetMessage){.station = (char *)KIT_STATION,
                            .number = 3,
                            .issued_us = kit->now_us - 10 * G_TIME_SPAN_MINUTE,
                            .expires_us = kit->now_us + G_TIME_SPAN_HOUR,
                            .kind = (char *)"status",
                            .bundle_sha256 = (char *)SHA256,
                            .state = (char *)"title-ready",
                            .text = (char *)"Titre prêt : « à retirer »\nle matin"};
}

static GBytes *
sign_message(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    const GuichetMessage message = sample_message(kit);
    GBytes *der = guichet_message_sign(&message, kit->keys[GUICHET_ROLE_CENTRE_RECEIPT],
                                       kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT], &error);
    g_assert_no_error(error);
    return der;
}

static void
test_receipt(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = sign_receipt(kit, GUICHET_ROLE_CENTRE_RECEIPT);
    g_autoptr(GuichetReceipt) receipt =
        guichet_receipt_verify(der, kit->trust, kit->now_us, SHA256, KIT_STATION, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(receipt->bundle_sha256, ==, SHA256);
    g_assert_cmpstr(receipt->station, ==, KIT_STATION);
    g_assert_cmpint(receipt->sequence, ==, 7);
    g_assert_cmpint(receipt->received_us / G_USEC_PER_SEC, ==, kit->now_us / G_USEC_PER_SEC);
    g_assert_cmpstr(receipt->verdict, ==, "received");
}

static void
test_receipt_for_another(void)
{
    static const struct {
        const char *sha256, *station;
    } cases[] = {{OTHER_SHA256, KIT_STATION}, {SHA256, "other-station"}};
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GBytes) der = sign_receipt(kit, GUICHET_ROLE_CENTRE_RECEIPT);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(guichet_receipt_verify(der, kit->trust, kit->now_us, cases[i].sha256,
                                             cases[i].station, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    }
}

static void
test_receipt_by_another(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Kit) other = kit_new();
    for (GuichetRole role = GUICHET_ROLE_STATION_SIGN; role < KIT_N_ROLES; role++) {
        if (role == GUICHET_ROLE_CENTRE_RECEIPT || role == GUICHET_ROLE_CENTRE_SEAL)
            continue; /* a key that may not sign is refused by OpenSSL on the way out */
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = sign_receipt(kit, role);
        g_assert_null(
            guichet_receipt_verify(der, kit->trust, kit->now_us, SHA256, KIT_STATION, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = sign_receipt(other, GUICHET_ROLE_CENTRE_RECEIPT);
    g_assert_null(
        guichet_receipt_verify(der, kit->trust, kit->now_us, SHA256, KIT_STATION, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
    g_clear_error(&error);
    g_autoptr(GBytes) late = sign_receipt(kit, GUICHET_ROLE_CENTRE_RECEIPT);
    g_assert_null(guichet_receipt_verify(late, kit->trust, kit->now_us + 2 * G_TIME_SPAN_DAY,
                                         SHA256, KIT_STATION, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED);
}

static void
test_receipt_changes(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GBytes) der = sign_receipt(kit, GUICHET_ROLE_CENTRE_RECEIPT);
    gsize size;
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(der, NULL), g_bytes_get_size(der));
    size = g_bytes_get_size(der);
    for (gsize k = 0; k < size * 8; k += g_test_slow() ? 1 : 5) {
        g_autoptr(GError) error = NULL;
        gsize i = k / 8;
        bytes[i] ^= (guint8)(1 << k % 8);
        g_autoptr(GBytes) bad = g_bytes_new(bytes, size);
        if (guichet_receipt_verify(bad, kit->trust, kit->now_us, SHA256, KIT_STATION, &error))
            g_error("a bit of byte %" G_GSIZE_FORMAT " can change", i);
        g_assert_true(error->domain == GUICHET_ERROR);
        bytes[i] ^= (guint8)(1 << k % 8);
    }
    for (gsize length = 0; length < size; length++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bad = g_bytes_new(bytes, length);
        g_assert_null(
            guichet_receipt_verify(bad, kit->trust, kit->now_us, SHA256, KIT_STATION, &error));
        g_assert_true(error->domain == GUICHET_ERROR);
    }
}

static void
test_message(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = sign_message(kit);
    g_autoptr(GuichetMessage) message =
        guichet_message_verify(der, kit->trust, kit->now_us, KIT_STATION, &error);
    g_assert_no_error(error);
    g_assert_cmpint(message->number, ==, 3);
    g_assert_cmpstr(message->kind, ==, "status");
    g_assert_cmpstr(message->state, ==, "title-ready");
    g_assert_cmpstr(message->text, ==, "Titre prêt : « à retirer »\nle matin");
    g_assert_cmpint(message->expires_us / G_USEC_PER_SEC, ==,
                    (kit->now_us + G_TIME_SPAN_HOUR) / G_USEC_PER_SEC);
}

static void
test_message_refused(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GBytes) der = sign_message(kit);
    const struct {
        const char *station;
        gint64 at_us;
        GuichetErrorCode code;
    } cases[] = {
        {"other-station", kit->now_us, GUICHET_ERROR_MISMATCH},
        {KIT_STATION, kit->now_us + 2 * G_TIME_SPAN_HOUR, GUICHET_ERROR_EXPIRED},
        {KIT_STATION, kit->now_us - 2 * G_TIME_SPAN_HOUR, GUICHET_ERROR_EXPIRED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(
            guichet_message_verify(der, kit->trust, cases[i].at_us, cases[i].station, &error));
        g_assert_error(error, GUICHET_ERROR, (int)cases[i].code);
    }
    g_autoptr(GError) error = NULL; /* a receipt is no message, though the same key signs both */
    g_autoptr(GBytes) receipt = sign_receipt(kit, GUICHET_ROLE_CENTRE_RECEIPT);
    g_assert_null(guichet_message_verify(receipt, kit->trust, kit->now_us, KIT_STATION, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

/* Signed by the right key, and still not what FORMAT.md says. */
static void
test_texts(void)
{
#define HEAD "\"journal\":{\"entrees\":5,\"tete\":\"" OTHER_SHA256 "\"}"
#define REST "\"sequence\":7,\"station\":\"" KIT_STATION "\",\"verdict\":\"received\"}"
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{" HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/2\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{" HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST " ",
        "{" HEAD ",\"profil\":\"accuse/1\",\"liasse_sha256\":\"" SHA256 "\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{" HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22 10:00:00\"," REST,
        "{" HEAD ",\"liasse_sha256\":\"ABC\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{" HEAD ",\"liasse_sha256\":7,\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{\"autre\":1," HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{" HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\"," REST,
        "{\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
        "{\"journal\":{\"entrees\":5},\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
        "\"recu\":\"2026-11-22T10:00:00Z\"," REST,
    };
    g_autoptr(Kit) kit = kit_new();
    static const char good[] = "{" HEAD ",\"liasse_sha256\":\"" SHA256 "\",\"profil\":\"accuse/1\","
                               "\"recu\":\"2026-11-22T10:00:00Z\"," REST;
    for (gsize i = 0; i <= G_N_ELEMENTS(bad); i++) {
        const char *text = i < G_N_ELEMENTS(bad) ? bad[i] : good;
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = guichet_cms_sign(kit->keys[GUICHET_ROLE_CENTRE_RECEIPT],
                                                 kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT],
                                                 text, strlen(text), FALSE, &error);
        g_assert_no_error(error);
        g_autoptr(GuichetReceipt) receipt =
            guichet_receipt_verify(der, kit->trust, kit->now_us, SHA256, KIT_STATION, &error);
        if (text == good)
            g_assert_no_error(error); /* control */
        else
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_limits(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    GuichetMessage message = sample_message(kit);
    g_autofree char *text = g_strnfill(5000, 'a');
    message.text = text;
    g_assert_null(guichet_message_sign(&message, kit->keys[GUICHET_ROLE_CENTRE_RECEIPT],
                                       kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT], &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    g_autofree guint8 *bytes = g_malloc0(GUICHET_MESSAGE_MAX_BYTES + 1);
    g_autoptr(GBytes) large = g_bytes_new(bytes, GUICHET_MESSAGE_MAX_BYTES + 1);
    g_assert_null(guichet_message_verify(large, kit->trust, kit->now_us, KIT_STATION, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/message/a-receipt-comes-back", test_receipt);
    g_test_add_func("/sync/message/a-receipt-for-another-bundle-is-refused",
                    test_receipt_for_another);
    g_test_add_func("/sync/message/a-receipt-by-another-key-is-refused", test_receipt_by_another);
    g_test_add_func("/sync/message/every-changed-bit-of-a-receipt-is-refused",
                    test_receipt_changes);
    g_test_add_func("/sync/message/a-message-comes-back", test_message);
    g_test_add_func("/sync/message/a-message-for-elsewhere-or-too-late-is-refused",
                    test_message_refused);
    g_test_add_func("/sync/message/signed-nonsense-is-still-refused", test_texts);
    g_test_add_func("/sync/message/too-long-is-refused-both-ways", test_limits);
    return g_test_run();
}
