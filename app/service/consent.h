/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/consent-policy.h"
#include "core/consent.h"
#include "service/desk.h"

/**
 * The consent of the person for whom somebody else fills a request (core/consent.h): noted before
 * the seal, which lacks it where policy asks it of the role. The journal learns that it was noted,
 * for which request and how ("consent-noted"), never by whom.
 */

/* ROOT/policy/consent.json, or what is compiled in. */
GuichetConsentPolicy *guichet_desk_load_consent_policy(GuichetDesk *self, GError **error);
/* *asks: may the role of this session not seal without it? */
gboolean guichet_desk_asks_consent(GuichetDesk *self, gboolean *asks, GError **error);

/* Notes @consent, tidied; @scope NULL or "" is the policy's, @date NULL or "" is today, the helper
 * is whoever is in session. GUICHET_ERROR_ARGUMENT says what to write instead. */
gboolean guichet_desk_set_consent(GuichetDesk *self, const char *request_id,
                                  const GuichetConsent *consent, GError **error);
/* The mandate to sign, filled in as far as the request knows: one A4 page, PDF. @who "" leaves a
 * line to write on. */
GBytes *guichet_desk_make_mandate(GuichetDesk *self, const char *request_id, const char *who,
                                  GError **error);
