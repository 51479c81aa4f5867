/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/tus.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"

#define COLLECTION "/v1/depots"
#define CHUNK_GROWS_AFTER 2                 /* clean chunks */
#define CHUNK_QUICK_US (G_USEC_PER_SEC / 4) /* a mebibyte in that time: 30 Mbit/s and more */
#define FRUITLESS_MAX 5                     /* answers in a row that moved nothing */
#define CHECKSUM_TRIES 3
#define LOCK_WAIT_MAX_S 30

typedef enum { STEP_ASK, STEP_CREATE, STEP_SEND, STEP_DONE } Step;

typedef struct {
    GuichetHttp *http;
    const char *sha256;
    const guint8 *bytes;
    gsize size;
    char *path; /* of the upload on the server */
    gsize offset;
    gsize chunk;
    guint clean;     /* chunks in a row without trouble */
    guint fruitless; /* rounds in a row without progress */
    guint locked;    /* 423 in a row */
    guint checksum;  /* 460 in a row */
    guint created;   /* times that we asked for a new upload */
    gint64 *retry_after_s;
} Upload;

static gboolean
refuse(Upload *self, const GuichetHttpAnswer *answer, GError **error)
{
    *self->retry_after_s = answer->retry_after;
    g_propagate_error(error, guichet_http_refusal(answer));
    return FALSE;
}

static gboolean
set_protocol_error(GError **error, const char *what)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_PROTOCOL,
                _("Réponse du centre hors du protocole (%s) ; la liasse reste au poste"), what);
    return FALSE;
}

/* Takes the server's word for where it is; a word beyond the end is senseless. */
static gboolean
take_offset(Upload *self, gint64 offset, Step *next, GError **error)
{
    if (offset < 0 || (guint64)offset > self->size)
        return set_protocol_error(error, "Upload-Offset");
    if ((gsize)offset > self->offset)
        self->fruitless = 0;
    self->offset = (gsize)offset;
    *next = self->offset == self->size ? STEP_DONE : STEP_SEND;
    return TRUE;
}

/* What HEAD, POST and PATCH have in common when they do not succeed. */
static gboolean
take_trouble(Upload *self, const GuichetHttpAnswer *answer, Step *next, GError **error)
{
    self->clean = 0;
    self->chunk = GUICHET_TUS_CHUNK_MIN;
    if (++self->fruitless > FRUITLESS_MAX)
        return refuse(self, answer, error);
    switch (answer->status) {
    case 404:
    case 410:
        *next = STEP_CREATE;
        return TRUE;
    case 409:
        *next = STEP_ASK;
        return TRUE;
    case 423:
        *next = STEP_ASK;
        return guichet_http_wait(self->http, MIN(1 << MIN(self->locked, 5), LOCK_WAIT_MAX_S) * 1000,
                                 error) &&
               ++self->locked > 0;
    case 460:
        *next = STEP_SEND;
        return ++self->checksum <= CHECKSUM_TRIES || refuse(self, answer, error);
    default:
        return refuse(self, answer, error);
    }
}

static gboolean
ask(Upload *self, Step *next, GError **error)
{
    g_auto(GuichetHttpAnswer) answer = {0};
    GuichetHttpRequest request = {.method = "HEAD", .path = self->path};
    if (!guichet_http_run(self->http, &request, &answer, error))
        return FALSE;
    if (answer.status / 100 != 2)
        return take_trouble(self, &answer, next, error);
    self->locked = 0;
    if (answer.length >= 0 && (guint64)answer.length != self->size)
        return set_protocol_error(error, "Upload-Length");
    return take_offset(self, answer.offset, next, error);
}

static gboolean
create(Upload *self, Step *next, GError **error)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)self->sha256, strlen(self->sha256));
    g_autofree char *length = g_strdup_printf("Upload-Length: %zu", self->size);
    g_autofree char *metadata = g_strdup_printf("Upload-Metadata: sha256 %s", encoded);
    const char *const headers[] = {length, metadata, NULL};
    g_auto(GuichetHttpAnswer) answer = {0};
    GuichetHttpRequest request = {.method = "POST", .path = COLLECTION, .headers = headers};
    if (!guichet_http_run(self->http, &request, &answer, error))
        return FALSE;
    if (answer.status == 404 || answer.status == 410 || self->created++ > 1)
        return refuse(self, &answer, error);
    if (answer.status != 201)
        return take_trouble(self, &answer, next, error);
    g_autofree char *path = guichet_http_path_of(self->http, answer.location, error);
    if (path == NULL)
        return FALSE;
    g_free(self->path);
    self->path = g_steal_pointer(&path);
    /* tus needs no Upload-Offset here: a new upload begins at 0 */
    return take_offset(self, MAX(answer.offset, 0), next, error);
}

/* A chunk that took no time says that the line is fast: asking often gains nothing there. */
static void
count_clean_chunk(Upload *self, gint64 took_us)
{
    self->locked = self->checksum = 0;
    self->clean++;
    if (took_us < CHUNK_QUICK_US)
        self->chunk = GUICHET_TUS_CHUNK_MAX;
    else if (self->clean >= CHUNK_GROWS_AFTER)
        self->chunk = MIN(self->chunk * 2, GUICHET_TUS_CHUNK_MAX);
}

static gboolean
send_chunk(Upload *self, Step *next, GError **error)
{
    gsize before = self->offset;
    gsize size = MIN(self->chunk, self->size - before);
    g_autofree char *offset = g_strdup_printf("Upload-Offset: %zu", before);
    const char *const headers[] = {offset, "Content-Type: application/offset+octet-stream", NULL};
    g_auto(GuichetHttpAnswer) answer = {0};
    gint64 start = g_get_monotonic_time();
    GuichetHttpRequest request = {.method = "PATCH",
                                  .path = self->path,
                                  .headers = headers,
                                  .body = self->bytes + before,
                                  .size = size};
    if (!guichet_http_run(self->http, &request, &answer, error))
        return FALSE;
    if (answer.status / 100 != 2)
        return take_trouble(self, &answer, next, error);
    if (answer.offset < (gint64)before || answer.offset > (gint64)(before + size))
        return set_protocol_error(error, "Upload-Offset");
    if (answer.offset == (gint64)(before + size))
        count_clean_chunk(self, g_get_monotonic_time() - start);
    else if (++self->fruitless > FRUITLESS_MAX && answer.offset == (gint64)before)
        return set_protocol_error(error, "Upload-Offset");
    return take_offset(self, answer.offset, next, error);
}

/* A cut line in the middle of something is worth a question at once, as long as bytes get
 * through between two cuts; a server that does not answer the question ends the attempt. */
static gboolean
forgive(Upload *self, Step failed, const GError *failure, Step *next)
{
    gboolean cut = g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NETWORK) ||
                   g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT);
    if (!cut || failed != STEP_SEND || ++self->fruitless > FRUITLESS_MAX)
        return FALSE;
    self->clean = 0;
    self->chunk = GUICHET_TUS_CHUNK_MIN;
    *next = STEP_ASK;
    return TRUE;
}

static gboolean
run_step(Upload *self, Step step, Step *next, GError **error)
{
    switch (step) {
    case STEP_ASK:
        return ask(self, next, error);
    case STEP_CREATE:
        return create(self, next, error);
    case STEP_SEND:
        return send_chunk(self, next, error);
    case STEP_DONE:
        break;
    }
    return TRUE;
}

gboolean
guichet_tus_upload(GuichetHttp *http, const char *sha256, GBytes *bundle, gboolean resume,
                   gint64 *retry_after_s, GError **error)
{
    Upload self = {.http = http,
                   .sha256 = sha256,
                   .path = g_strconcat(COLLECTION "/", sha256, NULL),
                   .chunk = GUICHET_TUS_CHUNK_MIN,
                   .retry_after_s = retry_after_s};
    self.bytes = g_bytes_get_data(bundle, &self.size);
    *retry_after_s = -1;
    gboolean ok = TRUE;
    for (Step step = resume ? STEP_ASK : STEP_CREATE; ok && step != STEP_DONE;) {
        g_autoptr(GError) failure = NULL;
        Step next = STEP_DONE;
        if (!run_step(&self, step, &next, &failure) && !forgive(&self, step, failure, &next)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            ok = FALSE;
        }
        step = next;
    }
    g_free(self.path);
    return ok;
}
