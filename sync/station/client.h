/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/outbox.h"
#include "sync/bundle/pki.h"

/**
 * One round of synchronisation with the centre: uploads what waits (tus 1.0 over mutual TLS),
 * fetches and verifies receipts, then applies new feed messages. Blocking; run it in a thread or
 * in guichet-syncd. A broken bundle never holds up the next one.
 */
typedef struct {
    const char *centre_url; /* "https://host:port" */
    const char *station;    /* our id */
    const char *tls_certificate_path, *tls_key_path, *tls_ca_path;
    GuichetTrust *trust; /* for receipts and messages */
    GuichetOutbox *outbox;
    const char *root; /* of the station, for its time floor (core/trusted-time.h); NULL: none */
} GuichetSyncContext;

typedef struct {
    guint uploaded; /* bundles newly received by the centre */
    guint failed;   /* bundles that could not be sent now */
    guint messages; /* feed messages applied */
    guint64 bytes;  /* sent */
    char *reason;   /* first failure in words, or NULL */
} GuichetSyncResult;
void guichet_sync_result_clear(GuichetSyncResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetSyncResult, guichet_sync_result_clear)

/* FALSE only when nothing could be tried (no network, TLS refused, store unusable): *error says
 * which; otherwise *result tells. Waits next_attempt_us of entries unless @force. */
gboolean guichet_sync_round(const GuichetSyncContext *context, gboolean force,
                            GCancellable *cancellable, GuichetSyncResult *result, GError **error);

/* Verifies that @der is the centre's receipt for that bundle of this station, and only then records
 * it; by whatever road it came. */
gboolean guichet_client_take_receipt(const GuichetSyncContext *context, const char *sha256,
                                     GBytes *der, GError **error);
