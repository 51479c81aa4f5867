/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A refcounted secret (key, passphrase): its bytes live in their own pages, locked in memory
 * where the limit allows, left out of core dumps, and wiped on free. Thread safe to ref/unref;
 * contents are immutable.
 */
typedef struct _GuichetSecret GuichetSecret;

#define GUICHET_SECRET_MAX 4096 /* bytes */

/* Copies @size bytes (1 … GUICHET_SECRET_MAX). The caller wipes its own copy. Never NULL. */
GuichetSecret *guichet_secret_new(const void *bytes, gsize size);
/* A passphrase: the bytes of a UTF-8 string without the NUL; "" is allowed (size 0). */
GuichetSecret *guichet_secret_new_string(const char *text);
/* @size bytes of getrandom(2); NULL with GUICHET_ERROR_CRYPTO if the kernel has none. */
GuichetSecret *guichet_secret_new_random(gsize size, GError **error);
/* The same into the caller's bytes, for what is random but no secret: a nonce, a salt. */
gboolean guichet_random_fill(guint8 *bytes, gsize size, GError **error);
GuichetSecret *guichet_secret_ref(GuichetSecret *secret);
void guichet_secret_unref(GuichetSecret *secret);
/* Borrowed; valid as long as the reference. NUL-terminated for convenience (not counted). */
const guint8 *guichet_secret_bytes(const GuichetSecret *secret);
gsize guichet_secret_size(const GuichetSecret *secret);
/* Constant time. */
gboolean guichet_secret_equal(const GuichetSecret *a, const GuichetSecret *b);

/* explicit_bzero and free of a heap buffer; NULL is fine. */
void guichet_wipe_free(void *bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetSecret, guichet_secret_unref)
