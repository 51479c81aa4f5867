/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/feed.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/trusted-time.h"
#include "sync/bundle/message.h"
#include "sync/station/passed.h"

#define PAGES_MAX 100 /* a round ends some day, whatever the centre says */
#define ITEMS_MAX 100
#define BASE64_MAX (GUICHET_MESSAGE_MAX_BYTES / 3 * 4 + 8)

static GBytes *
decode(const char *text, GError **error)
{
    gsize size = strlen(text), decoded = 0;
    if (size > BASE64_MAX) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Message du centre trop long : le fil est interrompu"));
        return NULL;
    }
    guchar *bytes = g_base64_decode(text, &decoded);
    return g_bytes_new_take(bytes, decoded);
}

static gboolean
check_number(gint64 listed, const GuichetMessage *message, GError **error)
{
    if (message->number == listed)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Message du centre n° %" PRId64 " présenté comme le n° %" PRId64 " : refusé"),
                message->number, listed);
    return FALSE;
}

/* The receipt comes first: a word about a bundle that we hold no receipt for yet waits, with all
 * that follow it, for the round that fetches the receipt. */
static gboolean
check_receipt(const GuichetSyncContext *context, const GuichetMessage *message, GError **error)
{
    if (message->bundle_sha256 == NULL)
        return TRUE;
    g_autoptr(GPtrArray) pending = guichet_outbox_list(context->outbox, TRUE, error);
    if (pending == NULL)
        return FALSE;
    for (guint i = 0; i < pending->len; i++) {
        const GuichetOutboxEntry *entry = g_ptr_array_index(pending, i);
        if (strcmp(entry->sha256, message->bundle_sha256) == 0) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                        _("Message n° %" PRId64
                          " du centre : il attend l’accusé de sa liasse, au prochain tour"),
                        message->number);
            return FALSE;
        }
    }
    return TRUE;
}

/* A message out of its period is passed over; *late tells the first one. */
gboolean
guichet_feed_take(const GuichetSyncContext *context, gint64 listed, GBytes *der, guint *applied,
                  GError **late, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetMessage) message = guichet_message_verify(
        der, context->trust, guichet_trusted_time_now(context->root), context->station, &failure);
    if (message == NULL) {
        g_prefix_error(&failure, _("Message n° %" PRId64 " du centre refusé : "), listed);
        gboolean is_late = g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_EXPIRED);
        if (!is_late || *late == NULL)
            g_propagate_error(is_late ? late : error, g_steal_pointer(&failure));
        return is_late;
    }
    if (!check_number(listed, message, error) || !check_receipt(context, message, error) ||
        !guichet_trusted_time_raise(context->root, message->issued_us, error) ||
        !guichet_outbox_apply(context->outbox, message, der, error))
        return FALSE;
    *applied += 1;
    return TRUE;
}

static gboolean
check_order(gint64 number, gint64 expected, GError **error)
{
    if (number == expected)
        return TRUE;
    g_set_error(
        error, GUICHET_ERROR, GUICHET_ERROR_STATE,
        _("Le fil du centre donne le message n° %" PRId64 " au lieu du n° %" PRId64 " : refusé"),
        number, expected);
    return FALSE;
}

/* Where the reading of the feed stands. */
typedef struct {
    const GuichetSyncContext *context;
    GuichetHttp *http;
    gint64 position; /* last number seen */
    guint *applied;
    GError *late;
} Reading;

static gboolean
apply_item(Reading *self, JsonNode *node, GError **error)
{
    gint64 number = 0;
    if (!JSON_NODE_HOLDS_OBJECT(node)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, _("Fil du centre illisible"));
        return FALSE;
    }
    JsonObject *item = json_node_get_object(node);
    if (!guichet_json_int(item, "number", 1, G_MAXINT64, "flux", &number, error))
        return FALSE;
    const char *text = guichet_json_string(item, "message", "flux", error);
    if (text == NULL || !check_order(number, self->position + 1, error))
        return FALSE;
    g_autoptr(GBytes) der = decode(text, error);
    if (der == NULL ||
        !guichet_feed_take(self->context, number, der, self->applied, &self->late, error))
        return FALSE;
    self->position = number;
    return TRUE;
}

static JsonNode *
read_page(const GuichetHttpAnswer *answer, JsonArray **messages, GError **error)
{
    g_autoptr(JsonNode) node =
        guichet_json_parse(answer->body->data, answer->body->len, "flux", error);
    if (node == NULL)
        return NULL;
    *messages = guichet_json_array(json_node_get_object(node), "messages", "flux", error);
    if (*messages == NULL)
        return NULL;
    guint count = json_array_get_length(*messages);
    if (count <= ITEMS_MAX)
        return g_steal_pointer(&node);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("Fil du centre : %u messages d’un coup, la limite est de %d"), count, ITEMS_MAX);
    return NULL;
}

/* *@count: messages on the page; 0 ends the feed. */
static gboolean
fetch_page(Reading *self, guint *count, GError **error)
{
    g_autofree char *path = g_strdup_printf("/v1/flux?apres=%" PRId64, self->position);
    GuichetHttpRequest request = {
        .method = "GET", .path = path, .answer_max = GUICHET_JSON_MAX_BYTES};
    g_auto(GuichetHttpAnswer) answer = {0};
    if (!guichet_http_run(self->http, &request, &answer, error))
        return FALSE;
    if (answer.status != 200) {
        g_propagate_error(error, guichet_http_refusal(&answer));
        return FALSE;
    }
    JsonArray *messages = NULL;
    g_autoptr(JsonNode) node = read_page(&answer, &messages, error);
    if (node == NULL)
        return FALSE;
    *count = json_array_get_length(messages);
    for (guint i = 0; i < *count; i++) {
        if (!apply_item(self, json_array_get_element(messages, i), error))
            return FALSE;
    }
    return TRUE;
}

/* Late messages with nothing behind them: told once, then not read again for a while. */
static gboolean
pass_over(const Reading *self, gint64 now_us, GError **error)
{
    gint64 applied = guichet_outbox_get_feed_position(self->context->outbox, error);
    return applied >= 0 &&
           (applied >= self->position ||
            guichet_passed_note(self->context->root, applied, self->position, now_us, error));
}

gboolean
guichet_feed_fetch(const GuichetSyncContext *context, GuichetHttp *http, guint *applied,
                   GError **error)
{
    gint64 now_us = guichet_trusted_time_now(context->root);
    gint64 position = guichet_outbox_get_feed_position(context->outbox, error);
    if (position < 0)
        return FALSE;
    Reading self = {.context = context, .http = http, .applied = applied};
    self.position = guichet_passed_read(context->root, position, now_us);
    guint count = 1;
    gboolean ok = TRUE;
    for (guint page = 0; ok && page < PAGES_MAX && count > 0; page++)
        ok = fetch_page(&self, &count, error);
    g_autoptr(GError) late = g_steal_pointer(&self.late);
    if (!ok || late == NULL)
        return ok;
    if (pass_over(&self, now_us, error))
        g_propagate_error(error, g_steal_pointer(&late));
    return FALSE;
}
