/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "sync/bundle/zip.h"
#include "test-bundle-kit.h"

static GPtrArray *
open_bundle(Kit *kit, GBytes *bundle, GError **error)
{
    return guichet_bundle_open(bundle, kit->trust, kit->now_us, kit->keys[GUICHET_ROLE_CENTRE_SEAL],
                               kit->certificates[GUICHET_ROLE_CENTRE_SEAL], error);
}

static void
test_round_trip(void)
{
    static const char *const names[] = {"data/demande.json", "data/demarche.json",
                                        "data/photo-1.jpg", "data/proof-of-address-1.png",
                                        "data/proof-of-address-2.pdf"};
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(5000);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members = open_bundle(kit, bundle, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(members->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < members->len; i++) {
        const GuichetBundleMember *member = members->pdata[i];
        g_assert_cmpstr(member->name, ==, names[i]);
        if (i >= 2)
            g_assert_true(g_bytes_equal(member->content,
                                        ((GuichetPiece *)sample->pieces->pdata[i - 2])->content));
    }
    g_assert_true(g_bytes_equal(((GuichetBundleMember *)members->pdata[1])->content,
                                guichet_procedure_get_bytes(sample->procedure)));
}

static void
test_request_text(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    g_autoptr(GPtrArray) members = open_bundle(kit, bundle, NULL);
    g_assert_nonnull(members);
    gsize size;
    const void *text = g_bytes_get_data(((GuichetBundleMember *)members->pdata[0])->content, &size);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = guichet_json_parse(text, size, "demande.json", &error);
    g_assert_no_error(error);
    JsonObject *request = json_node_get_object(node);
    g_assert_cmpstr(json_object_get_string_member(request, "profil"), ==, "demande/1");
    g_assert_cmpstr(json_object_get_string_member(request, "id"), ==, sample->request->id);
    JsonObject *fields = json_object_get_object_member(request, "champs");
    g_assert_cmpstr(json_object_get_string_member(fields, "surname"), ==, "L’ÉCOLE \"D'Ô\"");
    g_assert_cmpuint(json_object_get_size(fields), ==, 3);
    JsonObject *typed = json_object_get_object_member(request, "saisis");
    g_assert_cmpuint(json_object_get_size(typed), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(typed, "surname"), ==, "l’école");
    JsonArray *pieces = json_object_get_array_member(request, "pieces");
    g_assert_cmpuint(json_array_get_length(pieces), ==, 4);
    JsonObject *photo = json_array_get_object_element(pieces, 0);
    g_assert_cmpstr(json_object_get_string_member(photo, "fichier"), ==, "data/photo-1.jpg");
    g_assert_cmpint(json_object_get_int_member(photo, "octets"), ==, 53);
    JsonObject *attributes = json_object_get_object_member(photo, "attributs");
    g_assert_cmpint(json_object_get_int_member(attributes, "dpi"), ==, 300);
    JsonObject *finger = json_array_get_object_element(pieces, 3);
    g_assert_cmpstr(json_object_get_string_member(finger, "impossible"), ==, "injured");
    g_assert_false(json_object_has_member(finger, "fichier"));
}

static void
test_header(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GError) error = NULL;
    g_autofree char *previous = g_strnfill(64, 'a');
    GuichetSealContext context = sample_context(kit);
    context.sequence = 12;
    context.previous = previous;
    context.joined = KIT_HEAD;
    context.tpm = TRUE;
    g_autoptr(GBytes) bundle =
        guichet_bundle_build(&context, sample->request, sample->procedure, sample->pieces, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autoptr(GuichetCertificate) signer = NULL;
    g_assert_true(guichet_bundle_verify(bundle, kit->trust, kit->now_us, &header, &signer, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(header->station, ==, KIT_STATION);
    g_assert_cmpint(header->sequence, ==, 12);
    g_assert_cmpstr(header->previous, ==, previous);
    g_assert_cmpstr(header->joined, ==, KIT_HEAD);
    g_assert_true(header->tpm);
    g_assert_cmpint(header->journal_entries, ==, 5);
    g_assert_cmpstr(header->journal_head, ==, KIT_HEAD);
    g_assert_cmpint(header->created_us / G_USEC_PER_SEC, ==, kit->now_us / G_USEC_PER_SEC);
    g_assert_cmpuint(strlen(header->id), ==, 26);
    g_assert_cmpuint(header->content_size, <, g_bytes_get_size(bundle));
    g_assert_cmpstr(
        header->recipient, ==,
        guichet_certificate_get_fingerprint(kit->certificates[GUICHET_ROLE_CENTRE_SEAL]));
    g_assert_cmpstr(
        guichet_certificate_get_fingerprint(signer), ==,
        guichet_certificate_get_fingerprint(kit->certificates[GUICHET_ROLE_STATION_SIGN]));
}

/* Nothing of the citizen in clear, whatever was typed or captured. */
static void
test_nothing_in_clear(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(5000);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    gsize size;
    const char *bytes = g_bytes_get_data(bundle, &size);
    const GuichetPiece *photo = sample->pieces->pdata[0];
    g_assert_null(memmem(bytes, size, "1984-02-29", 10));
    g_assert_null(memmem(bytes, size, "photo", 5));
    g_assert_null(memmem(bytes, size, sample->request->id, 26));
    g_assert_null(memmem(bytes, size, g_bytes_get_data(photo->content, NULL), 16));
    g_assert_nonnull(memmem(bytes, size, KIT_STATION, strlen(KIT_STATION))); /* control */
}

static void
test_every_byte(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) good = sample_build(kit, sample);
    gsize size;
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), g_bytes_get_size(good));
    size = g_bytes_get_size(good);
    guint step = g_test_slow() ? 1 : 7;
    for (gsize i = 0; i < size; i += i < size - 600 ? step : 1) {
        g_autoptr(GError) error = NULL;
        bytes[i] ^= (guint8)(1 << i % 8);
        g_autoptr(GBytes) bad = g_bytes_new_static(bytes, size);
        if (guichet_bundle_verify(bad, kit->trust, kit->now_us, NULL, NULL, &error))
            g_error("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " can change", i, size);
        g_assert_true(error->domain == GUICHET_ERROR);
        g_assert_null(strchr(error->message, '\n'));
        bytes[i] ^= (guint8)(1 << i % 8);
    }
    g_assert_true(guichet_bundle_verify(good, kit->trust, kit->now_us, NULL, NULL, NULL));
}

static void
test_every_length(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) good = sample_build(kit, sample);
    gsize size;
    const void *bytes = g_bytes_get_data(good, &size);
    for (gsize length = 0; length < size; length += g_test_slow() ? 1 : 11) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bad = g_bytes_new(bytes, length);
        g_assert_false(guichet_bundle_verify(bad, kit->trust, kit->now_us, NULL, NULL, &error));
        g_assert_true(error->domain == GUICHET_ERROR);
    }
}

static void
test_more_bytes(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) good = sample_build(kit, sample);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(good, &size);
    g_autofree guint8 *longer = g_malloc0(size + 1);
    for (gsize before = 0; before < 2; before++) {
        g_autoptr(GError) error = NULL;
        memset(longer, 0, size + 1);
        memcpy(longer + before, bytes, size);
        g_autoptr(GBytes) bad = g_bytes_new(longer, size + 1);
        g_assert_false(guichet_bundle_verify(bad, kit->trust, kit->now_us, NULL, NULL, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_certificates(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Kit) other = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GuichetCertificate) expired =
        kit_issue(kit, kit->keys[GUICHET_ROLE_STATION_SIGN], GUICHET_ROLE_STATION_SIGN, KIT_STATION,
                  -120, -60);
    g_autoptr(GuichetCertificate) wrong_role =
        kit_issue(kit, kit->keys[GUICHET_ROLE_STATION_SIGN], GUICHET_ROLE_CENTRE_RECEIPT,
                  KIT_STATION, -60, 60);
    const struct {
        GuichetCertificate *certificate;
        GuichetTrust *trust;
        GuichetErrorCode code;
    } cases[] = {
        {expired, kit->trust, GUICHET_ERROR_EXPIRED},
        {wrong_role, kit->trust, GUICHET_ERROR_UNTRUSTED},
        {kit->certificates[GUICHET_ROLE_STATION_SIGN], other->trust, GUICHET_ERROR_UNTRUSTED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        GuichetSealContext context = sample_context(kit);
        context.sign_certificate = cases[i].certificate;
        g_autoptr(GBytes) bundle = guichet_bundle_build(&context, sample->request,
                                                        sample->procedure, sample->pieces, NULL);
        g_assert_false(
            guichet_bundle_verify(bundle, cases[i].trust, kit->now_us, NULL, NULL, &error));
        g_assert_error(error, GUICHET_ERROR, (int)cases[i].code);
    }
}

static void
test_other_centre(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetKey) key = guichet_key_generate(NULL);
    g_autoptr(GuichetCertificate) centre =
        kit_issue(kit, key, GUICHET_ROLE_CENTRE_SEAL, "autre centre", -60, 60);
    g_assert_null(guichet_bundle_open(bundle, kit->trust, kit->now_us, key, centre, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    g_clear_error(&error);
    /* the right certificate and another key */
    g_assert_null(guichet_bundle_open(bundle, kit->trust, kit->now_us, key,
                                      kit->certificates[GUICHET_ROLE_CENTRE_SEAL], &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

static void
test_two_builds(void)
{
    g_autoptr(Kit) kit = kit_new();
    g_autoptr(Sample) sample = sample_new(50);
    g_autoptr(GBytes) bundle = sample_build(kit, sample);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members = guichet_zip_read(bundle, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) segments = guichet_zip_write(members, &error);
    g_autoptr(GBytes) again = guichet_zip_join(segments);
    g_assert_true(g_bytes_equal(again, bundle));
}

static void
test_refused_to_build(void)
{
    g_autoptr(Kit) kit = kit_new();
    static const struct {
        const char *what;
        GuichetErrorCode code;
    } cases[] = {
        {"sequence", GUICHET_ERROR_ARGUMENT},  {"previous", GUICHET_ERROR_ARGUMENT},
        {"procedure", GUICHET_ERROR_ARGUMENT}, {"kind", GUICHET_ERROR_ARGUMENT},
        {"twice", GUICHET_ERROR_ARGUMENT},     {"content", GUICHET_ERROR_ARGUMENT},
        {"changed", GUICHET_ERROR_CORRUPT},    {"attributes", GUICHET_ERROR_MALFORMED},
        {"key", GUICHET_ERROR_MISMATCH},       {"many", GUICHET_ERROR_LIMIT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Sample) sample = sample_new(50);
        GuichetSealContext context = sample_context(kit);
        GuichetPiece *photo = sample->pieces->pdata[0];
        if (i == 0)
            context.sequence = 0;
        else if (i == 1)
            context.sequence = 2;
        else if (i == 2)
            memset(sample->request->procedure_sha256, 'a', 64);
        else if (i == 3)
            strcpy(photo->kind, "../x");
        else if (i == 4)
            strcpy(((GuichetPiece *)sample->pieces->pdata[2])->media_type, "image/png"),
                ((GuichetPiece *)sample->pieces->pdata[2])->ordinal = 1;
        else if (i == 5)
            g_clear_pointer(&photo->content, g_bytes_unref);
        else if (i == 6)
            memset(photo->sha256, 'a', 64);
        else if (i == 7)
            strcpy(photo->attributes, "[]");
        else if (i == 8)
            context.sign_key = kit->keys[GUICHET_ROLE_STATION_TLS];
        else
            for (guint n = 2; n < 60; n++)
                g_ptr_array_add(sample->pieces, guichet_piece_new("page", n, "image/png",
                                                                  photo->content, "", NULL));
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].what);
        g_assert_null(guichet_bundle_build(&context, sample->request, sample->procedure,
                                           sample->pieces, &error));
        g_assert_error(error, GUICHET_ERROR, (int)cases[i].code);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/bundle/what-is-sealed-comes-out-the-same", test_round_trip);
    g_test_add_func("/sync/bundle/the-request-says-what-was-captured", test_request_text);
    g_test_add_func("/sync/bundle/the-header-says-who-and-for-whom", test_header);
    g_test_add_func("/sync/bundle/nothing-of-the-citizen-is-in-clear", test_nothing_in_clear);
    g_test_add_func("/sync/bundle/every-changed-byte-is-refused", test_every_byte);
    g_test_add_func("/sync/bundle/every-shorter-file-is-refused", test_every_length);
    g_test_add_func("/sync/bundle/bytes-before-or-after-are-refused", test_more_bytes);
    g_test_add_func("/sync/bundle/a-wrong-certificate-is-refused", test_certificates);
    g_test_add_func("/sync/bundle/another-key-does-not-open-it", test_other_centre);
    g_test_add_func("/sync/bundle/the-file-follows-from-its-members", test_two_builds);
    g_test_add_func("/sync/bundle/a-senseless-request-is-not-sealed", test_refused_to_build);
    return g_test_run();
}
