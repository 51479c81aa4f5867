/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * HTTPS to the centre and to nothing else, on libcurl (OpenSSL): TLS 1.2 at least, the server
 * checked against our own CA only, our client certificate, no redirects, bounded answers, one
 * connection kept between requests. Blocking; one thread.
 */
typedef struct {
    const char *base_url; /* "https://host:port" */
    const char *certificate_path, *key_path, *ca_path;
    GCancellable *cancellable; /* or NULL */
    const char *root; /* of the station: the server's certificate is judged by its time floor
                       * (core/trusted-time.h); NULL: by the clock */
} GuichetHttpSettings;

typedef struct _GuichetHttp GuichetHttp;

/* GUICHET_ERROR_ARGUMENT unless the URL is https. Copies the settings. */
GuichetHttp *guichet_http_new(const GuichetHttpSettings *settings, GError **error);
void guichet_http_free(GuichetHttp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetHttp, guichet_http_free)

typedef struct {
    const char *method;
    const char *path;           /* "/v1/…" on the centre */
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL */
    const guint8 *body;         /* or NULL */
    gsize size;
    gsize answer_max; /* GUICHET_ERROR_LIMIT beyond; 0 = the default of 64 kB */
} GuichetHttpRequest;

typedef struct {
    guint status;
    GByteArray *body;
    char *location;     /* as sent, or NULL */
    gint64 offset;      /* Upload-Offset; -1 = absent or unreadable */
    gint64 length;      /* Upload-Length; likewise */
    gint64 retry_after; /* seconds; -1 = absent. Bounded to a day. */
} GuichetHttpAnswer;

void guichet_http_answer_clear(GuichetHttpAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetHttpAnswer, guichet_http_answer_clear)

/* TRUE = there is an answer, whatever its status. GUICHET_ERROR_NETWORK (not reached, cut),
 * TIMEOUT, UNTRUSTED (either side's certificate), LIMIT, CANCELLED, PROTOCOL. */
gboolean guichet_http_run(GuichetHttp *self, const GuichetHttpRequest *request,
                          GuichetHttpAnswer *answer, GError **error);
/* The error that a refusing answer stands for: its "reason" where it has one. */
GError *guichet_http_refusal(const GuichetHttpAnswer *answer);
/* Body bytes handed to the network so far. */
guint64 guichet_http_get_sent(GuichetHttp *self);
/* Of the last request: from its start to the end of the TLS handshake; -1 = there was none. */
gint64 guichet_http_get_tls_ms(GuichetHttp *self);
/* @location on the same centre → its path; NULL with GUICHET_ERROR_PROTOCOL for anything else. */
char *guichet_http_path_of(GuichetHttp *self, const char *location, GError **error);
/* Sleeps; GUICHET_ERROR_CANCELLED when the settings' cancellable fires. */
gboolean guichet_http_wait(GuichetHttp *self, gint64 milliseconds, GError **error);
