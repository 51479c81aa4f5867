/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/procedure.h"

/**
 * What a request means for the person who makes it: what to bring, what to pay, and when; each
 * with its reason in plain words. Computed from the answers of the moment, also from a few of them.
 */
typedef struct {
    const GuichetPieceSpec *spec; /* borrowed from the procedure */
    gboolean required;            /* else useful, where there is one */
} GuichetNeed;

typedef struct {
    char *id;
    char *label;
    GuichetChargeKind kind;
    gboolean known;    /* FALSE: the files do not give the amount; remedy says where it is found */
    gint64 cents;      /* 0 = free, said with its reason */
    gboolean estimate; /* never to be shown without that word */
    char *reason;      /* or NULL */
    char *remedy;      /* or NULL */
    char *source;
} GuichetCharge;

typedef struct {
    char *id;
    char *label;
    GuichetDeadlineKind kind;
    char *date;      /* "YYYY-MM-DD", or NULL when it is not known; then remedy says why */
    gboolean passed; /* a limit before the day of judging */
    gboolean estimate;
    char *reason;
    char *remedy; /* or NULL */
    char *source;
} GuichetDeadline;

typedef struct {
    GPtrArray *needs;     /* GuichetNeed*, in the order of the steps, required ones first */
    GPtrArray *charges;   /* GuichetCharge*, those due now */
    GPtrArray *deadlines; /* GuichetDeadline* */
    gint64 total_cents;   /* of what is known */
    gboolean total_known; /* no amount is missing from it */
    gboolean total_estimate;
} GuichetAssessment;

/* @rule_data as guichet_request_rule_data() gives it. NULL only on a broken rule. */
GuichetAssessment *guichet_assess(GuichetProcedure *procedure, JsonNode *rule_data, GError **error);
void guichet_assessment_free(GuichetAssessment *assessment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetAssessment, guichet_assessment_free)

/* "25 €", "2,76 €". Caller frees. */
char *guichet_euros_text(gint64 cents);
/* "1er mars 2027" of "2027-03-01". Caller frees. */
char *guichet_day_text(const char *day);
