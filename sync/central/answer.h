/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/message.h"
#include "sync/central/centre.h"

/**
 * What the centre says to its stations: each call appends one signed message, valid for 400 days,
 * to the feed of one of them, and returns its number there, or -1. Texts are French, for the agent,
 * ≤ 500 characters.
 */

/* About a deposit. @state: "received", "in-progress", "supplement-asked", "refused",
 * "title-ready", "handed-over" or "destroyed". */
gint64 guichet_centre_answer(GuichetCentre *centre, const char *sha256, const char *state,
                             const char *text, GError **error);
/* @pieces of the deposit are to be captured anew until @deadline_us. */
gint64 guichet_centre_ask(GuichetCentre *centre, const char *sha256, char **pieces,
                          gint64 deadline_us, const char *text, GError **error);
/* The title of that number is at the desk, for its holder to collect before @before_us. Only a
 * digest of the number is said. */
gint64 guichet_centre_tell_ready(GuichetCentre *centre, const char *sha256, const char *number,
                                 gint64 before_us, const char *text, GError **error);
/* An appointment at @appointment->station: reference, at_us, minutes, persons, procedure_id, and
 * state "booked" or "cancelled". The same reference again replaces it. */
gint64 guichet_centre_book(GuichetCentre *centre, const GuichetMessage *appointment,
                           GError **error);
