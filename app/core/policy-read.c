/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/policy-read.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>

#define WHY_MAX_BYTES 1000

gboolean
guichet_policy_refuse(const char *where, const char *member, const char *reason, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s/%s: %s", where, member, reason);
    return FALSE;
}

gboolean
guichet_policy_read_head(JsonObject *root, const char *const *members, const char *profile,
                         const char *where, GError **error)
{
    if (!guichet_json_only(root, members, where, error))
        return FALSE;
    const char *found = guichet_json_string(root, "profile", where, error);
    if (found == NULL)
        return FALSE;
    if (strcmp(found, profile) != 0) {
        g_autofree char *reason = g_strdup_printf(_("« %s » est attendu"), profile);
        return guichet_policy_refuse(where, "profile", reason, error);
    }
    return guichet_json_string(root, "date", where, error) != NULL &&
           guichet_json_string(root, "source", where, error) != NULL;
}

gboolean
guichet_policy_read_number(JsonObject *object, const char *member, gint64 min, gint64 max,
                           const char *where, guint *number, GError **error)
{
    gint64 value;
    if (!guichet_json_int(object, member, min, max, where, &value, error))
        return FALSE;
    *number = (guint)value;
    return TRUE;
}

char *
guichet_policy_read_why(JsonObject *object, const char *where, GError **error)
{
    const char *why = guichet_json_string(object, "why", where, error);
    if (why == NULL)
        return NULL;
    if (*why != '\0' && strlen(why) <= WHY_MAX_BYTES)
        return g_strdup(why);
    guichet_policy_refuse(where, "why", _("la raison est vide ou trop longue"), error);
    return NULL;
}
