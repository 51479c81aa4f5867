/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/outbox.h"

G_DEFINE_INTERFACE(GuichetOutbox, guichet_outbox, G_TYPE_OBJECT)

static void
guichet_outbox_default_init(GuichetOutboxInterface *iface)
{
}

void
guichet_outbox_entry_free(GuichetOutboxEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->sha256);
    g_free(entry->request_id);
    g_free(entry->path);
    g_free(entry->last_error);
    g_free(entry);
}

void
guichet_trip_free(GuichetTrip *trip)
{
    if (trip == NULL)
        return;
    g_free(trip->stick);
    g_free(trip);
}

GPtrArray *
guichet_outbox_list(GuichetOutbox *self, gboolean pending_only, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->list(self, pending_only, error);
}

gboolean
guichet_outbox_record_attempt(GuichetOutbox *self, const char *sha256, const char *failure,
                              gint64 next_attempt_us, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->record_attempt(self, sha256, failure, next_attempt_us,
                                                          error);
}

gboolean
guichet_outbox_record_receipt(GuichetOutbox *self, const char *sha256, GBytes *receipt,
                              GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->record_receipt(self, sha256, receipt, error);
}

gint64
guichet_outbox_get_feed_position(GuichetOutbox *self, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->get_feed_position(self, error);
}

gboolean
guichet_outbox_apply(GuichetOutbox *self, const GuichetMessage *message, GBytes *der,
                     GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->apply(self, message, der, error);
}

gint64
guichet_outbox_begin_trip(GuichetOutbox *self, const char *stick, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->begin_trip(self, stick, error);
}

gboolean
guichet_outbox_record_departure(GuichetOutbox *self, gint64 trip, GPtrArray *sha256s,
                                GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->record_departure(self, trip, sha256s, error);
}

gboolean
guichet_outbox_record_return(GuichetOutbox *self, gint64 trip, const char *stick, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->record_return(self, trip, stick, error);
}

GPtrArray *
guichet_outbox_list_trips(GuichetOutbox *self, gboolean away_only, GError **error)
{
    return GUICHET_OUTBOX_GET_IFACE(self)->list_trips(self, away_only, error);
}
