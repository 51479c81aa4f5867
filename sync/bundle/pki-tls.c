/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <openssl/ssl.h>

gboolean
guichet_tls_set_time(gpointer tls, gint64 at_us)
{
    X509_VERIFY_PARAM *rules = tls != NULL ? SSL_CTX_get0_param(tls) : NULL;
    if (rules == NULL)
        return FALSE;
    X509_VERIFY_PARAM_set_time(rules, (time_t)(at_us / G_USEC_PER_SEC));
    return TRUE;
}
