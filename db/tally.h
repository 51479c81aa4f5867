/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/piece.h"
#include "db/database.h"

/**
 * What is counted while the work goes on (private to db/): each call belongs into the transaction
 * of the change that it counts, so that nothing is counted twice or lost, and no fsync is added.
 */

/* The person goes to @step: what the step before it took is added up. Before the request's own
 * step and instant are written. A rest of more than GUICHET_TALLY_PAUSE_US ends with the last
 * change to the draft. */
#define GUICHET_TALLY_PAUSE_US (20 * G_TIME_SPAN_MINUTE)
gboolean guichet_tally_enter_step(GuichetDatabase *database, const char *request, const char *step,
                                  GError **error);
/* The request is sealed now: its times go into the week's counters, without its number. Steps seen
 * for less than GUICHET_TALLY_LEAST_US were passed by. Before its state is written. */
#define GUICHET_TALLY_LEAST_US (2 * G_TIME_SPAN_SECOND)
gboolean guichet_tally_count_steps(GuichetDatabase *database, const char *request, GError **error);
/* With the draft. */
gboolean guichet_tally_forget_steps(GuichetDatabase *database, const char *request, GError **error);
/* Counts a capture whose attributes have a "quality" of 0 … 100; all others are free. */
gboolean guichet_tally_count_capture(GuichetDatabase *database, const GuichetPiece *piece,
                                     GError **error);

/* The Monday of the local week of @wall_us, "YYYY-MM-DD". Caller frees. */
char *guichet_tally_week(gint64 wall_us);
