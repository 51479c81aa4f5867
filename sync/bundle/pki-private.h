/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/openssl-types.h"
#include "sync/bundle/pki.h"

/** What pki*.c and cms*.c share: the insides of keys and certificates, and the roles' profiles. */
#define GUICHET_PKI_ORGANISATION "Guichet"
#define GUICHET_PEM_MAX_BYTES (64 * 1024)

struct _GuichetKey {
    EVP_PKEY *pkey; /* P-256, private */
};

struct _GuichetCertificate {
    gatomicrefcount refs;
    X509 *x509;
    char *name;        /* CN, "" when there is none */
    char *fingerprint; /* SHA-256 hex of the DER */
};

typedef struct {
    const char *unit; /* OU of the subject */
    /* extensions, in the words of x509v3_config(5); NULL = absent */
    const char *basic_constraints;
    const char *key_usage;
    const char *extended_key_usage;
    guint32 key_usage_bits; /* KU_* that a certificate of this role must have */
    guint32 extended_bits;  /* XKU_* likewise; 0 = not looked at */
} GuichetRoleProfile;

const GuichetRoleProfile *guichet_role_profile(GuichetRole role);
gboolean guichet_role_from_unit(const char *unit, GuichetRole *role);

/* The only value of @nid in @name as UTF-8 without control characters; NULL when it is absent,
 * repeated or not such a text. Caller frees. */
char *guichet_x509_name_get(const X509_NAME *name, int nid);
/* O=Guichet, OU=<role>, CN=@common_name. */
gboolean guichet_x509_name_fill(X509_NAME *name, GuichetRole role, const char *common_name,
                                GError **error);
/* May @name stand as CN for @role? */
gboolean guichet_role_check_name(GuichetRole role, const char *name, GError **error);
gboolean guichet_pkey_is_p256(const EVP_PKEY *pkey);
/* Takes ownership of @x509 in every case. */
GuichetCertificate *guichet_certificate_new_take(X509 *x509, GError **error);
