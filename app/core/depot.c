/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/depot.h"

G_DEFINE_INTERFACE(GuichetDepot, guichet_depot, G_TYPE_OBJECT)

static void
guichet_depot_default_init(GuichetDepotInterface *iface)
{
}

void
guichet_deposit_free(GuichetDeposit *deposit)
{
    if (deposit == NULL)
        return;
    g_free(deposit->sha256);
    g_free(deposit->station);
    g_free(deposit->previous);
    g_free(deposit->path);
    g_clear_pointer(&deposit->receipt, g_bytes_unref);
    g_free(deposit);
}

void
guichet_feed_item_free(GuichetFeedItem *item)
{
    if (item == NULL)
        return;
    g_clear_pointer(&item->message, g_bytes_unref);
    g_free(item);
}

gboolean
guichet_depot_add_station(GuichetDepot *self, const char *station, const char *name,
                          const char *tls_fingerprint, const char *sign_certificate_pem,
                          GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->add_station(self, station, name, tls_fingerprint,
                                                      sign_certificate_pem, error);
}

char *
guichet_depot_find_station(GuichetDepot *self, const char *tls_fingerprint, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->find_station(self, tls_fingerprint, error);
}

char *
guichet_depot_find_certificate(GuichetDepot *self, const char *station, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->find_certificate(self, station, error);
}

gboolean
guichet_depot_insert(GuichetDepot *self, const GuichetDeposit *deposit, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->insert(self, deposit, error);
}

GuichetDeposit *
guichet_depot_find(GuichetDepot *self, const char *sha256, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->find(self, sha256, error);
}

GPtrArray *
guichet_depot_list(GuichetDepot *self, const char *station, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->list(self, station, error);
}

gint64
guichet_depot_append_feed(GuichetDepot *self, const char *station,
                          GBytes *(*sign)(gint64 number, gpointer data, GError **error),
                          gpointer data, GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->append_feed(self, station, sign, data, error);
}

GPtrArray *
guichet_depot_read_feed(GuichetDepot *self, const char *station, gint64 after, guint limit,
                        GError **error)
{
    return GUICHET_DEPOT_GET_IFACE(self)->read_feed(self, station, after, limit, error);
}
