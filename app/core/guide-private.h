/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

#include "core/guide.h"

/** Private to core/guide: what an answer does beside its words, filled by guide-load.c. */

typedef struct {
    char *field;
    char *value;  /* or NULL: a date … */
    gint64 years; /* … this many years before today */
} GuideSetting;

typedef struct {
    GuichetGuideAnswer words; /* first: what the public sees */
    GPtrArray *set;           /* GuideSetting* */
    GPtrArray *suppose;       /* GuideSetting* */
    GPtrArray *advice;        /* char* */
    char *then;               /* id of a later question, or NULL … */
    char *procedure;          /* … and then the end */
} GuideAnswer;

struct _GuichetGuide {
    gatomicrefcount refs;
    GPtrArray *questions; /* GuichetGuideQuestion*; the first is where it begins */
    GPtrArray *delays;    /* GuideDelay* */
};

typedef struct {
    char *procedure;
    char *text;
} GuideDelay;

/* Fills @self, whose arrays are there and empty, from the file's object. */
gboolean guide_read(GuichetGuide *self, JsonObject *object, const char *what, GError **error);
GuichetGuideQuestion *guide_find_question(GuichetGuide *self, const char *id);

GPtrArray *guide_settings_new(void); /* GuideSetting*, owned */
void guide_answer_free(GuideAnswer *answer);
void guide_question_free(GuichetGuideQuestion *question);
void guide_delay_free(GuideDelay *delay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuideAnswer, guide_answer_free)
