/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * Requests that join an earlier one of this station: the supplement that the centre asks for, the
 * hand-over or destruction of a title. Each is a draft like any other, sealed as a bundle of its
 * own that names its parent's; the parent's state moves with the seal.
 */

/* The open draft that joins @parent, or a new one. @procedure_id NULL: a supplement, whose
 * procedure is made of the pieces that the centre asked for (GUICHET_ERROR_STATE unless @parent is
 * in state supplement-asked). Else a procedure that joins, for a @parent in state title-ready. */
GuichetRequest *guichet_desk_join(GuichetDesk *self, const char *parent, const char *procedure_id,
                                  GError **error);
/* What the centre asks of @request_id, and until when. GUICHET_ERROR_NOT_FOUND when it gave no
 * list: then @request's status text is all there is. */
GuichetSupplement *guichet_desk_find_supplement(GuichetDesk *self, const char *request_id,
                                                GError **error);
/* The title that waits for its holder, and until when. GUICHET_ERROR_NOT_FOUND likewise. */
GuichetTitle *guichet_desk_find_title(GuichetDesk *self, const char *request_id, GError **error);

/* Is @number that of the title which the centre sent for @request_id? *matches FALSE is no error:
 * the wrong title must not be given. GUICHET_ERROR_NOT_FOUND when the centre did not say. */
gboolean guichet_desk_check_title(GuichetDesk *self, const char *request_id, const char *number,
                                  gboolean *matches, GError **error);

/** What a day brings. */
typedef struct {
    GPtrArray *appointments; /* GuichetAppointment*, by time */
    GPtrArray *drafts;       /* GuichetRequest*, newest first, as the next two */
    GPtrArray *supplements;  /* asked for, not yet sealed */
    GPtrArray *titles;       /* ready to be handed over */
} GuichetDay;
void guichet_day_clear(GuichetDay *day);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetDay, guichet_day_clear)

/* The local day that holds @at_us; each list a page of at most GUICHET_REQUEST_PAGE. */
gboolean guichet_desk_load_day(GuichetDesk *self, gint64 at_us, GuichetDay *day, GError **error);
/* @state: "arrived", "missed", or "booked" to take either back. Journalled. */
gboolean guichet_desk_mark_appointment(GuichetDesk *self, const char *reference, const char *state,
                                       GError **error);
