/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/cms.h"

#include <string.h>

#include "sync/bundle/der.h"
#include "sync/bundle/pki-private.h"

#include <glib/gi18n-lib.h>

static gboolean
fail_to_sign(GError **error)
{
    return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, _("La signature a échoué"));
}

static GBytes *
bio_to_bytes(BIO *bio)
{
    char *bytes = NULL;
    long size = BIO_get_mem_data(bio, &bytes);
    return g_bytes_new(bytes, (gsize)size);
}

static GBytes *
cms_to_der(CMS_ContentInfo *cms, GError **error)
{
    unsigned char *der = NULL;
    int size = i2d_CMS_ContentInfo(cms, &der);
    if (size <= 0) {
        fail_to_sign(error);
        return NULL;
    }
    GBytes *bytes = g_bytes_new(der, (gsize)size);
    OPENSSL_free(der);
    return bytes;
}

GBytes *
guichet_cms_sign(GuichetKey *key, GuichetCertificate *certificate, const void *bytes, gsize size,
                 gboolean detached, GError **error)
{
    if (size > G_MAXINT || !guichet_certificate_check_key(certificate, key, error))
        return NULL;
    unsigned int flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES | (detached ? CMS_DETACHED : 0);
    g_autoptr(BIO) content = BIO_new_mem_buf(bytes, (int)size);
    g_autoptr(CMS_ContentInfo) cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
    if (content == NULL || cms == NULL ||
        CMS_add1_signer(cms, certificate->x509, key->pkey, EVP_sha256(), flags) == NULL ||
        CMS_final(cms, content, NULL, flags) != 1) {
        fail_to_sign(error);
        return NULL;
    }
    return cms_to_der(cms, error);
}

static gboolean
fail_profile(GError **error, const char *reason)
{
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("La signature n’est pas au profil CAdES attendu (%s) : le fichier est abîmé ou "
                  "vient d’ailleurs"),
                reason);
    return FALSE;
}

static void
skip(GuichetDer *der, guint8 tag)
{
    guichet_der_take(der, guichet_der_take_header(der, tag));
}

/* The frame of SignedData (RFC 5652 §5.1, §5.3): versions and algorithms stand in members that no
 * signature covers and that OpenSSL does not look at. SHA-256 and ECDSA have no parameters (RFC
 * 5754 §2, §3.3); one signer, named by issuer and serial number; nothing unsigned behind it. */
static gboolean
check_frame(const guint8 *bytes, gsize size)
{
    static const guint8 type[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
    static const guint8 version[] = {0x02, 0x01, 0x01};
    static const guint8 sha256[] = {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                    0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
    static const guint8 ecdsa[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                   0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    GuichetDer der = {bytes, size, FALSE};
    guichet_der_take_outer(&der, 0x30);
    guichet_der_take_exactly(&der, type, sizeof type);
    guichet_der_take_outer(&der, 0xa0);
    guichet_der_take_outer(&der, 0x30);
    guichet_der_take_exactly(&der, version, sizeof version);
    if (guichet_der_take_header(&der, 0x31) != sizeof sha256)
        return FALSE;
    guichet_der_take_exactly(&der, sha256, sizeof sha256);
    skip(&der, 0x30); /* encapContentInfo */
    skip(&der, 0xa0); /* certificates */
    guichet_der_take_outer(&der, 0x31);
    guichet_der_take_outer(&der, 0x30);
    guichet_der_take_exactly(&der, version, sizeof version);
    skip(&der, 0x30); /* issuerAndSerialNumber */
    guichet_der_take_exactly(&der, sha256, sizeof sha256);
    skip(&der, 0xa0); /* signedAttrs */
    guichet_der_take_exactly(&der, ecdsa, sizeof ecdsa);
    guichet_der_take_outer(&der, 0x04);
    return !der.failed;
}

/* Reads exact DER: nothing after it, and no other encoding of the same thing. */
static CMS_ContentInfo *
read_signed_data(GBytes *der, gsize max_bytes, GError **error)
{
    gsize size;
    const unsigned char *bytes = g_bytes_get_data(der, &size);
    if (size > max_bytes) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("La signature dépasse %d ko : le fichier est refusé"),
                    (int)(max_bytes / 1024));
        return NULL;
    }
    const unsigned char *at = bytes;
    g_autoptr(CMS_ContentInfo) cms = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    if (cms == NULL || at != bytes + size || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed) {
        fail_profile(error, _("ce n’est pas un SignedData"));
        return NULL;
    }
    g_autoptr(GBytes) again = cms_to_der(cms, NULL);
    if (again == NULL || !g_bytes_equal(again, der) || !check_frame(bytes, size)) {
        fail_profile(error, _("ce n’est pas du DER, ou d’autres algorithmes"));
        return NULL;
    }
    return g_steal_pointer(&cms);
}

/* One certificate and no revocation list beside the one signer; the content where it is sought. */
static gboolean
check_profile(CMS_ContentInfo *cms, gboolean detached, CMS_SignerInfo **signer, GError **error)
{
    STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
    g_autoptr(GuichetX509Stack) certificates = CMS_get1_certs(cms);
    g_autoptr(GuichetCrlStack) crls = CMS_get1_crls(cms);
    if (sk_CMS_SignerInfo_num(signers) != 1 || certificates == NULL ||
        sk_X509_num(certificates) != 1 || sk_X509_CRL_num(crls) > 0)
        return fail_profile(error, _("un seul signataire et son certificat"));
    if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data ||
        (CMS_is_detached(cms) == 1) != detached)
        return fail_profile(error, _("contenu mal placé"));
    *signer = sk_CMS_SignerInfo_value(signers, 0);
    return TRUE;
}

/* CAdES-B (EN 319 122-1 §6.3): the signed attributes name the signer's certificate by its
 * SHA-256, and carry a signing time. */
static gboolean
check_signed_attributes(CMS_SignerInfo *signer, X509 *x509, GError **error)
{
    int at = CMS_signed_get_attr_by_NID(signer, NID_id_smime_aa_signingCertificateV2, -1);
    ASN1_STRING *value = CMS_signed_get0_data_by_OBJ(
        signer, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE);
    if (at < 0 || value == NULL ||
        CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1) < 0)
        return fail_profile(error, _("attributs signés absents"));
    const unsigned char *bytes = ASN1_STRING_get0_data(value);
    g_autoptr(ESS_SIGNING_CERT_V2) named =
        d2i_ESS_SIGNING_CERT_V2(NULL, &bytes, ASN1_STRING_length(value));
    g_autoptr(GuichetX509Stack) chain = sk_X509_new_null();
    if (named == NULL || X509_up_ref(x509) != 1)
        return fail_profile(error, _("signing-certificate-v2 illisible"));
    if (sk_X509_push(chain, x509) <= 0)
        X509_free(x509);
    if (OSSL_ESS_check_signing_certs(NULL, named, chain, 1) != 1)
        return fail_profile(error, _("le certificat n’est pas celui qui est signé"));
    return TRUE;
}

/* OpenSSL finds the certificate by a name of any case; the bytes must be the certificate's own. */
static gboolean
check_signer_name(CMS_SignerInfo *signer, X509 *x509, GError **error)
{
    X509_NAME *issuer = NULL;
    ASN1_INTEGER *serial = NULL;
    const unsigned char *named, *owned;
    gsize named_size, owned_size;
    if (CMS_SignerInfo_get0_signer_id(signer, NULL, &issuer, &serial) == 1 && issuer != NULL &&
        X509_NAME_get0_der(issuer, &named, &named_size) == 1 &&
        X509_NAME_get0_der(X509_get_issuer_name(x509), &owned, &owned_size) == 1 &&
        named_size == owned_size && memcmp(named, owned, owned_size) == 0)
        return TRUE;
    return fail_profile(error, _("le signataire n’est pas nommé comme son certificat"));
}

/* @content: the detached bytes, or NULL. @out receives what is inside, or is NULL. */
static gboolean
verify(CMS_ContentInfo *cms, BIO *content, BIO *out, GuichetCertificate **signer, GError **error)
{
    CMS_SignerInfo *only = NULL;
    if (!check_profile(cms, content != NULL, &only, error))
        return FALSE;
    if (CMS_verify(cms, NULL, NULL, content, out,
                   CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | (content ? CMS_DETACHED : 0)) != 1) {
        ERR_clear_error();
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                            _("La signature ne correspond pas au contenu : il a été modifié ou "
                              "abîmé, demandez-le à nouveau"));
        return FALSE;
    }
    X509 *x509 = NULL;
    CMS_SignerInfo_get0_algs(only, NULL, &x509, NULL, NULL);
    if (!check_signer_name(only, x509, error) || !check_signed_attributes(only, x509, error) ||
        X509_up_ref(x509) != 1)
        return FALSE;
    GuichetCertificate *certificate = guichet_certificate_new_take(x509, error);
    if (certificate == NULL)
        return FALSE;
    *signer = certificate;
    return TRUE;
}

gboolean
guichet_cms_verify_detached(GBytes *der, const void *bytes, gsize size, GuichetCertificate **signer,
                            GError **error)
{
    g_return_val_if_fail(size <= G_MAXINT, FALSE);
    g_autoptr(CMS_ContentInfo) cms = read_signed_data(der, GUICHET_CMS_SIGNATURE_MAX_BYTES, error);
    if (cms == NULL)
        return FALSE;
    g_autoptr(BIO) content = BIO_new_mem_buf(bytes, (int)size);
    return verify(cms, content, NULL, signer, error);
}

GBytes *
guichet_cms_verify_encapsulated(GBytes *der, gsize max_bytes, GuichetCertificate **signer,
                                GError **error)
{
    g_autoptr(CMS_ContentInfo) cms = read_signed_data(der, max_bytes, error);
    g_autoptr(BIO) out = BIO_new(BIO_s_mem());
    if (cms == NULL || !verify(cms, NULL, out, signer, error))
        return NULL;
    return bio_to_bytes(out);
}
