/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/kiosk-policy.h"
#include "service/desk.h"

/**
 * The self-service kiosk: a citizen alone with a station.
 *
 * In the citizen's role the desk opens no agent's session but the kiosk's, whose key opens only
 * what was begun at a kiosk; of that, only the one draft that was begun or resumed, until it is
 * left. A citizen deposits nothing: an agent finds the draft in the day's list, or by its ticket,
 * checks who the person is, and goes on with it.
 */
typedef struct {
    GuichetKioskPolicy policy;
    gboolean is_open; /* the slot is there */
} GuichetKioskState;
gboolean guichet_desk_read_kiosk(GuichetDesk *self, GuichetKioskState *state, GError **error);

/* In an agent's session. GUICHET_ERROR_DENIED where policy/kiosk.json does not allow it. */
gboolean guichet_desk_open_kiosk(GuichetDesk *self, GError **error);
/* Anybody who maintains the station may close it. */
gboolean guichet_desk_close_kiosk(GuichetDesk *self, GError **error);

/* --- in the citizen's role --- */
/* The session; GUICHET_ERROR_DENIED when the kiosk is closed or policy no longer allows it. */
gboolean guichet_desk_enter_kiosk(GuichetDesk *self, GError **error);
/* A new draft; *@ticket is its twelve digits, to be shown at once: kept nowhere in clear. */
GuichetRequest *guichet_desk_begin_alone(GuichetDesk *self, const char *procedure_id, char **ticket,
                                         GError **error);
/* What was typed or scanned as a ticket. ARGUMENT (a slip), NOT_FOUND, DENIED (too many). */
GuichetRequest *guichet_desk_resume(GuichetDesk *self, const char *ticket, GError **error);
/* The person is gone: no draft is open any more. */
void guichet_desk_leave(GuichetDesk *self);

/* --- in an agent's or mediator's session --- */
/* The id of the draft of a ticket that a person brings to the desk. Caller frees. */
char *guichet_desk_find_ticket(GuichetDesk *self, const char *ticket, GError **error);
