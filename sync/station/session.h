/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/courier.h"

/**
 * What rounds need of a station's folder: its address and name, its TLS key, its roots; and the
 * lock run/sync.lock, which keeps guichet-syncd and `guichetctl sync …` apart.
 */
typedef struct _GuichetSyncSession GuichetSyncSession;

/* GUICHET_ERROR_STATE before the enrolment. */
GuichetSyncSession *guichet_sync_session_new(const char *root, GError **error);
void guichet_sync_session_free(GuichetSyncSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetSyncSession, guichet_sync_session_free)

/* Where the rounds read and write, before the first of them; takes a reference. */
void guichet_sync_session_set_outbox(GuichetSyncSession *self, GuichetOutbox *outbox);
const char *guichet_sync_session_get_root(GuichetSyncSession *self);
/* One guichet_sync_round() under the lock; GUICHET_ERROR_BUSY when another process is at it. */
gboolean guichet_sync_session_run(GuichetSyncSession *self, gboolean force,
                                  GCancellable *cancellable, GuichetSyncResult *result,
                                  GError **error);
/* The courier stick at @folder, likewise under the lock; waits a minute for a round to end. */
gboolean guichet_sync_session_export(GuichetSyncSession *self, GuichetKey *key,
                                     GuichetCertificate *certificate, const char *folder,
                                     const GuichetCourierWatch *watch, GuichetCourierOut *out,
                                     GError **error);
gboolean guichet_sync_session_import(GuichetSyncSession *self, const char *folder,
                                     const GuichetCourierWatch *watch, GuichetCourierHome *home,
                                     GError **error);
