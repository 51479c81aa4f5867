/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/crypt-point.h"

#include <glib/gi18n-lib.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "core/error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

GBytes *
guichet_crypt_new_point(GError **error)
{
    guint8 point[GUICHET_CRYPT_POINT_SIZE];
    gsize size = 0;
    /* freeing an EVP_PKEY clears its private number */
    g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
    if (key != NULL &&
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size) ==
            1 &&
        size == sizeof point && point[0] == POINT_CONVERSION_UNCOMPRESSED)
        return g_bytes_new(point, sizeof point);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO,
                _("P-256 : la bibliothèque de chiffrement a échoué ; redémarrez le poste"));
    return NULL;
}
