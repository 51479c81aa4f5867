/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <microhttpd.h>

#include "sync/central/centre.h"

/**
 * Who is at the other end of a connection: checked once, at its first request, and kept in the
 * connection's socket context (a check per request cost 50 times the requests per second).
 */
typedef struct _GuichetPeer GuichetPeer;

GuichetPeer *guichet_peer_new(void);
void guichet_peer_free(GuichetPeer *self);

/* The station's id, valid as long as the connection. NULL with GUICHET_ERROR_DENIED (no
 * certificate), UNTRUSTED, EXPIRED (guichet_trust_verify) or NOT_FOUND (not enrolled here). */
const char *guichet_peer_station(GuichetPeer *self, GuichetCentre *centre,
                                 struct MHD_Connection *connection, GError **error);
