/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/** What all policy files have in common (private to app/core). Errors: GUICHET_ERROR_MALFORMED
 * with "<what>: </json/pointer>: reason". */

/* Sets the error; always FALSE. */
gboolean guichet_policy_refuse(const char *where, const char *member, const char *reason,
                               GError **error);
/* The root, with @profile, a date and a source, and no member but @members. */
gboolean guichet_policy_read_head(JsonObject *root, const char *const *members, const char *profile,
                                  const char *where, GError **error);
gboolean guichet_policy_read_number(JsonObject *object, const char *member, gint64 min, gint64 max,
                                    const char *where, guint *number, GError **error);
/* A rule without its reason is no policy. Caller frees. */
char *guichet_policy_read_why(JsonObject *object, const char *where, GError **error);
