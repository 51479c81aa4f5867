/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/rule.h"

#include "core/error.h"
#include "core/rule-operations.h"

#include <glib/gi18n-lib.h>

/* --- evaluation --- */

/* One argument may stand without its array: {"!": x} is {"!": [x]}. */
static GPtrArray *
list_arguments(RuleRun *run, JsonNode *node, JsonNode *data, gboolean lazy)
{
    GPtrArray *args = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
    JsonArray *array = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    guint count = array != NULL ? json_array_get_length(array) : 1;
    for (guint i = 0; i < count; i++) {
        JsonNode *argument = array != NULL ? json_array_get_element(array, i) : node;
        g_ptr_array_add(args, lazy ? json_node_ref(argument) : rule_evaluate(run, argument, data));
    }
    return args;
}

static JsonNode *
evaluate_array(RuleRun *run, JsonArray *array, JsonNode *data)
{
    JsonArray *values = json_array_new();
    for (guint i = 0; i < json_array_get_length(array); i++)
        json_array_add_element(values, rule_evaluate(run, json_array_get_element(array, i), data));
    return rule_array(values);
}

static JsonNode *
evaluate_operation(RuleRun *run, JsonObject *object, JsonNode *data)
{
    g_autoptr(GList) names = json_object_get_members(object);
    const RuleOperation *operation = rule_find_operation(names->data);
    if (operation == NULL) {
        g_set_error(&run->error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("opération de règle inconnue : « %.40s »"), (char *)names->data);
        return rule_null();
    }
    g_autoptr(GPtrArray) args =
        list_arguments(run, json_object_get_member(object, names->data), data, operation->lazy);
    return operation->operate(run, args, data);
}

JsonNode *
rule_evaluate(RuleRun *run, JsonNode *rule, JsonNode *data)
{
    if (!rule_spend(run, 1))
        return rule_null();
    if (JSON_NODE_HOLDS_ARRAY(rule))
        return evaluate_array(run, json_node_get_array(rule), data);
    if (JSON_NODE_HOLDS_OBJECT(rule) && json_object_get_size(json_node_get_object(rule)) == 1)
        return evaluate_operation(run, json_node_get_object(rule), data);
    return json_node_copy(rule);
}

JsonNode *
guichet_rule_apply(JsonNode *rule, JsonNode *data, GError **error)
{
    RuleRun run = {0};
    g_autoptr(JsonNode) nothing = rule_null();
    g_autoptr(JsonNode) value = rule_evaluate(&run, rule, data != NULL ? data : nothing);
    if (run.error != NULL) {
        g_propagate_error(error, run.error);
        return NULL;
    }
    return g_steal_pointer(&value);
}

gboolean
guichet_rule_truth(JsonNode *node)
{
    switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT:
        return TRUE;
    case JSON_NODE_ARRAY:
        return json_array_get_length(json_node_get_array(node)) > 0;
    case JSON_NODE_NULL:
        return FALSE;
    case JSON_NODE_VALUE:
        break;
    }
    if (rule_is_string(node))
        return *json_node_get_string(node) != '\0';
    return json_node_get_double(node) != 0;
}

gboolean
guichet_rule_holds(JsonNode *rule, JsonNode *data, GError **error)
{
    if (rule == NULL)
        return TRUE;
    g_autoptr(JsonNode) value = guichet_rule_apply(rule, data, error);
    return value != NULL && guichet_rule_truth(value);
}

/* --- check at load --- */

gboolean
guichet_rule_check(JsonNode *rule, const char *where, GError **error)
{
    if (JSON_NODE_HOLDS_ARRAY(rule)) {
        JsonArray *array = json_node_get_array(rule);
        for (guint i = 0; i < json_array_get_length(array); i++) {
            g_autofree char *place = g_strdup_printf("%s/%u", where, i);
            if (!guichet_rule_check(json_array_get_element(array, i), place, error))
                return FALSE;
        }
        return TRUE;
    }
    if (!JSON_NODE_HOLDS_OBJECT(rule))
        return TRUE;
    g_autoptr(GList) names = json_object_get_members(json_node_get_object(rule));
    if (g_list_length(names) != 1) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("%s: une règle est un objet d’un seul membre, son opération"), where);
        return FALSE;
    }
    if (rule_find_operation(names->data) == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("%s: opération inconnue « %.40s »"), where, (char *)names->data);
        return FALSE;
    }
    g_autofree char *place = g_strdup_printf("%s/%s", where, (char *)names->data);
    return guichet_rule_check(json_object_get_member(json_node_get_object(rule), names->data),
                              place, error);
}
