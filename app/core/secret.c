/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/error.h"

struct _GuichetSecret {
    gatomicrefcount refs;
    gsize size;
    gsize mapped;
    guint8 *bytes; /* whole pages of its own */
};

static GuichetSecret *
secret_alloc(gsize size)
{
    g_assert(size <= GUICHET_SECRET_MAX);
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    GuichetSecret *self = g_new0(GuichetSecret, 1);
    g_atomic_ref_count_init(&self->refs);
    self->size = size;
    self->mapped = (size + 1 + page - 1) / page * page;
    self->bytes =
        mmap(NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (self->bytes == MAP_FAILED)
        g_error("out of memory for a secret of %zu bytes", size);
    /* RLIMIT_MEMLOCK may forbid it; the pages then stay out of dumps but may be swapped */
    if (mlock(self->bytes, self->mapped) != 0)
        g_debug("mlock: %s", g_strerror(errno));
    madvise(self->bytes, self->mapped, MADV_DONTDUMP);
    return self;
}

GuichetSecret *
guichet_secret_new(const void *bytes, gsize size)
{
    GuichetSecret *self = secret_alloc(size);
    if (size > 0)
        memcpy(self->bytes, bytes, size);
    return self;
}

GuichetSecret *
guichet_secret_new_string(const char *text)
{
    return guichet_secret_new(text, strlen(text));
}

gboolean
guichet_random_fill(guint8 *bytes, gsize size, GError **error)
{
    gsize filled = 0;
    while (filled < size) {
        ssize_t n = getrandom(bytes + filled, size - filled, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO, "getrandom : %s",
                        g_strerror(errno));
            return FALSE;
        }
        filled += (gsize)n;
    }
    return TRUE;
}

GuichetSecret *
guichet_secret_new_random(gsize size, GError **error)
{
    g_autoptr(GuichetSecret) self = secret_alloc(size);
    return guichet_random_fill(self->bytes, size, error) ? g_steal_pointer(&self) : NULL;
}

GuichetSecret *
guichet_secret_ref(GuichetSecret *secret)
{
    g_atomic_ref_count_inc(&secret->refs);
    return secret;
}

void
guichet_secret_unref(GuichetSecret *secret)
{
    if (!g_atomic_ref_count_dec(&secret->refs))
        return;
    explicit_bzero(secret->bytes, secret->mapped);
    munmap(secret->bytes, secret->mapped);
    g_free(secret);
}

const guint8 *
guichet_secret_bytes(const GuichetSecret *secret)
{
    return secret->bytes;
}

gsize
guichet_secret_size(const GuichetSecret *secret)
{
    return secret->size;
}

gboolean
guichet_secret_equal(const GuichetSecret *a, const GuichetSecret *b)
{
    if (a->size != b->size)
        return FALSE;
    guint8 difference = 0;
    for (gsize i = 0; i < a->size; i++)
        difference |= a->bytes[i] ^ b->bytes[i];
    return difference == 0;
}

void
guichet_wipe_free(void *bytes, gsize size)
{
    if (bytes == NULL)
        return;
    explicit_bzero(bytes, size);
    g_free(bytes);
}
