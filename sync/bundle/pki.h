/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include <gio/gio.h>

/**
 * Keys and certificates: P-256, X.509. OpenSSL's types stay inside this room.
 *
 * Roles are the organizational unit (OU) of the subject, the identity its common name (CN), e.g.
 * O=Guichet, OU=station-sign, CN=mairie-de-demo-1. A certificate is only ever accepted for one
 * role.
 */
typedef enum {
    GUICHET_ROLE_ROOT,           /* OU=root; CA, pathlen 1 */
    GUICHET_ROLE_STATION_SIGN,   /* OU=station-sign; digitalSignature, nonRepudiation */
    GUICHET_ROLE_STATION_TLS,    /* OU=station-tls; clientAuth */
    GUICHET_ROLE_CENTRE_SEAL,    /* OU=centre-seal; keyAgreement; recipient of bundles */
    GUICHET_ROLE_CENTRE_RECEIPT, /* OU=centre-receipt; signs receipts and feed messages */
    GUICHET_ROLE_CENTRE_TLS,     /* OU=centre-tls; serverAuth, SAN */
} GuichetRole;

typedef struct _GuichetKey GuichetKey;                 /* private P-256 key */
typedef struct _GuichetCertificate GuichetCertificate; /* refcounted */
typedef struct _GuichetTrust GuichetTrust;             /* roots and CRLs */

const char *guichet_role_name(GuichetRole role);

GuichetKey *guichet_key_generate(GError **error);
GuichetKey *guichet_key_load(const char *path, GError **error);                /* PKCS#8 PEM */
gboolean guichet_key_save(GuichetKey *self, const char *path, GError **error); /* durable, 0600 */
void guichet_key_free(GuichetKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetKey, guichet_key_free)
/* ECDSA-SHA256 over @bytes, DER (what `openssl dgst -sha256 -sign` makes). */
GBytes *guichet_key_sign(GuichetKey *self, const void *bytes, gsize size, GError **error);
/* PKCS#10 request, PEM. */
char *guichet_key_make_csr(GuichetKey *self, GuichetRole role, const char *name, GError **error);

GuichetCertificate *guichet_certificate_load(const char *path, GError **error); /* PEM, ≤ 64 kB */
GuichetCertificate *guichet_certificate_new_pem(const char *pem, GError **error);
GuichetCertificate *guichet_certificate_new_der(GBytes *der, GError **error);
GuichetCertificate *guichet_certificate_ref(GuichetCertificate *self);
void guichet_certificate_unref(GuichetCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCertificate, guichet_certificate_unref)
char *guichet_certificate_to_pem(GuichetCertificate *self);
const char *guichet_certificate_get_name(GuichetCertificate *self);        /* CN */
const char *guichet_certificate_get_fingerprint(GuichetCertificate *self); /* sha256 hex of DER */
gint64 guichet_certificate_get_not_before(GuichetCertificate *self);       /* wall µs */
gint64 guichet_certificate_get_not_after(GuichetCertificate *self);        /* wall µs */
/* DER ECDSA-SHA256 signature over @bytes; GUICHET_ERROR_SIGNATURE if it does not hold. */
gboolean guichet_certificate_verify(GuichetCertificate *self, const void *bytes, gsize size,
                                    GBytes *signature, GError **error);
/* GUICHET_ERROR_MISMATCH unless @key is the certificate's. */
gboolean guichet_certificate_check_key(GuichetCertificate *self, GuichetKey *key, GError **error);

/* Self-signed root; issued certificates. @csr_pem's own signature is checked; its subject's CN is
 * kept, everything else comes from @role. @dns/@ip: SAN for CENTRE_TLS, else NULL. */
GuichetCertificate *guichet_ca_make_root(GuichetKey *key, const char *name, guint days,
                                         GError **error);
GuichetCertificate *guichet_ca_issue(GuichetKey *ca_key, GuichetCertificate *ca,
                                     const char *csr_pem, GuichetRole role, gint64 not_before_us,
                                     gint64 not_after_us, const char *dns, const char *ip,
                                     GError **error);
/* Are both about the same key, as when one renews the other? */
gboolean guichet_certificate_same_key(GuichetCertificate *one, GuichetCertificate *other);
/* The CN and the role that a CSR asks for. */
gboolean guichet_csr_inspect(const char *csr_pem, GuichetRole *role, char **name, GError **error);

/* The peer's certificate of a TLS connection is judged at @at_us and not by the clock. @tls is an
 * SSL_CTX of OpenSSL, as libcurl hands it over. */
gboolean guichet_tls_set_time(gpointer tls, gint64 at_us);

/* @root_path: PEM with one or more roots; @crl_path: PEM CRLs or NULL. */
GuichetTrust *guichet_trust_load(const char *root_path, const char *crl_path, GError **error);
void guichet_trust_free(GuichetTrust *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTrust, guichet_trust_free)
/* Chain, period at @at_us, role. GUICHET_ERROR_UNTRUSTED or GUICHET_ERROR_EXPIRED. */
gboolean guichet_trust_verify(GuichetTrust *self, GuichetCertificate *certificate, GuichetRole role,
                              gint64 at_us, GError **error);
