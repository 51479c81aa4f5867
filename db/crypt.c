/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/crypt.h"

#include <glib/gi18n-lib.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

#include "core/error.h"

#define NONCE_SIZE 12
#define TAG_SIZE 16
G_STATIC_ASSERT(NONCE_SIZE + TAG_SIZE == GUICHET_CRYPT_OVERHEAD);

#define SCRYPT_R 8
#define SCRYPT_P 1

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF_CTX, EVP_KDF_CTX_free)

static gboolean
fail(const char *what, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO,
                _("%s : la bibliothèque de chiffrement a échoué ; redémarrez le poste"), what);
    return FALSE;
}

/* OpenSSL 3.0 follows a NULL pointer when its own first allocations have failed. */
static gboolean
check_library(GError **error)
{
    return OSSL_LIB_CTX_get0_global_default() != NULL || fail("OpenSSL", error);
}

/* A buffer that is wiped, since plain bytes pass through it. */
typedef struct {
    gsize size;
    guint8 bytes[];
} Wiped;

static Wiped *
wiped_new(gsize size)
{
    Wiped *self = g_malloc(sizeof *self + size);
    self->size = size;
    return self;
}

static void
wiped_free(gpointer data)
{
    Wiped *self = data;
    guichet_wipe_free(self, sizeof *self + self->size);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wiped, wiped_free)

char *
guichet_crypt_place(const char *table, const char *request, const char *column, const char *version)
{
    return g_strdup_printf("guichet/1|%s|%s|%s|%s", table, request, column, version);
}

GBytes *
guichet_crypt_random(gsize size, GError **error)
{
    g_autofree guint8 *random = g_malloc(size);
    if (!guichet_random_fill(random, size, error))
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&random), size);
}

static EVP_CIPHER_CTX *
begin_encryption(GuichetSecret *key, const char *place, const guint8 nonce[NONCE_SIZE])
{
    g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
    int done = 0;
    return context != NULL &&
                   EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), guichet_secret_bytes(key), nonce,
                                       NULL) == 1 &&
                   EVP_EncryptUpdate(context, NULL, &done, (const guint8 *)place,
                                     (int)strlen(place)) == 1
               ? g_steal_pointer(&context)
               : NULL;
}

static gboolean
encrypt_part(EVP_CIPHER_CTX *context, const guint8 *plain, int size, guint8 *out)
{
    int done = 0;
    return EVP_EncryptUpdate(context, out, &done, plain, size) == 1 && done == size;
}

static gboolean
end_encryption(EVP_CIPHER_CTX *context, guint8 tag[TAG_SIZE])
{
    guint8 none[EVP_MAX_BLOCK_LENGTH]; /* GCM keeps nothing back */
    int last = 0;
    return EVP_EncryptFinal_ex(context, none, &last) == 1 && last == 0 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1;
}

static gboolean
encrypt(GuichetSecret *key, const char *place, const guint8 *plain, int size, guint8 *out)
{
    g_autoptr(EVP_CIPHER_CTX) context = begin_encryption(key, place, out);
    guint8 *body = out + NONCE_SIZE;
    return context != NULL && encrypt_part(context, plain, size, body) &&
           end_encryption(context, body + size);
}

GBytes *
guichet_crypt_seal(GuichetSecret *key, const char *place, const void *plain, gsize size,
                   GError **error)
{
    g_assert(guichet_secret_size(key) == GUICHET_CRYPT_KEY_SIZE);
    g_assert(size <= G_MAXINT - GUICHET_CRYPT_OVERHEAD);
    g_autofree guint8 *out = g_malloc(size + GUICHET_CRYPT_OVERHEAD);
    if (!guichet_random_fill(out, NONCE_SIZE, error))
        return NULL;
    if (!encrypt(key, place, size > 0 ? plain : (const guint8 *)"", (int)size, out)) {
        fail(_("chiffrement"), error);
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&out), size + GUICHET_CRYPT_OVERHEAD);
}

/* Small enough to stay in the processor's cache until the sink has it, a multiple of AES blocks. */
#define PART_BYTES (64 * 1024)

static gboolean
seal_parts(EVP_CIPHER_CTX *context, const guint8 *plain, gsize size, GuichetCryptSink sink,
           gpointer data, GError **error)
{
    guint8 part[PART_BYTES], tag[TAG_SIZE];
    for (gsize done = 0, n; done < size; done += n) {
        n = MIN(PART_BYTES, size - done);
        if (!encrypt_part(context, plain + done, (int)n, part))
            return fail(_("chiffrement"), error);
        if (!sink(data, part, n, error))
            return FALSE;
    }
    if (!end_encryption(context, tag))
        return fail(_("chiffrement"), error);
    return sink(data, tag, sizeof tag, error);
}

gboolean
guichet_crypt_seal_to(GuichetSecret *key, const char *place, const void *plain, gsize size,
                      GuichetCryptSink sink, gpointer data, GError **error)
{
    guint8 nonce[NONCE_SIZE];
    g_assert(guichet_secret_size(key) == GUICHET_CRYPT_KEY_SIZE);
    if (!guichet_random_fill(nonce, sizeof nonce, error))
        return FALSE;
    g_autoptr(EVP_CIPHER_CTX) context = begin_encryption(key, place, nonce);
    if (context == NULL)
        return fail(_("chiffrement"), error);
    return sink(data, nonce, sizeof nonce, error) &&
           seal_parts(context, plain, size, sink, data, error);
}

static gboolean
decrypt(GuichetSecret *key, const char *place, const guint8 *sealed, Wiped *plain)
{
    g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
    guint8 tag[TAG_SIZE];
    int size = (int)plain->size, done = 0, last = 0;
    memcpy(tag, sealed + NONCE_SIZE + size, TAG_SIZE);
    return context != NULL &&
           EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), guichet_secret_bytes(key), sealed,
                               NULL) == 1 &&
           EVP_DecryptUpdate(context, NULL, &done, (const guint8 *)place, (int)strlen(place)) ==
               1 &&
           EVP_DecryptUpdate(context, plain->bytes, &done, sealed + NONCE_SIZE, size) == 1 &&
           done == size &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
           EVP_DecryptFinal_ex(context, plain->bytes + done, &last) == 1 && last == 0;
}

static Wiped *
open_sealed(GuichetSecret *key, const char *place, GBytes *sealed, gsize limit, GError **error)
{
    g_assert(guichet_secret_size(key) == GUICHET_CRYPT_KEY_SIZE);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(sealed, &size);
    g_autoptr(Wiped) plain = NULL;
    if (size >= GUICHET_CRYPT_OVERHEAD && size - GUICHET_CRYPT_OVERHEAD <= limit) {
        plain = wiped_new(size - GUICHET_CRYPT_OVERHEAD);
        if (decrypt(key, place, bytes, plain))
            return g_steal_pointer(&plain);
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                _("une donnée chiffrée a été modifiée ou déplacée (%s) ; n’y touchez plus et "
                  "appelez le technicien"),
                place);
    return NULL;
}

GBytes *
guichet_crypt_open(GuichetSecret *key, const char *place, GBytes *sealed, GError **error)
{
    Wiped *plain = open_sealed(key, place, sealed, G_MAXINT - GUICHET_CRYPT_OVERHEAD, error);
    if (plain == NULL)
        return NULL;
    return g_bytes_new_with_free_func(plain->bytes, plain->size, wiped_free, plain);
}

GBytes *
guichet_crypt_wrap(GuichetSecret *key, const char *place, GuichetSecret *secret, GError **error)
{
    return guichet_crypt_seal(key, place, guichet_secret_bytes(secret), guichet_secret_size(secret),
                              error);
}

GuichetSecret *
guichet_crypt_unwrap(GuichetSecret *key, const char *place, GBytes *wrapped, GError **error)
{
    g_autoptr(Wiped) plain = open_sealed(key, place, wrapped, GUICHET_SECRET_MAX, error);
    return plain != NULL ? guichet_secret_new(plain->bytes, plain->size) : NULL;
}

static gboolean
check_scrypt(const GuichetScrypt *parameters, GError **error)
{
    gsize salt = g_bytes_get_size(parameters->salt);
    if (parameters->log2n >= GUICHET_CRYPT_LOG2N_MIN &&
        parameters->log2n <= GUICHET_CRYPT_LOG2N_MAX && parameters->r == SCRYPT_R &&
        parameters->p == SCRYPT_P && salt >= GUICHET_CRYPT_SALT_SIZE &&
        salt <= GUICHET_CRYPT_SALT_MAX)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("scrypt : paramètres 2^%u, %u, %u hors de ce qui est admis (2^%d à 2^%d, %d, "
                  "%d)"),
                parameters->log2n, parameters->r, parameters->p, GUICHET_CRYPT_LOG2N_MIN,
                GUICHET_CRYPT_LOG2N_MAX, SCRYPT_R, SCRYPT_P);
    return FALSE;
}

GuichetSecret *
guichet_crypt_scrypt(GuichetSecret *passphrase, const GuichetScrypt *parameters, GError **error)
{
    if (!check_library(error) || !check_scrypt(parameters, error))
        return NULL;
    guint64 n = G_GUINT64_CONSTANT(1) << parameters->log2n;
    guint64 memory = 128 * parameters->r * (n + parameters->p + 2);
    gsize salt_size;
    const guint8 *salt = g_bytes_get_data(parameters->salt, &salt_size);
    g_autoptr(Wiped) key = wiped_new(GUICHET_CRYPT_KEY_SIZE);
    if (EVP_PBE_scrypt((const char *)guichet_secret_bytes(passphrase),
                       guichet_secret_size(passphrase), salt, salt_size, n, parameters->r,
                       parameters->p, memory, key->bytes, key->size) != 1) {
        fail("scrypt", error);
        return NULL;
    }
    return guichet_secret_new(key->bytes, key->size);
}

static gboolean
derive(Wiped *material, GBytes *salt, const char *info, Wiped *key)
{
    g_autoptr(EVP_KDF) kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    g_autoptr(EVP_KDF_CTX) context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    gsize salt_size;
    void *salt_bytes = (void *)g_bytes_get_data(salt, &salt_size);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, material->bytes, material->size),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_bytes, salt_size),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, strlen(info)),
        OSSL_PARAM_construct_end(),
    };
    return context != NULL && EVP_KDF_derive(context, key->bytes, key->size, parameters) == 1;
}

GuichetSecret *
guichet_crypt_hkdf(GuichetSecret *station, GuichetSecret *agent, GBytes *salt, const char *info,
                   GError **error)
{
    g_assert(agent == NULL || guichet_secret_size(agent) == GUICHET_CRYPT_KEY_SIZE);
    gsize station_size = guichet_secret_size(station);
    gsize agent_size = agent != NULL ? GUICHET_CRYPT_KEY_SIZE : 0;
    g_autoptr(Wiped) material = wiped_new(station_size + agent_size);
    g_autoptr(Wiped) key = wiped_new(GUICHET_CRYPT_KEY_SIZE);
    memcpy(material->bytes, guichet_secret_bytes(station), station_size);
    if (agent != NULL)
        memcpy(material->bytes + station_size, guichet_secret_bytes(agent), agent_size);
    if (!derive(material, salt, info, key)) {
        fail("HKDF", error);
        return NULL;
    }
    return guichet_secret_new(key->bytes, key->size);
}

gboolean
guichet_crypt_sha256(const void *bytes, gsize size, guint8 hash[GUICHET_CRYPT_HASH_SIZE],
                     GError **error)
{
    unsigned length = 0;
    if (!check_library(error))
        return FALSE;
    if (EVP_Digest(bytes, size, hash, &length, EVP_sha256(), NULL) == 1 &&
        length == GUICHET_CRYPT_HASH_SIZE)
        return TRUE;
    return fail("SHA-256", error);
}
