/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/ingest.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/message.h"

gboolean
guichet_ingest_is_refusal(const GError *error)
{
    static const int refusals[] = {
        GUICHET_ERROR_MALFORMED, GUICHET_ERROR_LIMIT,   GUICHET_ERROR_SIGNATURE,
        GUICHET_ERROR_UNTRUSTED, GUICHET_ERROR_EXPIRED, GUICHET_ERROR_MISMATCH,
        GUICHET_ERROR_NEWER,     GUICHET_ERROR_EXISTS,  GUICHET_ERROR_UNSUPPORTED,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        if (g_error_matches(error, GUICHET_ERROR, refusals[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
set_no_deposit(const char *sha256, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND, _("Aucun dépôt %s pour ce poste"),
                sha256);
    return FALSE;
}

gboolean
guichet_ingest_find(GuichetCentre *centre, const char *station, const char *sha256,
                    GuichetDeposit **deposit, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetDeposit) found = guichet_depot_find(centre->depot, sha256, &failure);
    if (found == NULL && !g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (found != NULL && strcmp(found->station, station) != 0)
        return set_no_deposit(sha256, error);
    *deposit = g_steal_pointer(&found);
    return TRUE;
}

static gboolean
check_digest(const GuichetUpload *upload, GBytes *bundle, GError **error)
{
    gsize size = 0;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *digest = guichet_sha256_hex(bytes, size);
    if (strcmp(digest, upload->sha256) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Le fichier reçu a pour empreinte %s au lieu de %s : renvoyez la liasse"), digest,
                upload->sha256);
    return FALSE;
}

/* Has the station been given another certificate for the key of @signer, that is good today? */
static gboolean
is_renewed(GuichetCentre *centre, const char *station, GuichetCertificate *signer, gint64 now_us)
{
    g_autofree char *pem = guichet_depot_find_certificate(centre->depot, station, NULL);
    g_autoptr(GuichetCertificate) present =
        pem != NULL ? guichet_certificate_new_pem(pem, NULL) : NULL;
    return present != NULL && guichet_certificate_same_key(present, signer) &&
           guichet_trust_verify(centre->trust, present, GUICHET_ROLE_STATION_SIGN, now_us, NULL);
}

/* Sealed in time, sent after the end of the certificate, which was renewed meanwhile: refused, what
 * the citizen was given a proof of could never be deposited, since nobody can open it any more to
 * sign it anew. The key being that of today, its holder gains nothing by an older date. */
static gboolean
verify_late(GuichetCentre *centre, GBytes *bundle, gint64 now_us, GuichetBundleHeader **header)
{
    g_autoptr(GuichetBundleHeader) found = NULL;
    g_autoptr(GuichetCertificate) signer = NULL;
    gint64 sealed_us = guichet_bundle_judge_at(bundle, centre->trust, now_us);
    if (sealed_us == now_us ||
        !guichet_bundle_verify(bundle, centre->trust, sealed_us, &found, &signer, NULL) ||
        !is_renewed(centre, found->station, signer, now_us))
        return FALSE;
    *header = g_steal_pointer(&found);
    return TRUE;
}

static gboolean
verify(GuichetCentre *centre, GBytes *bundle, GuichetBundleHeader **header, GError **error)
{
    gint64 now_us = g_get_real_time();
    g_autoptr(GError) failure = NULL;
    if (guichet_bundle_verify(bundle, centre->trust, now_us, header, NULL, &failure) ||
        (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_EXPIRED) &&
         verify_late(centre, bundle, now_us, header)))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
check_content(GuichetCentre *centre, const char *station, const GuichetUpload *upload,
              GBytes *bundle, GuichetBundleHeader **header, GError **error)
{
    g_autoptr(GuichetBundleHeader) found = NULL;
    if (!verify(centre, bundle, &found, error))
        return FALSE;
    if (strcmp(found->station, station) != 0 && upload->stored)
        return set_no_deposit(upload->sha256, error); /* another's, whoever asks */
    if (strcmp(found->station, station) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("La liasse est signée par le poste %s, mais envoyée par %s"), found->station,
                    station);
        return FALSE;
    }
    if (strcmp(found->recipient, guichet_certificate_get_fingerprint(centre->seal_certificate)) !=
        0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("La liasse est scellée pour une autre clé que celle de ce centre : "
                      "renouvelez l’enrôlement du poste"));
        return FALSE;
    }
    *header = g_steal_pointer(&found);
    return TRUE;
}

static gboolean
record(GuichetCentre *centre, const char *station, const GuichetUpload *upload,
       const GuichetBundleHeader *header, GError **error)
{
    g_autofree char *verdict = g_strdup("received");
    GuichetReceipt receipt = {
        .bundle_sha256 = upload->sha256,
        .station = header->station,
        .sequence = header->sequence,
        .received_us = g_get_real_time(),
        .verdict = verdict,
        .journal_entries = header->journal_entries,
        .journal_head = header->journal_head,
    };
    g_autoptr(GBytes) der =
        guichet_receipt_sign(&receipt, centre->receipt_key, centre->receipt_certificate, error);
    if (der == NULL)
        return FALSE;
    g_autofree char *path = guichet_spool_deposit_path(upload->sha256);
    GuichetDeposit deposit = {
        .sha256 = upload->sha256,
        .station = header->station,
        .sequence = header->sequence,
        .previous = header->previous,
        .size = upload->length,
        .received_us = receipt.received_us,
        .path = path,
        .receipt = der,
    };
    return guichet_depot_insert(centre->depot, &deposit, error);
}

/* *@torn: the bytes are not those that were announced. */
static gboolean
finish_verified(GuichetCentre *centre, const char *station, GuichetUpload *upload, gboolean *torn,
                GError **error)
{
    g_autoptr(GBytes) bundle = guichet_read_file(upload->path, GUICHET_BUNDLE_MAX_BYTES, error);
    if (bundle == NULL)
        return FALSE;
    *torn = !check_digest(upload, bundle, error);
    g_autoptr(GuichetBundleHeader) header = NULL;
    return !*torn && check_content(centre, station, upload, bundle, &header, error) &&
           guichet_upload_store(upload, centre->root, error) &&
           record(centre, station, upload, header, error);
}

gboolean
guichet_ingest_finish(GuichetCentre *centre, const char *station, GuichetUpload *upload,
                      GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetDeposit) deposit = NULL;
    if (!guichet_ingest_find(centre, station, upload->sha256, &deposit, error))
        return FALSE;
    if (deposit != NULL)
        return TRUE; /* another request finished it while we waited for the lock */
    gboolean torn = FALSE;
    if (finish_verified(centre, station, upload, &torn, &failure))
        return TRUE;
    /* What lies in depots/ was found good when it came: who asks now, or when, is no reason to
     * delete it. */
    if (guichet_ingest_is_refusal(failure) && (torn || !upload->stored) &&
        !guichet_upload_discard(upload, error))
        return FALSE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
finish_left_over(GuichetCentre *centre, const char *station, const char *sha256, GError **error)
{
    g_autoptr(GuichetUpload) upload = guichet_spool_open(centre->root, station, sha256, error);
    return upload != NULL && guichet_ingest_finish(centre, station, upload, error);
}

gboolean
guichet_ingest_look(GuichetCentre *centre, const char *station, const char *sha256,
                    GuichetIngestState *state, GError **error)
{
    g_autoptr(GuichetDeposit) deposit = NULL;
    if (!guichet_ingest_find(centre, station, sha256, &deposit, error))
        return FALSE;
    if (deposit != NULL) {
        *state = (GuichetIngestState){deposit->size, deposit->size, TRUE};
        return TRUE;
    }
    gsize length = 0, offset = 0;
    if (!guichet_spool_peek(centre->root, station, sha256, &length, &offset, error))
        return FALSE;
    gboolean whole = offset == length;
    if (whole && !finish_left_over(centre, station, sha256, error))
        return FALSE;
    *state = (GuichetIngestState){length, offset, whole};
    return TRUE;
}
