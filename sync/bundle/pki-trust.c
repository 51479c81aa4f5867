/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <string.h>

#include "core/paths.h"
#include "sync/bundle/pki-private.h"

#include <glib/gi18n-lib.h>

#define TRUST_MAX_CERTIFICATES 16
#define CRL_MAX_BYTES (4 * 1024 * 1024)
#define CRL_MAX_LISTS 16

struct _GuichetTrust {
    X509_STORE *store;
};

static gboolean
fail_file(GError **error, const char *path)
{
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("%s n’est pas une liste PEM de racines ou de révocations lisible : redemandez-la "
                  "au centre"),
                path);
    return FALSE;
}

/* A PEM file is read to its end: the reader must stop for want of another block only. */
static gboolean
at_end_of_pem(void)
{
    unsigned long last = ERR_peek_last_error();
    gboolean ended =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return ended;
}

static gboolean
add_roots(X509_STORE *store, const char *path, GError **error)
{
    g_autoptr(GBytes) pem = guichet_read_file(path, GUICHET_PEM_MAX_BYTES, error);
    if (pem == NULL)
        return FALSE;
    g_autoptr(BIO) bio = BIO_new_mem_buf(g_bytes_get_data(pem, NULL), (int)g_bytes_get_size(pem));
    for (guint i = 0; i <= TRUST_MAX_CERTIFICATES; i++) {
        g_autoptr(X509) x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (x509 == NULL)
            return i > 0 && at_end_of_pem() ? TRUE : fail_file(error, path);
        if (X509_STORE_add_cert(store, x509) != 1)
            return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, path);
    }
    return fail_file(error, path);
}

static gboolean
add_crls(X509_STORE *store, const char *path, GError **error)
{
    g_autoptr(GBytes) pem = guichet_read_file(path, CRL_MAX_BYTES, error);
    if (pem == NULL)
        return FALSE;
    g_autoptr(BIO) bio = BIO_new_mem_buf(g_bytes_get_data(pem, NULL), (int)g_bytes_get_size(pem));
    for (guint i = 0; i <= CRL_MAX_LISTS; i++) {
        g_autoptr(X509_CRL) crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
        if (crl == NULL)
            return i > 0 && at_end_of_pem() ? TRUE : fail_file(error, path);
        if (X509_STORE_add_crl(store, crl) != 1)
            return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, path);
    }
    return fail_file(error, path);
}

/* A revocation list newer than the instant that is asked about is better than an older one. */
static int
on_chain_step(int ok, X509_STORE_CTX *context)
{
    if (!ok && X509_STORE_CTX_get_error(context) == X509_V_ERR_CRL_NOT_YET_VALID)
        return 1;
    return ok;
}

GuichetTrust *
guichet_trust_load(const char *root_path, const char *crl_path, GError **error)
{
    g_autoptr(X509_STORE) store = X509_STORE_new();
    unsigned long flags = X509_V_FLAG_X509_STRICT | (crl_path != NULL ? X509_V_FLAG_CRL_CHECK : 0);
    if (store == NULL || X509_STORE_set_flags(store, flags) != 1) {
        guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, root_path);
        return NULL;
    }
    X509_STORE_set_verify_cb(store, on_chain_step);
    if (!add_roots(store, root_path, error) ||
        (crl_path != NULL && !add_crls(store, crl_path, error)))
        return NULL;
    GuichetTrust *self = g_new0(GuichetTrust, 1);
    self->store = g_steal_pointer(&store);
    return self;
}

void
guichet_trust_free(GuichetTrust *self)
{
    if (self == NULL)
        return;
    X509_STORE_free(self->store);
    g_free(self);
}

static gboolean
check_role(GuichetCertificate *certificate, GuichetRole role, GError **error)
{
    const GuichetRoleProfile *profile = guichet_role_profile(role);
    X509 *x509 = certificate->x509;
    X509_NAME *subject = X509_get_subject_name(x509);
    g_autofree char *unit = guichet_x509_name_get(subject, NID_organizationalUnitName);
    if (unit == NULL || strcmp(unit, profile->unit) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED,
                    _("Le certificat « %s » a le rôle « %s » et non « %s » : il ne vaut pas ici"),
                    certificate->name, unit != NULL ? unit : "?", profile->unit);
        return FALSE;
    }
    gboolean is_ca = role == GUICHET_ROLE_ROOT;
    if (guichet_pkey_is_p256(X509_get0_pubkey(x509)) && (X509_check_ca(x509) == 1) == is_ca &&
        (X509_get_key_usage(x509) & profile->key_usage_bits) == profile->key_usage_bits &&
        (X509_get_extended_key_usage(x509) & profile->extended_bits) == profile->extended_bits &&
        guichet_role_check_name(role, certificate->name, NULL))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED,
                _("Le certificat « %s » n’a pas la clé, l’usage ou le nom du rôle « %s » : "
                  "redemandez-le au centre"),
                certificate->name, profile->unit);
    return FALSE;
}

static gboolean
fail_chain(GuichetCertificate *certificate, int code, GError **error)
{
    ERR_clear_error();
    switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED,
                    _("Le certificat « %s » est hors de sa période de validité : vérifiez "
                      "l’horloge, ou renouvelez-le auprès du centre"),
                    certificate->name);
        return FALSE;
    case X509_V_ERR_CRL_HAS_EXPIRED:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED,
                    _("La liste des certificats révoqués est périmée, « %s » n’a pas pu être "
                      "vérifié : installez la liste à jour"),
                    certificate->name);
        return FALSE;
    default:
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED,
                    _("Le certificat « %s » n’est pas reconnu par notre racine (%s) : vérifiez "
                      "l’enrôlement"),
                    certificate->name, X509_verify_cert_error_string(code));
        return FALSE;
    }
}

gboolean
guichet_trust_verify(GuichetTrust *self, GuichetCertificate *certificate, GuichetRole role,
                     gint64 at_us, GError **error)
{
    g_autoptr(X509_STORE_CTX) context = X509_STORE_CTX_new();
    if (X509_STORE_CTX_init(context, self->store, certificate->x509, NULL) != 1)
        return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                                    _("Le certificat n’a pas pu être vérifié"));
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context),
                               (time_t)(at_us / G_USEC_PER_SEC));
    if (X509_verify_cert(context) != 1)
        return fail_chain(certificate, X509_STORE_CTX_get_error(context), error);
    return check_role(certificate, role, error);
}
