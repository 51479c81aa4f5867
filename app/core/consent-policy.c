/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/consent-policy.h"

#include "core/json.h"
#include "core/policy-read.h"
#include "core/procedure-private.h"

#include <glib/gi18n-lib.h>

#define MAX_CLAUSES 8

void
guichet_consent_policy_free(GuichetConsentPolicy *policy)
{
    if (policy == NULL)
        return;
    g_free(policy->why);
    g_free(policy->question);
    g_free(policy->scope);
    g_free(policy->title);
    g_clear_pointer(&policy->clauses, g_ptr_array_unref);
    g_free(policy->withdrawal);
    g_free(policy);
}

static gboolean
read_roles(GuichetConsentPolicy *policy, JsonObject *root, const char *where, GError **error)
{
    JsonArray *roles = guichet_json_array(root, "roles", where, error);
    if (roles == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(roles); i++) {
        JsonNode *node = json_array_get_element(roles, i);
        const char *name = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        GuichetUserRole role;
        if (name == NULL || !guichet_user_role_from_name(name, &role))
            return guichet_policy_refuse(where, "roles", _("un rôle est attendu"), error);
        policy->roles |= 1u << role;
    }
    return TRUE;
}

static gboolean
read_clauses(GuichetConsentPolicy *policy, JsonObject *mandate, const char *where, GError **error)
{
    JsonArray *clauses = guichet_json_array(mandate, "clauses", where, error);
    if (clauses == NULL)
        return FALSE;
    guint n = json_array_get_length(clauses);
    if (n == 0 || n > MAX_CLAUSES)
        return guichet_policy_refuse(where, "clauses", _("de 1 à 8 paragraphes"), error);
    for (guint i = 0; i < n; i++) {
        g_autoptr(JsonObject) one = json_object_new();
        g_autofree char *name = g_strdup_printf("clauses/%u", i);
        char *text = NULL;
        json_object_set_member(one, name, json_node_copy(json_array_get_element(clauses, i)));
        if (!procedure_read_text(one, name, where, &text, error))
            return FALSE;
        g_ptr_array_add(policy->clauses, text);
    }
    return TRUE;
}

static gboolean
read_mandate(GuichetConsentPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"title", "clauses", "withdrawal", NULL};
    g_autofree char *where = g_strconcat(what, "/mandate", NULL);
    JsonObject *mandate = guichet_json_object(root, "mandate", what, error);
    return mandate != NULL && guichet_json_only(mandate, members, where, error) &&
           procedure_read_text(mandate, "title", where, &policy->title, error) &&
           read_clauses(policy, mandate, where, error) &&
           procedure_read_text(mandate, "withdrawal", where, &policy->withdrawal, error);
}

GuichetConsentPolicy *
guichet_consent_policy_new(GBytes *bytes, const char *what, GError **error)
{
    static const char *const members[] = {"profile",  "date",  "source",  "roles", "why",
                                          "question", "scope", "mandate", NULL};
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), what, error);
    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);
    g_autoptr(GuichetConsentPolicy) policy = g_new0(GuichetConsentPolicy, 1);
    policy->clauses = g_ptr_array_new_with_free_func(g_free);
    return guichet_policy_read_head(root, members, "consent/1", where, error) &&
                   read_roles(policy, root, where, error) &&
                   procedure_read_text(root, "why", where, &policy->why, error) &&
                   procedure_read_text(root, "question", where, &policy->question, error) &&
                   procedure_read_text(root, "scope", where, &policy->scope, error) &&
                   read_mandate(policy, root, where, error)
               ? g_steal_pointer(&policy)
               : NULL;
}

gboolean
guichet_consent_policy_asks(const GuichetConsentPolicy *policy, GuichetUserRole role)
{
    return role < GUICHET_USER_ROLE_N && (policy->roles & (1u << role)) != 0;
}
