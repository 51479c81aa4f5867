/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"

/**
 * The signed lists of a courier stick: what a station sends out ("navette/1", signed by its
 * station-sign key) and what the centre sends home ("navette-retour/1", centre-receipt). CMS as
 * receipts and messages have it, FORMAT.md §11. The list says what should be there; each bundle,
 * receipt and message counts by its own signature.
 */
#define GUICHET_COURIER_LIST_MAX_BYTES (1024 * 1024)
#define GUICHET_COURIER_MAX_BUNDLES 4000
#define GUICHET_COURIER_MAX_MESSAGES 2000
#define GUICHET_COURIER_REASON_MAX_BYTES 160 /* so that a list of refusals fits too */

typedef struct {
    char *sha256;
    gint64 sequence; /* of an outgoing one */
    gsize size;      /* likewise */
    char *reason;    /* why the centre refused it; NULL = received */
} GuichetCourierItem;
GuichetCourierItem *guichet_courier_item_new(const char *sha256, gint64 sequence, gsize size);
/* @reason NULL: received. */
GuichetCourierItem *guichet_courier_item_new_verdict(const char *sha256, const char *reason);
void guichet_courier_item_free(GuichetCourierItem *item);

typedef struct {
    char *station;
    char *stick; /* ULID, as the station read it */
    gint64 trip; /* of that station, from 1 */
    gint64 made_us;
    gint64 feed;      /* out: the last message that the station has applied; home: the last one
                       * that the stick carries, 0 = none */
    GPtrArray *items; /* GuichetCourierItem* */
} GuichetCourierList;
GuichetCourierList *guichet_courier_list_new(const char *station, const char *stick, gint64 trip);
void guichet_courier_list_free(GuichetCourierList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCourierList, guichet_courier_list_free)

/* @home: the centre's word. GUICHET_ERROR_ARGUMENT for what no reader would take. */
GBytes *guichet_courier_list_sign(const GuichetCourierList *list, gboolean home, GuichetKey *key,
                                  GuichetCertificate *certificate, GError **error);
/* Signature, chain, role at @at_us, shape; a way out must be signed by the station that it names
 * (GUICHET_ERROR_MISMATCH). */
GuichetCourierList *guichet_courier_list_verify(GBytes *der, gboolean home, GuichetTrust *trust,
                                                gint64 at_us, GError **error);
