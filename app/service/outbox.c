/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The folder outbox/ and the rows that speak of it. A file without a row is one of three things:
 *
 *   our journal says "bundle-sealing" of it   a seal that was cut short: the draft is still there
 *                                             (or was given up), so the file is removed;
 *   a whole bundle of this station            an older copy of the store was put back: it is
 *                                             adopted, so that it is sent; where it cannot follow
 *                                             our last one it is set aside, never removed;
 *   anything else                             torn or foreign: removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "service-resources.h"
#include "service/desk-private.h"
#include "sync/bundle/bundle.h"

#include <glib/gi18n-lib.h>

#define SEQUENCE_DIGITS 8
#define SHA256_DIGITS 64
#define ASIDE "aside"

/* --- the lock that sealing and cleaning share --- */

void
guichet_seal_lock_release(GuichetSealLock *lock)
{
    if (*lock >= 0)
        close(*lock); /* closing gives the lock back */
}

GuichetSealLock
guichet_seal_lock_take(GuichetDesk *self, gboolean wait, GError **error)
{
    g_autofree char *path =
        guichet_station_path(guichet_station_get_root(self->station), "run/seal.lock");
    g_auto(GuichetSealLock) lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (lock < 0) {
        guichet_set_error_from_errno(error, errno, _("Verrou"), path);
        return -1;
    }
    while (flock(lock, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            guichet_set_error_from_errno(error, errno, _("Verrou"), path);
        return -1;
    }
    GuichetSealLock taken = lock;
    lock = -1;
    return taken;
}

/* --- names --- */

char *
guichet_outbox_name(gint64 sequence, const char *sha256)
{
    return g_strdup_printf("%0*" PRId64 "-%s.asice", SEQUENCE_DIGITS, sequence, sha256);
}

char *
guichet_desk_outbox_path(GuichetDesk *self, const char *name)
{
    return g_build_filename(guichet_station_get_root(self->station), "outbox", name, NULL);
}

/* The SHA-256 that a bundle's name claims, or NULL. */
static char *
claimed_sha256(const char *name)
{
    const char *dash = strchr(name, '-');
    if (dash == NULL || dash - name < SEQUENCE_DIGITS || !g_str_has_suffix(name, ".asice") ||
        strlen(dash + 1) != SHA256_DIGITS + strlen(".asice") ||
        strspn(dash + 1, "0123456789abcdef") < SHA256_DIGITS)
        return NULL;
    return g_strndup(dash + 1, SHA256_DIGITS);
}

/* --- what a stray file is --- */

typedef struct {
    char *name;
    char *sha256;
    GuichetBundleHeader *header; /* of a whole bundle of this station, else NULL */
    gsize size;
} Stray;

static void
stray_free(Stray *stray)
{
    g_free(stray->name);
    g_free(stray->sha256);
    g_clear_pointer(&stray->header, guichet_bundle_header_free);
    g_free(stray);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stray, stray_free)

/* A bundle stays ours when our certificate has expired or was renewed since, or the clock is wrong:
 * it is judged at the end of our certificate's own period, else when it says that it was sealed. */
static GuichetBundleHeader *
verify_as_ours(GuichetDesk *self, GBytes *bundle, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *certificate_path = guichet_station_path(root, "keys/sign.crt");
    g_autofree char *root_path = guichet_station_path(root, "trust/root.crt");
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(certificate_path, error);
    g_autoptr(GuichetTrust) trust =
        certificate != NULL ? guichet_trust_load(root_path, NULL, error) : NULL;
    if (trust == NULL)
        return NULL;
    gint64 end_us = guichet_certificate_get_not_after(certificate) - G_USEC_PER_SEC;
    gint64 at_us = guichet_bundle_judge_at(bundle, trust, end_us);
    if (!guichet_bundle_verify(bundle, trust, at_us, &header, NULL, error))
        return NULL;
    return strcmp(header->station, guichet_station_get_id(self->station)) == 0
               ? g_steal_pointer(&header)
               : NULL;
}

/* FALSE when the file cannot be read: then nothing is known, and nothing is done. */
static gboolean
examine(GuichetDesk *self, Stray *stray, GError **error)
{
    g_autofree char *path = guichet_desk_outbox_path(self, stray->name);
    g_autoptr(GBytes) bundle = guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, error);
    if (bundle == NULL)
        return FALSE;
    const void *bytes = g_bytes_get_data(bundle, &stray->size);
    g_autofree char *sha256 = guichet_sha256_hex(bytes, stray->size);
    if (strcmp(sha256, stray->sha256) == 0)
        stray->header = verify_as_ours(self, bundle, NULL);
    return TRUE;
}

/* --- what becomes of it --- */

static gboolean
remove_file(GuichetDesk *self, const char *name, GError **error)
{
    g_autofree char *path = guichet_desk_outbox_path(self, name);
    if (g_unlink(path) != 0 && errno != ENOENT)
        return guichet_set_error_from_errno(error, errno, _("Suppression de"), path);
    return guichet_store_journal(self->store, "outbox-orphan-removed", name, error);
}

static gboolean
set_aside(GuichetDesk *self, const Stray *stray, GError **error)
{
    g_autofree char *folder = guichet_station_path(guichet_station_get_root(self->station), ASIDE);
    g_autofree char *from = guichet_desk_outbox_path(self, stray->name);
    g_autofree char *to = g_build_filename(folder, stray->name, NULL);
    if (g_mkdir_with_parents(folder, 0750) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), folder);
    if (g_rename(from, to) != 0)
        return guichet_set_error_from_errno(error, errno, _("Mise à l’écart de"), from);
    return guichet_store_journal(self->store, "bundle-set-aside", stray->sha256, error);
}

static GuichetProcedure *
load_adopted_procedure(GError **error)
{
    g_autoptr(GBytes) bytes =
        g_resource_lookup_data(guichet_service_get_resource(), "/fr/guichet/service/adopted.json",
                               G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return bytes != NULL ? guichet_procedure_new(bytes, "adopted.json", error) : NULL;
}

static gboolean
adopt(GuichetDesk *self, const Stray *stray, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetProcedure) procedure = load_adopted_procedure(error);
    if (procedure == NULL)
        return FALSE;
    const GuichetBundleHeader *header = stray->header;
    GuichetSealRecord record = {.request_id = header->id,
                                .sequence = header->sequence,
                                .previous = header->previous,
                                .sha256 = stray->sha256,
                                .file = stray->name,
                                .size = stray->size,
                                .statement = ""};
    if (guichet_store_adopt_bundle(self->store, &record, header->created_us, procedure, &failure))
        return TRUE;
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_STATE))
        return set_aside(self, stray, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* --- the folder --- */

static gint
by_sequence(gconstpointer a, gconstpointer b)
{
    const Stray *x = *(const Stray *const *)a, *y = *(const Stray *const *)b;
    return (x->header->sequence > y->header->sequence) -
           (x->header->sequence < y->header->sequence);
}

/* Removes or keeps for later: @bundles gets what is to be adopted. */
static gboolean
sort_out(GuichetDesk *self, const char *name, GPtrArray *bundles, GError **error)
{
    gboolean cut_short = FALSE;
    g_autoptr(Stray) stray = g_new0(Stray, 1);
    stray->name = g_strdup(name);
    stray->sha256 = claimed_sha256(name);
    if (stray->sha256 == NULL)
        return remove_file(self, name, error);
    if (!guichet_store_journal_has(self->store, "bundle-sealing", stray->sha256, &cut_short, error))
        return FALSE;
    if (cut_short)
        return remove_file(self, name, error);
    if (!examine(self, stray, error))
        return FALSE;
    if (stray->header == NULL)
        return set_aside(self, stray, error);
    g_ptr_array_add(bundles, g_steal_pointer(&stray));
    return TRUE;
}

static GHashTable *
list_known(GuichetDesk *self, GError **error)
{
    g_autoptr(GPtrArray) files = guichet_store_list_bundle_files(self->store, error);
    if (files == NULL)
        return NULL;
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < files->len; i++)
        g_hash_table_add(known, g_strdup(g_ptr_array_index(files, i)));
    return known;
}

static gboolean
sort_out_folder(GuichetDesk *self, GPtrArray *bundles, GError **error)
{
    g_autoptr(GHashTable) known = list_known(self, error);
    g_autofree char *folder = guichet_desk_outbox_path(self, NULL);
    g_autoptr(GDir) dir = known != NULL ? g_dir_open(folder, 0, error) : NULL;
    if (dir == NULL)
        return FALSE;
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL)
        if (!g_hash_table_contains(known, name) && !sort_out(self, name, bundles, error))
            return FALSE;
    return TRUE;
}

gboolean
guichet_desk_clean_outbox(GuichetDesk *self, GError **error)
{
    GError *lock_error = NULL;
    g_auto(GuichetSealLock) lock = guichet_seal_lock_take(self, FALSE, &lock_error);
    if (lock_error != NULL) {
        g_propagate_error(error, lock_error);
        return FALSE;
    }
    if (lock < 0)
        return TRUE; /* somebody is sealing: the next start will look */
    g_autoptr(GPtrArray) bundles = g_ptr_array_new_with_free_func((GDestroyNotify)stray_free);
    if (!sort_out_folder(self, bundles, error))
        return FALSE;
    g_ptr_array_sort(bundles, by_sequence);
    for (guint i = 0; i < bundles->len; i++)
        if (!adopt(self, g_ptr_array_index(bundles, i), error))
            return FALSE;
    return TRUE;
}
