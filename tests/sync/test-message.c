/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message.h"

#include <string.h>

#include "core/clock.h"
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
                            .kind = GUICHET_MESSAGE_STATUS,
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
    g_assert_cmpint(message->kind, ==, GUICHET_MESSAGE_STATUS);
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

/* One of each kind but the status, with every member that it has. */
static GuichetMessage
sample_of(Kit *kit, GuichetMessageKind kind)
{
    static char *pieces[] = {(char *)"photo", (char *)"proof-of-address", NULL};
    GuichetMessage message = {.station = (char *)KIT_STATION,
                              .number = 4,
                              .issued_us = kit->now_us,
                              .expires_us = kit->now_us + G_TIME_SPAN_HOUR,
                              .kind = kind,
                              .at_us = kit->now_us + G_TIME_SPAN_DAY};
    if (kind == GUICHET_MESSAGE_APPOINTMENT) {
        message.reference = (char *)"RDV-2026.17";
        message.procedure_id = (char *)"passport";
        message.state = (char *)"booked";
        message.minutes = 20;
        message.persons = 2;
        return message;
    }
    message.bundle_sha256 = (char *)SHA256;
    message.text = (char *)"La photo est trop sombre";
    if (kind == GUICHET_MESSAGE_SUPPLEMENT)
        message.pieces = pieces;
    else
        message.title_sha256 = (char *)OTHER_SHA256;
    return message;
}

static GBytes *
sign_as_centre(Kit *kit, const GuichetMessage *message, GError **error)
{
    return guichet_message_sign(message, kit->keys[GUICHET_ROLE_CENTRE_RECEIPT],
                                kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT], error);
}

static void
test_kinds(void)
{
    g_autoptr(Kit) kit = kit_new();
    for (guint kind = GUICHET_MESSAGE_STATUS + 1; kind < GUICHET_MESSAGE_N_KINDS; kind++) {
        g_autoptr(GError) error = NULL;
        const GuichetMessage said = sample_of(kit, (GuichetMessageKind)kind);
        g_autoptr(GBytes) der = sign_as_centre(kit, &said, &error);
        g_assert_no_error(error);
        g_autoptr(GuichetMessage) heard =
            guichet_message_verify(der, kit->trust, kit->now_us, KIT_STATION, &error);
        g_assert_no_error(error);
        g_assert_cmpint(heard->kind, ==, kind);
        g_assert_cmpint(heard->at_us / G_USEC_PER_SEC, ==, said.at_us / G_USEC_PER_SEC);
        g_assert_cmpstr(heard->bundle_sha256, ==, said.bundle_sha256);
        g_assert_cmpstr(heard->text, ==, said.text);
        g_assert_cmpstr(heard->state, ==, said.state);
        g_assert_cmpstr(heard->reference, ==, said.reference);
        g_assert_cmpstr(heard->procedure_id, ==, said.procedure_id);
        g_assert_cmpstr(heard->title_sha256, ==, said.title_sha256);
        g_assert_cmpuint(heard->minutes, ==, said.minutes);
        g_assert_cmpuint(heard->persons, ==, said.persons);
        g_assert_true((heard->pieces == NULL) == (said.pieces == NULL));
        if (said.pieces != NULL)
            g_assert_true(
                g_strv_equal((const char *const *)heard->pieces, (const char *const *)said.pieces));
    }
}

/* What would not be understood is not signed either. */
static void
test_not_signed(void)
{
    g_autoptr(Kit) kit = kit_new();
    static char *no_pieces[] = {NULL};
    static char *odd_pieces[] = {(char *)"Photo d’identité", NULL};
    GuichetMessage bad[8];
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        bad[i] = sample_of(kit, i < 4 ? GUICHET_MESSAGE_APPOINTMENT : GUICHET_MESSAGE_SUPPLEMENT);
    bad[0].minutes = 0;
    bad[1].persons = GUICHET_MESSAGE_MAX_PERSONS + 1;
    bad[2].reference = (char *)"Mme Dupont";
    bad[3].at_us = 0;
    bad[4].pieces = no_pieces;
    bad[5].pieces = odd_pieces;
    bad[6].pieces = NULL;
    bad[7].bundle_sha256 = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(sign_as_centre(kit, &bad[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

#define FRAME "\"emis\":\"2026-11-22T10:00:00Z\",\"expire\":\"2036-11-22T10:00:00Z\","
#define APPOINTMENT                                                                                \
    "\"debut\":\"2026-11-23T09:00:00Z\",\"demarche\":\"passport\",\"etat\":\"booked\","            \
    "\"minutes\":20,\"personnes\":1,\"reference\":\"A1\""
#define TAIL "\"numero\":1,\"profil\":\"message/2\",\"station\":\"" KIT_STATION "\"}"

static void
test_contents(void)
{
    static const struct {
        const char *text;
        int code; /* 0 = the control: it is good */
    } cases[] = {
        {"{\"contenu\":{" APPOINTMENT "}," FRAME "\"genre\":\"appointment\"," TAIL, 0},
        {"{\"contenu\":{\"autre\":1," APPOINTMENT "}," FRAME "\"genre\":\"appointment\"," TAIL,
         GUICHET_ERROR_MALFORMED},
        {"{\"contenu\":{}," FRAME "\"genre\":\"appointment\"," TAIL, GUICHET_ERROR_MALFORMED},
        {"{\"contenu\":7," FRAME "\"genre\":\"appointment\"," TAIL, GUICHET_ERROR_MALFORMED},
        {"{\"contenu\":{" APPOINTMENT "}," FRAME "\"genre\":\"supplement\"," TAIL,
         GUICHET_ERROR_MALFORMED},
        {"{\"contenu\":{" APPOINTMENT "}," FRAME "\"genre\":\"status\"," TAIL,
         GUICHET_ERROR_MALFORMED},
        {"{\"contenu\":{" APPOINTMENT "}," FRAME "\"genre\":\"fortune\"," TAIL,
         GUICHET_ERROR_UNSUPPORTED},
        {"{\"contenu\":{\"echeance\":\"2026-12-01T10:00:00Z\",\"liasse_sha256\":\"" SHA256
         "\",\"pieces\":[\"photo\",7],\"texte\":\"\"}," FRAME "\"genre\":\"supplement\"," TAIL,
         GUICHET_ERROR_MALFORMED},
    };
    g_autoptr(Kit) kit = kit_new();
    gint64 at_us;
    g_assert_true(guichet_time_from_iso8601("2026-11-22T11:00:00Z", &at_us, NULL));
    at_us = MAX(at_us, kit->now_us);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = guichet_cms_sign(
            kit->keys[GUICHET_ROLE_CENTRE_RECEIPT], kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT],
            cases[i].text, strlen(cases[i].text), FALSE, &error);
        g_assert_no_error(error);
        g_autoptr(GuichetMessage) message =
            guichet_message_verify(der, kit->trust, at_us, KIT_STATION, &error);
        g_test_message("%s", error != NULL ? error->message : "taken");
        if (cases[i].code == 0)
            g_assert_no_error(error);
        else
            g_assert_error(error, GUICHET_ERROR, cases[i].code);
    }
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
    g_test_add_func("/sync/message/kinds-come-back-as-they-were-said", test_kinds);
    g_test_add_func("/sync/message/what-is-malformed-is-not-signed", test_not_signed);
    g_test_add_func("/sync/message/contents-are-those-of-the-kind", test_contents);
    return g_test_run();
}
