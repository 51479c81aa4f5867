/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/rule-value.h"

#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

gboolean
rule_spend(RuleRun *run, gsize amount)
{
    if (run->error != NULL)
        return FALSE;
    if (amount > GUICHET_RULE_MAX_STEPS - run->steps) {
        g_set_error(&run->error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("règle trop longue : plus de %d pas"), GUICHET_RULE_MAX_STEPS);
        return FALSE;
    }
    run->steps += (guint)amount;
    return TRUE;
}

JsonNode *
rule_null(void)
{
    return json_node_new(JSON_NODE_NULL);
}

JsonNode *
rule_boolean(gboolean value)
{
    return json_node_init_boolean(json_node_alloc(), value);
}

JsonNode *
rule_number(double value)
{
    if (!isfinite(value))
        return rule_null();
    /* beyond 2^53 a double is no exact integer any more */
    if (value == trunc(value) && fabs(value) <= 9007199254740992.0)
        return json_node_init_int(json_node_alloc(), (gint64)value);
    return json_node_init_double(json_node_alloc(), value);
}

JsonNode *
rule_string(const char *value)
{
    return json_node_init_string(json_node_alloc(), value);
}

JsonNode *
rule_array(JsonArray *array)
{
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, array);
    return node;
}

static gboolean
is_value(JsonNode *node, GType type)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static gboolean
is_number(JsonNode *node)
{
    return is_value(node, G_TYPE_INT64) || is_value(node, G_TYPE_DOUBLE);
}

static gboolean
is_container(JsonNode *node)
{
    return JSON_NODE_HOLDS_ARRAY(node) || JSON_NODE_HOLDS_OBJECT(node);
}

gboolean
rule_is_string(JsonNode *node)
{
    return is_value(node, G_TYPE_STRING);
}

/* The number that the whole text is; "" and spaces are 0. */
static double
number_of_text(const char *text)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    char *end;
    if (*trimmed == '\0')
        return 0;
    /* strtod also reads "inf", "nan" and hexadecimals: not numbers here */
    if (strspn(trimmed, "+-.0123456789eE") != strlen(trimmed))
        return NAN;
    double value = g_ascii_strtod(trimmed, &end);
    return *end == '\0' ? value : NAN;
}

double
rule_to_number(RuleRun *run, JsonNode *node)
{
    if (JSON_NODE_HOLDS_NULL(node))
        return 0;
    if (is_value(node, G_TYPE_BOOLEAN))
        return json_node_get_boolean(node);
    if (is_number(node))
        return json_node_get_double(node);
    g_autofree char *text = rule_to_string(run, node);
    return number_of_text(text);
}

double
rule_parse_float(RuleRun *run, JsonNode *node)
{
    if (is_number(node))
        return json_node_get_double(node);
    g_autofree char *text = rule_to_string(run, node);
    const char *start = text + strspn(text, " \t\r\n");
    char *end;
    gsize length = strspn(start, "+-.0123456789eE");
    g_autofree char *number = g_strndup(start, length);
    double value = g_ascii_strtod(number, &end);
    return end != number ? value : NAN;
}

static void
append_text(RuleRun *run, JsonNode *node, GString *out)
{
    if (!rule_spend(run, 1))
        return;
    if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(array); i++) {
            JsonNode *element = json_array_get_element(array, i);
            g_string_append(out, i > 0 ? "," : "");
            if (!JSON_NODE_HOLDS_NULL(element))
                append_text(run, element, out);
        }
    } else if (JSON_NODE_HOLDS_OBJECT(node)) {
        g_string_append(out, "[object Object]");
    } else if (JSON_NODE_HOLDS_NULL(node)) {
        g_string_append(out, "null");
    } else if (rule_is_string(node)) {
        g_string_append(out, json_node_get_string(node));
    } else if (is_value(node, G_TYPE_BOOLEAN)) {
        g_string_append(out, json_node_get_boolean(node) ? "true" : "false");
    } else {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append(
            out, g_ascii_formatd(number, sizeof number, "%.15g", json_node_get_double(node)));
    }
}

char *
rule_to_string(RuleRun *run, JsonNode *node)
{
    GString *out = g_string_new(NULL);
    append_text(run, node, out);
    rule_spend(run, out->len / 64); /* doubling a text in a loop must end somewhere */
    return g_string_free(out, FALSE);
}

gboolean
rule_equal_strictly(JsonNode *a, JsonNode *b)
{
    if (JSON_NODE_HOLDS_NULL(a) || JSON_NODE_HOLDS_NULL(b))
        return JSON_NODE_HOLDS_NULL(a) && JSON_NODE_HOLDS_NULL(b);
    if (is_container(a) || is_container(b))
        return FALSE;
    if (rule_is_string(a) || rule_is_string(b))
        return rule_is_string(a) && rule_is_string(b) &&
               strcmp(json_node_get_string(a), json_node_get_string(b)) == 0;
    if (is_number(a) != is_number(b))
        return FALSE;
    if (is_number(a))
        return json_node_get_double(a) == json_node_get_double(b);
    return json_node_get_boolean(a) == json_node_get_boolean(b);
}

gboolean
rule_equal_loosely(RuleRun *run, JsonNode *a, JsonNode *b)
{
    if (JSON_NODE_HOLDS_NULL(a) || JSON_NODE_HOLDS_NULL(b))
        return JSON_NODE_HOLDS_NULL(a) && JSON_NODE_HOLDS_NULL(b);
    if (is_container(a) && is_container(b))
        return FALSE;
    gboolean a_is_text = is_container(a) || rule_is_string(a);
    gboolean b_is_text = is_container(b) || rule_is_string(b);
    if (a_is_text && b_is_text) {
        g_autofree char *left = rule_to_string(run, a);
        g_autofree char *right = rule_to_string(run, b);
        return strcmp(left, right) == 0;
    }
    return rule_to_number(run, a) == rule_to_number(run, b);
}

gboolean
rule_less(RuleRun *run, JsonNode *a, JsonNode *b, gboolean or_equal)
{
    if (rule_is_string(a) && rule_is_string(b)) {
        int order = strcmp(json_node_get_string(a), json_node_get_string(b));
        return order < 0 || (or_equal && order == 0);
    }
    double left = rule_to_number(run, a), right = rule_to_number(run, b);
    return left < right || (or_equal && left == right);
}
