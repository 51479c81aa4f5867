/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/exchange.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "sync/central/ingest.h"
#include "sync/central/json.h"
#include "sync/central/peer.h"

/* A refused body up to this size is read to its end, so that clients which do not wait for "100
 * Continue" hear the answer instead of a reset; a larger one closes the connection. */
#define DROP_MAX (1024 * 1024)

gboolean
guichet_exchange_parse_number(const char *text, guint64 max, guint64 *value)
{
    if (text == NULL || *text == '\0' || strlen(text) > 19 ||
        strspn(text, "0123456789") != strlen(text))
        return FALSE;
    guint64 number = g_ascii_strtoull(text, NULL, 10);
    if (number > max)
        return FALSE;
    *value = number;
    return TRUE;
}

gboolean
guichet_exchange_refuse(GuichetExchange *self, guint status, GError *failure)
{
    g_clear_error(&self->refusal);
    self->status = status;
    self->refusal = failure;
    self->receiving = FALSE;
    return FALSE;
}

guint
guichet_exchange_status_of(const GError *failure)
{
    static const struct {
        int code;
        guint status;
    } table[] = {
        {GUICHET_ERROR_NOT_FOUND, MHD_HTTP_NOT_FOUND},
        {GUICHET_ERROR_BUSY, MHD_HTTP_LOCKED},
        {GUICHET_ERROR_FULL, MHD_HTTP_INSUFFICIENT_STORAGE},
        {GUICHET_ERROR_NETWORK, MHD_HTTP_SERVICE_UNAVAILABLE}, /* our database */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (g_error_matches(failure, GUICHET_ERROR, table[i].code))
            return table[i].status;
    }
    return guichet_ingest_is_refusal(failure) ? MHD_HTTP_UNPROCESSABLE_CONTENT
                                              : MHD_HTTP_INTERNAL_SERVER_ERROR;
}

const char *
guichet_exchange_header(GuichetExchange *self, const char *name)
{
    return MHD_lookup_connection_value(self->connection, MHD_HEADER_KIND, name);
}

enum MHD_Result
guichet_exchange_reply(GuichetExchange *self, guint status, const char *const *headers,
                       const char *type, const void *body, gsize size)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "Tus-Resumable", "1.0.0");
    if (type != NULL)
        MHD_add_response_header(response, "Content-Type", type);
    for (; headers != NULL && *headers != NULL; headers += 2)
        MHD_add_response_header(response, headers[0], headers[1]);
    /* Who has read the answer may ask again at once and must not meet our lock: "completed" comes
     * only after the last byte is on the wire. */
    g_clear_pointer(&self->upload, guichet_upload_free);
    enum MHD_Result result = MHD_queue_response(self->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result
guichet_exchange_reply_refusal(GuichetExchange *self)
{
    const char *reason = self->refusal->message;
    g_autofree char *offset = NULL;
    const char *headers[5] = {NULL};
    gsize n = 0;
    if (self->status >= 500) {
        /* ours to read, not the client's: it may name files of the centre */
        g_message("%s: %s", self->station != NULL ? self->station : "?", reason);
        reason = _("Incident au centre : la liasse reste au poste, l’envoi reprendra de lui-même");
    }
    if (self->status == MHD_HTTP_CONFLICT) {
        offset = g_strdup_printf("%zu", self->upload != NULL ? self->upload->offset : self->offset);
        headers[n++] = "Upload-Offset";
        headers[n++] = offset;
    }
    if (self->status == MHD_HTTP_PRECONDITION_FAILED) {
        headers[n++] = "Tus-Version";
        headers[n++] = "1.0.0";
    }
    g_autofree char *body = guichet_central_json_error(guichet_error_name(self->refusal), reason);
    return guichet_exchange_reply(self, self->status, headers, "application/json", body,
                                  strlen(body));
}

static gboolean
route_matches(const GuichetRoute *route, const char *path)
{
    gsize size = strlen(route->path);
    if (route->path[size - 1] != '/')
        return strcmp(route->path, path) == 0;
    return strncmp(route->path, path, size) == 0 && guichet_spool_is_sha256(path + size);
}

/* *known: the path exists, with another method perhaps. */
static const GuichetRoute *
find_route(const char *method, const char *path, gboolean *known)
{
    const GuichetRoute *const tables[] = {guichet_tus_routes, guichet_read_routes};
    *known = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const GuichetRoute *route = tables[i]; route->method != NULL; route++) {
            if (!route_matches(route, path))
                continue;
            *known = TRUE;
            if (strcmp(route->method, method) == 0)
                return route;
        }
    }
    return NULL;
}

static GuichetPeer *
get_peer(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static gboolean
identify(GuichetExchange *self)
{
    GError *failure = NULL;
    self->station =
        guichet_peer_station(get_peer(self->connection), self->centre, self->connection, &failure);
    if (self->station != NULL)
        return TRUE;
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND)) {
        g_clear_error(&failure);
        failure = g_error_new(GUICHET_ERROR, GUICHET_ERROR_DENIED,
                              _("Poste inconnu de ce centre : faites-le enrôler"));
    }
    guint status =
        guichet_peer_is_denial(failure) ? MHD_HTTP_FORBIDDEN : guichet_exchange_status_of(failure);
    return guichet_exchange_refuse(self, status, failure);
}

static gboolean
choose_route(GuichetExchange *self, const char *method, const char *path)
{
    gboolean known = FALSE;
    self->route = find_route(method, path, &known);
    if (self->route == NULL)
        return guichet_exchange_refuse(
            self, known ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND,
            known ? g_error_new(GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                                _("Méthode impossible ici : voir PROTOCOL.md"))
                  : g_error_new(GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND, _("Adresse inconnue")));
    gsize size = strlen(self->route->path);
    if (self->route->path[size - 1] == '/')
        self->sha256 = g_strdup(path + size);
    if (self->route->tus && g_strcmp0(guichet_exchange_header(self, "Tus-Resumable"), "1.0.0") != 0)
        return guichet_exchange_refuse(
            self, MHD_HTTP_PRECONDITION_FAILED,
            g_error_new(GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                        _("Version de tus absente ou inconnue : ce centre parle tus 1.0.0")));
    return TRUE;
}

static gboolean
has_large_body(GuichetExchange *self)
{
    const char *length = guichet_exchange_header(self, "Content-Length");
    guint64 value = 0;
    if (length == NULL)
        return guichet_exchange_header(self, "Transfer-Encoding") != NULL;
    return !guichet_exchange_parse_number(length, G_MAXINT64, &value) || value > DROP_MAX;
}

static GuichetExchange *
exchange_new(GuichetCentre *centre, struct MHD_Connection *connection)
{
    GuichetExchange *self = g_new0(GuichetExchange, 1);
    self->centre = centre;
    self->connection = connection;
    return self;
}

static enum MHD_Result
begin(GuichetExchange *self, const char *method, const char *path)
{
    if (choose_route(self, method, path) && identify(self) && self->route->begin != NULL)
        self->route->begin(self);
    /* an answer now closes the connection; later it keeps it */
    if (self->status != 0 && has_large_body(self))
        return guichet_exchange_reply_refusal(self);
    return MHD_YES;
}

/* MHD_NO cuts the connection: only for bodies beyond any reason. */
static enum MHD_Result
take_body(GuichetExchange *self, const char *data, size_t *size)
{
    gsize n = *size;
    *size = 0;
    if (!self->receiving) {
        self->dropped += n;
        return self->dropped > DROP_MAX ? MHD_NO : MHD_YES;
    }
    GError *failure = NULL;
    if (!guichet_upload_append(self->upload, data, n, &failure))
        guichet_exchange_refuse(self,
                                g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_LIMIT)
                                    ? MHD_HTTP_CONTENT_TOO_LARGE
                                    : guichet_exchange_status_of(failure),
                                failure);
    return MHD_YES;
}

enum MHD_Result
guichet_exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
                        const char *method, const char *version, const char *data, size_t *size,
                        void **state)
{
    GuichetExchange *self = *state;
    if (self == NULL) {
        self = *state = exchange_new(cls, connection);
        return begin(self, method, url);
    }
    if (*size > 0)
        return take_body(self, data, size);
    return self->status != 0 ? guichet_exchange_reply_refusal(self) : self->route->end(self);
}

void
guichet_exchange_completed(void *cls, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode code)
{
    GuichetExchange *self = *state;
    if (self == NULL)
        return;
    g_clear_pointer(&self->upload, guichet_upload_free);
    g_clear_error(&self->refusal);
    g_free(self->sha256);
    g_free(self);
    *state = NULL;
}
