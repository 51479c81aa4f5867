/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/outbox.h"
#include "db/database.h"

/** The courier stick's journeys, as rows (private to db/): core/outbox.h says what they mean. */
gint64 guichet_trip_begin(GuichetDatabase *database, const char *stick, GError **error);
gboolean guichet_trip_leave(GuichetDatabase *database, gint64 trip, GPtrArray *sha256s,
                            GError **error);
gboolean guichet_trip_return(GuichetDatabase *database, gint64 trip, const char *stick,
                             GError **error);
GPtrArray *guichet_trip_list(GuichetDatabase *database, gboolean away_only, GError **error);
