/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/rule-value.h"

/**
 * Private to core/rule: the table of operations, and what they need of the evaluator.
 */

/* Never returns NULL: what fails sets run->error and gives any node. */
typedef JsonNode *(*RuleOperate)(RuleRun *run, GPtrArray *args, JsonNode *data);

typedef struct {
    const char *name;
    RuleOperate operate;
    gboolean lazy; /* the arguments are given unevaluated */
} RuleOperation;

/* NULL when there is none of that name. */
const RuleOperation *rule_find_operation(const char *name);

/* Those that JsonLogic lacks (rule-own.c). */
const RuleOperation *rule_find_own_operation(const char *name);

/* The value of @rule over @data; null, with run->error set, when it fails. */
JsonNode *rule_evaluate(RuleRun *run, JsonNode *rule, JsonNode *data);
