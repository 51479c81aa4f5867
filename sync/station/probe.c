/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "sync/station/http.h"

#define PROFILE "probe/1"
#define FILE_MAX_BYTES (16 * 1024)
#define CONNECT_S 8
#define NAMES_FOLDER "/sys/class/net"
#define INTERFACES_MAX 16

static const char *const step_names[GUICHET_PROBE_N] = {
    [GUICHET_PROBE_INTERFACES] = "interfaces",
    [GUICHET_PROBE_NAME] = "name",
    [GUICHET_PROBE_TCP] = "tcp",
    [GUICHET_PROBE_TLS] = "tls",
    [GUICHET_PROBE_HTTP] = "http",
};
static const char *const outcome_names[] = {
    [GUICHET_PROBE_NOT_TRIED] = "not-tried",
    [GUICHET_PROBE_PASSED] = "passed",
    [GUICHET_PROBE_FAILED] = "failed",
};

const char *
guichet_probe_step_name(GuichetProbeStepKind kind)
{
    return step_names[kind];
}

static GuichetProbe *
probe_new(void)
{
    GuichetProbe *probe = g_new0(GuichetProbe, 1);
    for (guint i = 0; i < GUICHET_PROBE_N; i++)
        probe->steps[i].said = g_strdup("");
    return probe;
}

void
guichet_probe_free(GuichetProbe *probe)
{
    if (probe == NULL)
        return;
    for (guint i = 0; i < GUICHET_PROBE_N; i++)
        g_free(probe->steps[i].said);
    g_free(probe);
}

/* Takes @said. */
static gboolean
settle(GuichetProbe *probe, GuichetProbeStepKind kind, gboolean passed, gint64 began, char *said)
{
    GuichetProbeStep *step = &probe->steps[kind];
    step->outcome = passed ? GUICHET_PROBE_PASSED : GUICHET_PROBE_FAILED;
    step->ms = (g_get_monotonic_time() - began) / 1000;
    g_free(step->said);
    step->said = said;
    return passed;
}

/* --- the steps --- */

static char *
read_state(const char *name)
{
    g_autofree char *path = g_build_filename(NAMES_FOLDER, name, "operstate", NULL);
    char *state = NULL;
    return g_file_get_contents(path, &state, NULL, NULL) ? g_strchomp(state) : NULL;
}

/* "eth0 up, wlan0 down": the loopback counts for nothing, "unknown" is how tunnels say up. */
static gboolean
try_interfaces(GuichetProbe *probe)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(GString) said = g_string_new(NULL);
    g_autoptr(GDir) dir = g_dir_open(NAMES_FOLDER, 0, NULL);
    gboolean up = FALSE;
    guint n = 0;
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *state = strcmp(name, "lo") != 0 ? read_state(name) : NULL;
        if (state == NULL || n++ >= INTERFACES_MAX)
            continue;
        up |= strcmp(state, "up") == 0 || strcmp(state, "unknown") == 0;
        g_string_append_printf(said, "%s%s %s", said->len > 0 ? ", " : "", name, state);
    }
    if (n == 0)
        g_string_assign(said, _("aucune interface réseau"));
    return settle(probe, GUICHET_PROBE_INTERFACES, up, began,
                  g_string_free(g_steal_pointer(&said), FALSE));
}

static gboolean
try_name(GuichetProbe *probe, const char *host, GCancellable *cancellable)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_autoptr(GError) error = NULL;
    GList *found = g_resolver_lookup_by_name(resolver, host, cancellable, &error);
    char *said = found != NULL ? g_inet_address_to_string(found->data)
                               : g_strdup_printf(_("« %s » est inconnu du serveur de noms"), host);
    gboolean passed = found != NULL;
    g_resolver_free_addresses(found);
    return settle(probe, GUICHET_PROBE_NAME, passed, began, said);
}

static gboolean
try_tcp(GuichetProbe *probe, const char *host, guint16 port, GCancellable *cancellable)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GError) error = NULL;
    g_socket_client_set_timeout(client, CONNECT_S);
    g_socket_client_set_enable_proxy(client, FALSE); /* nor has the synchronisation one */
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, host, port, cancellable, &error);
    char *said = NULL;
    if (connection != NULL)
        said = g_strdup_printf(_("%s:%u répond"), host, port);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        said = g_strdup_printf(_("%s:%u refuse la connexion : le service du centre est arrêté"),
                               host, port);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        said = g_strdup_printf(_("%s:%u ne répond pas : un pare-feu, ou une coupure"), host, port);
    else
        said = g_strdup_printf("%s:%u : %s", host, port, error->message);
    return settle(probe, GUICHET_PROBE_TCP, connection != NULL, began, said);
}

/* TLS and HTTP are one request; which of the two failed is the error's code. */
static void
try_https(GuichetProbe *probe, GuichetStation *station, GCancellable *cancellable)
{
    const char *root = guichet_station_get_root(station);
    g_autofree char *certificate = guichet_station_path(root, "keys/tls.crt");
    g_autofree char *key = guichet_station_path(root, "keys/tls.key");
    g_autofree char *ca = guichet_station_path(root, "trust/centre-tls-ca.crt");
    const GuichetHttpSettings settings = {.base_url = guichet_station_get_centre_url(station),
                                          .certificate_path = certificate,
                                          .key_path = key,
                                          .ca_path = ca,
                                          .cancellable = cancellable,
                                          .root = root};
    const GuichetHttpRequest request = {.method = "GET", .path = "/v1/sante"};
    gint64 began = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetHttp) http = guichet_http_new(&settings, &error);
    g_auto(GuichetHttpAnswer) answer = {0};
    gboolean answered = http != NULL && guichet_http_run(http, &request, &answer, &error);
    gint64 tls_ms = http != NULL ? guichet_http_get_tls_ms(http) : -1;
    /* curl tells of a finished handshake even when the answer fails */
    if (!answered && tls_ms < 0) {
        settle(probe, GUICHET_PROBE_TLS, FALSE, began, g_strdup(error->message));
        return;
    }
    settle(probe, GUICHET_PROBE_TLS, TRUE, began, g_strdup(_("les deux certificats valent")));
    probe->steps[GUICHET_PROBE_TLS].ms = MAX(tls_ms, 0);
    if (!answered)
        settle(probe, GUICHET_PROBE_HTTP, FALSE, began, g_strdup(error->message));
    else if (answer.status != 200)
        settle(probe, GUICHET_PROBE_HTTP, FALSE, began,
               g_strdup_printf(_("le centre répond par l’état %u"), answer.status));
    else
        settle(probe, GUICHET_PROBE_HTTP, TRUE, began, g_strdup(_("le centre répond")));
}

GuichetProbe *
guichet_probe_run(GuichetStation *station, GCancellable *cancellable)
{
    GuichetProbe *probe = probe_new();
    const char *url = guichet_station_get_centre_url(station);
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    guint16 port = uri != NULL && g_uri_get_port(uri) > 0 ? (guint16)g_uri_get_port(uri) : 443;
    gboolean local = host != NULL && g_hostname_is_ip_address(host);
    /* without an interface a centre on this machine still answers */
    gboolean up = try_interfaces(probe);
    if (host != NULL && (up || local) && try_name(probe, host, cancellable) &&
        try_tcp(probe, host, port, cancellable))
        try_https(probe, station, cancellable);
    probe->made_us = guichet_instant_now().wall_us;
    return probe;
}

/* --- the file --- */

gboolean
guichet_probe_write(const GuichetProbe *probe, const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_PROBE_FILE);
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    json_object_set_string_member(object, "profile", PROFILE);
    json_object_set_int_member(object, "made_us", probe->made_us);
    for (guint i = 0; i < GUICHET_PROBE_N; i++) {
        JsonObject *step = json_object_new();
        json_object_set_string_member(step, "outcome", outcome_names[probe->steps[i].outcome]);
        json_object_set_int_member(step, "ms", probe->steps[i].ms);
        json_object_set_string_member(step, "said", probe->steps[i].said);
        json_object_set_object_member(object, step_names[i], step);
    }
    json_node_init_object(node, object);
    g_autofree char *text = guichet_json_canonical(node);
    return guichet_write_file_durably(path, text, strlen(text), 0660, error);
}

static gboolean
read_step(JsonObject *object, const char *name, GuichetProbeStep *step, GError **error)
{
    static const char where[] = GUICHET_PROBE_FILE;
    JsonObject *member = guichet_json_object(object, name, where, error);
    const char *outcome =
        member != NULL ? guichet_json_string(member, "outcome", where, error) : NULL;
    const char *said = outcome != NULL ? guichet_json_string(member, "said", where, error) : NULL;
    if (said == NULL || !guichet_json_int(member, "ms", 0, G_MAXINT32, where, &step->ms, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(outcome_names); i++)
        if (strcmp(outcome_names[i], outcome) == 0)
            step->outcome = i;
    g_free(step->said);
    step->said = g_strdup(said);
    return TRUE;
}

GuichetProbe *
guichet_probe_read(const char *root, GError **error)
{
    static const char where[] = GUICHET_PROBE_FILE;
    g_autofree char *path = guichet_station_path(root, GUICHET_PROBE_FILE);
    g_autoptr(GBytes) bytes = guichet_read_file(path, FILE_MAX_BYTES, error);
    g_autoptr(JsonNode) node = bytes != NULL
                                   ? guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                                        g_bytes_get_size(bytes), where, error)
                                   : NULL;
    g_autoptr(GuichetProbe) probe = probe_new();
    if (node == NULL || !guichet_json_int(json_node_get_object(node), "made_us", 0, G_MAXINT64,
                                          where, &probe->made_us, error))
        return NULL;
    for (guint i = 0; i < GUICHET_PROBE_N; i++)
        if (!read_step(json_node_get_object(node), step_names[i], &probe->steps[i], error))
            return NULL;
    return g_steal_pointer(&probe);
}
