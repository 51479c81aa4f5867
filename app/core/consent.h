/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/request.h"

/**
 * A person's consent (accord): who wanted a request that somebody else fills for them, how they
 * said so, for what, and on which day. It is part of the request, as its fields are, under ids that
 * no procedure has; it leaves in the sealed bundle (sync/bundle/FORMAT.md §6, "accord") and never
 * in the journal. Whether it is asked is policy (core/consent-policy.h).
 */
typedef enum {
    GUICHET_CONSENT_PRESENT,        /* the person is here and says yes */
    GUICHET_CONSENT_MANDATE,        /* a signed mandate, which is scanned */
    GUICHET_CONSENT_REPRESENTATIVE, /* a parent, a guardian: somebody whom the law names */
    GUICHET_CONSENT_N_WAYS
} GuichetConsentWay;

typedef struct {
    char *who; /* who consents */
    GuichetConsentWay way;
    char *capacity; /* of a representative: « mère », « tuteur »; "" otherwise */
    char *scope;    /* for what */
    char *date;     /* "YYYY-MM-DD" */
    char *helper;   /* the agent who noted it */
} GuichetConsent;

void guichet_consent_clear(GuichetConsent *consent);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetConsent, guichet_consent_clear)

/* "present", "mandate", "representative". Static. */
const char *guichet_consent_way_name(GuichetConsentWay way);
/* For a screen and a page, and the sentence that helps to choose it. Static, translated. */
const char *guichet_consent_way_label(GuichetConsentWay way);
const char *guichet_consent_way_hint(GuichetConsentWay way);
/* GUICHET_ERROR_ARGUMENT names the three. */
gboolean guichet_consent_way_parse(const char *name, GuichetConsentWay *way, GError **error);
/* Must a paper be scanned with it? */
gboolean guichet_consent_way_needs_paper(GuichetConsentWay way);

/* What the request holds; FALSE (and *@consent untouched) when nothing was noted. Owned by the
 * caller. */
gboolean guichet_consent_read(GuichetRequest *request, GuichetConsent *consent);
/* Tidies @consent as fields are tidied, in place. GUICHET_ERROR_ARGUMENT says what to write
 * instead; a day after @today ("YYYY-MM-DD") is refused. */
gboolean guichet_consent_settle(GuichetConsent *consent, const char *today, GError **error);
/* As the store keeps it: id → value. */
GHashTable *guichet_consent_to_fields(const GuichetConsent *consent);
/* Is @id one of those? */
gboolean guichet_consent_owns_field(const char *id);

/* The paper of a consent: a piece that every request may have beside those of its procedure. */
#define GUICHET_CONSENT_PIECE "consent-mandate"
/* The piece of that id: of @procedure, or the paper of a consent; NULL when there is none.
 * Borrowed, lives as long as the procedure or for ever. */
GuichetPieceSpec *guichet_consent_find_piece(GuichetProcedure *procedure, const char *id);

/* The steps of the assistant at which it is noted and its paper scanned; no procedure has them. */
#define GUICHET_CONSENT_STEP "~consent"
#define GUICHET_CONSENT_PAPER_STEP "~consent-paper"
/* Appends to @gaps (GuichetGap*) what is missing: all of it, or the paper. */
void guichet_consent_add_gaps(GuichetRequest *request, const char *why, GPtrArray *gaps);
