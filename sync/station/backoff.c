/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/backoff.h"

#define DOUBLINGS_MAX 16 /* base·2¹⁶ is beyond the cap, and shifts no bit out */

gint64
guichet_backoff_us(guint failures)
{
    gint64 base = GUICHET_BACKOFF_BASE_US;
    gint64 ceiling = MIN(base << MIN(failures, DOUBLINGS_MAX), (gint64)GUICHET_BACKOFF_CAP_US);
    return (gint64)g_random_double_range((double)G_USEC_PER_SEC, (double)ceiling);
}
