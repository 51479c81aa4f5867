/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/depot.h"
#include "sync/bundle/pki.h"

/**
 * The centre's folder. Everything that a centre owns is below one root:
 *
 *   centre.json          {"profile": "centre/1", "name", "url"}
 *   pki/                 root.crt, centre-receipt.crt, centre-tls.crt, centre-seal.crt
 *   pki/keys/            root.key, centre-receipt.key, centre-tls.key (0600)
 *   inner/               centre-seal.key: the inner room; the server never reads it, and an
 *                        installation moves this folder to another machine or user
 *   depot.db             rows: stations, deposits, receipts, feed
 *   spool/               uploads under way (spool.h)
 *   depots/<2 hex>/      <sha256>.asice, immutable
 */
#define GUICHET_CENTRE_DEFAULT_ROOT "/var/lib/guichet-central"

/* What the server holds: no decryption key. Immutable after opening; shared by its threads. */
typedef struct {
    char *root;
    char *name;
    char *url;
    GuichetTrust *trust;
    GuichetKey *receipt_key;
    GuichetCertificate *receipt_certificate;
    GuichetCertificate *seal_certificate;
    GuichetDepot *depot;
} GuichetCentre;

typedef struct {
    const char *name;
    const char *dns; /* of the server's certificate; or NULL for "localhost" */
    const char *ip;  /* likewise; or NULL for none */
    const char *url; /* what stations are told; NULL for "https://<dns>:8443" */
} GuichetCentreInit;

/* Makes the folder with its keys and certificates. *@fingerprint (SHA-256 hex of the root
 * certificate) is what stations compare out of band. GUICHET_ERROR_EXISTS if there is a centre; one
 * whose making was cut short is made anew. */
gboolean guichet_centre_init(const char *root, const GuichetCentreInit *init, char **fingerprint,
                             GError **error);

/* Opens for serving; takes a reference to @depot. */
GuichetCentre *guichet_centre_open(const char *root, GuichetDepot *depot, GError **error);
void guichet_centre_free(GuichetCentre *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCentre, guichet_centre_free)

/* A path below the root; caller frees. */
char *guichet_centre_path(const GuichetCentre *self, const char *relative);
