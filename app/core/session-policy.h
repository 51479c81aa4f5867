/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Who may open a session, and for how long: assets/policy/session.json (profile "session/1";
 * format: the README beside it, session.schema.json).
 */
#define GUICHET_SESSION_POLICY_MAX_BYTES (64 * 1024)
#define GUICHET_SESSION_POLICY_FILE "policy/session.json" /* below a station's root */

typedef struct {
    guint idle_seconds;         /* nobody there: the session locks */
    guint warn_seconds;         /* before that, it is announced */
    guint free_attempts;        /* wrong ones without a wait */
    guint first_wait_seconds;   /* doubled with each further one … */
    guint longest_wait_seconds; /* … up to this */
    guint offline_days;         /* of use without a word from the centre, then nobody gets in */
    guint offline_warn_days;    /* before that, it is announced */
    guint off_per_running;      /* hours off that an hour of running vouches for */
    GStrv modules;              /* absolute paths of the PKCS#11 modules that may be loaded */
    char *lock_why, *attempts_why, *offline_why, *cards_why;
} GuichetSessionPolicy;

void guichet_session_policy_free(GuichetSessionPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetSessionPolicy, guichet_session_policy_free)

/* Strict, as guichet_retention_policy_new(). GUICHET_ERROR_MALFORMED. */
GuichetSessionPolicy *guichet_session_policy_new(const void *bytes, gsize size, const char *what,
                                                 GError **error);
/* GUICHET_ERROR_DENIED, with what to do, for a module that the policy does not name. */
gboolean guichet_session_policy_allows(const GuichetSessionPolicy *policy, const char *module,
                                       GError **error);
