/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"

/**
 * Signatures: CMS SignedData (RFC 5652), CAdES-BASELINE-B (EN 319 122-1): P-256, SHA-256,
 * signing time, ESS signing-certificate-v2, exactly one signer, whose certificate is inside.
 */
#define GUICHET_CMS_SIGNATURE_MAX_BYTES (16 * 1024)

/* DER. @detached: the signature does not carry @bytes. */
GBytes *guichet_cms_sign(GuichetKey *key, GuichetCertificate *certificate, const void *bytes,
                         gsize size, gboolean detached, GError **error);

/* Both verifiers ask for exact DER of the profile and a signature that holds. They do NOT ask
 * whether the signer may be trusted: the caller gives @signer to guichet_trust_verify().
 * GUICHET_ERROR_MALFORMED, _LIMIT or _SIGNATURE. */
gboolean guichet_cms_verify_detached(GBytes *der, const void *bytes, gsize size,
                                     GuichetCertificate **signer, GError **error);
/* The signed content; @der is at most @max_bytes. */
GBytes *guichet_cms_verify_encapsulated(GBytes *der, gsize max_bytes, GuichetCertificate **signer,
                                        GError **error);
