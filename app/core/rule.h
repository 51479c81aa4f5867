/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/**
 * Rules in JsonLogic (https://jsonlogic.com), the form in which procedures state conditions.
 *
 * Operations: var, missing, missing_some, if (also written ?:), ==, ===, !=, !==, !, !!, or, and,
 * >, >=, <, <=, max, min, +, -, *, /, %, in, cat, substr, map, filter, reduce, all, none, some,
 * merge, and, of our own, "age" ({"age": [date, on-date]} = completed years between two ISO dates,
 * null when one is missing or not a date). Depth of a rule is bounded by the JSON reader; steps by
 * GUICHET_RULE_MAX_STEPS.
 */
#define GUICHET_RULE_MAX_STEPS 10000

/* Refuses unknown operations; @where as in json.h. Run by the procedure loader. */
gboolean guichet_rule_check(JsonNode *rule, const char *where, GError **error);
/* New node, or NULL with GUICHET_ERROR_LIMIT / MALFORMED. @data may be NULL (= null). */
JsonNode *guichet_rule_apply(JsonNode *rule, JsonNode *data, GError **error);
/* JsonLogic truth of @node: false, null, 0, "" and [] are false. */
gboolean guichet_rule_truth(JsonNode *node);
/* Truth of @rule over @data. A NULL @rule is TRUE. On error FALSE with *error set. */
gboolean guichet_rule_holds(JsonNode *rule, JsonNode *data, GError **error);
