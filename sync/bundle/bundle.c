/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle.h"

#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/megabytes.h"
#include "sync/bundle/asic.h"
#include "sync/bundle/bundle-private.h"
#include "sync/bundle/cms-seal.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

/* Before contenu.p7m stand headers, a manifest and a signature of about 4 kB. */
#define OUTER_ROOM (32 * 1024)

enum { OUTER_HEADER, OUTER_CONTENT, N_OUTER };

static const char *const outer_names[N_OUTER] = {"enveloppe.json", "contenu.p7m"};

static GPtrArray *
new_members(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
}

static gboolean
fail_argument(GError **error, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("La demande ne peut pas être scellée : %s"), reason);
    return FALSE;
}

/* --- building --- */

static gboolean
check_context(const GuichetSealContext *context, GuichetRequest *request,
              GuichetProcedure *procedure, GError **error)
{
    if (context->sequence < 1 || (context->previous == NULL) != (context->sequence == 1))
        return fail_argument(error, _("son rang dans la suite du poste est incohérent"));
    if (context->journal_entries < 1 || context->journal_head == NULL ||
        !guichet_word_is_sha256(context->journal_head))
        return fail_argument(error, _("la tête du journal du poste manque"));
    if (strcmp(request->procedure_sha256, guichet_procedure_get_sha256(procedure)) != 0)
        return fail_argument(error,
                             _("sa démarche n’est pas celle avec laquelle elle a été faite"));
    return TRUE;
}

static gboolean
check_contents(GPtrArray *pieces, GError **error)
{
    gsize total = 0;
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPiece *piece = pieces->pdata[i];
        if (piece->impossible_reason != NULL)
            continue;
        if (piece->content == NULL || piece->sha256 == NULL || piece->media_type == NULL)
            return fail_argument(error, _("une de ses pièces n’a pas de contenu"));
        total += g_bytes_get_size(piece->content);
    }
    if (pieces->len <= GUICHET_REQUEST_MAX_PIECES && total <= GUICHET_REQUEST_MAX_BYTES)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("La demande dépasse %d pièces ou %d Mo : scannez moins finement, ou déposez le "
                  "reste en complément"),
                GUICHET_REQUEST_MAX_PIECES, guichet_megabytes(GUICHET_REQUEST_MAX_BYTES));
    return FALSE;
}

/* Content that is not what was captured would be refused by every reader, for ever. */
static gboolean
check_measured(const GuichetPiece *piece, const GuichetZipMember *member, GError **error)
{
    g_autofree char *sha256 = guichet_digest_to_hex(member->sha256, sizeof member->sha256);
    if (strcmp(sha256, piece->sha256) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                _("La pièce « %s », page %u, a changé depuis sa capture : reprenez-la"),
                piece->kind, piece->ordinal);
    return FALSE;
}

static gboolean
check_pieces(GPtrArray *pieces, GPtrArray *members, GError **error)
{
    guint next = 2; /* behind the request and its procedure */
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPiece *piece = pieces->pdata[i];
        if (piece->impossible_reason == NULL &&
            !check_measured(piece, members->pdata[next++], error))
            return FALSE;
    }
    return TRUE;
}

static void
add_member(GPtrArray *members, const char *name, GBytes *content)
{
    g_ptr_array_add(members, guichet_zip_member_new(name, content));
}

static gboolean
add_pieces(GPtrArray *members, GPtrArray *pieces, GError **error)
{
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPiece *piece = pieces->pdata[i];
        if (piece->impossible_reason != NULL)
            continue;
        g_autofree char *name = guichet_bundle_piece_name(piece, error);
        if (name == NULL)
            return FALSE;
        add_member(members, name, piece->content);
    }
    return TRUE;
}

/* The inner container, as segments that share the pieces' own memory. */
static GPtrArray *
build_inner(const GuichetSealContext *context, GuichetRequest *request, GuichetProcedure *procedure,
            GPtrArray *pieces, GError **error)
{
    g_autoptr(GPtrArray) members = new_members();
    g_autoptr(GBytes) demande = guichet_bundle_request_write(request, pieces, error);
    if (demande == NULL)
        return NULL;
    add_member(members, GUICHET_BUNDLE_REQUEST_NAME, demande);
    add_member(members, GUICHET_BUNDLE_PROCEDURE_NAME, guichet_procedure_get_bytes(procedure));
    if (!add_pieces(members, pieces, error))
        return NULL;
    guichet_asic_measure(members);
    if (!check_pieces(pieces, members, error))
        return NULL;
    return guichet_asic_write(members, context->sign_key, context->sign_certificate, error);
}

static GBytes *
build_header(const GuichetSealContext *context, const GuichetZipMember *content)
{
    g_autofree char *id = guichet_ulid_new();
    g_autofree char *sha256 = guichet_digest_to_hex(content->sha256, sizeof content->sha256);
    const GuichetBundleHeader header = {
        .station = (char *)guichet_certificate_get_name(context->sign_certificate),
        .id = id,
        .sequence = context->sequence,
        .previous = (char *)context->previous,
        .joined = (char *)context->joined,
        .created_us = context->created_us,
        .content_sha256 = sha256,
        .content_size = g_bytes_get_size(content->content),
        .recipient = (char *)guichet_certificate_get_fingerprint(context->recipient),
        .tpm = context->tpm,
        .journal_entries = context->journal_entries,
        .journal_head = (char *)context->journal_head,
    };
    return guichet_bundle_header_write(&header);
}

static GPtrArray *
build_outer(const GuichetSealContext *context, GBytes *sealed, GError **error)
{
    g_autoptr(GPtrArray) members = new_members();
    add_member(members, outer_names[OUTER_CONTENT], sealed);
    guichet_asic_measure(members);
    g_autoptr(GBytes) header = build_header(context, members->pdata[0]);
    g_autoptr(GPtrArray) first = new_members();
    g_ptr_array_add(first, guichet_zip_member_new(outer_names[OUTER_HEADER], header));
    guichet_asic_measure(first);
    g_ptr_array_insert(members, 0, g_ptr_array_steal_index(first, 0));
    return guichet_asic_write(members, context->sign_key, context->sign_certificate, error);
}

GBytes *
guichet_bundle_build(const GuichetSealContext *context, GuichetRequest *request,
                     GuichetProcedure *procedure, GPtrArray *pieces, GError **error)
{
    if (!check_context(context, request, procedure, error) || !check_contents(pieces, error))
        return NULL;
    g_autoptr(GPtrArray) inner = build_inner(context, request, procedure, pieces, error);
    if (inner == NULL)
        return NULL;
    g_autoptr(GBytes) sealed = guichet_cms_seal(context->recipient, inner, OUTER_ROOM, error);
    if (sealed == NULL)
        return NULL;
    g_autoptr(GPtrArray) outer = build_outer(context, sealed, error);
    if (outer == NULL)
        return NULL;
    /* header and content of the last member, then the directory */
    GBytes *bundle = guichet_zip_join_around(outer, outer->len - 2, OUTER_ROOM);
    return bundle != NULL ? bundle : guichet_zip_join(outer);
}

/* --- reading --- */

static gboolean
fail_malformed(GError **error, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, _("La liasse est refusée : %s"),
                reason);
    return FALSE;
}

static gboolean
check_outer_members(GPtrArray *members, GError **error)
{
    for (guint i = 0; i < N_OUTER; i++)
        if (members->len != N_OUTER ||
            strcmp(((GuichetZipMember *)members->pdata[i])->name, outer_names[i]) != 0)
            return fail_malformed(error, _("elle doit contenir enveloppe.json puis contenu.p7m, et "
                                           "rien d’autre"));
    return TRUE;
}

/* The header speaks about this content and this signer? */
static gboolean
check_header(const GuichetBundleHeader *header, const GuichetZipMember *content,
             GuichetCertificate *signer, GError **error)
{
    g_autofree char *sha256 = guichet_digest_to_hex(content->sha256, sizeof content->sha256);
    if (strcmp(header->content_sha256, sha256) != 0 ||
        header->content_size != g_bytes_get_size(content->content))
        return fail_malformed(error, _("son enveloppe décrit un autre contenu"));
    if (strcmp(header->station, guichet_certificate_get_name(signer)) != 0)
        return fail_malformed(error, _("son enveloppe nomme un autre poste que le signataire"));
    return TRUE;
}

/* Everything that can be known without the centre's key. */
static GBytes *
read_outer(GBytes *bundle, GuichetTrust *trust, gint64 at_us, GuichetBundleHeader **header,
           GuichetCertificate **signer, GError **error)
{
    g_autoptr(GuichetCertificate) by = NULL;
    g_autoptr(GPtrArray) members = guichet_asic_read(bundle, trust, at_us, &by, error);
    if (members == NULL || !check_outer_members(members, error))
        return NULL;
    const GuichetZipMember *text = members->pdata[OUTER_HEADER];
    const GuichetZipMember *content = members->pdata[OUTER_CONTENT];
    g_autoptr(GuichetBundleHeader) read = guichet_bundle_header_read(text->content, error);
    if (read == NULL || !check_header(read, content, by, error) ||
        !guichet_cms_check_sealed(content->content, NULL, error))
        return NULL;
    *header = g_steal_pointer(&read);
    *signer = g_steal_pointer(&by);
    return g_bytes_ref(content->content);
}

gboolean
guichet_bundle_verify(GBytes *bundle, GuichetTrust *trust, gint64 at_us,
                      GuichetBundleHeader **header, GuichetCertificate **signer, GError **error)
{
    g_autoptr(GuichetBundleHeader) read = NULL;
    g_autoptr(GuichetCertificate) by = NULL;
    g_autoptr(GBytes) sealed = read_outer(bundle, trust, at_us, &read, &by, error);
    if (sealed == NULL)
        return FALSE;
    if (header != NULL)
        *header = g_steal_pointer(&read);
    if (signer != NULL)
        *signer = g_steal_pointer(&by);
    return TRUE;
}

/* As the header claims, whoever wrote it; @otherwise when it does not read or claims more. */
static gint64
claimed_time(GBytes *bundle, gint64 otherwise)
{
    g_autoptr(GPtrArray) members = guichet_zip_read(bundle, NULL);
    for (guint i = 0; members != NULL && i < members->len; i++) {
        const GuichetZipMember *member = members->pdata[i];
        if (strcmp(member->name, outer_names[OUTER_HEADER]) != 0)
            continue;
        g_autoptr(GuichetBundleHeader) header = guichet_bundle_header_read(member->content, NULL);
        return header != NULL ? MIN(header->created_us, otherwise) : otherwise;
    }
    return otherwise;
}

gint64
guichet_bundle_judge_at(GBytes *bundle, GuichetTrust *trust, gint64 at_us)
{
    g_autoptr(GError) failure = NULL;
    if (guichet_bundle_verify(bundle, trust, at_us, NULL, NULL, &failure) ||
        !g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_EXPIRED))
        return at_us;
    return claimed_time(bundle, at_us);
}

void
guichet_bundle_member_free(GuichetBundleMember *member)
{
    if (member == NULL)
        return;
    g_free(member->name);
    g_bytes_unref(member->content);
    g_free(member);
}

static GPtrArray *
to_bundle_members(GPtrArray *zip)
{
    GPtrArray *members = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_bundle_member_free);
    for (guint i = 0; i < zip->len; i++) {
        const GuichetZipMember *from = zip->pdata[i];
        GuichetBundleMember *member = g_new0(GuichetBundleMember, 1);
        member->name = g_strdup(from->name);
        member->content = g_bytes_ref(from->content);
        g_ptr_array_add(members, member);
    }
    return members;
}

GPtrArray *
guichet_bundle_open(GBytes *bundle, GuichetTrust *trust, gint64 at_us, GuichetKey *seal_key,
                    GuichetCertificate *seal_certificate, GError **error)
{
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autoptr(GuichetCertificate) outer_signer = NULL;
    g_autoptr(GBytes) sealed = read_outer(bundle, trust, at_us, &header, &outer_signer, error);
    g_autoptr(GBytes) inner =
        sealed != NULL ? guichet_cms_open(sealed, seal_key, seal_certificate, error) : NULL;
    if (inner == NULL)
        return NULL;
    g_autoptr(GuichetCertificate) inner_signer = NULL;
    g_autoptr(GPtrArray) members = guichet_asic_read(inner, trust, at_us, &inner_signer, error);
    if (members == NULL)
        return NULL;
    /* a station that wraps the signed content of another one is not the one that captured it */
    if (strcmp(guichet_certificate_get_name(inner_signer),
               guichet_certificate_get_name(outer_signer)) != 0) {
        fail_malformed(error, _("son contenu est signé par un autre poste que l’enveloppe"));
        return NULL;
    }
    if (!guichet_bundle_request_check(members, error))
        return NULL;
    return to_bundle_members(members);
}
