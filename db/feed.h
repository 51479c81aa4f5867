/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/message.h"
#include "db/database.h"

/** What the centre says, as rows (private to db/): one transaction a message (core/outbox.h). */

/* Number of the last applied message, 0 at first; -1 on error. */
gint64 guichet_feed_position(GuichetDatabase *database, GError **error);
gboolean guichet_feed_apply(GuichetDatabase *database, const GuichetMessage *message, GBytes *der,
                            GError **error);
