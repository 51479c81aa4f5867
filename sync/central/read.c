/* SPDX-License-Identifier: EUPL-1.2 */
/* What a station reads: its receipts, its feed, the centre's health. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "sync/central/exchange.h"
#include "sync/central/ingest.h"
#include "sync/central/json.h"

#define FEED_ITEMS_MAX 100
/* the reader at the other end refuses more than GUICHET_JSON_MAX_BYTES */
#define FEED_BYTES_MAX (GUICHET_JSON_MAX_BYTES * 3 / 4)

static enum MHD_Result
reply_failure(GuichetExchange *self, GError *failure)
{
    guichet_exchange_refuse(self, guichet_exchange_status_of(failure), failure);
    return guichet_exchange_reply_refusal(self);
}

static enum MHD_Result
reply_json(GuichetExchange *self, JsonObject *object)
{
    g_autofree char *text = guichet_central_json_line(object);
    return guichet_exchange_reply(self, MHD_HTTP_OK, NULL, "application/json", text, strlen(text));
}

static enum MHD_Result
end_receipt(GuichetExchange *self)
{
    GError *failure = NULL;
    g_autoptr(GuichetDeposit) deposit = NULL;
    if (!guichet_ingest_find(self->centre, self->station, self->sha256, &deposit, &failure))
        return reply_failure(self, failure);
    if (deposit == NULL || deposit->receipt == NULL)
        return reply_failure(self, g_error_new(GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                                               _("Pas d’accusé pour ce dépôt")));
    gsize size = 0;
    const void *der = g_bytes_get_data(deposit->receipt, &size);
    return guichet_exchange_reply(self, MHD_HTTP_OK, NULL,
                                  "application/pkcs7-mime; smime-type=signed-data", der, size);
}

static JsonArray *
feed_items(GPtrArray *items)
{
    JsonArray *array = json_array_new();
    gsize total = 0;
    for (guint i = 0; i < items->len; i++) {
        const GuichetFeedItem *item = g_ptr_array_index(items, i);
        gsize size = 0;
        const guchar *der = g_bytes_get_data(item->message, &size);
        g_autofree char *text = g_base64_encode(der, size);
        total += strlen(text) + 64;
        if (i > 0 && total > FEED_BYTES_MAX)
            break; /* the station asks again from here */
        JsonObject *object = json_object_new();
        json_object_set_int_member(object, "number", item->number);
        json_object_set_string_member(object, "message", text);
        json_array_add_object_element(array, object);
    }
    return array;
}

static enum MHD_Result
end_feed(GuichetExchange *self)
{
    guint64 after = 0;
    const char *text =
        MHD_lookup_connection_value(self->connection, MHD_GET_ARGUMENT_KIND, "apres");
    if (text != NULL && !guichet_exchange_parse_number(text, G_MAXINT64, &after)) {
        guichet_exchange_refuse(self, MHD_HTTP_BAD_REQUEST,
                                g_error_new(GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                                            _("« apres » doit être un nombre")));
        return guichet_exchange_reply_refusal(self);
    }
    GError *failure = NULL;
    g_autoptr(GPtrArray) items = guichet_depot_read_feed(self->centre->depot, self->station,
                                                         (gint64)after, FEED_ITEMS_MAX, &failure);
    if (items == NULL)
        return reply_failure(self, failure);
    JsonObject *object = json_object_new();
    json_object_set_array_member(object, "messages", feed_items(items));
    return reply_json(self, object);
}

static enum MHD_Result
end_health(GuichetExchange *self)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "centre", self->centre->name);
    json_object_set_string_member(object, "station", self->station);
    return reply_json(self, object);
}

const GuichetRoute guichet_read_routes[] = {
    {"GET", "/v1/recus/", FALSE, NULL, end_receipt},
    {"GET", "/v1/flux", FALSE, NULL, end_feed},
    {"GET", "/v1/sante", FALSE, NULL, end_health},
    {NULL},
};
