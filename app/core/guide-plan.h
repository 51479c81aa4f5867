/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/guide.h"
#include "core/procedure.h"

/**
 * What the guide has found: a procedure, its first answers, and what to bring, pay and wait for,
 * from the procedure's own rules. This is what « Vos pièces » shows and prints.
 */
/** What the person says of a piece, on the screen « Vos pièces ». */
typedef enum {
    GUICHET_PLAN_UNSAID,
    GUICHET_PLAN_HAS,
    GUICHET_PLAN_LACKS,
    GUICHET_PLAN_OTHER_PAPER, /* another document instead */
} GuichetPlanAnswer;

typedef struct {
    char *id;
    char *label;
    char *hint; /* or NULL */
    char *reason;
    gboolean on_spot; /* taken at the counter (prints, signature): nothing to bring */
    GuichetPlanAnswer answer;
} GuichetPlanPiece;

typedef struct {
    GuichetProcedure *procedure;
    GHashTable *fields;   /* char* → char*: those that the procedure has and takes */
    GPtrArray *pieces;    /* GuichetPlanPiece*: the required ones, in the order of the steps */
    gint64 cents;         /* to pay now, of what is known; 0 = free */
    gboolean price_known; /* no amount is missing from it */
    char *price;          /* the same in a sentence, always there */
    char *delay;          /* a sentence, or NULL when nobody said */
    GPtrArray *dates;     /* char*: "Nouvelle carte prête vers : 18 décembre 2026 (estimation)" */
    GPtrArray *advice;    /* char* */
    char *said;           /* the answers in words, "Véhicule › Hérité › Un seul héritier" */
} GuichetPlan;

/* @place is at an end (question NULL); @procedures (GuichetProcedure*) are those of the station.
 * One that it lacks becomes "other-case", so that nobody is turned away; GUICHET_ERROR_NOT_FOUND
 * only where that is missing too. */
GuichetPlan *guichet_plan_new(GuichetGuide *guide, const GuichetGuidePlace *place,
                              GPtrArray *procedures, gint64 today_us, GError **error);
void guichet_plan_free(GuichetPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPlan, guichet_plan_free)
