/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/http.h"

#include <curl/curl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/trusted-time.h"
#include "sync/bundle/pki.h"

#define ANSWER_MAX (64 * 1024)
#define CONNECT_TIMEOUT_S 15L
#define SLOW_BYTES_PER_S 100L /* below that for so long, the line is dead */
#define SLOW_SECONDS 60L
#define REASON_MAX 400
#define RETRY_AFTER_MAX (24 * 3600)
#define UPLOAD_BUFFER (256 * 1024L)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLU, curl_url_cleanup)
typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)

struct _GuichetHttp {
    CURL *curl;
    char *base_url, *certificate_path, *key_path, *ca_path, *root;
    GCancellable *cancellable;
    guint64 sent;
    /* of the request under way */
    const GuichetHttpRequest *request;
    gsize position;
    GuichetHttpAnswer answer;
    gboolean too_large;
    char message[CURL_ERROR_SIZE];
};

static void
answer_reset(GuichetHttpAnswer *answer)
{
    *answer = (GuichetHttpAnswer){.offset = -1, .length = -1, .retry_after = -1};
}

void
guichet_http_answer_clear(GuichetHttpAnswer *answer)
{
    g_clear_pointer(&answer->body, g_byte_array_unref);
    g_free(answer->location);
    answer_reset(answer);
}

static size_t
on_read(char *buffer, size_t size, size_t count, void *data)
{
    GuichetHttp *self = data;
    gsize n = MIN(size * count, self->request->size - self->position);
    memcpy(buffer, self->request->body + self->position, n);
    self->position += n;
    self->sent += n;
    return n;
}

static int
on_seek(void *data, curl_off_t offset, int origin)
{
    GuichetHttp *self = data;
    if (origin != SEEK_SET || offset < 0 || (guint64)offset > self->request->size)
        return CURL_SEEKFUNC_FAIL;
    self->position = (gsize)offset;
    return CURL_SEEKFUNC_OK;
}

static size_t
on_write(char *bytes, size_t size, size_t count, void *data)
{
    GuichetHttp *self = data;
    gsize n = size * count;
    gsize limit = self->request->answer_max != 0 ? self->request->answer_max : ANSWER_MAX;
    if (n > limit - self->answer.body->len) {
        self->too_large = TRUE;
        return 0;
    }
    g_byte_array_append(self->answer.body, (const guint8 *)bytes, (guint)n);
    return n;
}

static int
on_progress(void *data, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    const GuichetHttp *self = data;
    return self->cancellable != NULL && g_cancellable_is_cancelled(self->cancellable);
}

/* At each handshake: the floor may have risen since the last one. */
static CURLcode
on_tls(CURL *curl, void *tls, void *data)
{
    const GuichetHttp *self = data;
    return guichet_tls_set_time(tls, guichet_trusted_time_now(self->root))
               ? CURLE_OK
               : CURLE_SSL_CONNECT_ERROR;
}

static gboolean
set_options(GuichetHttp *self)
{
    CURL *curl = self->curl;
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, self->message);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, self);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, self);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, self);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, self);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_PER_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    /* what must hold, or nothing is sent */
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, self) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAINFO, self->ca_path) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLCERT, self->certificate_path) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLKEY, self->key_path) == CURLE_OK;
}

/* "https://host:port" without path, user or query: what comes back from an absolute Location must
 * begin with it. */
static char *
normalise(const char *url)
{
    g_autoptr(CURLU) parts = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL;
    char *text = NULL;
    if (curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
        strcmp(scheme, "https") == 0)
        text = g_strdup_printf("https://%s:%s", host, port);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return text;
}

GuichetHttp *
guichet_http_new(const GuichetHttpSettings *settings, GError **error)
{
    static gsize initialised = 0;
    if (g_once_init_enter(&initialised)) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&initialised, 1);
    }
    g_autoptr(GuichetHttp) self = g_new0(GuichetHttp, 1);
    self->base_url = normalise(settings->base_url);
    if (self->base_url == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Adresse du centre refusée : %s ; elle doit commencer par https://"),
                    settings->base_url);
        return NULL;
    }
    self->certificate_path = g_strdup(settings->certificate_path);
    self->key_path = g_strdup(settings->key_path);
    self->ca_path = g_strdup(settings->ca_path);
    self->root = g_strdup(settings->root);
    g_set_object(&self->cancellable, settings->cancellable);
    answer_reset(&self->answer);
    self->curl = curl_easy_init();
    if (self->curl == NULL || !set_options(self)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                    _("La bibliothèque HTTPS du poste refuse nos réglages de sécurité"));
        return NULL;
    }
    return g_steal_pointer(&self);
}

void
guichet_http_free(GuichetHttp *self)
{
    if (self == NULL)
        return;
    if (self->curl != NULL)
        curl_easy_cleanup(self->curl);
    guichet_http_answer_clear(&self->answer);
    g_clear_object(&self->cancellable);
    g_free(self->base_url);
    g_free(self->certificate_path);
    g_free(self->key_path);
    g_free(self->ca_path);
    g_free(self->root);
    g_free(self);
}

guint64
guichet_http_get_sent(GuichetHttp *self)
{
    return self->sent;
}

gint64
guichet_http_get_tls_ms(GuichetHttp *self)
{
    curl_off_t us = 0;
    if (curl_easy_getinfo(self->curl, CURLINFO_APPCONNECT_TIME_T, &us) != CURLE_OK || us <= 0)
        return -1;
    return us / 1000;
}

static gboolean
set_curl_error(GuichetHttp *self, CURLcode code, GError **error)
{
    static const struct {
        CURLcode curl;
        int ours;
    } table[] = {
        {CURLE_ABORTED_BY_CALLBACK, GUICHET_ERROR_CANCELLED},
        {CURLE_OPERATION_TIMEDOUT, GUICHET_ERROR_TIMEOUT},
        {CURLE_PEER_FAILED_VERIFICATION, GUICHET_ERROR_UNTRUSTED},
        {CURLE_SSL_CACERT_BADFILE, GUICHET_ERROR_UNTRUSTED},
        {CURLE_SSL_CERTPROBLEM, GUICHET_ERROR_UNTRUSTED},
        {CURLE_SSL_CONNECT_ERROR, GUICHET_ERROR_UNTRUSTED},
        {CURLE_UNSUPPORTED_PROTOCOL, GUICHET_ERROR_PROTOCOL},
        {CURLE_WEIRD_SERVER_REPLY, GUICHET_ERROR_PROTOCOL},
    };
    const char *detail = *self->message != '\0' ? self->message : curl_easy_strerror(code);
    int ours = GUICHET_ERROR_NETWORK;
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].curl == code)
            ours = table[i].ours;
    }
    if (self->too_large)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Réponse du centre trop longue : elle est ignorée"));
    else if (ours == GUICHET_ERROR_CANCELLED)
        g_set_error(error, GUICHET_ERROR, ours, _("Synchronisation interrompue"));
    else if (ours == GUICHET_ERROR_UNTRUSTED)
        g_set_error(error, GUICHET_ERROR, ours,
                    _("Connexion sûre refusée avec %s : %s ; vérifiez l’enrôlement et la date"),
                    self->base_url, detail);
    else
        g_set_error(error, GUICHET_ERROR, ours,
                    _("Centre injoignable à %s : %s ; l’envoi reprendra de lui-même"),
                    self->base_url, detail);
    return FALSE;
}

static const char *
header_value(GuichetHttp *self, const char *name)
{
    struct curl_header *header = NULL;
    return curl_easy_header(self->curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
               ? header->value
               : NULL;
}

static gint64
header_number(GuichetHttp *self, const char *name, gint64 max)
{
    const char *text = header_value(self, name);
    guint64 value = 0;
    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, 0, (guint64)max, &value, NULL))
        return -1;
    return (gint64)value;
}

static void
read_answer(GuichetHttp *self)
{
    long status = 0;
    curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
    self->answer.status = (guint)status;
    self->answer.location = g_strdup(header_value(self, "Location"));
    self->answer.offset = header_number(self, "Upload-Offset", G_MAXINT64);
    self->answer.length = header_number(self, "Upload-Length", G_MAXINT64);
    self->answer.retry_after = header_number(self, "Retry-After", RETRY_AFTER_MAX);
}

static CurlList *
make_headers(const GuichetHttpRequest *request)
{
    CurlList *list = curl_slist_append(NULL, "Tus-Resumable: 1.0.0");
    /* No "100 Continue" to wait for: a chunk is sent where HEAD or POST just said, and the centre
     * reads a refused one of the smallest size to its end, so that its reason is heard. */
    list = curl_slist_append(list, "Expect:");
    for (gsize i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
        list = curl_slist_append(list, request->headers[i]);
    if (request->body == NULL && strcmp(request->method, "POST") == 0)
        list = curl_slist_append(list, "Content-Length: 0");
    return list;
}

static void
set_method(GuichetHttp *self, const GuichetHttpRequest *request)
{
    CURL *curl = self->curl;
    gboolean upload = request->body != NULL;
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L); /* undoes the request before */
    curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(request->method, "HEAD") == 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, upload ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, upload ? (curl_off_t)request->size : -1);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

gboolean
guichet_http_run(GuichetHttp *self, const GuichetHttpRequest *request, GuichetHttpAnswer *answer,
                 GError **error)
{
    g_autofree char *url = g_strconcat(self->base_url, request->path, NULL);
    g_autoptr(CurlList) headers = make_headers(request);
    guichet_http_answer_clear(&self->answer);
    self->answer.body = g_byte_array_new();
    self->request = request;
    self->position = 0;
    self->too_large = FALSE;
    self->message[0] = '\0';
    set_method(self, request);
    curl_easy_setopt(self->curl, CURLOPT_URL, url);
    curl_easy_setopt(self->curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(self->curl);
    curl_easy_setopt(self->curl, CURLOPT_HTTPHEADER, NULL);
    if (code != CURLE_OK)
        return set_curl_error(self, code, error);
    read_answer(self);
    guichet_http_answer_clear(answer);
    *answer = self->answer;
    answer_reset(&self->answer);
    return TRUE;
}

/* The "reason" of the centre's answer, made safe for a screen; NULL if it has none. */
static char *
reason_of(const GuichetHttpAnswer *answer)
{
    g_autoptr(JsonNode) node =
        answer->body != NULL && answer->body->len > 0
            ? guichet_json_parse(answer->body->data, answer->body->len, "réponse", NULL)
            : NULL;
    const char *reason =
        node != NULL ? guichet_json_string(json_node_get_object(node), "reason", "", NULL) : NULL;
    if (reason == NULL)
        return NULL;
    g_autoptr(GString) line = g_string_new(NULL);
    for (const char *at = reason; *at != '\0' && line->len < REASON_MAX;
         at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(line, g_unichar_isprint(c) ? c : ' ');
    }
    return g_string_free(g_steal_pointer(&line), FALSE);
}

GError *
guichet_http_refusal(const GuichetHttpAnswer *answer)
{
    g_autofree char *reason = reason_of(answer);
    int code = answer->status >= 500 || answer->status == 429 ? GUICHET_ERROR_NETWORK
               : answer->status == 423                        ? GUICHET_ERROR_BUSY
                                                              : GUICHET_ERROR_REFUSED;
    if (reason != NULL)
        return g_error_new(GUICHET_ERROR, code, _("Le centre répond : %s (%u)"), reason,
                           answer->status);
    return g_error_new(GUICHET_ERROR, code, _("Le centre répond par l’état %u"), answer->status);
}

char *
guichet_http_path_of(GuichetHttp *self, const char *location, GError **error)
{
    g_autofree char *absolute = location != NULL && location[0] == '/' && location[1] != '/'
                                    ? g_strconcat(self->base_url, location, NULL)
                                    : g_strdup(location);
    g_autofree char *base = absolute != NULL ? normalise(absolute) : NULL;
    if (base == NULL || strcmp(base, self->base_url) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_PROTOCOL,
                    _("Le centre renvoie vers une autre adresse que la sienne : refusé"));
        return NULL;
    }
    const char *path = strchr(absolute + strlen("https://"), '/');
    return g_strdup(path != NULL ? path : "/");
}

gboolean
guichet_http_wait(GuichetHttp *self, gint64 milliseconds, GError **error)
{
    GPollFD fd = {.events = G_IO_IN};
    gboolean pollable =
        self->cancellable != NULL && g_cancellable_make_pollfd(self->cancellable, &fd);
    g_poll(&fd, pollable ? 1 : 0, (gint)MIN(milliseconds, G_MAXINT));
    if (pollable)
        g_cancellable_release_fd(self->cancellable);
    return !g_cancellable_set_error_if_cancelled(self->cancellable, NULL) ||
           set_curl_error(self, CURLE_ABORTED_BY_CALLBACK, error);
}
