/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

#include "core/role.h"

/**
 * Of whom a person's consent is asked, in which words, and the text of the mandate on paper:
 * policy/consent.json (schema: assets/policy/consent.schema.json), in guichet_language_get() of the
 * moment of reading. Immutable.
 */
#define GUICHET_CONSENT_POLICY_FILE "policy/consent.json"
#define GUICHET_CONSENT_POLICY_MAX_BYTES (32 * 1024)

typedef struct {
    guint roles;        /* bits of GuichetUserRole who need it */
    char *why;          /* one sentence: why it is asked */
    char *question;     /* what is read to the person */
    char *scope;        /* for what, unless something else is written */
    char *title;        /* of the page to sign */
    GPtrArray *clauses; /* char*: its paragraphs */
    char *withdrawal;   /* how the person takes it back */
} GuichetConsentPolicy;

/* GUICHET_ERROR_MALFORMED or _LIMIT: "<what>: </json/pointer>: reason". */
GuichetConsentPolicy *guichet_consent_policy_new(GBytes *bytes, const char *what, GError **error);
void guichet_consent_policy_free(GuichetConsentPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetConsentPolicy, guichet_consent_policy_free)
gboolean guichet_consent_policy_asks(const GuichetConsentPolicy *policy, GuichetUserRole role);
