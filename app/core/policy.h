/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * How long things are kept, and why: assets/policy/retention.json (profile "retention/1"; format:
 * the README beside it). Every delay that erases something is data with its reason, none is C.
 */
#define GUICHET_POLICY_MAX_BYTES (64 * 1024)
#define GUICHET_RETENTION_FILE "policy/retention.json" /* below a station's root */

typedef struct {
    guint draft_hours;           /* without work on it, then it is abandoned */
    guint draft_warning_hours;   /* before that, it is announced */
    guint draft_off_per_running; /* hours off that an hour of running vouches for */
    guint received_grace_days;   /* a bundle's file stays so long after its receipt */
    char *draft_why, *received_why, *receipts_why, *journal_why;
} GuichetRetentionPolicy;

void guichet_retention_policy_free(GuichetRetentionPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetRetentionPolicy, guichet_retention_policy_free)

/* Strict: unknown, missing or mistyped members, a delay out of its bounds, a reason left out are
 * refused with "<what>: </json/pointer>: reason" (GUICHET_ERROR_MALFORMED). */
GuichetRetentionPolicy *guichet_retention_policy_new(const void *bytes, gsize size,
                                                     const char *what, GError **error);
/* Of @root/policy/retention.json; a station made before there was one uses the installed file.
 * *@from (may be NULL; caller frees) is the file taken. GUICHET_ERROR_NOT_FOUND when there is
 * neither: then nothing is erased. */
GuichetRetentionPolicy *guichet_retention_policy_load(const char *root, char **from,
                                                      GError **error);
