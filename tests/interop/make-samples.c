/* SPDX-License-Identifier: EUPL-1.2 */
/* make-samples make FOLDER: a PKI, a bundle, a receipt, a message and a statement as files.
 * make-samples open FOLDER BUNDLE: our reader, with the keys of FOLDER; the members on stdout. */
#include <string.h>

#include "core/paths.h"
#include "sync/bundle/message.h"
#include "sync/bundle/statement.h"
#include "test-bundle-kit.h"

static const struct {
    GuichetRole role;
    const char *name;
} files[] = {
    {GUICHET_ROLE_ROOT, "root"},
    {GUICHET_ROLE_STATION_SIGN, "station"},
    {GUICHET_ROLE_CENTRE_SEAL, "seal"},
    {GUICHET_ROLE_CENTRE_RECEIPT, "receipt"},
};

static char *
path_of(const char *folder, const char *name, const char *extension)
{
    g_autofree char *file = g_strconcat(name, extension, NULL);
    return g_build_filename(folder, file, NULL);
}

static void
write_bytes(const char *folder, const char *name, const void *bytes, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = path_of(folder, name, "");
    g_file_set_contents(path, bytes, (gssize)size, &error);
    g_assert_no_error(error);
}

static void
write_identity(const char *folder, Kit *kit, gsize i)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *certificate = path_of(folder, files[i].name, ".crt");
    g_autofree char *key = path_of(folder, files[i].name, ".key");
    g_autofree char *pem = guichet_certificate_to_pem(kit->certificates[files[i].role]);
    kit_write(certificate, pem);
    guichet_key_save(kit->keys[files[i].role], key, &error);
    g_assert_no_error(error);
}

static void
write_words_of_centre(const char *folder, Kit *kit, const char *sha256)
{
    g_autoptr(GError) error = NULL;
    GuichetKey *key = kit->keys[GUICHET_ROLE_CENTRE_RECEIPT];
    GuichetCertificate *certificate = kit->certificates[GUICHET_ROLE_CENTRE_RECEIPT];
    const GuichetReceipt receipt = {
        (char *)sha256, (char *)KIT_STATION, 1, kit->now_us, (char *)"received", 5, (char *)sha256};
    g_autoptr(GBytes) der = guichet_receipt_sign(&receipt, key, certificate, &error);
    g_assert_no_error(error);
    write_bytes(folder, "receipt.der", g_bytes_get_data(der, NULL), g_bytes_get_size(der));
    const GuichetMessage message = {.station = (char *)KIT_STATION,
                                    .number = 1,
                                    .issued_us = kit->now_us,
                                    .expires_us = kit->now_us + G_TIME_SPAN_HOUR,
                                    .kind = GUICHET_MESSAGE_STATUS,
                                    .bundle_sha256 = (char *)sha256,
                                    .state = (char *)"title-ready",
                                    .text = (char *)"Titre prêt"};
    g_autoptr(GBytes) said = guichet_message_sign(&message, key, certificate, &error);
    g_assert_no_error(error);
    write_bytes(folder, "message.der", g_bytes_get_data(said, NULL), g_bytes_get_size(said));
}

static void
write_statement(const char *folder, Kit *kit, const char *sha256)
{
    g_autoptr(GError) error = NULL;
    const char *pieces[] = {"photo×1", "proof-of-address×2", NULL};
    const GuichetStatement statement = {
        (char *)sha256, (char *)KIT_STATION, 1, kit->now_us, (char *)"passport", 1, (GStrv)pieces};
    g_autofree char *text =
        guichet_statement_sign(&statement, kit->keys[GUICHET_ROLE_STATION_SIGN], &error);
    g_assert_no_error(error);
    write_bytes(folder, "statement.txt", text, strlen(text));
}

static int
make(const char *folder)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50000);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    gsize size;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *sha256 = guichet_sha256_hex(bytes, size);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        write_identity(folder, kit, i);
    write_bytes(folder, "bundle.asice", bytes, size);
    write_words_of_centre(folder, kit, sha256);
    write_statement(folder, kit, sha256);
    const GuichetPiece *photo = sample->pieces->pdata[0];
    write_bytes(folder, "photo.jpg", g_bytes_get_data(photo->content, NULL), photo->size);
    GBytes *procedure = guichet_procedure_get_bytes(sample->procedure);
    write_bytes(folder, "demarche.json", g_bytes_get_data(procedure, NULL),
                g_bytes_get_size(procedure));
    return 0;
}

static GPtrArray *
open_file(const char *folder, const char *path, GError **error)
{
    g_autofree char *root = path_of(folder, "root", ".crt");
    g_autofree char *key_path = path_of(folder, "seal", ".key");
    g_autofree char *certificate_path = path_of(folder, "seal", ".crt");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, error);
    if (trust == NULL)
        return NULL;
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, error);
    g_autoptr(GuichetCertificate) certificate =
        key != NULL ? guichet_certificate_load(certificate_path, error) : NULL;
    g_autoptr(GBytes) bundle =
        certificate != NULL ? guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, error) : NULL;
    if (bundle == NULL)
        return NULL;
    return guichet_bundle_open(bundle, trust, g_get_real_time(), key, certificate, error);
}

int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0)
        return make(argv[2]);
    if (argc != 4 || strcmp(argv[1], "open") != 0)
        return 2;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members = open_file(argv[2], argv[3], &error);
    if (members == NULL) {
        g_printerr("%s\n", error->message);
        return 1;
    }
    for (guint i = 0; i < members->len; i++) {
        const GuichetBundleMember *member = members->pdata[i];
        g_print("%s %" G_GSIZE_FORMAT "\n", member->name, g_bytes_get_size(member->content));
    }
    return 0;
}
