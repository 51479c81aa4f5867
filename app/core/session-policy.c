/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/session-policy.h"

#include "core/error.h"
#include "core/json.h"
#include "core/policy-read.h"

#include <glib/gi18n-lib.h>

#define MAX_IDLE_MINUTES 120
#define MAX_WARN_SECONDS 300
#define MAX_FREE_ATTEMPTS 10
#define MAX_FIRST_WAIT_SECONDS 60
#define MAX_WAIT_SECONDS 86400
#define MAX_OFFLINE_DAYS 365
#define MAX_OFF_PER_RUNNING 3
#define MAX_MODULES 8

void
guichet_session_policy_free(GuichetSessionPolicy *policy)
{
    if (policy == NULL)
        return;
    g_strfreev(policy->modules);
    g_free(policy->lock_why);
    g_free(policy->attempts_why);
    g_free(policy->offline_why);
    g_free(policy->cards_why);
    g_free(policy);
}

/* The member @name of @root with @members and its reason. */
static JsonObject *
read_part(JsonObject *root, const char *name, const char *const *members, const char *what,
          char **where, char **why, GError **error)
{
    *where = g_strdup_printf("%s/%s", what, name);
    JsonObject *object = guichet_json_object(root, name, what, error);
    if (object == NULL || !guichet_json_only(object, members, *where, error))
        return NULL;
    *why = guichet_policy_read_why(object, *where, error);
    return *why != NULL ? object : NULL;
}

static gboolean
read_lock(GuichetSessionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"idle_minutes", "warn_seconds", "why", NULL};
    g_autofree char *where = NULL;
    guint minutes;
    JsonObject *object = read_part(root, "lock", members, what, &where, &policy->lock_why, error);
    if (object == NULL || !guichet_policy_read_number(object, "idle_minutes", 1, MAX_IDLE_MINUTES,
                                                      where, &minutes, error))
        return FALSE;
    policy->idle_seconds = minutes * 60;
    return guichet_policy_read_number(object, "warn_seconds", 10,
                                      MIN(policy->idle_seconds - 1, MAX_WARN_SECONDS), where,
                                      &policy->warn_seconds, error);
}

static gboolean
read_attempts(GuichetSessionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"free", "first_wait_seconds", "longest_wait_seconds",
                                          "why", NULL};
    g_autofree char *where = NULL;
    JsonObject *object =
        read_part(root, "attempts", members, what, &where, &policy->attempts_why, error);
    return object != NULL &&
           guichet_policy_read_number(object, "free", 1, MAX_FREE_ATTEMPTS, where,
                                      &policy->free_attempts, error) &&
           guichet_policy_read_number(object, "first_wait_seconds", 1, MAX_FIRST_WAIT_SECONDS,
                                      where, &policy->first_wait_seconds, error) &&
           guichet_policy_read_number(object, "longest_wait_seconds", policy->first_wait_seconds,
                                      MAX_WAIT_SECONDS, where, &policy->longest_wait_seconds,
                                      error);
}

static gboolean
read_offline(GuichetSessionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"days", "warn_days", "off_per_running", "why", NULL};
    g_autofree char *where = NULL;
    JsonObject *object =
        read_part(root, "offline", members, what, &where, &policy->offline_why, error);
    return object != NULL &&
           guichet_policy_read_number(object, "days", 1, MAX_OFFLINE_DAYS, where,
                                      &policy->offline_days, error) &&
           guichet_policy_read_number(object, "warn_days", 0, policy->offline_days, where,
                                      &policy->offline_warn_days, error) &&
           guichet_policy_read_number(object, "off_per_running", 0, MAX_OFF_PER_RUNNING, where,
                                      &policy->off_per_running, error);
}

static gboolean
read_cards(GuichetSessionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"modules", "why", NULL};
    g_autofree char *where = NULL;
    JsonObject *object = read_part(root, "cards", members, what, &where, &policy->cards_why, error);
    JsonArray *modules =
        object != NULL ? guichet_json_array(object, "modules", where, error) : NULL;
    if (modules == NULL)
        return FALSE;
    guint n = json_array_get_length(modules);
    if (n > MAX_MODULES)
        return guichet_policy_refuse(where, "modules", _("trop de modules"), error);
    policy->modules = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++) {
        JsonNode *node = json_array_get_element(modules, i);
        const char *path = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        if (path == NULL || *path != '/')
            return guichet_policy_refuse(where, "modules", _("un chemin entier est attendu"),
                                         error);
        policy->modules[i] = g_strdup(path);
    }
    return TRUE;
}

GuichetSessionPolicy *
guichet_session_policy_new(const void *bytes, gsize size, const char *what, GError **error)
{
    static const char *const members[] = {"profile",  "date",    "source", "lock",
                                          "attempts", "offline", "cards",  NULL};
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node = guichet_json_parse(bytes, size, what, error);
    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);
    g_autoptr(GuichetSessionPolicy) policy = g_new0(GuichetSessionPolicy, 1);
    return guichet_policy_read_head(root, members, "session/1", where, error) &&
                   read_lock(policy, root, where, error) &&
                   read_attempts(policy, root, where, error) &&
                   read_offline(policy, root, where, error) &&
                   read_cards(policy, root, where, error)
               ? g_steal_pointer(&policy)
               : NULL;
}

gboolean
guichet_session_policy_allows(const GuichetSessionPolicy *policy, const char *module,
                              GError **error)
{
    if (g_strv_contains((const char *const *)policy->modules, module))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("ce poste ne permet pas le module de carte %s ; le technicien l’ajoute dans "
                  "policy/session.json (cards, modules)"),
                module);
    return FALSE;
}
