/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/peer.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include "core/error.h"

struct _GuichetPeer {
    gboolean proxied;
    gboolean checked;
    char *station;
    GError *failure;
};

GuichetPeer *
guichet_peer_new(gboolean proxied)
{
    GuichetPeer *self = g_new0(GuichetPeer, 1);
    self->proxied = proxied;
    return self;
}

void
guichet_peer_free(GuichetPeer *self)
{
    if (self == NULL)
        return;
    g_free(self->station);
    g_clear_error(&self->failure);
    g_free(self);
}

static void
set_absent(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("Connexion sans certificat : présentez celui de votre poste"));
}

/* The certificate of which the proxy says that its key was proved. */
static GuichetCertificate *
read_proxied(struct MHD_Connection *connection, GError **error)
{
    const char *escaped =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, GUICHET_PEER_HEADER);
    g_autofree char *pem = escaped != NULL ? g_uri_unescape_string(escaped, NULL) : NULL;
    if (pem == NULL || *pem == '\0') {
        set_absent(error);
        return NULL;
    }
    return guichet_certificate_new_pem(pem, error);
}

/* The certificate whose private key the handshake proved. */
static GuichetCertificate *
read_certificate(struct MHD_Connection *connection, GError **error)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    guint count = 0;
    const gnutls_datum_t *chain =
        info != NULL ? gnutls_certificate_get_peers(info->tls_session, &count) : NULL;
    if (chain == NULL || count == 0) {
        set_absent(error);
        return NULL;
    }
    g_autoptr(GBytes) der = g_bytes_new(chain[0].data, chain[0].size);
    return guichet_certificate_new_der(der, error);
}

static char *
identify(GuichetPeer *self, GuichetCentre *centre, struct MHD_Connection *connection,
         GError **error)
{
    g_autoptr(GuichetCertificate) certificate =
        self->proxied ? read_proxied(connection, error) : read_certificate(connection, error);
    if (certificate == NULL ||
        !guichet_trust_verify(centre->trust, certificate, GUICHET_ROLE_STATION_TLS,
                              g_get_real_time(), error))
        return NULL;
    return guichet_depot_find_station(centre->depot,
                                      guichet_certificate_get_fingerprint(certificate), error);
}

gboolean
guichet_peer_is_denial(const GError *failure)
{
    static const int codes[] = {GUICHET_ERROR_DENIED,    GUICHET_ERROR_UNTRUSTED,
                                GUICHET_ERROR_EXPIRED,   GUICHET_ERROR_NOT_FOUND,
                                GUICHET_ERROR_MALFORMED, GUICHET_ERROR_SIGNATURE,
                                GUICHET_ERROR_LIMIT,     GUICHET_ERROR_UNSUPPORTED};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        if (g_error_matches(failure, GUICHET_ERROR, codes[i]))
            return TRUE;
    return FALSE;
}

const char *
guichet_peer_station(GuichetPeer *self, GuichetCentre *centre, struct MHD_Connection *connection,
                     GError **error)
{
    if (self->proxied || !self->checked) {
        g_clear_pointer(&self->station, g_free);
        g_clear_error(&self->failure);
        self->station = identify(self, centre, connection, &self->failure);
        self->checked = self->station != NULL || guichet_peer_is_denial(self->failure);
    }
    if (self->station == NULL)
        g_propagate_error(error, g_error_copy(self->failure));
    return self->station;
}
