/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/** Digests by OpenSSL: GLib's own SHA-256 is several times slower. */
typedef enum {
    GUICHET_DIGEST_SHA256,
    GUICHET_DIGEST_SHA384,
    GUICHET_DIGEST_SHA512,
} GuichetDigest;

#define GUICHET_DIGEST_MAX 64

/* Writes the digest of @bytes to @out; returns its size. */
gsize guichet_digest(GuichetDigest digest, const void *bytes, gsize size,
                     guint8 out[GUICHET_DIGEST_MAX]);
/* Lower-case hex; caller frees. */
char *guichet_digest_to_hex(const guint8 *digest, gsize size);
/* Lower-case hex SHA-256; caller frees. */
char *guichet_sha256_hex(const void *bytes, gsize size);

/** A SHA-256 that is computed while the caller does something else with the same bytes: on a thread
 * of its own where they are many, at the end otherwise. */
typedef struct _GuichetHashing GuichetHashing;
GuichetHashing *guichet_hashing_begin(GBytes *bytes);
/* Waits and ends it. Lower-case hex; caller frees. */
char *guichet_hashing_finish(GuichetHashing *self);
/* Waits and throws the result away; NULL is fine. */
void guichet_hashing_free(GuichetHashing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetHashing, guichet_hashing_free)
