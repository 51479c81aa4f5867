/* SPDX-License-Identifier: EUPL-1.2 */
/* "accord" of demande.json (FORMAT.md §6), as the centre reads it: exactly, or not at all. */
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "sync/bundle/bundle-private.h"
#include "sync/bundle/zip.h"

#define PROCEDURE "{}"

static GuichetZipMember *
make_member(const char *name, const char *text)
{
    g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));
    GuichetZipMember *member = guichet_zip_member_new(name, content);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = sizeof member->sha256;
    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(checksum, member->sha256, &size);
    return member;
}

/* A request of no pieces, whose consent is @consent: members sorted, as they must be. */
static gboolean
read_request(const char *consent, GError **error)
{
    g_autofree char *sha256 = guichet_sha256_hex(PROCEDURE, strlen(PROCEDURE));
    g_autofree char *text = g_strdup_printf(
        "{%s%s%s\"champs\":{},\"cree\":{},\"demarche\":{\"id\":\"x\",\"revision\":1,"
        "\"sha256\":\"%s\"},\"id\":\"x\",\"pieces\":[],\"profil\":\"demande/1\"}",
        *consent != '\0' ? "\"accord\":" : "", consent, *consent != '\0' ? "," : "", sha256);
    g_autoptr(GPtrArray) members =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
    g_ptr_array_add(members, make_member(GUICHET_BUNDLE_REQUEST_NAME, text));
    g_ptr_array_add(members, make_member(GUICHET_BUNDLE_PROCEDURE_NAME, PROCEDURE));
    return guichet_bundle_request_check(members, error);
}

#define REST "\"date\":\"2026-11-22\",\"note_par\":\"malik\",\"portee\":\"tout\",\"qui\":\"Anne\""

static const char *const good[] = {
    "",
    "{\"comment\":\"present\"," REST "}",
    "{\"comment\":\"mandate\"," REST "}",
    "{\"comment\":\"representative\",\"date\":\"2026-11-22\",\"note_par\":\"malik\","
    "\"portee\":\"tout\",\"qualite\":\"mère\",\"qui\":\"Anne\"}",
};

static const char *const bad[] = {
    "{}",
    "[]",
    "true",
    "{" REST "}",
    "{\"comment\":\"shouted\"," REST "}",
    "{\"comment\":1," REST "}",
    "{\"comment\":\"representative\"," REST "}",
    "{\"comment\":\"present\"," REST ",\"telephone\":\"06\"}",
    "{\"comment\":\"present\",\"date\":\"2026-11-22\",\"note_par\":\"malik\",\"portee\":\"tout\","
    "\"qualite\":\"mère\",\"qui\":\"Anne\"}",
    "{\"comment\":\"present\",\"date\":\"2026-11-22\",\"note_par\":\"malik\",\"portee\":\"\","
    "\"qui\":\"Anne\"}",
    "{\"comment\":\"present\",\"date\":\"2026-11-22\",\"note_par\":\"malik\",\"portee\":\"tout\"}",
};

static void
test_taken(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(read_request(good[i], &error));
        g_assert_no_error(error);
    }
}

static void
test_refused(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", bad[i]);
        g_assert_false(read_request(bad[i], &error));
        g_assert_nonnull(error);
        g_test_message("%s", error->message);
        g_assert_null(strchr(error->message, '\n'));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/bundle/consent/taken-as-it-is-written", test_taken);
    g_test_add_func("/sync/bundle/consent/refused-when-it-is-not", test_refused);
    return g_test_run();
}
