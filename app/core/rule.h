/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/**
 * Rules in JsonLogic (https://jsonlogic.com), the form in which procedures state conditions.
 *
 * All operations of its test suite but "log" and user-defined methods (README beside this file),
 * and of our own, each null when an argument is missing or is not what it should be:
 *   {"age": [date, on-date]}         completed years between two ISO dates ("YYYY-MM-DD")
 *   {"date_add": [date, n, unit]}    the date n "days", "months" or "years" later; a day that the
 *                                    month lacks becomes its last
 *   {"days_between": [from, to]}     days, negative when @to is earlier
 *   {"decimal": [text]}              the number of an answer typed as "54,95" or "54.95"
 *   {"round": [number]}              nearest integer, halves up
 *   {"lookup": [table, key]}         data.tables.<table>.<key>: the value of a procedure's table on
 *                                    the day of judging
 * Depth of a rule is bounded by the JSON reader; steps by GUICHET_RULE_MAX_STEPS.
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
