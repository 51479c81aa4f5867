/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <string.h>

#include "sync/bundle/pki-private.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define SERIAL_BITS                                                                                \
    127 /* RFC 5280 §4.1.2.2: positive, at most 20 octets; random against guessing */
#define CSR_MAX_BYTES (16 * 1024)

static gboolean
fail_to_make(GError **error)
{
    return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                                _("Le certificat n’a pas pu être établi"));
}

static gboolean
set_serial(X509 *x509, GError **error)
{
    g_autoptr(BIGNUM) serial = BN_new();
    if (BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509)) == NULL)
        return fail_to_make(error);
    return TRUE;
}

static gboolean
set_period(X509 *x509, gint64 not_before_us, gint64 not_after_us, GError **error)
{
    if (not_before_us >= not_after_us) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("La période du certificat finit avant de commencer : corrigez les "
                              "dates"));
        return FALSE;
    }
    if (ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(not_before_us / G_USEC_PER_SEC)) ==
            NULL ||
        ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(not_after_us / G_USEC_PER_SEC)) == NULL)
        return fail_to_make(error);
    return TRUE;
}

static gboolean
add_extension(X509 *x509, X509V3_CTX *context, int nid, const char *value, GError **error)
{
    if (value == NULL)
        return TRUE;
    g_autoptr(X509_EXTENSION) extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
    if (extension == NULL || X509_add_ext(x509, extension, -1) != 1)
        return fail_to_make(error);
    return TRUE;
}

static gboolean
add_extensions(X509 *x509, X509 *issuer, GuichetRole role, const char *alternative, GError **error)
{
    const GuichetRoleProfile *profile = guichet_role_profile(role);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    const struct {
        int nid;
        const char *value;
    } extensions[] = {
        {NID_basic_constraints, profile->basic_constraints},
        {NID_key_usage, profile->key_usage},
        {NID_ext_key_usage, profile->extended_key_usage},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, issuer != x509 ? "keyid:always" : NULL},
        {NID_subject_alt_name, alternative},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++)
        if (!add_extension(x509, &context, extensions[i].nid, extensions[i].value, error))
            return FALSE;
    return TRUE;
}

static X509 *
make_certificate(X509_NAME *issuer_name, GuichetRole role, const char *name, EVP_PKEY *public_key,
                 gint64 not_before_us, gint64 not_after_us, GError **error)
{
    g_autoptr(X509) x509 = X509_new();
    if (X509_set_version(x509, X509_VERSION_3) != 1 || X509_set_pubkey(x509, public_key) != 1 ||
        (issuer_name != NULL && X509_set_issuer_name(x509, issuer_name) != 1)) {
        fail_to_make(error);
        return NULL;
    }
    if (!set_serial(x509, error) || !set_period(x509, not_before_us, not_after_us, error) ||
        !guichet_x509_name_fill(X509_get_subject_name(x509), role, name, error))
        return NULL;
    return g_steal_pointer(&x509);
}

GuichetCertificate *
guichet_ca_make_root(GuichetKey *key, const char *name, guint days, GError **error)
{
    if (!guichet_role_check_name(GUICHET_ROLE_ROOT, name, error))
        return NULL;
    gint64 now = g_get_real_time();
    g_autoptr(X509) x509 = make_certificate(NULL, GUICHET_ROLE_ROOT, name, key->pkey, now,
                                            now + (gint64)days * G_TIME_SPAN_DAY, error);
    if (x509 == NULL)
        return NULL;
    if (X509_set_issuer_name(x509, X509_get_subject_name(x509)) != 1 ||
        !add_extensions(x509, x509, GUICHET_ROLE_ROOT, NULL, error) ||
        X509_sign(x509, key->pkey, EVP_sha256()) <= 0) {
        if (error == NULL || *error == NULL)
            fail_to_make(error);
        return NULL;
    }
    return guichet_certificate_new_take(g_steal_pointer(&x509), error);
}

static X509_REQ *
read_csr(const char *pem, GError **error)
{
    gsize size = strlen(pem);
    g_autoptr(BIO) bio = BIO_new_mem_buf(pem, size <= CSR_MAX_BYTES ? (int)size : 0);
    g_autoptr(X509_REQ) csr = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
    if (csr == NULL || !guichet_pkey_is_p256(X509_REQ_get0_pubkey(csr))) {
        ERR_clear_error();
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                            _("Ce n’est pas une demande de certificat P-256 (PKCS#10, PEM) : "
                              "refaites-la sur le poste"));
        return NULL;
    }
    if (X509_REQ_verify(csr, X509_REQ_get0_pubkey(csr)) != 1) {
        ERR_clear_error();
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                            _("La demande de certificat a été modifiée après sa signature : "
                              "refaites-la sur le poste"));
        return NULL;
    }
    return g_steal_pointer(&csr);
}

gboolean
guichet_csr_inspect(const char *csr_pem, GuichetRole *role, char **name, GError **error)
{
    g_autoptr(X509_REQ) csr = read_csr(csr_pem, error);
    if (csr == NULL)
        return FALSE;
    X509_NAME *subject = X509_REQ_get_subject_name(csr);
    g_autofree char *unit = guichet_x509_name_get(subject, NID_organizationalUnitName);
    g_autofree char *common_name = guichet_x509_name_get(subject, NID_commonName);
    GuichetRole asked;
    if (unit == NULL || common_name == NULL || !guichet_role_from_unit(unit, &asked)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                            _("La demande de certificat ne dit pas son rôle (OU) et son nom (CN) : "
                              "refaites-la sur le poste"));
        return FALSE;
    }
    if (!guichet_role_check_name(asked, common_name, error))
        return FALSE;
    if (role != NULL)
        *role = asked;
    if (name != NULL)
        *name = g_steal_pointer(&common_name);
    return TRUE;
}

/* x509v3_config(5) text of the SAN; a comma or colon in a name would add entries. */
static gboolean
make_alternative(GuichetRole role, const char *dns, const char *ip, char **alternative,
                 GError **error)
{
    *alternative = NULL;
    if (dns == NULL && ip == NULL)
        return TRUE;
    if (role != GUICHET_ROLE_CENTRE_TLS || (dns != NULL && !guichet_word_is_identity(dns)) ||
        (ip != NULL && !g_hostname_is_ip_address(ip))) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.80s » n’est pas un nom ou une adresse de serveur pour ce certificat"),
                    dns != NULL ? dns : ip);
        return FALSE;
    }
    *alternative =
        g_strconcat(dns != NULL ? "DNS:" : "", dns != NULL ? dns : "",
                    dns != NULL && ip != NULL ? "," : "", ip != NULL ? "IP:" : "", ip, NULL);
    return TRUE;
}

GuichetCertificate *
guichet_ca_issue(GuichetKey *ca_key, GuichetCertificate *ca, const char *csr_pem, GuichetRole role,
                 gint64 not_before_us, gint64 not_after_us, const char *dns, const char *ip,
                 GError **error)
{
    g_autoptr(X509_REQ) csr = read_csr(csr_pem, error);
    if (csr == NULL || !guichet_certificate_check_key(ca, ca_key, error))
        return NULL;
    g_autofree char *name = guichet_x509_name_get(X509_REQ_get_subject_name(csr), NID_commonName);
    g_autofree char *alternative = NULL;
    if (!guichet_role_check_name(role, name != NULL ? name : "", error) ||
        !make_alternative(role, dns, ip, &alternative, error))
        return NULL;
    g_autoptr(X509) x509 =
        make_certificate(X509_get_subject_name(ca->x509), role, name, X509_REQ_get0_pubkey(csr),
                         not_before_us, not_after_us, error);
    if (x509 == NULL || !add_extensions(x509, ca->x509, role, alternative, error))
        return NULL;
    if (X509_sign(x509, ca_key->pkey, EVP_sha256()) <= 0) {
        fail_to_make(error);
        return NULL;
    }
    return guichet_certificate_new_take(g_steal_pointer(&x509), error);
}
