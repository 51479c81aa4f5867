/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/bundle.h"

/** The two JSON documents of a bundle (FORMAT.md §5 and §6). */
#define GUICHET_BUNDLE_REQUEST_NAME "data/demande.json"
#define GUICHET_BUNDLE_PROCEDURE_NAME "data/demarche.json"

/* enveloppe.json, profile "liasse-scellee/1": clear, without personal data. */
GBytes *guichet_bundle_header_write(const GuichetBundleHeader *header);
GuichetBundleHeader *guichet_bundle_header_read(GBytes *text, GError **error);

/* data/demande.json, profile "demande/1"; wiped when the last reference goes. */
GBytes *guichet_bundle_request_write(GuichetRequest *request, GPtrArray *pieces, GError **error);
/* "data/photo-1.jpg"; NULL with GUICHET_ERROR_ARGUMENT if the kind or ordinal cannot be one. */
char *guichet_bundle_piece_name(const GuichetPiece *piece, GError **error);
/* Is the inner container whole: do its members (GuichetZipMember*) and the request's own list of
 * procedure and pieces say the same? GUICHET_ERROR_MALFORMED or _MISMATCH. */
gboolean guichet_bundle_request_check(GPtrArray *members, GError **error);
