/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/digest.h"

#include <openssl/evp.h>

/* OpenSSL fails only where its memory has ended: the slower one needs none of it. */
static gsize
digest_slowly(GuichetDigest digest, const void *bytes, gsize size, guint8 out[GUICHET_DIGEST_MAX])
{
    static const GChecksumType types[] = {
        [GUICHET_DIGEST_SHA256] = G_CHECKSUM_SHA256,
        [GUICHET_DIGEST_SHA384] = G_CHECKSUM_SHA384,
        [GUICHET_DIGEST_SHA512] = G_CHECKSUM_SHA512,
    };
    g_autoptr(GChecksum) checksum = g_checksum_new(types[digest]);
    gsize written = GUICHET_DIGEST_MAX;
    g_checksum_update(checksum, bytes, (gssize)size);
    g_checksum_get_digest(checksum, out, &written);
    return written;
}

gsize
guichet_digest(GuichetDigest digest, const void *bytes, gsize size, guint8 out[GUICHET_DIGEST_MAX])
{
    static const EVP_MD *(*const methods[])(void) = {
        [GUICHET_DIGEST_SHA256] = EVP_sha256,
        [GUICHET_DIGEST_SHA384] = EVP_sha384,
        [GUICHET_DIGEST_SHA512] = EVP_sha512,
    };
    unsigned int written = 0;
    return EVP_Digest(bytes, size, out, &written, methods[digest](), NULL) == 1
               ? written
               : digest_slowly(digest, bytes, size, out);
}

char *
guichet_digest_to_hex(const guint8 *digest, gsize size)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = g_malloc(2 * size + 1);
    for (gsize i = 0; i < size; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * size] = '\0';
    return hex;
}

char *
guichet_sha256_hex(const void *bytes, gsize size)
{
    guint8 digest[GUICHET_DIGEST_MAX];
    return guichet_digest_to_hex(digest,
                                 guichet_digest(GUICHET_DIGEST_SHA256, bytes, size, digest));
}

/* Below this a thread costs more than the hash. */
#define THREAD_MIN_BYTES (512 * 1024)

struct _GuichetHashing {
    GBytes *bytes;
    GThread *thread; /* NULL: hashed at the end */
};

static gpointer
hash(gpointer data)
{
    gsize size;
    const void *bytes = g_bytes_get_data(data, &size);
    return guichet_sha256_hex(bytes, size);
}

GuichetHashing *
guichet_hashing_begin(GBytes *bytes)
{
    GuichetHashing *self = g_new0(GuichetHashing, 1);
    self->bytes = g_bytes_ref(bytes);
    if (g_bytes_get_size(bytes) >= THREAD_MIN_BYTES) /* a machine short of threads does without */
        self->thread = g_thread_try_new("hash", hash, bytes, NULL);
    return self;
}

char *
guichet_hashing_finish(GuichetHashing *self)
{
    char *hex = self->thread != NULL ? g_thread_join(self->thread) : hash(self->bytes);
    g_bytes_unref(self->bytes);
    g_free(self);
    return hex;
}

void
guichet_hashing_free(GuichetHashing *self)
{
    if (self == NULL)
        return;
    if (self->thread != NULL)
        g_free(g_thread_join(self->thread));
    g_bytes_unref(self->bytes);
    g_free(self);
}
