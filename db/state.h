/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/request.h"
#include "db/database.h"

/** The state of a request's row (private to db/); both inside the caller's transaction. */

/* GUICHET_ERROR_NOT_FOUND for an unknown request, CORRUPT for an unknown name. */
gboolean guichet_state_read(GuichetDatabase *database, const char *request,
                            GuichetRequestState *state, GError **error);
/* Takes the transition if core's table allows it (GUICHET_ERROR_STATE otherwise) and appends
 * "request-<state>" to the journal. */
gboolean guichet_state_move(GuichetDatabase *database, const char *request, GuichetRequestState to,
                            GError **error);
/* The same without a journal entry: for repeated attempts to send, which the outbox row counts,
 * so that a month without a network does not fill the journal. */
gboolean guichet_state_move_quietly(GuichetDatabase *database, const char *request,
                                    GuichetRequestState to, GError **error);
