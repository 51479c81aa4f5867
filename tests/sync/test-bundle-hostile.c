/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle.h"

#include <string.h>
#include <zlib.h>

#include "core/error.h"
#include "sync/bundle/asic.h"
#include "sync/bundle/cms-seal.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/manifest.h"
#include "test-bundle-kit.h"

/* Containers that other tools would accept, or that a station with a real key could make. */
typedef struct {
    Kit *kit;
    Sample *sample;
    GBytes *bundle;
    GPtrArray *members; /* GuichetZipMember* of the outer container */
} Fixture;

static GuichetZipMember *
member_new(const char *name, GBytes *content)
{
    GuichetZipMember *member = guichet_zip_member_new(name, content);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(content, &size);
    member->crc32 = (guint32)crc32_z(0, bytes, size);
    return member;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->kit = kit_new();
    fixture->sample = sample_new(50);
    fixture->bundle = sample_build(fixture->kit, fixture->sample);
    fixture->members = guichet_zip_read(fixture->bundle, NULL);
    g_assert_nonnull(fixture->members);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_unref(fixture->members);
    g_bytes_unref(fixture->bundle);
    sample_free(fixture->sample);
    kit_free(fixture->kit);
}

static GBytes *
zip(GPtrArray *members)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) segments = guichet_zip_write(members, &error);
    g_assert_no_error(error);
    return guichet_zip_join(segments);
}

static void
replace(Fixture *fixture, guint index, const char *name, const void *bytes, gsize size)
{
    g_autoptr(GBytes) content = g_bytes_new(bytes, size);
    guichet_zip_member_free(fixture->members->pdata[index]);
    fixture->members->pdata[index] = member_new(name, content);
}

static void
assert_verdict(Fixture *fixture, GBytes *bundle, GuichetErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(guichet_bundle_verify(bundle, fixture->kit->trust, fixture->kit->now_us, NULL,
                                         NULL, &error));
    g_assert_error(error, GUICHET_ERROR, (int)code);
}

static void
assert_refused(Fixture *fixture, GuichetErrorCode code)
{
    g_autoptr(GBytes) bundle = zip(fixture->members);
    assert_verdict(fixture, bundle, code);
}

static void
test_control(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bundle = zip(fixture->members);
    g_assert_true(
        guichet_bundle_verify(bundle, fixture->kit->trust, fixture->kit->now_us, NULL, NULL, NULL));
}

static void
test_extra_member(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) content = g_bytes_new_static("x", 1);
    g_ptr_array_add(fixture->members, member_new(data, content));
    assert_refused(fixture, GUICHET_ERROR_MALFORMED);
}

static void
test_missing_member(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(GPtrArray) members = guichet_zip_read(fixture->bundle, NULL);
        g_ptr_array_remove_index(members, i);
        g_autoptr(GBytes) bundle = zip(members);
        assert_verdict(fixture, bundle, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_renamed_member(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(GPtrArray) members = guichet_zip_read(fixture->bundle, NULL);
        GuichetZipMember *member = members->pdata[i];
        member->name[0] = member->name[0] == 'z' ? 'y' : 'z';
        g_autoptr(GBytes) bundle = zip(members);
        assert_verdict(fixture, bundle, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_reordered(Fixture *fixture, gconstpointer data)
{
    for (guint i = 1; i < 5; i++) {
        g_autoptr(GPtrArray) members = guichet_zip_read(fixture->bundle, NULL);
        gpointer first = members->pdata[i - 1];
        members->pdata[i - 1] = members->pdata[i];
        members->pdata[i] = first;
        g_autoptr(GBytes) bundle = zip(members);
        assert_verdict(fixture, bundle, GUICHET_ERROR_MALFORMED);
    }
}

static void
test_changed_member(Fixture *fixture, gconstpointer data)
{
    for (guint i = 3; i < 5; i++) {
        g_autoptr(GPtrArray) members = guichet_zip_read(fixture->bundle, NULL);
        GuichetZipMember *member = members->pdata[i];
        gsize size;
        g_autofree guint8 *bytes =
            g_memdup2(g_bytes_get_data(member->content, &size), g_bytes_get_size(member->content));
        bytes[size / 2] ^= 1;
        g_bytes_unref(member->content);
        member->content = g_bytes_new(bytes, size);
        member->crc32 = (guint32)crc32_z(0, bytes, size);
        g_autoptr(GBytes) bundle = zip(members);
        assert_verdict(fixture, bundle, GUICHET_ERROR_SIGNATURE);
    }
}

/* The manifest with @from replaced by @to, signed again by the station itself. */
static void
resign_manifest(Fixture *fixture, const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;
    const GuichetZipMember *manifest = fixture->members->pdata[1];
    gsize size;
    const char *bytes = g_bytes_get_data(manifest->content, &size);
    g_autofree char *text = g_strndup(bytes, size);
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_nonnull(parts[0]);
    g_assert_nonnull(parts[1]);
    g_autofree char *changed = g_strjoinv(to, parts);
    g_autoptr(GBytes) signature =
        guichet_cms_sign(fixture->kit->keys[GUICHET_ROLE_STATION_SIGN],
                         fixture->kit->certificates[GUICHET_ROLE_STATION_SIGN], changed,
                         strlen(changed), TRUE, &error);
    g_assert_no_error(error);
    replace(fixture, 1, "META-INF/ASiCManifest001.xml", changed, strlen(changed));
    gsize signature_size;
    const void *der = g_bytes_get_data(signature, &signature_size);
    replace(fixture, 2, GUICHET_MANIFEST_SIGNATURE, der, signature_size);
}

static void
test_manifest(void)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"?>\n<", "?>\n<!DOCTYPE x [<!ENTITY a \"b\">]><"},
        {"?>\n<", "?>\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><"},
        {"?>\n<", "?>\n<!-- --><"},
        {"?>\n<", "?>\n<?php x?><"},
        {"?>\n<", "?>\n\n<"},
        {"UTF-8", "utf-8"},
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""},
        {"xmlenc#sha256", "xmldsig#sha1"},
        {"xmlenc#sha256", "xmlenc#sha512"},
        {"URI=\"enveloppe.json\"", "URI=\"&#101;nveloppe.json\""},
        {"URI=\"enveloppe.json\"", "URI='enveloppe.json'"},
        {"URI=\"enveloppe.json\"", "URI=\"../enveloppe.json\""},
        {"URI=\"enveloppe.json\"", "URI=\"autre.json\""},
        {"application/json", "text/html"},
        {"signature001.p7s", "signature002.p7s"},
        {"<ds:DigestValue>", "<ds:DigestValue> "},
        {"<ds:DigestValue>", "<ds:Transforms/><ds:DigestValue>"},
        {"<ds:DigestValue>", "<ds:DigestValue>AA==</ds:DigestValue><ds:DigestValue>"},
        {"</asic:ASiCManifest>", ""},
        {"</asic:ASiCManifest>\n", "</asic:ASiCManifest>"},
    };
    for (gsize i = 0; i <= G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        set_up(&fixture, NULL);
        if (i < G_N_ELEMENTS(cases)) {
            resign_manifest(&fixture, cases[i].from, cases[i].to);
            g_test_message("%s → %s", cases[i].from, cases[i].to);
            assert_refused(&fixture, GUICHET_ERROR_MALFORMED);
        } else {
            resign_manifest(&fixture, "xmlenc#sha256", "xmlenc#sha256");
            test_control(&fixture, NULL);
        }
        tear_down(&fixture, NULL);
    }
}

/* The outer container of @members ("enveloppe.json", "contenu.p7m"), signed by the station. */
static GBytes *
wrap(Kit *kit, GPtrArray *members)
{
    g_autoptr(GError) error = NULL;
    guichet_asic_measure(members);
    g_autoptr(GPtrArray) segments =
        guichet_asic_write(members, kit->keys[GUICHET_ROLE_STATION_SIGN],
                           kit->certificates[GUICHET_ROLE_STATION_SIGN], &error);
    g_assert_no_error(error);
    return guichet_zip_join(segments);
}

static void
test_header(void)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"liasse-scellee/1", "liasse-scellee/2"},
        {"\"sequence\":1", "\"sequence\":2"},
        {"\"sequence\":1", "\"sequence\":0"},
        {"\"sequence\":1", "\"sequence\":1.0"},
        {"\"sequence\":1", "\"sequence\":\"1\""},
        {"\"tpm\":false", "\"tpm\":0"},
        {"\"octets\":", "\"octets\":1"},
        {"\"contenu_sha256\":\"", "\"contenu_sha256\":\"0"},
        {KIT_STATION, "mairie-de-demo-2"},
        {"{", "{ "},
        {"\"entrees\":5", "\"entrees\":0"},
        {"\"entrees\":5", "\"autre\":1,\"entrees\":5"},
        {"\"tete\":\"", "\"tete\":\"0"},
        {"\"lot\":\"0", "\"lot\":\"9"},
        {"\"tpm\":false", "\"tpm\":false,\"x\":1"},
        {"\"tpm\":false", "\"tpm\":false,\"tpm\":false"},
    };
    for (gsize i = 0; i <= G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        set_up(&fixture, NULL);
        g_ptr_array_remove_range(fixture.members, 0, 3);
        const GuichetZipMember *header = fixture.members->pdata[0];
        gsize size;
        const char *bytes = g_bytes_get_data(header->content, &size);
        g_autofree char *text = g_strndup(bytes, size);
        if (i < G_N_ELEMENTS(cases)) {
            g_auto(GStrv) parts = g_strsplit(text, cases[i].from, 2);
            g_assert_nonnull(parts[1]);
            g_autofree char *changed = g_strjoinv(cases[i].to, parts);
            replace(&fixture, 0, "enveloppe.json", changed, strlen(changed));
            g_autoptr(GBytes) bundle = wrap(fixture.kit, fixture.members);
            g_test_message("%s → %s", cases[i].from, cases[i].to);
            assert_verdict(&fixture, bundle, GUICHET_ERROR_MALFORMED);
        } else {
            g_autoptr(GBytes) bundle = wrap(fixture.kit, fixture.members);
            g_assert_true(guichet_bundle_verify(bundle, fixture.kit->trust, fixture.kit->now_us,
                                                NULL, NULL, NULL));
        }
        tear_down(&fixture, NULL);
    }
}

/* --- the inside: what only the centre sees --- */

static GPtrArray *
open_bundle(Kit *kit, GBytes *bundle, GError **error)
{
    return guichet_bundle_open(bundle, kit->trust, kit->now_us, kit->keys[GUICHET_ROLE_CENTRE_SEAL],
                               kit->certificates[GUICHET_ROLE_CENTRE_SEAL], error);
}

/* A bundle whose inner members are @inner (GuichetBundleMember*), signed by @key. */
static GBytes *
rewrap(Kit *kit, GBytes *bundle, GPtrArray *inner, GuichetKey *key, GuichetCertificate *certificate)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
    for (guint i = 0; i < inner->len; i++) {
        const GuichetBundleMember *member = inner->pdata[i];
        g_ptr_array_add(members, guichet_zip_member_new(member->name, member->content));
    }
    guichet_asic_measure(members);
    g_autoptr(GPtrArray) segments = guichet_asic_write(members, key, certificate, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) sealed =
        guichet_cms_seal(kit->certificates[GUICHET_ROLE_CENTRE_SEAL], segments, 0, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) outer = guichet_zip_read(bundle, NULL);
    g_ptr_array_remove_range(outer, 0, 3);
    const GuichetZipMember *header = outer->pdata[0], *content = outer->pdata[1];
    gsize size;
    const char *bytes = g_bytes_get_data(header->content, &size);
    g_autoptr(GString) text = g_string_new_len(bytes, (gssize)size);
    gsize old_size, sealed_size;
    const void *old_bytes = g_bytes_get_data(content->content, &old_size);
    const void *sealed_bytes = g_bytes_get_data(sealed, &sealed_size);
    g_autofree char *old_sha256 = guichet_sha256_hex(old_bytes, old_size);
    g_autofree char *sha256 = guichet_sha256_hex(sealed_bytes, sealed_size);
    g_autofree char *old_octets = g_strdup_printf("\"octets\":%" G_GSIZE_FORMAT, old_size);
    g_autofree char *octets = g_strdup_printf("\"octets\":%" G_GSIZE_FORMAT, sealed_size);
    g_assert_cmpuint(g_string_replace(text, old_sha256, sha256, 0), ==, 1);
    g_assert_cmpuint(g_string_replace(text, old_octets, octets, 0), ==, 1);
    g_autoptr(GBytes) new_header = g_bytes_new(text->str, text->len);
    g_ptr_array_set_size(outer, 0);
    g_ptr_array_add(outer, guichet_zip_member_new("enveloppe.json", new_header));
    g_ptr_array_add(outer, guichet_zip_member_new("contenu.p7m", sealed));
    return wrap(kit, outer);
}

static void
change_content(GuichetBundleMember *member)
{
    g_bytes_unref(member->content);
    member->content = g_bytes_new_static("{}", 2);
}

static void
test_inside(Fixture *fixture, gconstpointer data)
{
    Kit *kit = fixture->kit;
    g_autoptr(GuichetKey) key = guichet_key_generate(NULL);
    g_autoptr(GuichetCertificate) neighbour =
        kit_issue(kit, key, GUICHET_ROLE_STATION_SIGN, "mairie-de-demo-2", -60, 60);
    static const struct {
        const char *what;
        int code; /* 0: accepted */
    } cases[] = {
        {"nothing changed", 0},
        {"signed by the neighbour", GUICHET_ERROR_MALFORMED},
        {"photo replaced", GUICHET_ERROR_MISMATCH},
        {"procedure replaced", GUICHET_ERROR_MISMATCH},
        {"page missing", GUICHET_ERROR_MISMATCH},
        {"member that the request does not name", GUICHET_ERROR_MISMATCH},
        {"request replaced", GUICHET_ERROR_MALFORMED},
        {"request missing", GUICHET_ERROR_MISMATCH},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) inner = open_bundle(kit, fixture->bundle, NULL);
        if (i == 2)
            change_content(inner->pdata[2]);
        else if (i == 3)
            change_content(inner->pdata[1]);
        else if (i == 4)
            g_ptr_array_remove_index(inner, inner->len - 1);
        else if (i == 5) {
            GuichetBundleMember *extra = g_new0(GuichetBundleMember, 1);
            extra->name = g_strdup("data/extra.txt");
            extra->content = g_bytes_new_static("x", 1);
            g_ptr_array_add(inner, extra);
        } else if (i == 6)
            change_content(inner->pdata[0]);
        else if (i == 7)
            g_ptr_array_remove_index(inner, 0);
        gboolean by_neighbour = i == 1;
        g_autoptr(GBytes) bundle = rewrap(
            kit, fixture->bundle, inner, by_neighbour ? key : kit->keys[GUICHET_ROLE_STATION_SIGN],
            by_neighbour ? neighbour : kit->certificates[GUICHET_ROLE_STATION_SIGN]);
        /* from outside all of them are fine: the centre's ingest cannot see in */
        g_assert_true(guichet_bundle_verify(bundle, kit->trust, kit->now_us, NULL, NULL, &error));
        g_assert_no_error(error);
        g_autoptr(GPtrArray) opened = open_bundle(kit, bundle, &error);
        g_test_message("%s", cases[i].what);
        if (cases[i].code == 0)
            g_assert_no_error(error);
        else
            g_assert_error(error, GUICHET_ERROR, cases[i].code);
    }
}

#define ADD(path, data, func) g_test_add(path, Fixture, data, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/sync/bundle-hostile/the-tool-of-this-test-makes-good-ones-too", NULL, test_control);
    ADD("/sync/bundle-hostile/an-extra-member-is-refused", "data.txt", test_extra_member);
    ADD("/sync/bundle-hostile/a-second-signature-is-refused", "META-INF/signature002.p7s",
        test_extra_member);
    ADD("/sync/bundle-hostile/a-missing-member-is-refused", NULL, test_missing_member);
    ADD("/sync/bundle-hostile/a-renamed-member-is-refused", NULL, test_renamed_member);
    ADD("/sync/bundle-hostile/another-order-is-refused", NULL, test_reordered);
    ADD("/sync/bundle-hostile/a-changed-member-is-refused", NULL, test_changed_member);
    g_test_add_func("/sync/bundle-hostile/a-signed-manifest-of-another-form-is-refused",
                    test_manifest);
    g_test_add_func("/sync/bundle-hostile/a-signed-header-of-another-form-is-refused", test_header);
    ADD("/sync/bundle-hostile/an-inside-that-contradicts-itself-is-refused", NULL, test_inside);
    return g_test_run();
}
