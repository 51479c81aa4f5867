/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/cms-seal.h"

#include <string.h>

#include "sync/bundle/cms-envelope.h"
#include "sync/bundle/pki-private.h"

#include <glib/gi18n-lib.h>

/* Room before the ciphertext for the bytes of guichet_envelope_head(). */
#define HEAD_ROOM 1024

static gboolean
fail_to_seal(GError **error)
{
    return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                                _("Le contenu n’a pas pu être chiffré pour le centre"));
}

/* OpenSSL's default for a key agreement is a SHA-1 KDF, and a wrap that follows the cipher. */
static CMS_ContentInfo *
make_envelope(GuichetCertificate *recipient, GError **error)
{
    g_autoptr(CMS_ContentInfo) cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
    CMS_RecipientInfo *info = NULL;
    if (cms != NULL && CMS_set_detached(cms, 1) == 1)
        info = CMS_add1_recipient_cert(cms, recipient->x509, CMS_KEY_PARAM | CMS_USE_KEYID);
    EVP_PKEY_CTX *agreement = info != NULL ? CMS_RecipientInfo_get0_pkey_ctx(info) : NULL;
    if (agreement == NULL || EVP_PKEY_CTX_set_ecdh_kdf_md(agreement, EVP_sha256()) != 1 ||
        EVP_EncryptInit_ex(CMS_RecipientInfo_kari_get0_ctx(info), EVP_aes_256_wrap(), NULL, NULL,
                           NULL) != 1) {
        fail_to_seal(error);
        return NULL;
    }
    return g_steal_pointer(&cms);
}

static gsize
total_size(GPtrArray *segments)
{
    gsize size = 0;
    for (guint i = 0; i < segments->len; i++)
        size += g_bytes_get_size(segments->pdata[i]);
    return size;
}

/* Where the cipher writes to: memory of the right size from the start. BIO_s_mem() would grow,
 * zero and wipe what is not secret any more. */
typedef struct {
    guint8 *bytes;
    gsize at;
    gsize end;
} Output;

static int
on_write(BIO *bio, const char *bytes, int size)
{
    Output *output = BIO_get_data(bio);
    if (size < 0 || (gsize)size > output->end - output->at)
        return -1;
    memcpy(output->bytes + output->at, bytes, (gsize)size);
    output->at += (gsize)size;
    return size;
}

static long
on_control(BIO *bio, int command, long number, void *pointer)
{
    return command == BIO_CTRL_FLUSH;
}

static BIO *
new_sink(const BIO_METHOD *method, Output *output)
{
    BIO *bio = BIO_new(method);
    if (bio != NULL) {
        BIO_set_data(bio, output);
        BIO_set_init(bio, 1);
    }
    return bio;
}

static BIO_METHOD *
new_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "guichet");
    if (method == NULL || BIO_meth_set_write(method, on_write) != 1 ||
        BIO_meth_set_ctrl(method, on_control) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

static gboolean
write_segments(CMS_ContentInfo *cms, GPtrArray *segments, BIO *sink)
{
    BIO *chain = CMS_dataInit(cms, sink);
    if (chain == NULL)
        return FALSE;
    gboolean ok = TRUE;
    for (guint i = 0; ok && i < segments->len; i++) {
        gsize size, written = 0;
        const void *bytes = g_bytes_get_data(segments->pdata[i], &size);
        ok = size == 0 || (BIO_write_ex(chain, bytes, size, &written) == 1 && written == size);
    }
    ok = ok && BIO_flush(chain) == 1 && CMS_dataFinal(cms, chain) == 1;
    /* what CMS_dataInit() pushed before @sink is ours to free, @sink is the caller's */
    while (chain != sink) {
        BIO *next = BIO_pop(chain);
        BIO_free(chain);
        chain = next;
    }
    return ok;
}

static gboolean
encrypt(CMS_ContentInfo *cms, GPtrArray *segments, Output *output)
{
    g_autoptr(BIO_METHOD) method = new_method();
    g_autoptr(BIO) sink = method != NULL ? new_sink(method, output) : NULL;
    return sink != NULL && write_segments(cms, segments, sink) && output->at == output->end;
}

/* What OpenSSL wrote without the content, put around the content: the head before @from, the tail
 * behind the ciphertext. The offset where it begins, 0 on failure. */
static gsize
assemble(CMS_ContentInfo *cms, Output *output, gsize from, GError **error)
{
    g_autofree guint8 *der = NULL;
    int der_size = i2d_CMS_ContentInfo(cms, NULL);
    if (der_size > 0) {
        der = g_malloc((gsize)der_size);
        unsigned char *at = der;
        der_size = i2d_CMS_ContentInfo(cms, &at);
    }
    if (der_size <= 0)
        return (gsize)fail_to_seal(error);
    /* also our proof that OpenSSL did choose the algorithms that were asked of it */
    GuichetEnvelope envelope;
    if (!guichet_envelope_read(der, (gsize)der_size, TRUE, &envelope, error))
        return 0;
    envelope.ciphertext_size = output->end - from;
    guichet_envelope_tail(&envelope, output->bytes + output->end);
    g_autoptr(GByteArray) head = guichet_envelope_head(&envelope);
    g_assert(head->len < HEAD_ROOM);
    memcpy(output->bytes + from - head->len, head->data, head->len);
    return from - head->len;
}

GBytes *
guichet_cms_seal(GuichetCertificate *recipient, GPtrArray *segments, gsize room, GError **error)
{
    g_autoptr(CMS_ContentInfo) cms = make_envelope(recipient, error);
    if (cms == NULL)
        return NULL;
    gsize from = room + HEAD_ROOM, size = total_size(segments);
    g_autofree guint8 *bytes = g_malloc(from + size + GUICHET_ENVELOPE_TAIL_SIZE + room);
    Output output = {bytes, from, from + size};
    if (!encrypt(cms, segments, &output)) {
        fail_to_seal(error);
        return NULL;
    }
    gsize start = assemble(cms, &output, from, error);
    if (start == 0)
        return NULL;
    guint8 *sealed = bytes + start;
    gsize sealed_size = output.end + GUICHET_ENVELOPE_TAIL_SIZE - start;
    return g_bytes_new_with_free_func(sealed, sealed_size, g_free, g_steal_pointer(&bytes));
}

gboolean
guichet_cms_check_sealed(GBytes *sealed, GuichetCertificate *recipient, GError **error)
{
    gsize size;
    const guint8 *der = g_bytes_get_data(sealed, &size);
    GuichetEnvelope envelope;
    if (!guichet_envelope_read(der, size, FALSE, &envelope, error))
        return FALSE;
    if (recipient == NULL)
        return TRUE;
    const ASN1_OCTET_STRING *key_id = X509_get0_subject_key_id(recipient->x509);
    for (guint i = 0; key_id != NULL && i < envelope.n_recipients; i++)
        if (ASN1_STRING_length(key_id) == GUICHET_ENVELOPE_KEY_ID_SIZE &&
            memcmp(ASN1_STRING_get0_data(key_id), envelope.key_ids[i],
                   GUICHET_ENVELOPE_KEY_ID_SIZE) == 0)
            return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("La liasse est chiffrée pour une autre clé que celle de « %s » : ouvrez-la avec "
                  "la clé qu’elle annonce"),
                guichet_certificate_get_name(recipient));
    return FALSE;
}

static void
free_buffer(gpointer buffer)
{
    BUF_MEM_free(buffer); /* wipes */
}

static CMS_ContentInfo *
read_envelope(GBytes *sealed)
{
    gsize size;
    const unsigned char *der = g_bytes_get_data(sealed, &size);
    return d2i_CMS_ContentInfo(NULL, &der, (long)size);
}

GBytes *
guichet_cms_open(GBytes *sealed, GuichetKey *key, GuichetCertificate *certificate, GError **error)
{
    if (!guichet_certificate_check_key(certificate, key, error) ||
        !guichet_cms_check_sealed(sealed, certificate, error))
        return NULL;
    g_autoptr(CMS_ContentInfo) cms = read_envelope(sealed);
    g_autoptr(BIO) output = BIO_new(BIO_s_mem());
    if (cms == NULL || output == NULL ||
        CMS_decrypt(cms, key->pkey, certificate->x509, NULL, output, CMS_BINARY) != 1) {
        ERR_clear_error();
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                            _("Le contenu ne se déchiffre pas : il a été modifié ou chiffré pour "
                              "une autre clé, la liasse est refusée"));
        return NULL;
    }
    BUF_MEM *buffer = NULL;
    BIO_get_mem_ptr(output, &buffer);
    BIO_set_close(output, BIO_NOCLOSE);
    return g_bytes_new_with_free_func(buffer->data, buffer->length, free_buffer, buffer);
}
