/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <p11-kit/pkcs11.h>

#include "core/secret.h"
#include "drivers/card/card-ref.h"

/**
 * A PKCS#11 module, one token of it and one session (PKCS#11 v2.40; OASIS pkcs11-base). Private to
 * the guichet-card program: a module is foreign code, and it is loaded nowhere else.
 */
typedef struct {
    void *library;
    CK_FUNCTION_LIST_PTR calls;
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session; /* 0 = none */
    CK_TOKEN_INFO token;       /* as it was when it was last asked */
    gboolean initialized;
} GuichetToken;

/* A return value of @what (a French noun, or NULL) in our words; always returns FALSE. */
gboolean guichet_token_fail(CK_RV value, const char *what, GError **error);

/* Loads @path and finds the token of @ref: by serial where it is known, else by label, else the
 * only one. GUICHET_ERROR_NOT_FOUND says what is in the readers instead. */
gboolean guichet_token_open(GuichetToken *self, const GuichetCardRef *ref, GError **error);
void guichet_token_close(GuichetToken *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetToken, guichet_token_close)
/* Trailing spaces removed, made valid UTF-8; caller frees. */
char *guichet_token_text(const CK_UTF8CHAR *text, gsize size);

/* Before the code is tried: GUICHET_ERROR_DENIED when it is locked, GUICHET_ERROR_STATE when one
 * try is left and @last_try does not say that the person knows. */
gboolean guichet_token_check_pin(GuichetToken *self, gboolean last_try, GError **error);
/* Tries the code once. Without a code, on a reader with its own keys, those are used. */
gboolean guichet_token_login(GuichetToken *self, GuichetSecret *pin, GError **error);

/* The private P-256 key with CKA_ID @id, or with an empty @id the first that is not extractable
 * and derives; *@id is replaced. GUICHET_ERROR_NOT_FOUND, GUICHET_ERROR_UNSUPPORTED. */
gboolean guichet_token_find_key(GuichetToken *self, GBytes **id, CK_OBJECT_HANDLE *key,
                                GError **error);
/* The x coordinate of the key's product with @point: CKM_ECDH1_DERIVE with CKD_NULL, 32 bytes
 * (NIST SP 800-56A, 5.7.1.2). */
GuichetSecret *guichet_token_derive(GuichetToken *self, CK_OBJECT_HANDLE key, GBytes *point,
                                    GError **error);
/* DER of the certificate with CKA_ID @id, NULL when there is none. */
GBytes *guichet_token_read_certificate(GuichetToken *self, GBytes *id);
/* Asks again whether the same token is there and our session lives. */
gboolean guichet_token_check_present(GuichetToken *self, GError **error);
