/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/statement.h"

#include <string.h>

#include "core/error.h"
#include "test-pki-kit.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DEPOSITED_US (G_GINT64_CONSTANT(1795344127) * G_USEC_PER_SEC) /* 2026-11-22T10:42:07Z */

static const char *const two_kinds[] = {"photo×1", "proof-of-address×2", NULL};

static GuichetStatement
sample(void)
{
    return (GuichetStatement){.bundle_sha256 = (char *)SHA256,
                              .station = (char *)KIT_STATION,
                              .sequence = 42,
                              .deposited_us = DEPOSITED_US,
                              .procedure_id = (char *)"passport",
                              .procedure_revision = 3,
                              .pieces = (GStrv)two_kinds};
}

static char *
sign_sample(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    GuichetStatement statement = sample();
    char *text = guichet_statement_sign(&statement, kit->keys[GUICHET_ROLE_STATION_SIGN], &error);
    g_assert_no_error(error);
    return text;
}

static void
test_round_trip(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = sign_sample(kit);
    g_assert_true(g_str_has_prefix(text, "attestation/1\nliasse=" SHA256 "\nstation=" KIT_STATION
                                         "\nsequence=42\ndepot=2026-11-22T10:42:07Z\n"
                                         "demarche=passport/3\n"
                                         "pieces=photo×1,proof-of-address×2\nsig="));
    /* readers of QR codes drop the last line feed */
    for (gsize cut = 0; cut < 2; cut++) {
        g_autoptr(GuichetStatement) statement = guichet_statement_verify(
            text, strlen(text) - cut, kit->certificates[GUICHET_ROLE_STATION_SIGN], &error);
        g_assert_no_error(error);
        g_assert_cmpstr(statement->bundle_sha256, ==, SHA256);
        g_assert_cmpstr(statement->station, ==, KIT_STATION);
        g_assert_cmpint(statement->sequence, ==, 42);
        g_assert_cmpint(statement->deposited_us, ==, DEPOSITED_US);
        g_assert_cmpstr(statement->procedure_id, ==, "passport");
        g_assert_cmpuint(statement->procedure_revision, ==, 3);
        g_assert_true(g_strv_equal((const char *const *)statement->pieces, two_kinds));
    }
}

static void
test_no_pieces(void)
{
    g_autoptr(Kit) kit = kit_new();
    GuichetStatement statement = sample();
    statement.pieces = NULL;
    g_autofree char *text =
        guichet_statement_sign(&statement, kit->keys[GUICHET_ROLE_STATION_SIGN], NULL);
    g_autoptr(GuichetStatement) again = guichet_statement_verify(
        text, strlen(text), kit->certificates[GUICHET_ROLE_STATION_SIGN], NULL);
    g_assert_nonnull(again);
    g_assert_cmpuint(g_strv_length(again->pieces), ==, 0);
}

static void
test_every_change(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *text = sign_sample(kit);
    gsize size = strlen(text);
    guint signature_errors = 0;
    for (gsize i = 0; i < size; i++) {
        for (guint bit = 0; bit < 8; bit++) {
            g_autoptr(GError) error = NULL;
            text[i] ^= (char)(1 << bit);
            GuichetStatement *statement = guichet_statement_verify(
                text, size, kit->certificates[GUICHET_ROLE_STATION_SIGN], &error);
            g_assert_null(statement);
            g_assert_true(error->domain == GUICHET_ERROR);
            signature_errors += error->code == GUICHET_ERROR_SIGNATURE;
            text[i] ^= (char)(1 << bit);
        }
    }
    g_assert_cmpuint(signature_errors, >, 100);
}

static void
test_every_length(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *text = sign_sample(kit);
    for (gsize size = 0; size + 1 < strlen(text); size++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *slice = g_memdup2(text, size + 1); /* so that ASan sees an overrun */
        g_assert_null(guichet_statement_verify(
            slice, size, kit->certificates[GUICHET_ROLE_STATION_SIGN], &error));
        g_assert_nonnull(error);
    }
}

static void
test_malformed(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *good = sign_sample(kit);
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"sequence=42", "sequence=042"},
        {"sequence=42", "sequence=0"},
        {"sequence=42", "sequence=-1"},
        {"sequence=42", "sequence= 42"},
        {"sequence=42", "sequence=99999999999999999999"},
        {"passport/3", "passport"},
        {"passport/3", "passport/0"},
        {"passport/3", "pass port/3"},
        {"photo×1", "photo"},
        {"photo×1", "×1"},
        {"photo×1", "photo×1×2"},
        {"photo×1,", "photo×1,,"},
        {"10:42:07Z", "25:42:07Z"},
        {"attestation/1", "attestation/2"},
        {"attestation/1\n", "attestation/1\n\n"},
        {"\nsig=", "\nnom=DUPONT\nsig="},
        {"\nsig=", "\nsig=A"},
        {"station=mairie", "station=mai rie"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = g_strsplit(good, changes[i].from, 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *bad = g_strjoinv(changes[i].to, parts);
        g_assert_null(guichet_statement_parse(bad, strlen(bad), &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_limits(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(GUICHET_STATEMENT_MAX_BYTES + 1, 'a');
    g_assert_null(guichet_statement_parse(text, strlen(text), &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);

    g_autoptr(Kit) kit = kit_new();
    const char *many[49] = {NULL};
    for (guint i = 0; i < 48; i++)
        many[i] = "a-kind-with-a-name-as-long-as-they-are×12";
    GuichetStatement statement = sample();
    statement.pieces = (GStrv)many;
    g_assert_null(guichet_statement_sign(&statement, kit->keys[GUICHET_ROLE_STATION_SIGN], &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

static void
test_other_station(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = sign_sample(kit);
    g_autoptr(GuichetCertificate) other = kit_issue(kit, kit->keys[GUICHET_ROLE_STATION_SIGN],
                                                    GUICHET_ROLE_STATION_SIGN, "other", -60, 60);
    g_assert_null(guichet_statement_verify(text, strlen(text), other, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    g_clear_error(&error);
    /* the right name over another key */
    g_autoptr(GuichetCertificate) impostor = kit_issue(
        kit, kit->keys[GUICHET_ROLE_STATION_TLS], GUICHET_ROLE_STATION_SIGN, KIT_STATION, -60, 60);
    g_assert_null(guichet_statement_verify(text, strlen(text), impostor, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/statement/comes-back-with-or-without-last-line-feed", test_round_trip);
    g_test_add_func("/sync/statement/may-have-no-pieces", test_no_pieces);
    g_test_add_func("/sync/statement/every-changed-bit-is-refused", test_every_change);
    g_test_add_func("/sync/statement/every-shorter-text-is-refused", test_every_length);
    g_test_add_func("/sync/statement/malformed-lines-are-refused", test_malformed);
    g_test_add_func("/sync/statement/too-long-is-refused-both-ways", test_limits);
    g_test_add_func("/sync/statement/another-station-is-refused", test_other_station);
    return g_test_run();
}
