/* SPDX-License-Identifier: EUPL-1.2 */
#include "floor.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <unistd.h>

#define TAG_BYTES 16

/* A measure that did not do its work must not print a time. */
static void
demand(gboolean done, const char *what)
{
    if (!done)
        g_error("floor: %s failed", what);
}

static double
since_ms(gint64 start)
{
    return (double)(g_get_monotonic_time() - start) / 1000.0;
}

static void
write_durably(const char *folder, const guint8 *bytes, gsize size)
{
    g_autofree char *path = g_build_filename(folder, "floor.bin", NULL);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    demand(fd >= 0, "open");
    for (gsize done = 0; done < size;) {
        gssize n = write(fd, bytes + done, size - done);
        demand(n > 0, "write");
        done += (gsize)n;
    }
    demand(fsync(fd) == 0 && close(fd) == 0, "fsync");
}

static void
forget_file(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "floor.bin", NULL);
    demand(unlink(path) == 0, "unlink");
}

double
floor_write(const char *folder, GBytes *bytes)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    gint64 start = g_get_monotonic_time();
    write_durably(folder, data, size);
    double result = since_ms(start);
    forget_file(folder);
    return result;
}

static void
encrypt(const guint8 *data, gsize size, guint8 *out)
{
    guint8 key[32], nonce[12];
    int length = 0;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    demand(RAND_bytes(key, sizeof key) == 1 && RAND_bytes(nonce, sizeof nonce) == 1, "random");
    demand(EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), key, nonce, NULL) == 1 &&
               EVP_EncryptUpdate(cipher, out, &length, data, (int)size) == 1 &&
               EVP_EncryptFinal_ex(cipher, out + length, &length) == 1 &&
               EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + size) == 1,
           "AES-256-GCM");
    EVP_CIPHER_CTX_free(cipher);
}

static void
sign(EVP_PKEY *key, const guint8 *digest, gsize size)
{
    guint8 signature[128];
    gsize length = sizeof signature;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    demand(EVP_PKEY_sign_init(context) == 1 &&
               EVP_PKEY_sign(context, signature, &length, digest, size) == 1,
           "ECDSA");
    EVP_PKEY_CTX_free(context);
}

double
floor_seal(const char *folder, GBytes *bytes)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    guint8 digest[32];
    demand(key != NULL, "P-256");

    gint64 start = g_get_monotonic_time();
    g_autofree guint8 *sealed = g_malloc(size + TAG_BYTES);
    demand(EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL) == 1, "SHA-256");
    encrypt(data, size, sealed);
    sign(key, digest, sizeof digest);
    write_durably(folder, sealed, size + TAG_BYTES);
    double result = since_ms(start);

    forget_file(folder);
    EVP_PKEY_free(key);
    return result;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double
floor_median(double *values, guint count)
{
    qsort(values, count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
