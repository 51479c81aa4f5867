/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib-object.h>

#include "core/message.h"

/**
 * The station's outbox as the sync client sees it: sealed bundles, receipts, feed position. No
 * key to any draft. Implemented by db/ (GuichetOutboxStore). Thread-confined.
 */
typedef struct {
    gint64 sequence;  /* per station, from 1 */
    char *sha256;     /* of the bundle file */
    char *request_id; /* ULID */
    char *path;       /* absolute path of the .asice file */
    gsize size;
    gint64 sealed_us;
    guint attempts;
    gint64 next_attempt_us; /* 0 = now */
    char *last_error;       /* or NULL */
    gboolean received;      /* a verified receipt is stored */
} GuichetOutboxEntry;

void guichet_outbox_entry_free(GuichetOutboxEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetOutboxEntry, guichet_outbox_entry_free)

/** One journey of a courier stick (clé navette): bundles that went out on it. */
typedef struct {
    gint64 number;      /* per station, from 1 */
    char *stick;        /* ULID */
    gint64 left_us;     /* 0: its writing was cut short, nobody may count on it */
    gint64 returned_us; /* 0: not come home */
    guint bundles;
    guint waiting; /* of these, still without a receipt */
} GuichetTrip;

void guichet_trip_free(GuichetTrip *trip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTrip, guichet_trip_free)

#define GUICHET_TYPE_OUTBOX (guichet_outbox_get_type())
G_DECLARE_INTERFACE(GuichetOutbox, guichet_outbox, GUICHET, OUTBOX, GObject)

struct _GuichetOutboxInterface {
    GTypeInterface parent;
    GPtrArray *(*list)(GuichetOutbox *self, gboolean pending_only, GError **error);
    gboolean (*record_attempt)(GuichetOutbox *self, const char *sha256, const char *failure,
                               gint64 next_attempt_us, GError **error);
    gboolean (*record_receipt)(GuichetOutbox *self, const char *sha256, GBytes *receipt,
                               GError **error);
    gint64 (*get_feed_position)(GuichetOutbox *self, GError **error);
    gboolean (*apply)(GuichetOutbox *self, const GuichetMessage *message, GBytes *der,
                      GError **error);
    gint64 (*begin_trip)(GuichetOutbox *self, const char *stick, GError **error);
    gboolean (*record_departure)(GuichetOutbox *self, gint64 trip, GPtrArray *sha256s,
                                 GError **error);
    gboolean (*record_return)(GuichetOutbox *self, gint64 trip, const char *stick, GError **error);
    GPtrArray *(*list_trips)(GuichetOutbox *self, gboolean away_only, GError **error);
};

/* Oldest first (GuichetOutboxEntry*). */
GPtrArray *guichet_outbox_list(GuichetOutbox *self, gboolean pending_only, GError **error);
/* Before an attempt @failure is NULL (state → sending); after a failed one it is the sentence. */
gboolean guichet_outbox_record_attempt(GuichetOutbox *self, const char *sha256, const char *failure,
                                       gint64 next_attempt_us, GError **error);
/* @receipt: the DER message, whose signature and contents the caller has verified. Idempotent.
 * Only this makes the bundle erasable. */
gboolean guichet_outbox_record_receipt(GuichetOutbox *self, const char *sha256, GBytes *receipt,
                                       GError **error);
/* Number of the last applied feed message, 0 at first; -1 on error. */
gint64 guichet_outbox_get_feed_position(GuichetOutbox *self, GError **error);
/* Applies one verified feed message, whose bytes are @der, in one transaction with the feed
 * position; its number must be greater than the position (GUICHET_ERROR_STATE otherwise). A word
 * about an unknown bundle moves the position and changes nothing else. An impossible transition is
 * recorded in the journal, moves the position, and changes no state. */
gboolean guichet_outbox_apply(GuichetOutbox *self, const GuichetMessage *message, GBytes *der,
                              GError **error);

/* The number of a new trip, or -1. It counts as away only from its departure on. */
gint64 guichet_outbox_begin_trip(GuichetOutbox *self, const char *stick, GError **error);
/* The stick holds the bundles @sha256s (char*) and its list, durably. */
gboolean guichet_outbox_record_departure(GuichetOutbox *self, gint64 trip, GPtrArray *sha256s,
                                         GError **error);
/* The centre's answer to that trip of that stick was read here. Idempotent; a trip that this
 * station never made is GUICHET_ERROR_NOT_FOUND. */
gboolean guichet_outbox_record_return(GuichetOutbox *self, gint64 trip, const char *stick,
                                      GError **error);
/* Newest first (GuichetTrip*); @away_only: departed, not returned, and some bundle of it still
 * without a receipt. */
GPtrArray *guichet_outbox_list_trips(GuichetOutbox *self, gboolean away_only, GError **error);
