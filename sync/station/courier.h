/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/client.h"

/**
 * The courier stick at the station (FORMAT.md §11): what waits goes out on it, receipts and the
 * feed come home on it, with the same bytes and the same checks as over the network. The bundles
 * stay in the outbox until a receipt is verified, so a lost stick loses nothing.
 *
 * @folder is where the stick is mounted. Blocking; the caller holds the lock of a round
 * (session.h). Errors of the stick: sync/bundle/stick.h.
 */

/** How the caller watches and stops long work; NULL where nobody does. */
typedef struct {
    void (*progress)(guint done, guint all, gpointer data); /* after each file; may be NULL */
    gpointer data;
    GCancellable *cancellable; /* or NULL */
} GuichetCourierWatch;

typedef struct {
    char *stick; /* ULID */
    gint64 trip;
    guint bundles; /* on the stick, durable and read back */
    guint left;    /* that did not fit, or could not be read here */
    guint64 bytes;
    char *reason; /* why something was left, or NULL */
} GuichetCourierOut;
void guichet_courier_out_clear(GuichetCourierOut *out);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetCourierOut, guichet_courier_out_clear)

/* Lays out what waits, oldest first, as far as there is room, then the list, signed with @key.
 * Only then is the trip recorded as departed. Bundles that the centre has are taken off the stick.
 */
gboolean guichet_courier_export(const GuichetSyncContext *context, GuichetKey *key,
                                GuichetCertificate *certificate, const char *folder,
                                const GuichetCourierWatch *watch, GuichetCourierOut *out,
                                GError **error);

typedef struct {
    gint64 trip;    /* that the centre answers, 0 when its list is missing */
    guint receipts; /* newly recorded */
    guint refused;  /* bundles that the centre refused, with its reason (in the outbox) */
    guint messages; /* of the feed, newly applied */
    guint waiting;  /* bundles of ours that still have no receipt */
    char *reason;   /* the first thing that was not taken, or NULL */
} GuichetCourierHome;
void guichet_courier_home_clear(GuichetCourierHome *home);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetCourierHome, guichet_courier_home_clear)

/* Takes what came home; repeating is harmless. Each receipt and message counts by its own
 * signature, so that a torn list or one bad file holds up nothing else. FALSE when the stick
 * brings nothing for this station, or cannot be read. */
gboolean guichet_courier_import(const GuichetSyncContext *context, const char *folder,
                                const GuichetCourierWatch *watch, GuichetCourierHome *home,
                                GError **error);
