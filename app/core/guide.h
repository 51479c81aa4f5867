/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * The guided path: a few plain questions that lead from what a person says to a procedure and its
 * first answers. Read from assets/guide/guide.json (format: its README). Immutable once loaded;
 * thread safe to share. Texts are in guichet_language_get() of the moment of loading.
 *
 * A question leads only further down the file, so that every walk ends; each has « Je ne sais pas »
 * and « Autre situation », and what nothing foresees ends in the procedure "other-case".
 */
typedef struct _GuichetGuide GuichetGuide;

#define GUICHET_GUIDE_MAX_BYTES (256 * 1024)
#define GUICHET_GUIDE_MAX_ANSWERS 9 /* with "unknown" and "other": one a digit key */
#define GUICHET_GUIDE_OTHER_CASE "other-case"

typedef struct {
    char *id;    /* "loss"; "unknown" and "other" end every question */
    char *label; /* "Il est perdu" */
    char *hint;  /* or NULL */
} GuichetGuideAnswer;

typedef struct {
    char *id;
    char *text;         /* one sentence */
    char *why;          /* « Pourquoi cette question ? » */
    GPtrArray *answers; /* GuichetGuideAnswer*, in the order of the digit keys */
} GuichetGuideQuestion;

GuichetGuide *guichet_guide_new(GBytes *bytes, const char *what, GError **error);
GuichetGuide *guichet_guide_ref(GuichetGuide *self);
void guichet_guide_unref(GuichetGuide *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetGuide, guichet_guide_unref)
/* How long the procedure usually takes, a sentence; NULL when nobody said. */
const char *guichet_guide_get_delay(GuichetGuide *self, const char *procedure_id);

/** Where a list of answers leads. Owns all but @question. */
typedef struct {
    const GuichetGuideQuestion *question; /* the next one (of the guide); NULL at the end */
    guint answered;                       /* questions answered so far */
    char *procedure_id;                   /* at the end, else NULL */
    GHashTable *fields;                   /* char* → char*: answers to put into the request */
    GHashTable *supposed; /* the same, only for price and pieces: never stored ("birth-date") */
    GPtrArray *advice;    /* char*, in order */
    GPtrArray *said;      /* char*: the labels chosen */
} GuichetGuidePlace;

void guichet_guide_place_free(GuichetGuidePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetGuidePlace, guichet_guide_place_free)

/* The answers in words, "Véhicule › Hérité › Un seul héritier"; caller frees. */
char *guichet_guide_place_describe(const GuichetGuidePlace *place);

/* @answers: ids, or digits from "1", one a question, NULL-terminated; NULL = none. An answer that
 * the question does not have, or one too many, is GUICHET_ERROR_ARGUMENT with those that it has.
 * @today_us dates what is supposed ("born 40 years ago"). */
GuichetGuidePlace *guichet_guide_walk(GuichetGuide *self, const char *const *answers,
                                      gint64 today_us, GError **error);
