/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib-object.h>

/**
 * The centre's rows (stations, deposits, receipts, feed) as its server sees them. Bundles
 * themselves are immutable files. Implemented by db/ on SQLite (GuichetDepotStore); PostgreSQL
 * comes behind the same interface. Implementations are safe to call from several threads.
 */
typedef struct {
    char *sha256; /* of the bundle file: its identity */
    char *station;
    gint64 sequence;
    char *previous; /* SHA-256 of the station's previous bundle, or NULL for the first */
    gsize size;
    gint64 received_us;
    char *path;      /* relative to the centre's root */
    GBytes *receipt; /* DER; NULL until signed */
} GuichetDeposit;

void guichet_deposit_free(GuichetDeposit *deposit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetDeposit, guichet_deposit_free)

typedef struct {
    gint64 number;   /* per station, from 1, without gaps */
    GBytes *message; /* DER of the signed message */
} GuichetFeedItem;
void guichet_feed_item_free(GuichetFeedItem *item);

#define GUICHET_TYPE_DEPOT (guichet_depot_get_type())
G_DECLARE_INTERFACE(GuichetDepot, guichet_depot, GUICHET, DEPOT, GObject)

struct _GuichetDepotInterface {
    GTypeInterface parent;
    gboolean (*add_station)(GuichetDepot *self, const char *station, const char *name,
                            const char *tls_fingerprint, const char *sign_certificate_pem,
                            GError **error);
    char *(*find_station)(GuichetDepot *self, const char *tls_fingerprint, GError **error);
    char *(*find_certificate)(GuichetDepot *self, const char *station, GError **error);
    gboolean (*insert)(GuichetDepot *self, const GuichetDeposit *deposit, GError **error);
    GuichetDeposit *(*find)(GuichetDepot *self, const char *sha256, GError **error);
    GPtrArray *(*list)(GuichetDepot *self, const char *station, GError **error);
    gint64 (*append_feed)(GuichetDepot *self, const char *station,
                          GBytes *(*sign)(gint64 number, gpointer data, GError **error),
                          gpointer data, GError **error);
    GPtrArray *(*read_feed)(GuichetDepot *self, const char *station, gint64 after, guint limit,
                            GError **error);
};

/* Registers or replaces a station's certificates. @tls_fingerprint: SHA-256 hex of the DER. */
gboolean guichet_depot_add_station(GuichetDepot *self, const char *station, const char *name,
                                   const char *tls_fingerprint, const char *sign_certificate_pem,
                                   GError **error);
/* Station id owning that TLS certificate, or NULL with GUICHET_ERROR_NOT_FOUND. Caller frees. */
char *guichet_depot_find_station(GuichetDepot *self, const char *tls_fingerprint, GError **error);
/* PEM of the signing certificate that the station was given last. Caller frees. */
char *guichet_depot_find_certificate(GuichetDepot *self, const char *station, GError **error);
/* Row and receipt in one transaction. The same sha256 again: TRUE, nothing changed (the stored
 * receipt stays the answer). Another bundle with the same (station, sequence):
 * GUICHET_ERROR_EXISTS. */
gboolean guichet_depot_insert(GuichetDepot *self, const GuichetDeposit *deposit, GError **error);
/* NULL with GUICHET_ERROR_NOT_FOUND. */
GuichetDeposit *guichet_depot_find(GuichetDepot *self, const char *sha256, GError **error);
/* Newest last (GuichetDeposit*); @station NULL = all. */
GPtrArray *guichet_depot_list(GuichetDepot *self, const char *station, GError **error);
/* Takes the station's next feed number, calls @sign with it inside the transaction, stores the
 * message. Returns the number, or -1. */
gint64 guichet_depot_append_feed(GuichetDepot *self, const char *station,
                                 GBytes *(*sign)(gint64 number, gpointer data, GError **error),
                                 gpointer data, GError **error);
/* Messages with number > @after, ascending (GuichetFeedItem*). */
GPtrArray *guichet_depot_read_feed(GuichetDepot *self, const char *station, gint64 after,
                                   guint limit, GError **error);
