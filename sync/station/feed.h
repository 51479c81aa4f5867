/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/client.h"
#include "sync/station/http.h"

/**
 * The centre's feed: numbered, signed messages, applied in order, each in one transaction with
 * the position. Refused, and nothing after it read: a signature that does not hold, another
 * station's message, a number that goes back or jumps, a number in the listing that is not the
 * signed one, a message from the time to come. One whose period is over is passed: the others are
 * still applied, then it is told as GUICHET_ERROR_EXPIRED, once a day (passed.h).
 */

/* *@applied counts what was applied, also on failure. */
gboolean guichet_feed_fetch(const GuichetSyncContext *context, GuichetHttp *http, guint *applied,
                            GError **error);

/* The message listed as @listed, which must be the next one, by whatever road it came. TRUE and
 * *@late (unless set) when it is out of its period and was passed over. */
gboolean guichet_feed_take(const GuichetSyncContext *context, gint64 listed, GBytes *der,
                           guint *applied, GError **late, GError **error);
