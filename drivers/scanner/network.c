/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/scanner/network.h"

#include <gio/gio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define FILE_MAX_BYTES (256 * 1024)
#define HOSTS_MAX 8
#define CONNECT_S 3
#define SANED_PORT 6566 /* IANA: sane-port */
#define FOLDER "/etc/sane.d"

void
guichet_scan_host_free(GuichetScanHost *host)
{
    g_free(host->backend);
    g_free(host->host);
    g_free(host);
}

static GuichetScanHost *
host_new(const char *backend, const char *host, guint16 port)
{
    GuichetScanHost *self = g_new0(GuichetScanHost, 1);
    self->backend = g_strdup(backend);
    self->host = g_strdup(host);
    self->port = port;
    return self;
}

/* "http://192.0.2.7:8089/eSCL/" → host and port. */
static GuichetScanHost *
host_of_url(const char *backend, const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0')
        return NULL;
    int standard = g_str_equal(g_uri_get_scheme(uri), "https") ? 443 : 80;
    int port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : standard;
    return host_new(backend, g_uri_get_host(uri), (guint16)port);
}

/* --- SANE's files --- */

char *
guichet_sane_folder(void)
{
    const char *folders = g_getenv("SANE_CONFIG_DIR");
    g_auto(GStrv) parts = g_strsplit(folders != NULL ? folders : "", ":", -1);
    return g_strdup(parts[0] != NULL && *parts[0] != '\0' ? parts[0] : FOLDER);
}

/* Lines without comments and blanks; none for a file that is not there. */
static GStrv
read_lines(const char *path)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, NULL) || size > FILE_MAX_BYTES)
        return g_strv_builder_end(lines);
    g_auto(GStrv) raw = g_strsplit(text, "\n", -1);
    for (gsize i = 0; raw[i] != NULL; i++) {
        char *line = g_strstrip(raw[i]);
        if (*line != '\0' && *line != '#')
            g_strv_builder_add(lines, line);
    }
    return g_strv_builder_end(lines);
}

static void
add_enabled(GPtrArray *enabled, const char *path)
{
    g_auto(GStrv) lines = read_lines(path);
    for (gsize i = 0; lines[i] != NULL; i++)
        if (!g_ptr_array_find_with_equal_func(enabled, lines[i], g_str_equal, NULL))
            g_ptr_array_add(enabled, g_strdup(lines[i]));
}

GPtrArray *
guichet_sane_enabled(void)
{
    GPtrArray *enabled = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *folder = guichet_sane_folder();
    g_autofree char *main_file = g_build_filename(folder, "dll.conf", NULL);
    g_autofree char *more = g_build_filename(folder, "dll.d", NULL);
    g_autoptr(GDir) dir = g_dir_open(more, 0, NULL);
    add_enabled(enabled, main_file);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(more, name, NULL);
        add_enabled(enabled, path);
    }
    return enabled;
}

gboolean
guichet_sane_is_installed(const char *backend)
{
    const char *more = g_getenv("LD_LIBRARY_PATH"); /* SANE's dll looks there, too */
    g_autofree char *file = g_strdup_printf("libsane-%s.so.1", backend);
    g_autofree char *folders =
        g_strdup_printf("%s:%s", SANE_BACKENDS_FOLDER, more != NULL ? more : "");
    g_auto(GStrv) parts = g_strsplit(folders, ":", -1);
    for (gsize i = 0; parts[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(parts[i], file, NULL);
        if (*parts[i] != '\0' && g_file_test(path, G_FILE_TEST_EXISTS))
            return TRUE;
    }
    return FALSE;
}

/* --- hosts --- */

/* [2001:db8::7]:… or 192.0.2.7:… */
static GuichetScanHost *
host_of_net(const char *rest)
{
    const char *end = *rest == '[' ? strchr(rest, ']') : strchr(rest, ':');
    if (end == NULL || end == rest)
        return NULL;
    const char *begin = *rest == '[' ? rest + 1 : rest;
    g_autofree char *host = g_strndup(begin, (gsize)(end - begin));
    return *host != '\0' ? host_new("net", host, SANED_PORT) : NULL;
}

/* airscan.conf: [devices], then "Name" = URL, protocol. */
static void
add_airscan(GPtrArray *hosts, const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "airscan.conf", NULL);
    g_auto(GStrv) lines = read_lines(path);
    gboolean inside = FALSE;
    for (gsize i = 0; lines[i] != NULL && hosts->len < HOSTS_MAX; i++) {
        if (*lines[i] == '[')
            inside = g_str_has_prefix(lines[i], "[devices]");
        const char *equals = strchr(lines[i], '=');
        if (!inside || equals == NULL)
            continue;
        g_auto(GStrv) value = g_strsplit(equals + 1, ",", 2);
        GuichetScanHost *host = host_of_url("airscan", g_strstrip(value[0]));
        if (host != NULL)
            g_ptr_array_add(hosts, host);
    }
}

static void
add_net(GPtrArray *hosts, const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "net.conf", NULL);
    g_auto(GStrv) lines = read_lines(path);
    for (gsize i = 0; lines[i] != NULL && hosts->len < HOSTS_MAX; i++)
        if (strchr(lines[i], '=') == NULL) /* connect_timeout = 60 */
            g_ptr_array_add(hosts, host_new("net", lines[i], SANED_PORT));
}

GPtrArray *
guichet_scan_hosts_configured(void)
{
    GPtrArray *hosts = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_scan_host_free);
    g_autofree char *folder = guichet_sane_folder();
    g_autoptr(GPtrArray) enabled = guichet_sane_enabled();
    if (g_ptr_array_find_with_equal_func(enabled, "net", g_str_equal, NULL))
        add_net(hosts, folder);
    if (g_ptr_array_find_with_equal_func(enabled, "airscan", g_str_equal, NULL))
        add_airscan(hosts, folder);
    return hosts;
}

GuichetScanHost *
guichet_scan_host_of(const char *name)
{
    if (g_str_has_prefix(name, "net:"))
        return host_of_net(name + strlen("net:"));
    if (g_str_has_prefix(name, "escl:"))
        return host_of_url("escl", name + strlen("escl:"));
    if (!g_str_has_prefix(name, "airscan:"))
        return NULL;
    g_autoptr(GPtrArray) hosts =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_scan_host_free);
    g_autofree char *folder = guichet_sane_folder();
    add_airscan(hosts, folder);
    return hosts->len > 0 ? g_ptr_array_steal_index(hosts, 0) : NULL;
}

/* --- do they answer? --- */

static char *
explain(const GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        return g_strdup(_("la machine répond mais refuse : aucun service de numérisation n’y "
                          "tourne"));
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return g_strdup(_("aucune réponse : machine éteinte ou filtrée"));
    if (error->domain == G_RESOLVER_ERROR)
        return g_strdup(_("nom inconnu du réseau"));
    return g_strdup(error->message);
}

gboolean
guichet_scan_host_answers(const GuichetScanHost *host, char **why)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GError) error = NULL;
    g_socket_client_set_timeout(client, CONNECT_S);
    g_socket_client_set_enable_proxy(client, FALSE);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, host->host, host->port, NULL, &error);
    *why = connection == NULL ? explain(error) : NULL;
    return connection != NULL;
}
