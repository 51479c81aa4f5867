/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"

/**
 * The HTTPS server (libmicrohttpd, GnuTLS, TLS 1.2 and 1.3) on a pool of epoll threads. Client
 * certificates are asked for in the handshake and demanded at the first request (peer.h).
 */
typedef struct _GuichetServer GuichetServer;

/* @listen: "127.0.0.1:8443", "[::]:8443"; port 0 lets the system choose. "unix:/path": plain HTTP
 * on a socket of mode 0660 for a proxy that does TLS and is believed about it (peer.h). @centre
 * must outlive the server. */
GuichetServer *guichet_server_start(GuichetCentre *centre, const char *listen, GError **error);
guint16 guichet_server_get_port(GuichetServer *self);
/* "https://127.0.0.1:38211", or "unix:/path". */
const char *guichet_server_get_url(GuichetServer *self);
/* Stops taking connections, cuts those there are, waits for the threads. */
void guichet_server_free(GuichetServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetServer, guichet_server_free)
