/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"
#include "sync/bundle/zip.h"

/**
 * One ASiC-E container with one CAdES-BASELINE-B signature (ETSI EN 319 162-1; FORMAT.md §1):
 * mimetype, META-INF/ASiCManifest001.xml, META-INF/signature001.p7s, then the data members.
 */

/* Fills in crc32 and sha256 of every member (GuichetZipMember*). */
void guichet_asic_measure(GPtrArray *members);
/* Signs @members, measured, in their order. The container's bytes as segments (GBytes*). */
GPtrArray *guichet_asic_write(GPtrArray *members, GuichetKey *key, GuichetCertificate *certificate,
                              GError **error);
/* The data members (GuichetZipMember*, slices of @container, sha256 filled in). Signature, chain
 * and role GUICHET_ROLE_STATION_SIGN at @at_us, every digest, and nothing that is not listed. */
GPtrArray *guichet_asic_read(GBytes *container, GuichetTrust *trust, gint64 at_us,
                             GuichetCertificate **signer, GError **error);
