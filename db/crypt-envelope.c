/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/crypt-envelope.h"

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>
#include <string.h>

#include "core/error.h"
#include "db/crypt.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

static gboolean
fail(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO,
                _("X25519 : la bibliothèque de chiffrement a échoué ; redémarrez le poste"));
    return FALSE;
}

static gboolean
read_public(GuichetSecret *private_key, guint8 public_key[GUICHET_ENVELOPE_KEY_SIZE],
            GError **error)
{
    gsize size = GUICHET_ENVELOPE_KEY_SIZE;
    g_autoptr(EVP_PKEY) key = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_X25519, NULL, guichet_secret_bytes(private_key), guichet_secret_size(private_key));
    if (key != NULL && EVP_PKEY_get_raw_public_key(key, public_key, &size) == 1 &&
        size == GUICHET_ENVELOPE_KEY_SIZE)
        return TRUE;
    return fail(error);
}

GuichetSecret *
guichet_envelope_new_key(GBytes **public_key, GError **error)
{
    guint8 public_bytes[GUICHET_ENVELOPE_KEY_SIZE];
    g_autoptr(GuichetSecret) private_key =
        guichet_secret_new_random(GUICHET_ENVELOPE_KEY_SIZE, error);
    if (private_key == NULL || !read_public(private_key, public_bytes, error))
        return NULL;
    *public_key = g_bytes_new(public_bytes, sizeof public_bytes);
    return g_steal_pointer(&private_key);
}

/* X25519 of our private and their public key. An all-zero result, which a public key of small
 * order gives, is refused by OpenSSL (RFC 7748 §6.1). */
static GuichetSecret *
agree(GuichetSecret *private_key, const guint8 *public_key, GError **error)
{
    guint8 shared[GUICHET_ENVELOPE_KEY_SIZE];
    gsize size = sizeof shared;
    g_autoptr(EVP_PKEY) ours = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_X25519, NULL, guichet_secret_bytes(private_key), guichet_secret_size(private_key));
    g_autoptr(EVP_PKEY) theirs =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key, GUICHET_ENVELOPE_KEY_SIZE);
    g_autoptr(EVP_PKEY_CTX) context =
        ours != NULL && theirs != NULL ? EVP_PKEY_CTX_new(ours, NULL) : NULL;
    GuichetSecret *secret = NULL;
    if (context != NULL && EVP_PKEY_derive_init(context) == 1 &&
        EVP_PKEY_derive_set_peer(context, theirs) == 1 &&
        EVP_PKEY_derive(context, shared, &size) == 1 && size == sizeof shared)
        secret = guichet_secret_new(shared, sizeof shared);
    else
        fail(error);
    explicit_bzero(shared, sizeof shared);
    return secret;
}

static GuichetSecret *
derive_key(GuichetSecret *shared, const guint8 *ephemeral, const guint8 *receiver,
           const char *place, GError **error)
{
    guint8 both[2 * GUICHET_ENVELOPE_KEY_SIZE];
    memcpy(both, ephemeral, GUICHET_ENVELOPE_KEY_SIZE);
    memcpy(both + GUICHET_ENVELOPE_KEY_SIZE, receiver, GUICHET_ENVELOPE_KEY_SIZE);
    g_autoptr(GBytes) salt = g_bytes_new(both, sizeof both);
    return guichet_crypt_hkdf(shared, NULL, salt, place, error);
}

GBytes *
guichet_envelope_seal(GBytes *public_key, const char *place, GuichetSecret *secret, GError **error)
{
    g_assert(g_bytes_get_size(public_key) == GUICHET_ENVELOPE_KEY_SIZE);
    const guint8 *receiver = g_bytes_get_data(public_key, NULL);
    g_autoptr(GBytes) ephemeral = NULL;
    g_autoptr(GuichetSecret) private_key = guichet_envelope_new_key(&ephemeral, error);
    g_autoptr(GuichetSecret) shared =
        private_key != NULL ? agree(private_key, receiver, error) : NULL;
    if (shared == NULL)
        return NULL;
    const guint8 *ours = g_bytes_get_data(ephemeral, NULL);
    g_autoptr(GuichetSecret) key = derive_key(shared, ours, receiver, place, error);
    g_autoptr(GBytes) sealed = key != NULL ? guichet_crypt_wrap(key, place, secret, error) : NULL;
    if (sealed == NULL)
        return NULL;
    g_autoptr(GByteArray) envelope = g_byte_array_new();
    g_byte_array_append(envelope, ours, GUICHET_ENVELOPE_KEY_SIZE);
    g_byte_array_append(envelope, g_bytes_get_data(sealed, NULL), (guint)g_bytes_get_size(sealed));
    return g_byte_array_free_to_bytes(g_steal_pointer(&envelope));
}

GuichetSecret *
guichet_envelope_open(GuichetSecret *private_key, const char *place, GBytes *envelope,
                      GError **error)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(envelope, &size);
    guint8 receiver[GUICHET_ENVELOPE_KEY_SIZE];
    if (size < GUICHET_ENVELOPE_KEY_SIZE ||
        guichet_secret_size(private_key) != GUICHET_ENVELOPE_KEY_SIZE) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                    _("une enveloppe de clé est abîmée (%s) ; appelez le technicien"), place);
        return NULL;
    }
    if (!read_public(private_key, receiver, error))
        return NULL;
    g_autoptr(GuichetSecret) shared = agree(private_key, bytes, error);
    g_autoptr(GuichetSecret) key =
        shared != NULL ? derive_key(shared, bytes, receiver, place, error) : NULL;
    g_autoptr(GBytes) sealed = g_bytes_new_from_bytes(envelope, GUICHET_ENVELOPE_KEY_SIZE,
                                                      size - GUICHET_ENVELOPE_KEY_SIZE);
    return key != NULL ? guichet_crypt_unwrap(key, place, sealed, error) : NULL;
}
