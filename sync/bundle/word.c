/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message-private.h"

#include "core/error.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/profile.h"

#include <glib/gi18n-lib.h>

GBytes *
guichet_word_sign(JsonObject *object, GuichetKey *key, GuichetCertificate *certificate,
                  GError **error)
{
    g_autoptr(GBytes) text = guichet_profile_to_bytes(object);
    gsize size;
    const void *bytes = g_bytes_get_data(text, &size);
    return guichet_cms_sign(key, certificate, bytes, size, FALSE, error);
}

GBytes *
guichet_word_open(GBytes *der, GuichetTrust *trust, gint64 at_us, GError **error)
{
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GBytes) text =
        guichet_cms_verify_encapsulated(der, GUICHET_MESSAGE_MAX_BYTES, &signer, error);
    if (text == NULL ||
        !guichet_trust_verify(trust, signer, GUICHET_ROLE_CENTRE_RECEIPT, at_us, error))
        return NULL;
    return g_steal_pointer(&text);
}

gboolean
guichet_word_fail_mismatch(GError **error, const char *what, const char *found,
                           const char *expected)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("%s concerne « %s » et non « %s » : il est refusé"), what, found, expected);
    return FALSE;
}

gboolean
guichet_word_refuse_to_sign(GError **error, const char *what)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("%s : station, empreinte de liasse ou numéro mal formés, rien n’est signé"),
                what);
    return FALSE;
}
