/* SPDX-License-Identifier: EUPL-1.2 */
/* tus 1.0.0 (tus.io/protocols/resumable-upload): core, creation, creation-with-upload,
 * expiration, termination. */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "sync/bundle/bundle.h"
#include "sync/central/exchange.h"
#include "sync/central/ingest.h"

#define TYPE_TUS "application/offset+octet-stream"
#define METADATA_MAX 1024

static gboolean
refuse(GuichetExchange *self, guint status, int code, const char *reason)
{
    return guichet_exchange_refuse(self, status, g_error_new_literal(GUICHET_ERROR, code, reason));
}

static gboolean
refuse_with(GuichetExchange *self, GError *failure)
{
    return guichet_exchange_refuse(self, guichet_exchange_status_of(failure), failure);
}

/* The value of "sha256" in "key b64,key b64" (tus, Upload-Metadata); NULL if it is not one. */
static char *
metadata_sha256(const char *metadata)
{
    if (metadata == NULL || strlen(metadata) > METADATA_MAX)
        return NULL;
    g_auto(GStrv) pairs = g_strsplit(metadata, ",", 16);
    for (char **pair = pairs; *pair != NULL; pair++) {
        g_strstrip(*pair);
        if (!g_str_has_prefix(*pair, "sha256 "))
            continue;
        gsize size = 0;
        g_autofree guchar *value = g_base64_decode(*pair + strlen("sha256 "), &size);
        g_autofree char *text = g_strndup((const char *)value, size);
        return guichet_spool_is_sha256(text) ? g_steal_pointer(&text) : NULL;
    }
    return NULL;
}

static char *
expiry_of(const GuichetUpload *upload)
{
    struct stat info;
    gint64 touched = fstat(upload->fd, &info) == 0 ? (gint64)info.st_mtime : 0;
    g_autoptr(GDateTime) at =
        g_date_time_new_from_unix_utc(touched + GUICHET_SPOOL_KEEP_US / G_USEC_PER_SEC);
    /* English names whatever the locale (RFC 9110 §5.6.7) */
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d GMT",
                           days[g_date_time_get_day_of_week(at) - 1],
                           g_date_time_get_day_of_month(at), months[g_date_time_get_month(at) - 1],
                           g_date_time_get_year(at), g_date_time_get_hour(at),
                           g_date_time_get_minute(at), g_date_time_get_second(at));
}

static gsize
offset_of(const GuichetExchange *self)
{
    return self->upload != NULL ? self->upload->offset : self->offset;
}

/* Answer with the offset; Location too after a creation. */
static enum MHD_Result
reply_offset(GuichetExchange *self, guint status, gboolean with_location)
{
    g_autofree char *offset = g_strdup_printf("%zu", offset_of(self));
    g_autofree char *location = g_strconcat("/v1/depots/", self->sha256, NULL);
    g_autofree char *expires = self->upload != NULL && !self->held ? expiry_of(self->upload) : NULL;
    const char *headers[7] = {"Upload-Offset", offset, NULL};
    gsize n = 2;
    if (with_location) {
        headers[n++] = "Location";
        headers[n++] = location;
    }
    if (expires != NULL) {
        headers[n++] = "Upload-Expires";
        headers[n++] = expires;
    }
    return guichet_exchange_reply(self, status, headers, NULL, "", 0);
}

/* After the last byte: the whole of ingest.h, or a refusal. */
static gboolean
finish_if_whole(GuichetExchange *self)
{
    GError *failure = NULL;
    if (self->upload == NULL || self->upload->offset < self->upload->length)
        return TRUE;
    if (!guichet_ingest_finish(self->centre, self->station, self->upload, &failure))
        return refuse_with(self, failure);
    self->held = TRUE;
    return TRUE;
}

/* The row first: sets held, length and offset when the centre has the bundle. */
static gboolean
find_held(GuichetExchange *self)
{
    GError *failure = NULL;
    g_autoptr(GuichetDeposit) deposit = NULL;
    if (!guichet_ingest_find(self->centre, self->station, self->sha256, &deposit, &failure))
        return refuse_with(self, failure);
    self->held = deposit != NULL;
    if (self->held)
        self->length = self->offset = deposit->size;
    return TRUE;
}

/* --- POST /v1/depots --- */

static gboolean
read_creation(GuichetExchange *self)
{
    guint64 length = 0;
    const char *text = guichet_exchange_header(self, "Upload-Length");
    if (!guichet_exchange_parse_number(text, G_MAXINT64, &length) || length == 0)
        return refuse(self, MHD_HTTP_BAD_REQUEST, GUICHET_ERROR_MALFORMED,
                      _("Upload-Length absent ou illisible"));
    if (length > GUICHET_BUNDLE_MAX_BYTES)
        return refuse(self, MHD_HTTP_CONTENT_TOO_LARGE, GUICHET_ERROR_LIMIT,
                      _("Liasse trop grande pour ce centre : la limite est de 64 Mio"));
    self->length = length;
    self->sha256 = metadata_sha256(guichet_exchange_header(self, "Upload-Metadata"));
    if (self->sha256 == NULL)
        return refuse(self, MHD_HTTP_BAD_REQUEST, GUICHET_ERROR_MALFORMED,
                      _("Upload-Metadata sans « sha256 » valable"));
    return TRUE;
}

static gboolean
begin_create(GuichetExchange *self)
{
    GError *failure = NULL;
    if (!read_creation(self) || !find_held(self))
        return FALSE;
    if (self->held)
        return TRUE;
    self->upload = guichet_spool_create(self->centre->root, self->station, self->sha256,
                                        self->length, &failure);
    if (self->upload == NULL)
        return guichet_exchange_refuse(self,
                                       g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_LIMIT)
                                           ? MHD_HTTP_TOO_MANY_REQUESTS
                                           : guichet_exchange_status_of(failure),
                                       failure);
    /* bytes sent along count only for a new upload; the offset in the answer tells. A whole one
     * that was not recorded (the server was killed) is finished at the end of the request. */
    self->receiving = self->upload->offset == 0 &&
                      g_strcmp0(guichet_exchange_header(self, "Content-Type"), TYPE_TUS) == 0;
    return TRUE;
}

static enum MHD_Result
end_create(GuichetExchange *self)
{
    if (!finish_if_whole(self))
        return guichet_exchange_reply_refusal(self);
    return reply_offset(self, MHD_HTTP_CREATED, TRUE);
}

/* --- HEAD /v1/depots/<sha256> --- */

static enum MHD_Result
end_head(GuichetExchange *self)
{
    GError *failure = NULL;
    GuichetIngestState state = {0};
    if (!guichet_ingest_look(self->centre, self->station, self->sha256, &state, &failure)) {
        refuse_with(self, failure);
        return guichet_exchange_reply_refusal(self);
    }
    g_autofree char *length = g_strdup_printf("%zu", state.length);
    g_autofree char *offset = g_strdup_printf("%zu", state.offset);
    const char *const headers[] = {
        "Upload-Offset", offset, "Upload-Length", length, "Cache-Control", "no-store", NULL};
    return guichet_exchange_reply(self, MHD_HTTP_OK, headers, NULL, "", 0);
}

/* --- PATCH /v1/depots/<sha256> --- */

static gboolean
check_patch_headers(GuichetExchange *self, guint64 *offset)
{
    if (g_strcmp0(guichet_exchange_header(self, "Content-Type"), TYPE_TUS) != 0)
        return refuse(self, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, GUICHET_ERROR_UNSUPPORTED,
                      _("Content-Type attendu : application/offset+octet-stream"));
    if (!guichet_exchange_parse_number(guichet_exchange_header(self, "Upload-Offset"), G_MAXINT64,
                                       offset))
        return refuse(self, MHD_HTTP_BAD_REQUEST, GUICHET_ERROR_MALFORMED,
                      _("Upload-Offset absent ou illisible"));
    return TRUE;
}

static gboolean
open_for_patch(GuichetExchange *self)
{
    GError *failure = NULL;
    if (!find_held(self))
        return FALSE;
    if (self->held)
        return TRUE;
    self->upload = guichet_spool_open(self->centre->root, self->station, self->sha256, &failure);
    if (self->upload == NULL)
        return refuse_with(self, failure);
    self->length = self->upload->length;
    return TRUE;
}

static gboolean
begin_patch(GuichetExchange *self)
{
    guint64 offset = 0, size = 0;
    if (!check_patch_headers(self, &offset) || !open_for_patch(self))
        return FALSE;
    if (offset != offset_of(self))
        return refuse(self, MHD_HTTP_CONFLICT, GUICHET_ERROR_STATE,
                      _("L’envoi n’en est pas là : demandez d’abord la position (HEAD)"));
    const char *text = guichet_exchange_header(self, "Content-Length");
    if (text != NULL &&
        (!guichet_exchange_parse_number(text, G_MAXINT64, &size) || size > self->length - offset))
        return refuse(self, MHD_HTTP_CONTENT_TOO_LARGE, GUICHET_ERROR_LIMIT,
                      _("Plus d’octets que la longueur annoncée"));
    self->receiving = self->upload != NULL;
    return TRUE;
}

static enum MHD_Result
end_patch(GuichetExchange *self)
{
    if (!finish_if_whole(self))
        return guichet_exchange_reply_refusal(self);
    return reply_offset(self, MHD_HTTP_NO_CONTENT, FALSE);
}

/* --- DELETE /v1/depots/<sha256> --- */

static enum MHD_Result
end_delete(GuichetExchange *self)
{
    GError *failure = NULL;
    if (!open_for_patch(self))
        return guichet_exchange_reply_refusal(self);
    if (self->held || self->upload->stored) {
        refuse(self, MHD_HTTP_FORBIDDEN, GUICHET_ERROR_STATE,
               _("Un dépôt reçu ne s’efface pas d’ici"));
        return guichet_exchange_reply_refusal(self);
    }
    if (!guichet_upload_discard(self->upload, &failure)) {
        refuse_with(self, failure);
        return guichet_exchange_reply_refusal(self);
    }
    return guichet_exchange_reply(self, MHD_HTTP_NO_CONTENT, NULL, NULL, "", 0);
}

/* --- OPTIONS --- */

static enum MHD_Result
end_options(GuichetExchange *self)
{
    g_autofree char *max = g_strdup_printf("%d", GUICHET_BUNDLE_MAX_BYTES);
    const char *const headers[] = {"Tus-Version",
                                   "1.0.0",
                                   "Tus-Extension",
                                   "creation,creation-with-upload,expiration,"
                                   "termination",
                                   "Tus-Max-Size",
                                   max,
                                   NULL};
    return guichet_exchange_reply(self, MHD_HTTP_NO_CONTENT, headers, NULL, "", 0);
}

const GuichetRoute guichet_tus_routes[] = {
    {"POST", "/v1/depots", TRUE, begin_create, end_create},
    {"OPTIONS", "/v1/depots", FALSE, NULL, end_options},
    {"OPTIONS", "/v1/depots/", FALSE, NULL, end_options},
    {"HEAD", "/v1/depots/", TRUE, NULL, end_head},
    {"PATCH", "/v1/depots/", TRUE, begin_patch, end_patch},
    {"DELETE", "/v1/depots/", TRUE, NULL, end_delete},
    {NULL},
};
