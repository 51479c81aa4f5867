/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/courier.h"

/* One round of synchronisation of the station at @root, as guichet-syncd makes it; for
 * `guichetctl sync once`. Blocking; opens the network, so never from the window. */
gboolean guichet_station_sync(const char *root, gboolean force, GuichetSyncResult *result,
                              GError **error);
/* What waits and what was received, oldest first (GuichetOutboxEntry*). */
GPtrArray *guichet_station_list_outbox(const char *root, GError **error);
/* The courier stick mounted at @folder (sync/station/courier.h): out with what waits, home with
 * receipts and the feed. Blocking; opens no network. GUICHET_ERROR_BUSY beside a round. */
gboolean guichet_station_export(const char *root, const char *folder,
                                const GuichetCourierWatch *watch, GuichetCourierOut *out,
                                GError **error);
gboolean guichet_station_import(const char *root, const char *folder,
                                const GuichetCourierWatch *watch, GuichetCourierHome *home,
                                GError **error);
/* Newest first (GuichetTrip*); @away_only as in core/outbox.h. */
GPtrArray *guichet_station_list_trips(const char *root, gboolean away_only, GError **error);
