/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/rule-operations.h"

#include <math.h>
#include <string.h>

#include "core/json.h"
#include "core/rule.h"

static JsonNode *
argument(GPtrArray *args, guint i)
{
    static gsize once = 0;
    static JsonNode *absent;
    if (g_once_init_enter(&once)) {
        absent = rule_null();
        g_once_init_leave(&once, 1);
    }
    return i < args->len ? g_ptr_array_index(args, i) : absent;
}

static gboolean
is_true(RuleRun *run, JsonNode *rule, JsonNode *data)
{
    g_autoptr(JsonNode) value = rule_evaluate(run, rule, data);
    return guichet_rule_truth(value);
}

/* --- access to data --- */

static JsonNode *
descend(JsonNode *node, const char *key)
{
    guint64 index;
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_object_get_member(json_node_get_object(node), key);
    if (!JSON_NODE_HOLDS_ARRAY(node) ||
        !g_ascii_string_to_unsigned(key, 10, 0, G_MAXUINT, &index, NULL))
        return NULL;
    JsonArray *array = json_node_get_array(node);
    return index < json_array_get_length(array) ? json_array_get_element(array, (guint)index)
                                                : NULL;
}

/* The value at "a.b.0", borrowed; NULL when there is none. "" is the whole. */
static JsonNode *
look_up(RuleRun *run, JsonNode *path, JsonNode *data)
{
    if (JSON_NODE_HOLDS_NULL(path))
        return data;
    g_autofree char *text = rule_to_string(run, path);
    if (*text == '\0')
        return data;
    g_auto(GStrv) keys = g_strsplit(text, ".", GUICHET_JSON_MAX_DEPTH);
    for (guint i = 0; keys[i] != NULL && data != NULL; i++)
        data = descend(data, keys[i]);
    return data;
}

static JsonNode *
op_var(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    JsonNode *found = look_up(run, argument(args, 0), data);
    return json_node_copy(found != NULL ? found : argument(args, 1));
}

static gboolean
is_missing(RuleRun *run, JsonNode *path, JsonNode *data)
{
    JsonNode *found = look_up(run, path, data);
    return found == NULL || JSON_NODE_HOLDS_NULL(found) ||
           (rule_is_string(found) && *json_node_get_string(found) == '\0');
}

/* The names as one list: either the arguments or the array that is the first of them. */
static GPtrArray *
list_names(GPtrArray *args)
{
    JsonNode *first = argument(args, 0);
    if (!JSON_NODE_HOLDS_ARRAY(first))
        return g_ptr_array_ref(args);
    GPtrArray *names = g_ptr_array_new();
    JsonArray *array = json_node_get_array(first);
    for (guint i = 0; i < json_array_get_length(array); i++)
        g_ptr_array_add(names, json_array_get_element(array, i));
    return names;
}

static JsonNode *
op_missing(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(GPtrArray) names = list_names(args);
    JsonArray *missing = json_array_new();
    for (guint i = 0; i < names->len && rule_spend(run, 1); i++)
        if (is_missing(run, names->pdata[i], data))
            json_array_add_element(missing, json_node_copy(names->pdata[i]));
    return rule_array(missing);
}

static JsonNode *
op_missing_some(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(GPtrArray) options = g_ptr_array_new();
    g_ptr_array_add(options, argument(args, 1));
    g_autoptr(GPtrArray) names = list_names(options);
    g_autoptr(JsonNode) missing = op_missing(run, names, data);
    guint absent = json_array_get_length(json_node_get_array(missing));
    if (names->len - absent >= rule_to_number(run, argument(args, 0)))
        return rule_array(json_array_new());
    return g_steal_pointer(&missing);
}

/* --- logic; their arguments come unevaluated --- */

static JsonNode *
op_if(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    guint i = 0;
    for (; i + 1 < args->len; i += 2)
        if (is_true(run, args->pdata[i], data))
            return rule_evaluate(run, args->pdata[i + 1], data);
    return i < args->len ? rule_evaluate(run, args->pdata[i], data) : rule_null();
}

/* The first value whose truth is @stop, else the last. */
static JsonNode *
first_with_truth(RuleRun *run, GPtrArray *args, JsonNode *data, gboolean stop)
{
    JsonNode *value = NULL;
    for (guint i = 0; i < args->len; i++) {
        g_clear_pointer(&value, json_node_unref);
        value = rule_evaluate(run, args->pdata[i], data);
        if (guichet_rule_truth(value) == stop)
            break;
    }
    return value != NULL ? value : rule_null();
}

static JsonNode *
op_and(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return first_with_truth(run, args, data, FALSE);
}

static JsonNode *
op_or(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return first_with_truth(run, args, data, TRUE);
}

static JsonNode *
op_not(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(!guichet_rule_truth(argument(args, 0)));
}

static JsonNode *
op_truth(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(guichet_rule_truth(argument(args, 0)));
}

/* --- comparison --- */

static JsonNode *
op_equal(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(rule_equal_loosely(run, argument(args, 0), argument(args, 1)));
}

static JsonNode *
op_not_equal(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(!rule_equal_loosely(run, argument(args, 0), argument(args, 1)));
}

static JsonNode *
op_identical(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(rule_equal_strictly(argument(args, 0), argument(args, 1)));
}

static JsonNode *
op_not_identical(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(!rule_equal_strictly(argument(args, 0), argument(args, 1)));
}

/* a < b, or a < b < c with three arguments. */
static JsonNode *
between(RuleRun *run, GPtrArray *args, gboolean or_equal)
{
    gboolean holds = rule_less(run, argument(args, 0), argument(args, 1), or_equal);
    if (holds && args->len > 2)
        holds = rule_less(run, argument(args, 1), argument(args, 2), or_equal);
    return rule_boolean(holds);
}

static JsonNode *
op_less(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return between(run, args, FALSE);
}

static JsonNode *
op_less_or_equal(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return between(run, args, TRUE);
}

static JsonNode *
op_more(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(rule_less(run, argument(args, 1), argument(args, 0), FALSE));
}

static JsonNode *
op_more_or_equal(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_boolean(rule_less(run, argument(args, 1), argument(args, 0), TRUE));
}

/* --- arithmetic --- */

static JsonNode *
op_max(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    double most = -INFINITY;
    for (guint i = 0; i < args->len; i++) {
        double value = rule_to_number(run, args->pdata[i]);
        most = isnan(value) || value > most ? value : most;
    }
    return rule_number(most);
}

static JsonNode *
op_min(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    double least = INFINITY;
    for (guint i = 0; i < args->len; i++) {
        double value = rule_to_number(run, args->pdata[i]);
        least = isnan(value) || value < least ? value : least;
    }
    return rule_number(least);
}

static JsonNode *
op_add(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    double sum = 0;
    for (guint i = 0; i < args->len; i++)
        sum += rule_parse_float(run, args->pdata[i]);
    return rule_number(sum);
}

static JsonNode *
op_multiply(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    double product = 1;
    for (guint i = 0; i < args->len; i++)
        product *= rule_parse_float(run, args->pdata[i]);
    return rule_number(product);
}

static JsonNode *
op_subtract(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    double first = rule_to_number(run, argument(args, 0));
    return rule_number(args->len < 2 ? -first : first - rule_to_number(run, argument(args, 1)));
}

static JsonNode *
op_divide(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_number(rule_to_number(run, argument(args, 0)) /
                       rule_to_number(run, argument(args, 1)));
}

static JsonNode *
op_modulo(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    return rule_number(
        fmod(rule_to_number(run, argument(args, 0)), rule_to_number(run, argument(args, 1))));
}

/* --- texts and lists --- */

static gboolean
array_has(RuleRun *run, JsonArray *array, JsonNode *wanted)
{
    for (guint i = 0; i < json_array_get_length(array) && rule_spend(run, 1); i++)
        if (rule_equal_strictly(wanted, json_array_get_element(array, i)))
            return TRUE;
    return FALSE;
}

static JsonNode *
op_in(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    JsonNode *whole = argument(args, 1);
    if (JSON_NODE_HOLDS_ARRAY(whole))
        return rule_boolean(array_has(run, json_node_get_array(whole), argument(args, 0)));
    if (!rule_is_string(whole))
        return rule_boolean(FALSE);
    g_autofree char *part = rule_to_string(run, argument(args, 0));
    return rule_boolean(strstr(json_node_get_string(whole), part) != NULL);
}

static JsonNode *
op_cat(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < args->len; i++) {
        g_autofree char *text = rule_to_string(run, args->pdata[i]);
        if (!JSON_NODE_HOLDS_NULL((JsonNode *)args->pdata[i]))
            g_string_append(out, text);
    }
    return rule_string(out->str);
}

/* substr(text, start, length) in characters: a negative start counts from the end, a negative
 * length leaves that many off at the end. */
static JsonNode *
op_substr(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autofree char *text = rule_to_string(run, argument(args, 0));
    double length = (double)g_utf8_strlen(text, -1);
    double start = trunc(rule_to_number(run, argument(args, 1)));
    double count = args->len > 2 ? trunc(rule_to_number(run, argument(args, 2))) : length;
    if (isnan(start) || isnan(count))
        return rule_string("");
    start = start < 0 ? MAX(length + start, 0) : MIN(start, length);
    double end = count < 0 ? length + count : MIN(start + count, length);
    if (end <= start)
        return rule_string("");
    g_autofree char *part = g_utf8_substring(text, (glong)start, (glong)end);
    return rule_string(part);
}

static JsonNode *
op_merge(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    JsonArray *merged = json_array_new();
    for (guint i = 0; i < args->len; i++) {
        JsonNode *node = args->pdata[i];
        JsonArray *array = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
        if (array == NULL)
            json_array_add_element(merged, json_node_copy(node));
        for (guint j = 0; array && j < json_array_get_length(array) && rule_spend(run, 1); j++)
            json_array_add_element(merged, json_node_copy(json_array_get_element(array, j)));
    }
    return rule_array(merged);
}

/* --- loops; their arguments come unevaluated --- */

/* The first argument's elements; empty when it is no array. Free the node. */
static JsonArray *
evaluate_list(RuleRun *run, GPtrArray *args, JsonNode *data, JsonNode **owner)
{
    *owner = rule_evaluate(run, argument(args, 0), data);
    if (JSON_NODE_HOLDS_ARRAY(*owner))
        return json_node_get_array(*owner);
    json_node_unref(*owner);
    *owner = rule_array(json_array_new());
    return json_node_get_array(*owner);
}

static JsonNode *
op_map(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(JsonNode) owner = NULL;
    JsonArray *list = evaluate_list(run, args, data, &owner);
    JsonArray *mapped = json_array_new();
    for (guint i = 0; i < json_array_get_length(list); i++)
        json_array_add_element(
            mapped, rule_evaluate(run, argument(args, 1), json_array_get_element(list, i)));
    return rule_array(mapped);
}

static JsonNode *
op_filter(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(JsonNode) owner = NULL;
    JsonArray *list = evaluate_list(run, args, data, &owner);
    JsonArray *kept = json_array_new();
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonNode *element = json_array_get_element(list, i);
        if (is_true(run, argument(args, 1), element))
            json_array_add_element(kept, json_node_copy(element));
    }
    return rule_array(kept);
}

static JsonNode *
op_reduce(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    g_autoptr(JsonNode) owner = NULL;
    JsonArray *list = evaluate_list(run, args, data, &owner);
    JsonNode *accumulator = rule_evaluate(run, argument(args, 2), data);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        g_autoptr(JsonNode) scope = json_node_new(JSON_NODE_OBJECT);
        JsonObject *members = json_object_new();
        json_object_set_member(members, "current", json_node_copy(json_array_get_element(list, i)));
        json_object_set_member(members, "accumulator", accumulator);
        json_node_take_object(scope, members);
        accumulator = rule_evaluate(run, argument(args, 1), scope);
    }
    return accumulator;
}

/* How many elements satisfy the second argument. */
static guint
count_true(RuleRun *run, GPtrArray *args, JsonNode *data, guint *total)
{
    g_autoptr(JsonNode) owner = NULL;
    JsonArray *list = evaluate_list(run, args, data, &owner);
    guint count = 0;
    *total = json_array_get_length(list);
    for (guint i = 0; i < *total; i++)
        count += is_true(run, argument(args, 1), json_array_get_element(list, i)) ? 1 : 0;
    return count;
}

static JsonNode *
op_all(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    guint total, count = count_true(run, args, data, &total);
    return rule_boolean(total > 0 && count == total);
}

static JsonNode *
op_none(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    guint total;
    return rule_boolean(count_true(run, args, data, &total) == 0);
}

static JsonNode *
op_some(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    guint total;
    return rule_boolean(count_true(run, args, data, &total) > 0);
}

/* --- the table --- */

static const RuleOperation operations[] = {
    {"var", op_var},
    {"missing", op_missing},
    {"missing_some", op_missing_some},
    {"if", op_if, TRUE},
    {"?:", op_if, TRUE},
    {"and", op_and, TRUE},
    {"or", op_or, TRUE},
    {"!", op_not},
    {"!!", op_truth},
    {"==", op_equal},
    {"!=", op_not_equal},
    {"===", op_identical},
    {"!==", op_not_identical},
    {"<", op_less},
    {"<=", op_less_or_equal},
    {">", op_more},
    {">=", op_more_or_equal},
    {"max", op_max},
    {"min", op_min},
    {"+", op_add},
    {"-", op_subtract},
    {"*", op_multiply},
    {"/", op_divide},
    {"%", op_modulo},
    {"in", op_in},
    {"cat", op_cat},
    {"substr", op_substr},
    {"merge", op_merge},
    {"map", op_map, TRUE},
    {"filter", op_filter, TRUE},
    {"reduce", op_reduce, TRUE},
    {"all", op_all, TRUE},
    {"none", op_none, TRUE},
    {"some", op_some, TRUE},
};

const RuleOperation *
rule_find_operation(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return rule_find_own_operation(name);
}
