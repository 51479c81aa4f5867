/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/cms-envelope.h"

#include <string.h>

#include "core/error.h"
#include "sync/bundle/der.h"

#include <glib/gi18n-lib.h>

#define POINT_SIZE 65       /* uncompressed P-256 point */
#define WRAPPED_KEY_SIZE 40 /* RFC 3394 of a 256-bit key */

/* ContentInfo: id-smime-ct-authEnvelopedData, 1.2.840.113549.1.9.16.1.23 */
static const guint8 der_content_type[] = {0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                          0x0d, 0x01, 0x09, 0x10, 0x01, 0x17};
static const guint8 der_version[] = {0x02, 0x01, 0x00};
/* [1] KeyAgreeRecipientInfo: version 3; originator = public key id-ecPublicKey, BIT STRING */
static const guint8 der_recipient[] = {0xa1, 0x81, 0xb3, 0x02, 0x01, 0x03, 0xa0, 0x51,
                                       0xa1, 0x4f, 0x30, 0x09, 0x06, 0x07, 0x2a, 0x86,
                                       0x48, 0xce, 0x3d, 0x02, 0x01, 0x03, 0x42, 0x00};
/* dhSinglePass-stdDH-sha256kdf-scheme 1.3.132.1.11.1 with id-aes256-wrap 2.16.840.1.101.3.4.1.45,
 * then one RecipientEncryptedKey with [0] rKeyId */
static const guint8 der_agreement[] = {
    0x30, 0x15, 0x06, 0x06, 0x2b, 0x81, 0x04, 0x01, 0x0b, 0x01, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86,
    0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d, 0x30, 0x44, 0x30, 0x42, 0xa0, 0x16, 0x04, 0x14};
static const guint8 der_wrapped_key[] = {0x04, WRAPPED_KEY_SIZE};
/* EncryptedContentInfo: id-data, aes256-GCM 2.16.840.1.101.3.4.1.46 {nonce, ICVlen 16} */
static const guint8 der_cipher[] = {
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
    0x0d, 0x01, 0x07, 0x01, 0x30, 0x1e, 0x06,
    0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
    0x04, 0x01, 0x2e, 0x30, 0x11, 0x04, GUICHET_ENVELOPE_NONCE_SIZE};
static const guint8 der_tag_size[] = {0x02, 0x01, GUICHET_ENVELOPE_TAG_SIZE};
static const guint8 der_tag[] = {0x04, GUICHET_ENVELOPE_TAG_SIZE};

#define RECIPIENT_SIZE                                                                             \
    (sizeof der_recipient + POINT_SIZE + sizeof der_agreement + GUICHET_ENVELOPE_KEY_ID_SIZE +     \
     sizeof der_wrapped_key + WRAPPED_KEY_SIZE)

static void
take_recipients(GuichetDer *walk, GuichetEnvelope *envelope)
{
    gsize size = guichet_der_take_header(walk, 0x31);
    envelope->recipients = walk->at;
    envelope->recipients_size = size;
    envelope->n_recipients = (guint)(size / RECIPIENT_SIZE);
    if (size % RECIPIENT_SIZE != 0 || envelope->n_recipients < 1 ||
        envelope->n_recipients > GUICHET_ENVELOPE_MAX_RECIPIENTS) {
        walk->failed = TRUE;
        return;
    }
    for (guint i = 0; i < envelope->n_recipients; i++) {
        guichet_der_take_exactly(walk, der_recipient, sizeof der_recipient);
        const guint8 *point = guichet_der_take(walk, POINT_SIZE);
        if (point == NULL || point[0] != 0x04)
            walk->failed = TRUE;
        guichet_der_take_exactly(walk, der_agreement, sizeof der_agreement);
        envelope->key_ids[i] = guichet_der_take(walk, GUICHET_ENVELOPE_KEY_ID_SIZE);
        guichet_der_take_exactly(walk, der_wrapped_key, sizeof der_wrapped_key);
        guichet_der_take(walk, WRAPPED_KEY_SIZE);
    }
}

static void
take_content(GuichetDer *walk, gboolean detached, GuichetEnvelope *envelope)
{
    gsize size = guichet_der_take_header(walk, 0x30);
    gsize left_after = walk->left - size;
    guichet_der_take_exactly(walk, der_cipher, sizeof der_cipher);
    envelope->nonce = guichet_der_take(walk, GUICHET_ENVELOPE_NONCE_SIZE);
    guichet_der_take_exactly(walk, der_tag_size, sizeof der_tag_size);
    if (!detached) {
        envelope->ciphertext_size = guichet_der_take_header(walk, 0x80);
        envelope->ciphertext = guichet_der_take(walk, envelope->ciphertext_size);
    }
    if (walk->left != left_after)
        walk->failed = TRUE;
}

gboolean
guichet_envelope_read(const guint8 *der, gsize size, gboolean detached, GuichetEnvelope *envelope,
                      GError **error)
{
    GuichetDer walk = {der, size, FALSE};
    GuichetEnvelope read = {0};
    guichet_der_take_outer(&walk, 0x30);
    guichet_der_take_exactly(&walk, der_content_type, sizeof der_content_type);
    guichet_der_take_outer(&walk, 0xa0);
    guichet_der_take_outer(&walk, 0x30);
    guichet_der_take_exactly(&walk, der_version, sizeof der_version);
    take_recipients(&walk, &read);
    take_content(&walk, detached, &read);
    guichet_der_take_exactly(&walk, der_tag, sizeof der_tag);
    read.tag = guichet_der_take(&walk, GUICHET_ENVELOPE_TAG_SIZE);
    if (walk.failed || walk.left > 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("Le contenu chiffré n’est pas au profil attendu (octet %zu) : la liasse est "
                      "abîmée ou vient d’ailleurs, elle est refusée"),
                    size - walk.left);
        return FALSE;
    }
    *envelope = read;
    return TRUE;
}

GByteArray *
guichet_envelope_head(const GuichetEnvelope *envelope)
{
    gsize content = sizeof der_cipher + GUICHET_ENVELOPE_NONCE_SIZE + sizeof der_tag_size +
                    guichet_der_header_size(envelope->ciphertext_size) + envelope->ciphertext_size;
    gsize body = sizeof der_version + guichet_der_header_size(envelope->recipients_size) +
                 envelope->recipients_size + guichet_der_header_size(content) + content +
                 GUICHET_ENVELOPE_TAIL_SIZE;
    gsize wrapped = guichet_der_header_size(body) + body;
    GByteArray *head = g_byte_array_new();
    guichet_der_append_header(head, 0x30,
                              sizeof der_content_type + guichet_der_header_size(wrapped) + wrapped);
    g_byte_array_append(head, der_content_type, sizeof der_content_type);
    guichet_der_append_header(head, 0xa0, wrapped);
    guichet_der_append_header(head, 0x30, body);
    g_byte_array_append(head, der_version, sizeof der_version);
    guichet_der_append_header(head, 0x31, envelope->recipients_size);
    g_byte_array_append(head, envelope->recipients, (guint)envelope->recipients_size);
    guichet_der_append_header(head, 0x30, content);
    g_byte_array_append(head, der_cipher, sizeof der_cipher);
    g_byte_array_append(head, envelope->nonce, GUICHET_ENVELOPE_NONCE_SIZE);
    g_byte_array_append(head, der_tag_size, sizeof der_tag_size);
    guichet_der_append_header(head, 0x80, envelope->ciphertext_size);
    return head;
}

void
guichet_envelope_tail(const GuichetEnvelope *envelope, guint8 out[GUICHET_ENVELOPE_TAIL_SIZE])
{
    memcpy(out, der_tag, sizeof der_tag);
    memcpy(out + sizeof der_tag, envelope->tag, GUICHET_ENVELOPE_TAG_SIZE);
}
