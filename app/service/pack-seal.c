/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/pack-seal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/csv.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "sync/bundle/cms.h"

#include <glib/gi18n-lib.h>

#define HEAD "pack.json"
#define SIGNATURE "pack.p7s"
#define HEAD_MAX_BYTES (64 * 1024)
#define MAX_FILES 64
#define MAX_DAYS 3650

void
guichet_pack_seal_clear(GuichetPackSeal *seal)
{
    g_clear_pointer(&seal->title, g_free);
    g_clear_pointer(&seal->day, g_free);
}

/* --- what it says of itself --- */

static gboolean
is_day(const char *text)
{
    g_autofree char *instant = g_strdup_printf("%sT00:00:00Z", text);
    g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(instant, NULL);
    return day != NULL && strlen(text) == 10;
}

static gboolean
read_head(JsonObject *head, GuichetPackSeal *seal, GError **error)
{
    static const char *const members[] = {"profile",    "title", "date", "source",
                                          "valid_days", "files", NULL};
    const char *where = HEAD ": ";
    gint64 days = 0;
    if (!guichet_json_only(head, members, where, error) ||
        (json_object_has_member(head, "valid_days") &&
         !guichet_json_int(head, "valid_days", 1, MAX_DAYS, where, &days, error)))
        return FALSE;
    const char *profile = guichet_json_string(head, "profile", where, error);
    const char *title = profile != NULL ? guichet_json_string(head, "title", where, error) : NULL;
    const char *day = title != NULL ? guichet_json_string(head, "date", where, error) : NULL;
    if (day == NULL)
        return FALSE;
    if (strcmp(profile, "pack/1") != 0 || !is_day(day)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                            _("pack.json : le profil pack/1 et une date AAAA-MM-JJ sont attendus"));
        return FALSE;
    }
    seal->title = g_strdup(title);
    seal->day = g_strdup(day);
    seal->valid_days = (int)days;
    return TRUE;
}

/* --- who answers for it --- */

static gboolean
mismatch(GError **error, const char *name)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Le fichier « %.80s » n’est pas celui que le centre a signé : demandez-lui une "
                  "nouvelle copie"),
                name);
    return FALSE;
}

static gboolean
check_file(const char *folder, const char *name, JsonObject *files, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    JsonNode *node = json_object_get_member(files, name);
    const char *expected =
        node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
    g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_CSV_MAX_BYTES, error);
    if (bytes == NULL)
        return FALSE;
    g_autofree char *actual =
        guichet_sha256_hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    return g_strcmp0(actual, expected) == 0 || mismatch(error, name);
}

/* Each CSV of the folder is named, each that is named is there. */
static gboolean
check_files(const char *folder, JsonObject *files, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    guint found = 0;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (!g_str_has_suffix(name, ".csv"))
            continue;
        if (++found > MAX_FILES || !check_file(folder, name, files, error))
            return found <= MAX_FILES ? FALSE : mismatch(error, name);
    }
    return dir != NULL && (found == json_object_get_size(files) || mismatch(error, HEAD));
}

static gboolean
verify(const char *folder, GBytes *head, JsonObject *object, const char *root_certificate,
       gint64 now_us, GError **error)
{
    g_autofree char *path = g_build_filename(folder, SIGNATURE, NULL);
    g_autoptr(GBytes) der = guichet_read_file(path, GUICHET_CMS_SIGNATURE_MAX_BYTES, error);
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GuichetTrust) trust =
        der != NULL ? guichet_trust_load(root_certificate, NULL, error) : NULL;
    if (trust == NULL ||
        !guichet_cms_verify_detached(der, g_bytes_get_data(head, NULL), g_bytes_get_size(head),
                                     &signer, error) ||
        !guichet_trust_verify(trust, signer, GUICHET_ROLE_CENTRE_RECEIPT, now_us, error))
        return FALSE;
    JsonObject *files = guichet_json_object(object, "files", HEAD ": ", error);
    return files != NULL && check_files(folder, files, error);
}

gboolean
guichet_pack_seal_read(const char *folder, const char *root_certificate, gint64 now_us,
                       GuichetPackSeal *seal, GError **error)
{
    g_autofree char *path = g_build_filename(folder, HEAD, NULL);
    g_autofree char *signature = g_build_filename(folder, SIGNATURE, NULL);
    g_autoptr(GBytes) head = guichet_read_file(path, HEAD_MAX_BYTES, error);
    g_autoptr(JsonNode) node =
        head != NULL
            ? guichet_json_parse(g_bytes_get_data(head, NULL), g_bytes_get_size(head), HEAD, error)
            : NULL;
    g_auto(GuichetPackSeal) read = {NULL};
    if (node == NULL || !read_head(json_node_get_object(node), &read, error))
        return FALSE;
    read.signed_by_centre = g_file_test(signature, G_FILE_TEST_EXISTS);
    if (read.signed_by_centre &&
        !verify(folder, head, json_node_get_object(node), root_certificate, now_us, error))
        return FALSE;
    *seal = read;
    read = (GuichetPackSeal){NULL};
    return TRUE;
}

int
guichet_pack_count_days(const char *day, gint64 now_us)
{
    g_autofree char *instant = g_strdup_printf("%sT00:00:00Z", day);
    g_autoptr(GDateTime) from = g_date_time_new_from_iso8601(instant, NULL);
    gint64 seconds = from != NULL ? now_us / G_USEC_PER_SEC - g_date_time_to_unix(from) : 0;
    return (int)MAX(0, seconds / 86400);
}

/* --- putting one in --- */

static gboolean
copy_file(const char *folder, const char *name, const char *into, GError **error)
{
    g_autofree char *from = g_build_filename(folder, name, NULL);
    g_autofree char *to = g_build_filename(into, name, NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(from, GUICHET_CSV_MAX_BYTES, error);
    return bytes != NULL && guichet_write_file_durably(to, g_bytes_get_data(bytes, NULL),
                                                       g_bytes_get_size(bytes), 0640, error);
}

/* What the old pack had and the new one does not name would be a file that nobody signed. */
static gboolean
remove_others(const char *folder, const char *into, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(into, 0, error);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *kept = g_build_filename(folder, name, NULL);
        g_autofree char *path = g_build_filename(into, name, NULL);
        gboolean ours = g_str_has_suffix(name, ".csv") || strcmp(name, SIGNATURE) == 0;
        if (ours && !g_file_test(kept, G_FILE_TEST_EXISTS) && g_unlink(path) != 0)
            return guichet_set_error_from_errno(error, errno, _("Suppression de"), path);
    }
    return dir != NULL;
}

gboolean
guichet_pack_copy(const char *folder, const char *into, GError **error)
{
    if (g_mkdir_with_parents(into, 0750) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), into);
    g_autofree char *signature = g_build_filename(folder, SIGNATURE, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".csv") && !copy_file(folder, name, into, error))
            return FALSE;
    return dir != NULL && remove_others(folder, into, error) &&
           (!g_file_test(signature, G_FILE_TEST_EXISTS) ||
            copy_file(folder, SIGNATURE, into, error)) &&
           copy_file(folder, HEAD, into, error);
}
