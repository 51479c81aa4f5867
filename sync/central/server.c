/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/server.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "core/secret.h"
#include "sync/central/exchange.h"
#include "sync/central/peer.h"

/* Pool of a connection: its headers must fit, and what is left is the buffer of one read. */
#define CONNECTION_MEMORY (64 * 1024)
#define CONNECTIONS_MAX 2000
#define CONNECTIONS_PER_IP_MAX 200 /* many town halls may share one proxy */
#define CONNECTION_TIMEOUT_S 60
#define PEM_MAX (64 * 1024)
#define PROXY_PREFIX "unix:"
#define PROXY_SOCKET_MODE 0660
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

struct _GuichetServer {
    struct MHD_Daemon *daemon;
    gboolean proxied; /* no TLS of ours */
    guint16 port;
    char *url;
    char *key, *certificate, *root; /* libmicrohttpd keeps pointing to them */
};

/* Without this Nagle and delayed ACK meet: 600 instead of 11 000 requests a second. */
static void
set_no_delay(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int on = 1;
    if (info != NULL)
        setsockopt(info->connect_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void
on_connection_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
                     enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const GuichetServer *self = cls;
        *socket_context = guichet_peer_new(self->proxied);
        set_no_delay(connection);
        return;
    }
    guichet_peer_free(*socket_context);
    *socket_context = NULL;
}

static char *
load_pem(GuichetCentre *centre, const char *relative, GError **error)
{
    g_autofree char *path = guichet_centre_path(centre, relative);
    g_autoptr(GBytes) bytes = guichet_read_file(path, PEM_MAX, error);
    return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static gboolean
load_tls(GuichetServer *self, GuichetCentre *centre, GError **error)
{
    self->key = load_pem(centre, "pki/keys/centre-tls.key", error);
    if (self->key == NULL)
        return FALSE;
    self->certificate = load_pem(centre, "pki/centre-tls.crt", error);
    if (self->certificate == NULL)
        return FALSE;
    self->root = load_pem(centre, "pki/root.crt", error);
    return self->root != NULL;
}

static GSocket *
bind_socket(const char *listen_on, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSocketConnectable) parsed = g_network_address_parse(listen_on, 8443, &cause);
    g_autoptr(GInetAddress) host =
        parsed != NULL ? g_inet_address_new_from_string(
                             g_network_address_get_hostname(G_NETWORK_ADDRESS(parsed)))
                       : NULL;
    if (host == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Adresse d’écoute illisible : %s ; donnez par exemple 127.0.0.1:8443"),
                    listen_on);
        return NULL;
    }
    g_autoptr(GSocketAddress) address =
        g_inet_socket_address_new(host, g_network_address_get_port(G_NETWORK_ADDRESS(parsed)));
    g_autoptr(GSocket) bound = g_socket_new(g_inet_address_get_family(host), G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_TCP, &cause);
    if (bound != NULL)
        g_socket_set_listen_backlog(bound, 512);
    if (bound == NULL || !g_socket_bind(bound, address, TRUE, &cause) ||
        !g_socket_listen(bound, &cause)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_IO,
                    _("Écoute impossible sur %s : %s ; choisissez une autre adresse avec --listen"),
                    listen_on, cause->message);
        return NULL;
    }
    return g_steal_pointer(&bound);
}

static gboolean
learn_url(GuichetServer *self, GSocket *bound, GError **error)
{
    g_autoptr(GSocketAddress) local = g_socket_get_local_address(bound, error);
    if (local == NULL)
        return FALSE;
    g_autofree char *text = g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(local));
    self->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
    self->url = g_strconcat("https://", text, NULL);
    return TRUE;
}

static GSocket *
bind_path(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocket) bound =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &cause);
    struct stat info;
    if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode))
        g_unlink(path); /* of an instance that was killed */
    if (bound != NULL)
        g_socket_set_listen_backlog(bound, 512);
    if (bound == NULL || !g_socket_bind(bound, address, FALSE, &cause) ||
        g_chmod(path, PROXY_SOCKET_MODE) != 0 || !g_socket_listen(bound, &cause)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_IO,
                    _("Écoute impossible sur %s : %s ; choisissez un autre chemin avec --listen"),
                    path, cause != NULL ? cause->message : g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&bound);
}

/* Behind a proxy: no TLS, and the proxy bounds each address. */
static struct MHD_Daemon *
start_plain_daemon(GuichetServer *self, GuichetCentre *centre, int listen_fd)
{
    guint threads = CLAMP(g_get_num_processors() * 2, 4, 16);
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, guichet_exchange_handle, centre,
        MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_NOTIFY_CONNECTION, on_connection_notify,
        self, MHD_OPTION_NOTIFY_COMPLETED, guichet_exchange_completed, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned int)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned int)CONNECTION_TIMEOUT_S, MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

static struct MHD_Daemon *
start_daemon(GuichetServer *self, GuichetCentre *centre, int listen_fd)
{
    guint threads = CLAMP(g_get_num_processors() * 2, 4, 16);
    return MHD_start_daemon(
        MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, guichet_exchange_handle, centre,
        MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_HTTPS_MEM_KEY, self->key,
        MHD_OPTION_HTTPS_MEM_CERT, self->certificate, MHD_OPTION_HTTPS_MEM_TRUST, self->root,
        MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES, MHD_OPTION_NOTIFY_CONNECTION, on_connection_notify,
        self, MHD_OPTION_NOTIFY_COMPLETED, guichet_exchange_completed, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned int)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned int)CONNECTIONS_PER_IP_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned int)CONNECTION_TIMEOUT_S, MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

GuichetServer *
guichet_server_start(GuichetCentre *centre, const char *listen_on, GError **error)
{
    g_autoptr(GuichetServer) self = g_new0(GuichetServer, 1);
    self->proxied = g_str_has_prefix(listen_on, PROXY_PREFIX);
    if (!self->proxied && !load_tls(self, centre, error))
        return NULL;
    g_autoptr(GSocket) bound = self->proxied ? bind_path(listen_on + strlen(PROXY_PREFIX), error)
                                             : bind_socket(listen_on, error);
    if (bound == NULL)
        return NULL;
    if (self->proxied)
        self->url = g_strdup(listen_on);
    else if (!learn_url(self, bound, error))
        return NULL;
    int listen_fd = fcntl(g_socket_get_fd(bound), F_DUPFD_CLOEXEC, 3);
    if (listen_fd >= 0)
        self->daemon = self->proxied /* owns it from here */
                           ? start_plain_daemon(self, centre, listen_fd)
                           : start_daemon(self, centre, listen_fd);
    if (self->daemon == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                    _("Le serveur HTTPS ne démarre pas : vérifiez pki/centre-tls.crt et sa clé"));
        return NULL;
    }
    return g_steal_pointer(&self);
}

guint16
guichet_server_get_port(GuichetServer *self)
{
    return self->port;
}

const char *
guichet_server_get_url(GuichetServer *self)
{
    return self->url;
}

void
guichet_server_free(GuichetServer *self)
{
    if (self == NULL)
        return;
    if (self->daemon != NULL)
        MHD_stop_daemon(self->daemon);
    if (self->key != NULL)
        guichet_wipe_free(self->key, strlen(self->key));
    g_free(self->certificate);
    g_free(self->root);
    g_free(self->url);
    g_free(self);
}
