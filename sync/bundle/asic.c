/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/asic.h"

#include <libdeflate.h>
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/manifest.h"

#include <glib/gi18n-lib.h>

#define MIMETYPE "application/vnd.etsi.asic-e+zip"

enum { MEMBER_MIMETYPE, MEMBER_MANIFEST, MEMBER_SIGNATURE, N_FRAME_MEMBERS };

static const char *const frame_names[N_FRAME_MEMBERS] = {"mimetype", "META-INF/ASiCManifest001.xml",
                                                         GUICHET_MANIFEST_SIGNATURE};

/* --- writing --- */

static void
measure_crc(GuichetZipMember *member)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(member->content, &size);
    member->crc32 = libdeflate_crc32(0, bytes, size);
}

static void
measure_sha256(GuichetZipMember *member)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(member->content, &size);
    guint8 digest[GUICHET_DIGEST_MAX];
    guichet_digest(GUICHET_DIGEST_SHA256, bytes, size, digest);
    memcpy(member->sha256, digest, sizeof member->sha256);
}

void
guichet_asic_measure(GPtrArray *members)
{
    for (guint i = 0; i < members->len; i++) {
        measure_crc(members->pdata[i]);
        measure_sha256(members->pdata[i]);
    }
}

static GBytes *
write_manifest(GPtrArray *members)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_manifest_entry_free);
    for (guint i = 0; i < members->len; i++) {
        const GuichetZipMember *member = members->pdata[i];
        GuichetManifestEntry *entry = g_new0(GuichetManifestEntry, 1);
        entry->name = g_strdup(member->name);
        entry->digest = GUICHET_DIGEST_SHA256;
        memcpy(entry->value, member->sha256, sizeof member->sha256);
        g_ptr_array_add(entries, entry);
    }
    return guichet_manifest_write(entries);
}

GPtrArray *
guichet_asic_write(GPtrArray *members, GuichetKey *key, GuichetCertificate *certificate,
                   GError **error)
{
    g_autoptr(GBytes) mimetype = g_bytes_new_static(MIMETYPE, strlen(MIMETYPE));
    g_autoptr(GBytes) manifest = write_manifest(members);
    gsize size;
    const void *text = g_bytes_get_data(manifest, &size);
    g_autoptr(GBytes) signature = guichet_cms_sign(key, certificate, text, size, TRUE, error);
    if (signature == NULL)
        return NULL;
    GBytes *const frame[N_FRAME_MEMBERS] = {mimetype, manifest, signature};
    g_autoptr(GPtrArray) framing =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < N_FRAME_MEMBERS; i++) {
        GuichetZipMember *member = guichet_zip_member_new(frame_names[i], frame[i]);
        measure_crc(member);
        g_ptr_array_add(framing, member);
        g_ptr_array_add(all, member);
    }
    g_ptr_array_extend(all, members, NULL, NULL);
    return guichet_zip_write(all, error);
}

/* --- reading --- */

static gboolean
fail(GError **error, const char *name, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("Conteneur refusé, membre « %s » : %s"), name, reason);
    return FALSE;
}

static GBytes *
content_of(GPtrArray *members, guint index)
{
    return ((GuichetZipMember *)members->pdata[index])->content;
}

static gboolean
check_frame(GPtrArray *members, GError **error)
{
    for (guint i = 0; i < N_FRAME_MEMBERS; i++) {
        if (i >= members->len ||
            strcmp(((GuichetZipMember *)members->pdata[i])->name, frame_names[i]) != 0)
            return fail(error, frame_names[i], _("absent ou déplacé"));
    }
    gsize size;
    const void *mimetype = g_bytes_get_data(content_of(members, MEMBER_MIMETYPE), &size);
    if (size != strlen(MIMETYPE) || memcmp(mimetype, MIMETYPE, size) != 0)
        return fail(error, frame_names[MEMBER_MIMETYPE], _("ce n’est pas un conteneur ASiC-E"));
    return TRUE;
}

static gboolean
check_entry(const GuichetManifestEntry *entry, GuichetZipMember *member, GError **error)
{
    if (strcmp(entry->name, member->name) != 0)
        return fail(error, member->name, _("absent de la liste signée, ou hors de sa place"));
    gsize size;
    const void *bytes = g_bytes_get_data(member->content, &size);
    guint8 digest[GUICHET_DIGEST_MAX];
    gsize digest_size = guichet_digest(entry->digest, bytes, size, digest);
    if (memcmp(digest, entry->value, digest_size) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                    _("Le membre « %s » n’est pas celui qui a été signé : demandez le fichier à "
                      "nouveau"),
                    member->name);
        return FALSE;
    }
    if (entry->digest == GUICHET_DIGEST_SHA256)
        memcpy(member->sha256, digest, sizeof member->sha256);
    else
        measure_sha256(member);
    return TRUE;
}

/* The closed world: the list that was signed and the members are the same, in the same order. */
static gboolean
check_members(GPtrArray *entries, GPtrArray *members, GError **error)
{
    if (members->len != entries->len + N_FRAME_MEMBERS)
        return fail(error, frame_names[MEMBER_MANIFEST],
                    _("la liste signée ne compte pas autant de membres que le fichier"));
    for (guint i = 0; i < entries->len; i++)
        if (!check_entry(entries->pdata[i], members->pdata[i + N_FRAME_MEMBERS], error))
            return FALSE;
    return TRUE;
}

GPtrArray *
guichet_asic_read(GBytes *container, GuichetTrust *trust, gint64 at_us, GuichetCertificate **signer,
                  GError **error)
{
    g_autoptr(GPtrArray) members = guichet_zip_read(container, error);
    if (members == NULL || !check_frame(members, error))
        return NULL;
    gsize size;
    GBytes *manifest = content_of(members, MEMBER_MANIFEST);
    const void *text = g_bytes_get_data(manifest, &size);
    g_autoptr(GuichetCertificate) by = NULL;
    if (!guichet_cms_verify_detached(content_of(members, MEMBER_SIGNATURE), text, size, &by,
                                     error) ||
        !guichet_trust_verify(trust, by, GUICHET_ROLE_STATION_SIGN, at_us, error))
        return NULL;
    /* only now is the list worth reading */
    g_autoptr(GPtrArray) entries = guichet_manifest_read(manifest, error);
    if (entries == NULL || !check_members(entries, members, error))
        return NULL;
    g_ptr_array_remove_range(members, 0, N_FRAME_MEMBERS);
    *signer = g_steal_pointer(&by);
    return g_steal_pointer(&members);
}
