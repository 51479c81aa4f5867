/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/cms.h"

#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "sync/bundle/cms-seal.h"
#include "test-pki-kit.h"

#define TEXT "ce qui est signé\n"

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

/* What the openssl command makes of @arguments, in the kit's folder; @out is its output file. */
static GBytes *
openssl_makes(Kit *kit, const char *arguments, const char *out)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line =
        g_strdup_printf("cd '%s' && openssl %s 2>openssl.log", kit->folder, arguments);
    const char *argv[] = {"sh", "-c", line, NULL};
    int status;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    g_autofree char *path = kit_path(kit, out);
    GBytes *bytes = guichet_read_file(path, 1 << 20, &error);
    g_assert_no_error(error);
    return bytes;
}

static Kit *
kit_with_files(void)
{
    Kit *kit = kit_new();
    save(kit, GUICHET_ROLE_STATION_SIGN, "sign");
    save(kit, GUICHET_ROLE_CENTRE_SEAL, "seal");
    save(kit, GUICHET_ROLE_CENTRE_RECEIPT, "receipt");
    g_autofree char *text = kit_path(kit, "text");
    kit_write(text, TEXT);
    return kit;
}

#define SIGN                                                                                       \
    "cms -sign -binary -cades -md sha256 -nosmimecap -in text -signer sign.crt -inkey sign.key "   \
    "-outform DER -out out "
#define ENCRYPT "cms -encrypt -binary -in text -outform DER -out out -keyid -recip seal.crt "
#define GOOD_KDF "-keyopt ecdh_kdf_md:sha256 -aes256-wrap "

static void
test_openssl_signs(void)
{
    static const struct {
        const char *what, *arguments;
        int code; /* 0: accepted */
    } cases[] = {
        {"the documented command", SIGN, 0},
        {"two signers", SIGN "-signer receipt.crt -inkey receipt.key", GUICHET_ERROR_MALFORMED},
        {"not CAdES",
         "cms -sign -binary -md sha256 -nosmimecap -in text -signer sign.crt -inkey sign.key "
         "-outform DER -out out",
         GUICHET_ERROR_MALFORMED},
        {"SHA-1",
         "cms -sign -binary -cades -md sha1 -nosmimecap -in text -signer sign.crt -inkey sign.key "
         "-outform DER -out out",
         GUICHET_ERROR_MALFORMED},
        {"SHA-512",
         "cms -sign -binary -cades -md sha512 -nosmimecap -in text -signer sign.crt "
         "-inkey sign.key -outform DER -out out",
         GUICHET_ERROR_MALFORMED},
        {"no attributes",
         "cms -sign -binary -md sha256 -noattr -in text -signer sign.crt -inkey sign.key "
         "-outform DER -out out",
         GUICHET_ERROR_MALFORMED},
        {"no certificate", SIGN "-nocerts", GUICHET_ERROR_MALFORMED},
        {"another certificate beside", SIGN "-certfile seal.crt", GUICHET_ERROR_MALFORMED},
        {"content inside", SIGN "-nodetach", GUICHET_ERROR_MALFORMED},
        {"BER", SIGN "-nodetach -stream", GUICHET_ERROR_MALFORMED},
        {"key identifier", SIGN "-keyid", GUICHET_ERROR_MALFORMED},
        {"PEM",
         "cms -sign -binary -cades -md sha256 -nosmimecap -in text -signer sign.crt "
         "-inkey sign.key -outform PEM -out out",
         GUICHET_ERROR_MALFORMED},
        {"encrypted instead", ENCRYPT "-aes-256-gcm " GOOD_KDF, GUICHET_ERROR_MALFORMED},
    };
    g_autoptr(Kit) kit = kit_with_files();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetCertificate) signer = NULL;
        g_autoptr(GBytes) der = openssl_makes(kit, cases[i].arguments, "out");
        g_test_message("%s", cases[i].what);
        guichet_cms_verify_detached(der, TEXT, strlen(TEXT), &signer, &error);
        if (cases[i].code == 0)
            g_assert_no_error(error);
        else
            g_assert_error(error, GUICHET_ERROR, cases[i].code);
        g_assert_true((signer != NULL) == (cases[i].code == 0));
    }
}

static void
test_openssl_seals(void)
{
    static const struct {
        const char *what, *arguments;
        int code;
    } cases[] = {
        {"the documented command", ENCRYPT "-aes-256-gcm " GOOD_KDF, 0},
        {"two recipients", ENCRYPT "-aes-256-gcm " GOOD_KDF "-recip receipt.crt " GOOD_KDF, 0},
        {"SHA-1 KDF", ENCRYPT "-aes-256-gcm -aes256-wrap", GUICHET_ERROR_MALFORMED},
        {"SHA-512 KDF", ENCRYPT "-aes-256-gcm -keyopt ecdh_kdf_md:sha512 -aes256-wrap",
         GUICHET_ERROR_MALFORMED},
        {"AES-128 wrap", ENCRYPT "-aes-256-gcm -keyopt ecdh_kdf_md:sha256 -aes128-wrap",
         GUICHET_ERROR_MALFORMED},
        {"AES-128-GCM", ENCRYPT "-aes-128-gcm " GOOD_KDF, GUICHET_ERROR_MALFORMED},
        {"CBC", ENCRYPT "-aes-256-cbc " GOOD_KDF, GUICHET_ERROR_MALFORMED},
        {"issuer and serial",
         "cms -encrypt -binary -in text -outform DER -out out -aes-256-gcm -recip "
         "seal.crt " GOOD_KDF,
         GUICHET_ERROR_MALFORMED},
        {"BER", ENCRYPT "-aes-256-gcm -stream " GOOD_KDF, GUICHET_ERROR_MALFORMED},
        {"shared secret beside",
         ENCRYPT GOOD_KDF "-aes-256-gcm -secretkeyid 01 "
                          "-secretkey 000102030405060708090a0b0c0d0e0f",
         GUICHET_ERROR_MALFORMED},
        {"three recipients",
         ENCRYPT "-aes-256-gcm " GOOD_KDF "-recip receipt.crt " GOOD_KDF
                 "-recip sign.crt " GOOD_KDF,
         GUICHET_ERROR_MALFORMED},
        {"signed instead", SIGN, GUICHET_ERROR_MALFORMED},
    };
    g_autoptr(Kit) kit = kit_with_files();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = openssl_makes(kit, cases[i].arguments, "out");
        g_test_message("%s", cases[i].what);
        g_autoptr(GBytes) clear =
            guichet_cms_open(der, kit->keys[GUICHET_ROLE_CENTRE_SEAL],
                             kit->certificates[GUICHET_ROLE_CENTRE_SEAL], &error);
        if (cases[i].code != 0) {
            g_assert_error(error, GUICHET_ERROR, cases[i].code);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(clear, NULL), g_bytes_get_size(clear), TEXT, strlen(TEXT));
    }
}

static GBytes *
seal(Kit *kit, const char *text, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) segments = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_ptr_array_add(segments, g_bytes_new(text, size / 2));
    g_ptr_array_add(segments, g_bytes_new_static("", 0));
    g_ptr_array_add(segments, g_bytes_new(text + size / 2, size - size / 2));
    GBytes *sealed =
        guichet_cms_seal(kit->certificates[GUICHET_ROLE_CENTRE_SEAL], segments, 0, &error);
    g_assert_no_error(error);
    return sealed;
}

static GBytes *
open_sealed(Kit *kit, GBytes *sealed, GError **error)
{
    return guichet_cms_open(sealed, kit->keys[GUICHET_ROLE_CENTRE_SEAL],
                            kit->certificates[GUICHET_ROLE_CENTRE_SEAL], error);
}

/* Sizes around every change of a DER length. */
static void
test_sizes(void)
{
    static const gsize sizes[] = {0,    1,    60,   80,    127,   128,   129,   255,    256,
                                  4095, 4096, 4097, 65400, 65535, 65536, 70000, 1 << 20};
    g_autoptr(Kit) kit = kit_new();
    g_autofree char *text = g_strnfill(1 << 20, 'x');
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) sealed = seal(kit, text, sizes[i]);
        g_autoptr(GBytes) clear = open_sealed(kit, sealed, &error);
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(clear, NULL), g_bytes_get_size(clear), text, sizes[i]);
    }
}

static void
test_sealed_changes(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GBytes) sealed = seal(kit, TEXT, strlen(TEXT));
    gsize size;
    const guint8 *good = g_bytes_get_data(sealed, &size);
    g_autofree guint8 *bytes = g_memdup2(good, size);
    guint decrypted = 0;
    for (gsize i = 0; i < size * 8; i++) {
        g_autoptr(GError) error = NULL;
        bytes[i / 8] ^= (guint8)(1 << i % 8);
        g_autoptr(GBytes) bad = g_bytes_new(bytes, size);
        g_assert_null(open_sealed(kit, bad, &error));
        g_assert_true(error->domain == GUICHET_ERROR);
        decrypted += error->code == GUICHET_ERROR_SIGNATURE;
        bytes[i / 8] ^= (guint8)(1 << i % 8);
    }
    /* the rest was refused before OpenSSL saw a byte */
    g_assert_cmpuint(decrypted, <, 8 * (strlen(TEXT) + 64 + 12 + 16 + 40 + 1));
    for (gsize length = 0; length < size; length++) {
        g_autoptr(GBytes) bad = g_bytes_new(bytes, length);
        g_assert_false(guichet_cms_check_sealed(bad, NULL, NULL));
    }
}

/* OpenSSL 3.0 decrypts with tags of 4, 8 and 12 bytes. Ours must not, whatever ICVlen says. */
static void
test_short_tags(void)
{
    g_autoptr(Kit) kit = kit_with_files();
    g_autoptr(GBytes) sealed = seal(kit, TEXT, strlen(TEXT));
    gsize size;
    const guint8 *good = g_bytes_get_data(sealed, &size);
    static const guint8 tags[] = {1, 4, 8, 12, 15};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(tags); i++) {
        g_autoptr(GError) error = NULL;
        guint8 tag = tags[i / 2], cut = (guint8)(16 - tag);
        g_autofree guint8 *bytes = g_memdup2(good, size);
        /* three nested lengths of two octets (30 82, a0 82, 30 82), then the tag's own */
        gsize shrunk[] = {2, 19, 23};
        for (gsize n = 0; n < G_N_ELEMENTS(shrunk); n++) {
            g_assert_cmpuint(bytes[shrunk[n] - 1], ==, 0x82);
            guint length = (guint)bytes[shrunk[n]] << 8 | bytes[shrunk[n] + 1];
            bytes[shrunk[n]] = (guint8)((length - cut) >> 8);
            bytes[shrunk[n] + 1] = (guint8)(length - cut);
        }
        bytes[size - 17] = tag;
        if (i % 2 == 1) { /* ICVlen too */
            guint8 *icv = memmem(bytes, size, "\x02\x01\x10\x80", 4);
            g_assert_nonnull(icv);
            icv[2] = tag;
        }
        g_autoptr(GBytes) bad = g_bytes_new(bytes, size - cut);
        g_assert_null(open_sealed(kit, bad, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        if (tag == 12 && i % 2 == 0) { /* control: the file is one that OpenSSL takes */
            g_autofree char *path = kit_path(kit, "short.p7m");
            g_assert_true(
                g_file_set_contents(path, (const char *)bytes, (gssize)(size - cut), NULL));
            g_autoptr(GBytes) clear = openssl_makes(
                kit,
                "cms -decrypt -inform DER -in short.p7m -recip seal.crt -inkey seal.key "
                "-out clear",
                "clear");
            g_assert_cmpuint(g_bytes_get_size(clear), ==, strlen(TEXT));
        }
    }
}

static void
test_signature_by(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GBytes) der =
        guichet_cms_sign(kit->keys[GUICHET_ROLE_STATION_SIGN],
                         kit->certificates[GUICHET_ROLE_STATION_SIGN], "x", 1, TRUE, &error);
    g_assert_no_error(error);
    g_assert_false(guichet_cms_verify_detached(der, "y", 1, &signer, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
    g_clear_error(&error);
    g_assert_null(guichet_cms_verify_encapsulated(der, 65536, &signer, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_assert_null(signer);
    g_clear_error(&error);
    g_assert_null(guichet_cms_sign(kit->keys[GUICHET_ROLE_STATION_TLS],
                                   kit->certificates[GUICHET_ROLE_STATION_SIGN], "x", 1, TRUE,
                                   &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/cms/a-signature-holds-for-its-bytes-and-key", test_signature_by);
    g_test_add_func("/sync/cms/only-the-signatures-of-the-profile-are-taken", test_openssl_signs);
    g_test_add_func("/sync/cms/only-the-encryption-of-the-profile-is-opened", test_openssl_seals);
    g_test_add_func("/sync/cms/any-size-is-sealed-and-opened", test_sizes);
    g_test_add_func("/sync/cms/every-changed-bit-of-a-seal-is-refused", test_sealed_changes);
    g_test_add_func("/sync/cms/a-short-tag-is-refused", test_short_tags);
    return g_test_run();
}
