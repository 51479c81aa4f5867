/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"

/**
 * The deposit statement: what the QR code of the deposit slip says, signed by the station, no
 * identity data. Text (FORMAT.md, "attestation/1"), UTF-8, one line per member, then the base64
 * of a DER ECDSA-SHA256 signature over all bytes before the "sig=" line; so
 * `openssl dgst -sha256 -verify` checks it.
 */
#define GUICHET_STATEMENT_MAX_BYTES 1500

typedef struct {
    char *bundle_sha256;
    char *station;
    gint64 sequence;
    gint64 deposited_us;
    char *procedure_id;
    guint procedure_revision;
    GStrv pieces; /* "photo×1", "proof-of-address×2": kind and count */
} GuichetStatement;
void guichet_statement_free(GuichetStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetStatement, guichet_statement_free)

char *guichet_statement_sign(const GuichetStatement *statement, GuichetKey *key, GError **error);
/* Shape only; the signature is not looked at. */
GuichetStatement *guichet_statement_parse(const char *text, gsize size, GError **error);
/* Shape and signature by @certificate, whose CN must be the statement's station. The caller
 * verifies the certificate itself. */
GuichetStatement *guichet_statement_verify(const char *text, gsize size,
                                           GuichetCertificate *certificate, GError **error);
