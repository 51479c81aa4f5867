/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Who sits in front of a station, and what each may do (DESIGN §2, §10). A role is kept with the
 * agent (db/SCHEMA.md) and may only be narrowed by --role; app/service asks before each use-case,
 * so that a screen or a command line that forgets to ask gives nothing away.
 */
typedef enum {
    GUICHET_USER_ROLE_AGENT,
    GUICHET_USER_ROLE_MEDIATOR,   /* helps a person: the agent's work without biometrics */
    GUICHET_USER_ROLE_CITIZEN,    /* alone at a self-service kiosk: one draft, one's own */
    GUICHET_USER_ROLE_TECHNICIAN, /* machines, never a person's data */
    GUICHET_USER_ROLE_N
} GuichetUserRole;

typedef enum {
    GUICHET_ACTION_CONSULT,    /* public things: procedures, a code that somebody holds */
    GUICHET_ACTION_DRAFT,      /* begin and fill a request */
    GUICHET_ACTION_LIST,       /* see the station's requests, open those of others */
    GUICHET_ACTION_BIOMETRICS, /* take a photo, fingerprints, a signature */
    GUICHET_ACTION_DEPOSIT,    /* seal a request, print its proof */
    GUICHET_ACTION_HAND_OVER,  /* give a title to its holder */
    GUICHET_ACTION_SYNC,       /* send, fetch, carry by stick */
    GUICHET_ACTION_AGENTS,     /* add and revoke agents, renew keys, answer for a restored copy */
    GUICHET_ACTION_DEVICES,    /* list, choose and test devices */
    GUICHET_ACTION_MAINTAIN,   /* init, enrol, check, back up, update */
    GUICHET_ACTION_N
} GuichetAction;

/* "agent", "mediator", "citizen", "technician". Static. */
const char *guichet_user_role_name(GuichetUserRole role);
/* French, for a screen: "Agent", "Médiateur" … Static, translated. */
const char *guichet_user_role_label(GuichetUserRole role);
gboolean guichet_user_role_from_name(const char *name, GuichetUserRole *role);
/* GUICHET_ERROR_ARGUMENT names the four. */
gboolean guichet_user_role_parse(const char *name, GuichetUserRole *role, GError **error);

gboolean guichet_user_role_may(GuichetUserRole role, GuichetAction action);
/* GUICHET_ERROR_DENIED says what the role may not do, and who may. */
gboolean guichet_user_role_check(GuichetUserRole role, GuichetAction action, GError **error);
/* May somebody whose own role is @own work as @wanted? Nobody becomes more than what he is. */
gboolean guichet_user_role_covers(GuichetUserRole own, GuichetUserRole wanted);
