/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"
#include "db/draft.h"
#include "db/store.h"

/* The parts of GuichetStore: store.c (opening, agents, upkeep), store-requests.c,
 * store-pieces.c, store-seal.c. */
struct _GuichetStore {
    GObject parent;
    GuichetDatabase *database;
    GuichetSecret *kek;   /* NULL when locked, at the kiosk, and for a technician */
    GuichetSecret *kiosk; /* the kiosk's key; NULL when locked, or where there never was one */
    GuichetUserRole role; /* of the agent */
    char *agent;          /* NULL when locked */
    GuichetPatience patience;
    const gint *gone; /* borrowed, read atomically; NULL = nobody watches */
};

/* Locks when what opened the session is gone: first in all that uses a key. */
void guichet_store_heed(GuichetStore *self);

/* Pieces of an open draft without content (GuichetPiece*), by kind then ordinal. */
GPtrArray *guichet_store_read_pieces(GuichetStore *self, const GuichetDraft *draft, GError **error);
/* Sets updated_us; inside the caller's transaction. */
gboolean guichet_store_touch(GuichetStore *self, const char *request_id, GError **error);
/* Inside the caller's transaction. */
gboolean guichet_store_insert_bundle(GuichetStore *self, const GuichetSealRecord *record,
                                     gint64 sealed_us, GError **error);
gboolean guichet_store_set_bundle_erased(GuichetStore *self, const char *request_id,
                                         GError **error);
gboolean guichet_store_insert_procedure(GuichetStore *self, GuichetProcedure *procedure,
                                        GError **error);
