/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Full jitter: the wait after the n-th failure in a row is uniform in [1 s, min(cap, base·2ⁿ)]
 * (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), so that stations
 * which failed together do not come back together.
 */
#define GUICHET_BACKOFF_BASE_US (2 * G_USEC_PER_SEC)
#define GUICHET_BACKOFF_CAP_US (900 * G_USEC_PER_SEC)

/* @failures ≥ 1; any size. */
gint64 guichet_backoff_us(guint failures);
