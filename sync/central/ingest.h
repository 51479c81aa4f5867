/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"
#include "sync/central/spool.h"

/**
 * From the last byte to the receipt. The order is the contract: SHA-256 equals the announced one,
 * the outer signature, chain and role hold, the signer is the connected station, the file is
 * durable in depots/, the receipt is signed, and row and receipt are one transaction. Only then
 * does guichet_ingest_finish return TRUE, and only then may the last byte be acknowledged.
 */
typedef struct {
    gsize length;
    gsize offset;
    gboolean held; /* there is a row and a receipt */
} GuichetIngestState;

/* What the centre has of that bundle. A whole file without a row (killed in between) is finished
 * first. GUICHET_ERROR_NOT_FOUND also for another station's deposit. */
gboolean guichet_ingest_look(GuichetCentre *centre, const char *station, const char *sha256,
                             GuichetIngestState *state, GError **error);
/* TRUE with the row, or with *@deposit NULL when nobody has deposited it. Another station's is
 * GUICHET_ERROR_NOT_FOUND: whoever goes on to the spool must have heard this first, for a file in
 * depots/ does not say whose it is. */
gboolean guichet_ingest_find(GuichetCentre *centre, const char *station, const char *sha256,
                             GuichetDeposit **deposit, GError **error);
/* @upload must be whole and locked. When the bundle itself is at fault its file is removed and
 * guichet_ingest_is_refusal(*error) holds; any other failure keeps it for a later try. */
gboolean guichet_ingest_finish(GuichetCentre *centre, const char *station, GuichetUpload *upload,
                               GError **error);
/* Is the error the bundle's fault (so that sending it again is senseless)? */
gboolean guichet_ingest_is_refusal(const GError *error);
