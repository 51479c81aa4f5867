/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"

/**
 * Sealing to the centre: CMS AuthEnvelopedData, ECDH P-256 with a SHA-256 KDF, AES-256 key wrap,
 * AES-256-GCM (FORMAT.md §4). The key of the content and the ephemeral key die with the call.
 */

/* Encrypts the concatenation of @segments (GBytes*) without ever joining it in memory: there is
 * no clear copy to wipe afterwards. The result has @room more bytes of its own memory on either
 * side, for guichet_zip_join_around(). */
GBytes *guichet_cms_seal(GuichetCertificate *recipient, GPtrArray *segments, gsize room,
                         GError **error);
/* Shape only: would guichet_cms_open() look at it with @recipient's key? Nothing is decrypted.
 * @recipient may be NULL. GUICHET_ERROR_MALFORMED, or _MISMATCH for another recipient. */
gboolean guichet_cms_check_sealed(GBytes *sealed, GuichetCertificate *recipient, GError **error);
/* The clear bytes; they are wiped when the last reference goes. GUICHET_ERROR_SIGNATURE if the
 * tag does not hold. Call it only on bytes whose outer signature held. */
GBytes *guichet_cms_open(GBytes *sealed, GuichetKey *key, GuichetCertificate *certificate,
                         GError **error);
