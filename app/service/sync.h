/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/client.h"

/* One round of synchronisation of the station at @root, as guichet-syncd makes it; for
 * `guichetctl sync once`. Blocking; opens the network, so never from the window. */
gboolean guichet_station_sync(const char *root, gboolean force, GuichetSyncResult *result,
                              GError **error);
/* What waits and what was received, oldest first (GuichetOutboxEntry*). */
GPtrArray *guichet_station_list_outbox(const char *root, GError **error);
