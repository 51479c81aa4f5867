/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * The audit journal and its witnesses. The chain alone sees a change; who recomputes the whole
 * chain, or puts an older copy of the store back, is seen by the heads that the centre's signed
 * receipts repeat, and by the TPM's counter (witness.h; db/SCHEMA.md, "Journal").
 */
typedef struct {
    gint64 entries;      /* of the chain; 0 when it is broken */
    char *head;          /* SHA-256 hex, or NULL */
    guint receipts;      /* stored receipts, each verified anew */
    gint64 witnessed;    /* the last entry that the centre has countersigned */
    GPtrArray *findings; /* char*, one French sentence each; empty = sound */
    /* SHA-256 (char*) of bundles among them that came with a copy put back: their receipts repeat
     * heads that the copy never had. accept-restore answers for these, and they are no finding
     * from then on. */
    GPtrArray *adopted;
} GuichetAudit;
void guichet_audit_clear(GuichetAudit *audit);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetAudit, guichet_audit_clear)

/* Walks the chain, verifies every stored receipt and asks whether its head lies on the chain.
 * FALSE only when the audit itself failed. */
gboolean guichet_desk_audit(GuichetDesk *self, GuichetAudit *audit, GError **error);
