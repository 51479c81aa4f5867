/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <microhttpd.h>

#include "sync/central/centre.h"

/**
 * Who is at the other end of a connection: checked once, at its first request, and kept in the
 * connection's socket context (a check per request cost 50 times the requests per second).
 *
 * Behind a proxy (a socket of the file system, which only the proxy may open) a connection serves
 * many stations: the proxy did the handshake and says each time whose certificate it was, in
 * GUICHET_PEER_HEADER, as an escaped PEM; chain, period and role are judged here all the same.
 */
#define GUICHET_PEER_HEADER "X-Guichet-Certificate"

typedef struct _GuichetPeer GuichetPeer;

GuichetPeer *guichet_peer_new(gboolean proxied);
void guichet_peer_free(GuichetPeer *self);

/* The station's id, valid until the next request of the connection. NULL with GUICHET_ERROR_DENIED
 * (no certificate), UNTRUSTED, EXPIRED (guichet_trust_verify) or NOT_FOUND (not enrolled here). */
const char *guichet_peer_station(GuichetPeer *self, GuichetCentre *centre,
                                 struct MHD_Connection *connection, GError **error);
/* Is it the client's fault? Otherwise the centre could not look, and the next request asks anew. */
gboolean guichet_peer_is_denial(const GError *failure);
