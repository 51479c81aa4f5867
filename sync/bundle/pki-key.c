/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <string.h>

#include "core/paths.h"
#include "sync/bundle/pki-private.h"

#include <glib/gi18n-lib.h>

#define KEY_PEM_MAX_BYTES (16 * 1024)

static GuichetKey *
key_new_take(EVP_PKEY *pkey)
{
    GuichetKey *self = g_new0(GuichetKey, 1);
    self->pkey = pkey;
    return self;
}

GuichetKey *
guichet_key_generate(GError **error)
{
    g_autoptr(EVP_PKEY) pkey = EVP_EC_gen("P-256");
    if (pkey == NULL) {
        guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, _("Aucune clé n’a pu être tirée"));
        return NULL;
    }
    return key_new_take(g_steal_pointer(&pkey));
}

/* OpenSSL would otherwise ask the terminal for a passphrase. */
static int
on_passphrase_asked(char *buffer, int size, int writing, void *data)
{
    return -1;
}

GuichetKey *
guichet_key_load(const char *path, GError **error)
{
    g_autoptr(GBytes) pem = guichet_read_file(path, KEY_PEM_MAX_BYTES, error);
    if (pem == NULL)
        return NULL;
    gsize size;
    const void *bytes = g_bytes_get_data(pem, &size);
    g_autoptr(BIO) bio = BIO_new_mem_buf(bytes, (int)size);
    g_autoptr(EVP_PKEY) pkey = PEM_read_bio_PrivateKey(bio, NULL, on_passphrase_asked, NULL);
    explicit_bzero((void *)bytes, size); /* ours alone: guichet_read_file() copied it */
    if (guichet_pkey_is_p256(pkey))
        return key_new_take(g_steal_pointer(&pkey));
    ERR_clear_error();
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("%s n’est pas une clé privée P-256 (PKCS#8, PEM) : refaites la clé ou "
                  "restaurez-la"),
                path);
    return NULL;
}

gboolean
guichet_key_save(GuichetKey *self, const char *path, GError **error)
{
    g_autoptr(BIO) bio = BIO_new(BIO_s_secmem());
    if (bio == NULL ||
        PEM_write_bio_PKCS8PrivateKey(bio, self->pkey, NULL, NULL, 0, NULL, NULL) != 1)
        return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                                    _("La clé n’a pas pu être mise en PEM"));
    char *pem = NULL;
    long size = BIO_get_mem_data(bio, &pem);
    gboolean written = guichet_write_file_durably(path, pem, (gsize)size, 0600, error);
    explicit_bzero(pem, (gsize)size);
    return written;
}

void
guichet_key_free(GuichetKey *self)
{
    if (self == NULL)
        return;
    EVP_PKEY_free(self->pkey);
    g_free(self);
}

GBytes *
guichet_key_sign(GuichetKey *self, const void *bytes, gsize size, GError **error)
{
    g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
    guint8 signature[128];
    gsize signature_size = sizeof signature;
    /* OpenSSL 3.0 says 1 and a size of -1 when memory ends while ECDSA writes its signature */
    if (context == NULL || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, self->pkey) != 1 ||
        EVP_DigestSign(context, signature, &signature_size, bytes, size) != 1 ||
        signature_size == 0 || signature_size > sizeof signature) {
        guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO, _("La signature a échoué"));
        return NULL;
    }
    return g_bytes_new(signature, signature_size);
}

static char *
csr_to_pem(X509_REQ *csr)
{
    g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
    if (bio == NULL || PEM_write_bio_X509_REQ(bio, csr) != 1)
        return NULL;
    char *pem = NULL;
    long size = BIO_get_mem_data(bio, &pem);
    return g_strndup(pem, (gsize)size);
}

char *
guichet_key_make_csr(GuichetKey *self, GuichetRole role, const char *name, GError **error)
{
    if (!guichet_role_check_name(role, name, error))
        return NULL;
    g_autoptr(X509_REQ) csr = X509_REQ_new();
    if (!guichet_x509_name_fill(X509_REQ_get_subject_name(csr), role, name, error))
        return NULL;
    char *pem = NULL;
    if (X509_REQ_set_version(csr, X509_REQ_VERSION_1) == 1 &&
        X509_REQ_set_pubkey(csr, self->pkey) == 1 &&
        X509_REQ_sign(csr, self->pkey, EVP_sha256()) > 0)
        pem = csr_to_pem(csr);
    if (pem == NULL)
        guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                             _("La demande de certificat n’a pas pu être faite"));
    return pem;
}
