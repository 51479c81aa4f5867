/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"

/**
 * The store's cryptography: the only file of db/ that knows OpenSSL.
 *
 * A sealed value is  nonce (12) || ciphertext || tag (16) : AES-256-GCM (NIST SP 800-38D) under a
 * random 96-bit nonce, which is sound for fewer than 2^32 values per key; a request has about a
 * hundred. The associated data binds a value to its place, so a row copied elsewhere does not
 * open.
 */
#define GUICHET_CRYPT_KEY_SIZE 32
#define GUICHET_CRYPT_OVERHEAD 28
#define GUICHET_CRYPT_HASH_SIZE 32
#define GUICHET_CRYPT_SALT_SIZE 16
#define GUICHET_CRYPT_SALT_MAX 64
#define GUICHET_CRYPT_LOG2N_MIN 14
#define GUICHET_CRYPT_LOG2N_MAX 20

/* "guichet/1|<table>|<request>|<column>|<version>"; no part may hold '|'. Caller frees. */
char *guichet_crypt_place(const char *table, const char *request, const char *column,
                          const char *version);

/* New bytes, or NULL with GUICHET_ERROR_CRYPTO. */
GBytes *guichet_crypt_seal(GuichetSecret *key, const char *place, const void *plain, gsize size,
                           GError **error);
/* The same for large bytes, in parts as they come: each goes to @sink, GUICHET_CRYPT_OVERHEAD more
 * bytes in all. What @sink took before a failure is worth nothing. */
typedef gboolean (*GuichetCryptSink)(gpointer data, const guint8 *part, gsize size, GError **error);
gboolean guichet_crypt_seal_to(GuichetSecret *key, const char *place, const void *plain, gsize size,
                               GuichetCryptSink sink, gpointer data, GError **error);
/* The plain bytes, wiped when freed. GUICHET_ERROR_SIGNATURE if one bit, the key or the place is
 * not what it was; not one byte is given out then. */
GBytes *guichet_crypt_open(GuichetSecret *key, const char *place, GBytes *sealed, GError **error);
/* The same for a key or passphrase: at most GUICHET_SECRET_MAX bytes. */
GBytes *guichet_crypt_wrap(GuichetSecret *key, const char *place, GuichetSecret *secret,
                           GError **error);
GuichetSecret *guichet_crypt_unwrap(GuichetSecret *key, const char *place, GBytes *wrapped,
                                    GError **error);

typedef struct {
    guint log2n; /* GUICHET_CRYPT_LOG2N_MIN … MAX; memory = 128 · 2^log2n · r bytes */
    guint r, p;  /* 8 and 1: others are refused */
    GBytes *salt;
} GuichetScrypt;

/* scrypt (RFC 7914) to a 32-byte secret. GUICHET_ERROR_LIMIT for parameters out of range, so a
 * doctored row can neither weaken the derivation nor eat the memory. */
GuichetSecret *guichet_crypt_scrypt(GuichetSecret *passphrase, const GuichetScrypt *parameters,
                                    GError **error);
/* HKDF-SHA256 (RFC 5869) of @station || @agent to a 32-byte key. @agent has 32 bytes, so the
 * concatenation has one reading only; NULL leaves it out. */
GuichetSecret *guichet_crypt_hkdf(GuichetSecret *station, GuichetSecret *agent, GBytes *salt,
                                  const char *info, GError **error);

/* SHA-256 of @size bytes. */
gboolean guichet_crypt_sha256(const void *bytes, gsize size, guint8 hash[GUICHET_CRYPT_HASH_SIZE],
                              GError **error);
GBytes *guichet_crypt_random(gsize size, GError **error);
