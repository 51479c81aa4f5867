/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/digest.h" /* guichet_sha256_hex() */
#include "core/request.h"
#include "sync/bundle/pki.h"

/**
 * The sealed bundle (liasse scellée), profile "liasse-scellee/1": see FORMAT.md beside this file.
 * Inner ASiC-E (request, procedure, pieces) signed by the station → CMS AuthEnvelopedData to the
 * centre → outer ASiC-E {enveloppe.json, contenu.p7m} signed by the station.
 */
#define GUICHET_BUNDLE_MAX_BYTES (64 * 1024 * 1024)

typedef struct {
    char *station;   /* CN of the signing certificate */
    char *id;        /* ULID of the bundle ("lot") */
    gint64 sequence; /* from 1 */
    char *previous;  /* SHA-256 of the station's previous bundle, or NULL */
    char *joined;    /* SHA-256 of the bundle whose request this one joins, or NULL */
    gint64 created_us;
    char *content_sha256; /* of contenu.p7m */
    gsize content_size;
    char *recipient; /* fingerprint (SHA-256 hex) of the centre's sealing certificate */
    gboolean tpm;    /* were the station's keys behind a TPM? shown, never silent */
    /* the station's audit journal when it sealed: the centre's receipt repeats it */
    gint64 journal_entries;
    char *journal_head; /* SHA-256 hex */
} GuichetBundleHeader;

void guichet_bundle_header_free(GuichetBundleHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetBundleHeader, guichet_bundle_header_free)

typedef struct {
    GuichetKey *sign_key;
    GuichetCertificate *sign_certificate;
    GuichetCertificate *recipient; /* centre-seal */
    gint64 sequence;
    const char *previous; /* or NULL */
    const char *joined;   /* or NULL */
    gint64 created_us;
    gboolean tpm;
    gint64 journal_entries;
    const char *journal_head;
} GuichetSealContext;

/* The whole file's bytes. @pieces: GuichetPiece* with content. The recipient must already have
 * been verified by the caller (guichet_trust_verify). */
GBytes *guichet_bundle_build(const GuichetSealContext *context, GuichetRequest *request,
                             GuichetProcedure *procedure, GPtrArray *pieces, GError **error);

/* Strict check of the outer container: profile, closed world, digests, one CAdES signature, chain
 * and role at @at_us. No decryption. @header may be NULL. */
gboolean guichet_bundle_verify(GBytes *bundle, GuichetTrust *trust, gint64 at_us,
                               GuichetBundleHeader **header, GuichetCertificate **signer,
                               GError **error);

/* The instant at which a bundle is judged that comes at @at_us: then; but when its signer's
 * certificate has ended meanwhile, when it says that it was sealed, if that is before. Who believes
 * that must know the signer another way: a key may be stolen after the end of its certificate. */
gint64 guichet_bundle_judge_at(GBytes *bundle, GuichetTrust *trust, gint64 at_us);

typedef struct {
    char *name; /* "data/demande.json" … */
    GBytes *content;
} GuichetBundleMember;
void guichet_bundle_member_free(GuichetBundleMember *member);

/* Verifies the outer, decrypts, verifies the inner. GuichetBundleMember* in order. */
GPtrArray *guichet_bundle_open(GBytes *bundle, GuichetTrust *trust, gint64 at_us,
                               GuichetKey *seal_key, GuichetCertificate *seal_certificate,
                               GError **error);
