/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/peer.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include "core/error.h"

struct _GuichetPeer {
    gboolean checked;
    char *station;
    GError *failure;
};

GuichetPeer *
guichet_peer_new(void)
{
    return g_new0(GuichetPeer, 1);
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
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("Connexion sans certificat : présentez celui de votre poste"));
        return NULL;
    }
    g_autoptr(GBytes) der = g_bytes_new(chain[0].data, chain[0].size);
    return guichet_certificate_new_der(der, error);
}

static char *
identify(GuichetCentre *centre, struct MHD_Connection *connection, GError **error)
{
    g_autoptr(GuichetCertificate) certificate = read_certificate(connection, error);
    if (certificate == NULL ||
        !guichet_trust_verify(centre->trust, certificate, GUICHET_ROLE_STATION_TLS,
                              g_get_real_time(), error))
        return NULL;
    return guichet_depot_find_station(centre->depot,
                                      guichet_certificate_get_fingerprint(certificate), error);
}

const char *
guichet_peer_station(GuichetPeer *self, GuichetCentre *centre, struct MHD_Connection *connection,
                     GError **error)
{
    if (!self->checked) {
        self->station = identify(centre, connection, &self->failure);
        self->checked = TRUE;
    }
    if (self->station == NULL)
        g_propagate_error(error, g_error_copy(self->failure));
    return self->station;
}
