/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "core/error.h"

/**
 * Private to this room: OpenSSL's handles with their autoptrs, and the one way in which an
 * OpenSSL failure becomes a GError. Success of an OpenSSL call is `== 1`, nothing else.
 */
typedef STACK_OF(X509) GuichetX509Stack;
typedef STACK_OF(X509_CRL) GuichetCrlStack;

static inline void
guichet_x509_stack_free(GuichetX509Stack *stack)
{
    sk_X509_pop_free(stack, X509_free);
}

static inline void
guichet_crl_stack_free(GuichetCrlStack *stack)
{
    sk_X509_CRL_pop_free(stack, X509_CRL_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO_METHOD, BIO_meth_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCrlStack, guichet_crl_stack_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetX509Stack, guichet_x509_stack_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_REQ, X509_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

/* Sets *error to "<what> : <last OpenSSL reason>" and empties OpenSSL's queue. Returns FALSE. */
gboolean guichet_openssl_fail(GError **error, GuichetErrorCode code, const char *what);
