/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * What the code of the page « Vos pièces » says: a procedure and its first answers, so that any
 * station opens the same draft. One line of ASCII (format: assets/guide/CODE.md). Its check tells a
 * bad reading, not a forgery: nothing in it is believed, each answer is taken as if it was typed.
 */
#define GUICHET_PLAN_CODE_MAX_BYTES 600
#define GUICHET_PLAN_CODE_MAX_FIELDS 12
#define GUICHET_PLAN_CODE_MAX_VALUE 240 /* bytes of a value as it is written */

typedef struct {
    char *date; /* of the page, "2026-11-22" */
    char *procedure_id;
    GHashTable *fields; /* char* → char* */
} GuichetPlanCode;

void guichet_plan_code_free(GuichetPlanCode *code);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPlanCode, guichet_plan_code_free)

/* What would go over a limit is cut (a value) or left out (a field). Caller frees. */
char *guichet_plan_code_format(const char *procedure_id, GHashTable *fields, gint64 today_us);
/* White space around the line is what code readers add. GUICHET_ERROR_LIMIT, _MALFORMED, or
 * _MISMATCH when the check does not hold. */
GuichetPlanCode *guichet_plan_code_parse(const char *text, gsize size, GError **error);
