/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <string.h>

#include "core/digest.h"
#include "core/paths.h"
#include "sync/bundle/pki-private.h"

#include <glib/gi18n-lib.h>

static gboolean
fail_malformed(GError **error, const char *what)
{
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("%s n’est pas un certificat X.509 : redemandez-le au centre"), what);
    return FALSE;
}

GuichetCertificate *
guichet_certificate_new_take(X509 *x509, GError **error)
{
    g_autoptr(X509) owned = x509;
    unsigned char *der = NULL;
    int size = i2d_X509(owned, &der);
    if (size <= 0) {
        guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, _("Le certificat n’a pas pu être lu"));
        return NULL;
    }
    GuichetCertificate *self = g_new0(GuichetCertificate, 1);
    g_atomic_ref_count_init(&self->refs);
    self->fingerprint = guichet_sha256_hex(der, (gsize)size);
    OPENSSL_free(der);
    self->name = guichet_x509_name_get(X509_get_subject_name(owned), NID_commonName);
    if (self->name == NULL)
        self->name = g_strdup("");
    self->x509 = g_steal_pointer(&owned);
    return self;
}

/* Text around the one certificate is allowed (`openssl x509 -text` writes some), a second one
 * is not: nobody would know which of the two is meant. */
static GuichetCertificate *
certificate_from_pem(const void *pem, gsize size, const char *what, GError **error)
{
    if (size > GUICHET_PEM_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s dépasse %d ko : ce n’est pas un certificat"), what,
                    GUICHET_PEM_MAX_BYTES / 1024);
        return NULL;
    }
    g_autoptr(BIO) bio = BIO_new_mem_buf(pem, (int)size);
    g_autoptr(X509) x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    g_autoptr(X509) second = x509 != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    ERR_clear_error();
    if (x509 == NULL || second != NULL) {
        fail_malformed(error, what);
        return NULL;
    }
    return guichet_certificate_new_take(g_steal_pointer(&x509), error);
}

GuichetCertificate *
guichet_certificate_load(const char *path, GError **error)
{
    g_autoptr(GBytes) pem = guichet_read_file(path, GUICHET_PEM_MAX_BYTES, error);
    if (pem == NULL)
        return NULL;
    gsize size;
    const void *bytes = g_bytes_get_data(pem, &size);
    return certificate_from_pem(bytes, size, path, error);
}

GuichetCertificate *
guichet_certificate_new_pem(const char *pem, GError **error)
{
    return certificate_from_pem(pem, strlen(pem), _("Le texte PEM"), error);
}

GuichetCertificate *
guichet_certificate_new_der(GBytes *der, GError **error)
{
    gsize size;
    const unsigned char *bytes = g_bytes_get_data(der, &size);
    const unsigned char *at = bytes;
    g_autoptr(X509) x509 = size <= GUICHET_PEM_MAX_BYTES ? d2i_X509(NULL, &at, (long)size) : NULL;
    if (x509 == NULL || at != bytes + size) {
        fail_malformed(error, _("Le bloc DER"));
        return NULL;
    }
    return guichet_certificate_new_take(g_steal_pointer(&x509), error);
}

GuichetCertificate *
guichet_certificate_ref(GuichetCertificate *self)
{
    g_atomic_ref_count_inc(&self->refs);
    return self;
}

void
guichet_certificate_unref(GuichetCertificate *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
        return;
    X509_free(self->x509);
    g_free(self->name);
    g_free(self->fingerprint);
    g_free(self);
}

char *
guichet_certificate_to_pem(GuichetCertificate *self)
{
    g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
    if (bio == NULL || PEM_write_bio_X509(bio, self->x509) != 1)
        g_error("out of memory for a certificate");
    char *pem = NULL;
    long size = BIO_get_mem_data(bio, &pem);
    return g_strndup(pem, (gsize)size);
}

const char *
guichet_certificate_get_name(GuichetCertificate *self)
{
    return self->name;
}

const char *
guichet_certificate_get_fingerprint(GuichetCertificate *self)
{
    return self->fingerprint;
}

static gint64
to_wall_us(const ASN1_TIME *time)
{
    struct tm utc = {0};
    if (ASN1_TIME_to_tm(time, &utc) != 1)
        return 0;
    return (gint64)timegm(&utc) * G_USEC_PER_SEC;
}

gint64
guichet_certificate_get_not_before(GuichetCertificate *self)
{
    return to_wall_us(X509_get0_notBefore(self->x509));
}

gint64
guichet_certificate_get_not_after(GuichetCertificate *self)
{
    return to_wall_us(X509_get0_notAfter(self->x509));
}

gboolean
guichet_certificate_verify(GuichetCertificate *self, const void *bytes, gsize size,
                           GBytes *signature, GError **error)
{
    gsize signature_size;
    const unsigned char *raw = g_bytes_get_data(signature, &signature_size);
    g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
    if (EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, X509_get0_pubkey(self->x509)) ==
            1 &&
        EVP_DigestVerify(context, raw, signature_size, bytes, size) == 1)
        return TRUE;
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                _("La signature n’est pas celle de « %s » sur ce contenu : il a été modifié ou "
                  "vient d’ailleurs"),
                self->name);
    return FALSE;
}

gboolean
guichet_certificate_check_key(GuichetCertificate *self, GuichetKey *key, GError **error)
{
    if (EVP_PKEY_eq(X509_get0_pubkey(self->x509), key->pkey) == 1)
        return TRUE;
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Le certificat « %s » n’est pas celui de la clé de ce poste : reprenez "
                  "l’enrôlement"),
                self->name);
    return FALSE;
}

gboolean
guichet_certificate_same_key(GuichetCertificate *one, GuichetCertificate *other)
{
    return EVP_PKEY_eq(X509_get0_pubkey(one->x509), X509_get0_pubkey(other->x509)) == 1;
}
