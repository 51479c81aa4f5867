/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The bytes of contenu.p7m, CMS AuthEnvelopedData (RFC 5083, 5084, 5753) in the one form that
 * FORMAT.md §4 allows. OpenSSL's decoder accepts far more (GCM tags of 4 bytes, a SHA-1 KDF,
 * indefinite lengths, any number of recipients), so everything is walked here before it sees a
 * byte. Borrows from the bytes that were read.
 */
#define GUICHET_ENVELOPE_MAX_RECIPIENTS 2
#define GUICHET_ENVELOPE_KEY_ID_SIZE 20
#define GUICHET_ENVELOPE_NONCE_SIZE 12
#define GUICHET_ENVELOPE_TAG_SIZE 16

typedef struct {
    const guint8 *recipients; /* the RecipientInfos, without the SET around them */
    gsize recipients_size;
    guint n_recipients;
    const guint8 *key_ids[GUICHET_ENVELOPE_MAX_RECIPIENTS]; /* SubjectKeyIdentifier, 20 bytes */
    const guint8 *nonce;
    const guint8 *ciphertext; /* NULL when @detached */
    gsize ciphertext_size;
    const guint8 *tag;
} GuichetEnvelope;

/* GUICHET_ERROR_MALFORMED for any deviation. @detached: the content is absent (only on the way
 * out of OpenSSL's encoder, never in a file). */
gboolean guichet_envelope_read(const guint8 *der, gsize size, gboolean detached,
                               GuichetEnvelope *envelope, GError **error);
/* All bytes that stand before the ciphertext of @envelope (its pointer is not looked at); the
 * ciphertext and then guichet_envelope_tail() complete the file. */
GByteArray *guichet_envelope_head(const GuichetEnvelope *envelope);
/* 04 10 and the tag. */
#define GUICHET_ENVELOPE_TAIL_SIZE (2 + GUICHET_ENVELOPE_TAG_SIZE)
void guichet_envelope_tail(const GuichetEnvelope *envelope, guint8 out[GUICHET_ENVELOPE_TAIL_SIZE]);
