/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "test-pki-kit.h"

static gint64
at(Kit *kit, gint64 seconds)
{
    return kit->now_us + seconds * G_USEC_PER_SEC;
}

static void
test_roles(void)
{
    g_autoptr(Kit) kit = kit_new();
    for (GuichetRole issued = 0; issued < KIT_N_ROLES; issued++) {
        for (GuichetRole asked = 0; asked < KIT_N_ROLES; asked++) {
            g_autoptr(GError) error = NULL;
            gboolean ok = guichet_trust_verify(kit->trust, kit->certificates[issued], asked,
                                               at(kit, 0), &error);
            if (issued == asked)
                g_assert_no_error(error);
            else
                g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
            g_assert_cmpint(ok, ==, issued == asked);
        }
    }
}

static void
test_period(void)
{
    static const struct {
        gint64 from, to, asked;
        gboolean ok;
    } cases[] = {
        {-60, 60, 0, TRUE},   {-120, -60, 0, FALSE}, /* expired */
        {60, 120, 0, FALSE},                         /* not yet */
        {-60, 60, 61, FALSE}, {-60, 60, -62, FALSE},
    };
    g_autoptr(Kit) kit = kit_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetCertificate) certificate =
            kit_issue(kit, kit->keys[GUICHET_ROLE_STATION_SIGN], GUICHET_ROLE_STATION_SIGN,
                      KIT_STATION, cases[i].from, cases[i].to);
        guichet_trust_verify(kit->trust, certificate, GUICHET_ROLE_STATION_SIGN,
                             at(kit, cases[i].asked), &error);
        if (cases[i].ok)
            g_assert_no_error(error);
        else
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED);
    }
}

static void
test_other_root(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Kit) other = kit_new();
    g_autoptr(GError) error = NULL;
    g_assert_false(guichet_trust_verify(kit->trust, other->certificates[GUICHET_ROLE_STATION_SIGN],
                                        GUICHET_ROLE_STATION_SIGN, at(kit, 0), &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
}

/* A certificate that a station's own key signed: a leaf is no authority. */
static void
test_leaf_as_authority(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *csr = guichet_key_make_csr(kit->keys[GUICHET_ROLE_STATION_TLS],
                                                GUICHET_ROLE_CENTRE_SEAL, "centre", &error);
    g_autoptr(GuichetCertificate) forged = guichet_ca_issue(
        kit->keys[GUICHET_ROLE_STATION_SIGN], kit->certificates[GUICHET_ROLE_STATION_SIGN], csr,
        GUICHET_ROLE_CENTRE_SEAL, at(kit, -60), at(kit, 60), NULL, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *leaf =
        guichet_certificate_to_pem(kit->certificates[GUICHET_ROLE_STATION_SIGN]);
    g_autofree char *root = guichet_certificate_to_pem(kit->certificates[GUICHET_ROLE_ROOT]);
    g_autofree char *both = g_strconcat(root, leaf, NULL);
    g_autofree char *path = kit_path(kit, "both.crt");
    kit_write(path, both);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(path, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(
        guichet_trust_verify(trust, forged, GUICHET_ROLE_CENTRE_SEAL, at(kit, 0), &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
}

static void
run(const char *folder, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = g_strdup_printf("cd '%s' && %s", folder, command);
    const char *argv[] = {"sh", "-c", line, NULL};
    int status;
    g_spawn_sync(NULL, (char **)argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                 NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
}

static void
save(Kit *kit, GuichetRole role, const char *name)
{
    g_autofree char *file = g_strconcat(name, ".crt", NULL);
    g_autofree char *path = kit_path(kit, file);
    g_autofree char *pem = guichet_certificate_to_pem(kit->certificates[role]);
    kit_write(path, pem);
    g_autofree char *key_file = g_strconcat(name, ".key", NULL);
    g_autofree char *key_path = kit_path(kit, key_file);
    g_assert_true(guichet_key_save(kit->keys[role], key_path, NULL));
}

/* The revocation list is the openssl command's, as an authority of ours would publish it. */
static void
test_revoked(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    save(kit, GUICHET_ROLE_ROOT, "root");
    save(kit, GUICHET_ROLE_STATION_SIGN, "sign");
    run(kit->folder, "touch index && printf '[ca]\ndefault_ca=x\n[x]\ndatabase=index\n"
                     "default_md=sha256\ndefault_crl_days=1\n' >ca.cnf && "
                     "openssl ca -config ca.cnf -cert root.crt -keyfile root.key "
                     "-revoke sign.crt && openssl ca -config ca.cnf -cert root.crt "
                     "-keyfile root.key -gencrl -out root.crl");
    g_autofree char *crl = kit_path(kit, "root.crl");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(kit->root_path, crl, &error);
    g_assert_no_error(error);
    gint64 now = g_get_real_time() + G_USEC_PER_SEC;
    g_assert_true(guichet_trust_verify(trust, kit->certificates[GUICHET_ROLE_CENTRE_SEAL],
                                       GUICHET_ROLE_CENTRE_SEAL, now, &error));
    g_assert_no_error(error);
    g_assert_false(guichet_trust_verify(trust, kit->certificates[GUICHET_ROLE_STATION_SIGN],
                                        GUICHET_ROLE_STATION_SIGN, now, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
    g_clear_error(&error);
    /* a list from the past says nothing about today */
    g_assert_false(guichet_trust_verify(trust, kit->certificates[GUICHET_ROLE_CENTRE_SEAL],
                                        GUICHET_ROLE_CENTRE_SEAL,
                                        now + 2 * G_TIME_SPAN_DAY - G_TIME_SPAN_HOUR, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED);
}

static void
test_key_file(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = kit_path(kit, "sign.key");
    g_assert_true(guichet_key_save(kit->keys[GUICHET_ROLE_STATION_SIGN], path, &error));
    g_assert_no_error(error);
    struct stat info;
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    g_autoptr(GuichetKey) key = guichet_key_load(path, &error);
    g_assert_no_error(error);
    g_assert_true(
        guichet_certificate_check_key(kit->certificates[GUICHET_ROLE_STATION_SIGN], key, &error));
    g_assert_false(
        guichet_certificate_check_key(kit->certificates[GUICHET_ROLE_STATION_TLS], key, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

static void
test_bad_keys(void)
{
    static const char *const commands[] = {
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out bad.key",
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out bad.key",
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:x "
        "-out bad.key",
        "echo hello >bad.key",
        ": >bad.key",
    };
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *path = kit_path(kit, "bad.key");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autoptr(GError) error = NULL;
        run(kit->folder, commands[i]);
        g_assert_null(guichet_key_load(path, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_csr(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    GuichetRole role;
    g_autofree char *name = NULL;
    g_autofree char *csr = guichet_key_make_csr(kit->keys[GUICHET_ROLE_STATION_TLS],
                                                GUICHET_ROLE_STATION_TLS, KIT_STATION, &error);
    g_assert_true(guichet_csr_inspect(csr, &role, &name, &error));
    g_assert_no_error(error);
    g_assert_cmpint(role, ==, GUICHET_ROLE_STATION_TLS);
    g_assert_cmpstr(name, ==, KIT_STATION);
}

static void
test_changed_csr(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *csr = guichet_key_make_csr(kit->keys[GUICHET_ROLE_STATION_TLS],
                                                GUICHET_ROLE_STATION_TLS, KIT_STATION, NULL);
    guint accepted = 0, refused_signature = 0;
    char *body = strchr(csr, '\n') + 1;
    for (char *p = body; strncmp(p, "-----END", 8) != 0; p++) {
        if (!g_ascii_isalnum(*p) || p[1] == '=' || p[1] == '\n') /* padding bits carry nothing */
            continue;
        g_autoptr(GError) error = NULL;
        char was = *p;
        *p = was == 'A' ? 'B' : 'A';
        if (guichet_csr_inspect(csr, NULL, NULL, &error))
            accepted++;
        else if (g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE))
            refused_signature++;
        *p = was;
    }
    g_assert_cmpuint(accepted, ==, 0);
    g_assert_cmpuint(refused_signature, >, 100);
}

static void
test_names(void)
{
    static const char *const bad[] = {"",     "a b",        "mairie/1", "../x", "é",   "-a",
                                      "a\nb", "a,DNS:evil", "a=b",      ".ssh", "\xff"};
    g_autoptr(GuichetKey) key = guichet_key_generate(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(guichet_key_make_csr(key, GUICHET_ROLE_STATION_SIGN, bad[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
    g_autofree char *long_name = g_strnfill(65, 'a');
    g_assert_null(guichet_key_make_csr(key, GUICHET_ROLE_STATION_SIGN, long_name, NULL));
}

static void
test_signature(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    GuichetCertificate *certificate = kit->certificates[GUICHET_ROLE_STATION_SIGN];
    g_autoptr(GBytes) signature =
        guichet_key_sign(kit->keys[GUICHET_ROLE_STATION_SIGN], "hello", 5, &error);
    g_assert_no_error(error);
    g_assert_true(guichet_certificate_verify(certificate, "hello", 5, signature, &error));
    g_assert_false(guichet_certificate_verify(certificate, "hellO", 5, signature, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
    g_clear_error(&error);
    g_autoptr(GBytes) empty = g_bytes_new_static("", 0);
    g_assert_false(guichet_certificate_verify(certificate, "hello", 5, empty, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
}

static void
test_certificate_texts(void)
{
    g_autoptr(Kit) kit = kit_new();
    GuichetCertificate *certificate = kit->certificates[GUICHET_ROLE_STATION_SIGN];
    g_autofree char *pem = guichet_certificate_to_pem(certificate);
    g_autoptr(GuichetCertificate) again = guichet_certificate_new_pem(pem, NULL);
    g_assert_cmpstr(guichet_certificate_get_fingerprint(again), ==,
                    guichet_certificate_get_fingerprint(certificate));
    g_assert_cmpstr(guichet_certificate_get_name(again), ==, KIT_STATION);
    g_assert_cmpint(guichet_certificate_get_not_after(again) / G_USEC_PER_SEC, ==,
                    kit->now_us / G_USEC_PER_SEC + 86400);
    g_autofree char *two = g_strconcat(pem, pem, NULL);
    g_autofree char *half = g_strndup(pem, strlen(pem) / 2);
    const char *const bad[] = {two, half, "", "hello"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(guichet_certificate_new_pem(bad[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/pki/a-certificate-is-accepted-for-its-own-role-only", test_roles);
    g_test_add_func("/sync/pki/a-certificate-out-of-its-period-is-expired", test_period);
    g_test_add_func("/sync/pki/a-certificate-of-another-root-is-untrusted", test_other_root);
    g_test_add_func("/sync/pki/a-leaf-is-no-authority", test_leaf_as_authority);
    g_test_add_func("/sync/pki/a-revoked-certificate-is-untrusted", test_revoked);
    g_test_add_func("/sync/pki/a-key-file-is-private-and-comes-back", test_key_file);
    g_test_add_func("/sync/pki/only-clear-p256-keys-are-loaded", test_bad_keys);
    g_test_add_func("/sync/pki/a-request-says-its-role-and-name", test_csr);
    g_test_add_func("/sync/pki/a-changed-request-is-refused-at-every-character", test_changed_csr);
    g_test_add_func("/sync/pki/a-station-name-cannot-carry-syntax", test_names);
    g_test_add_func("/sync/pki/a-signature-holds-for-its-bytes-only", test_signature);
    g_test_add_func("/sync/pki/a-pem-text-holds-exactly-one-certificate", test_certificate_texts);
    return g_test_run();
}
