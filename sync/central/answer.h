/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"

/* Appends a signed status about a deposit to the feed of the station that made it, valid for 400
 * days. @state: "received", "in-progress", "supplement-asked", "refused", "title-ready",
 * "handed-over" or "destroyed". @text: French, for the agent, ≤ 500 characters. Returns the
 * message's number in that feed, or -1. */
gint64 guichet_centre_answer(GuichetCentre *centre, const char *sha256, const char *state,
                             const char *text, GError **error);
