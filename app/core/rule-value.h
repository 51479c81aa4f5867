/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/**
 * Private to core/rule: values as JsonLogic sees them, which is as JavaScript sees them
 * (ECMA-262 §7.1 conversions, §7.2.15 loose equality), on JSON nodes.
 */
typedef struct {
    guint steps; /* work done so far */
    GError *error;
} RuleRun;

/* Counts @amount steps of work. FALSE, with run->error set, when the bound is passed. */
gboolean rule_spend(RuleRun *run, gsize amount);

JsonNode *rule_null(void);
JsonNode *rule_boolean(gboolean value);
/* An integer node where the value is one; NaN and infinities give null, as in JSON. */
JsonNode *rule_number(double value);
JsonNode *rule_string(const char *value);
/* Takes @array. */
JsonNode *rule_array(JsonArray *array);

gboolean rule_is_string(JsonNode *node);
/* Number(): NAN when it is none. */
double rule_to_number(RuleRun *run, JsonNode *node);
/* parseFloat(): the number at the start of the text, NAN for null and booleans. */
double rule_parse_float(RuleRun *run, JsonNode *node);
/* String(); array elements are joined by commas and null elements are empty. Caller frees. */
char *rule_to_string(RuleRun *run, JsonNode *node);

gboolean rule_equal_loosely(RuleRun *run, JsonNode *a, JsonNode *b);
/* Arrays and objects are equal to nothing, not even to themselves. */
gboolean rule_equal_strictly(JsonNode *a, JsonNode *b);
/* a < b: by code point between two texts, by value otherwise; false where there is no number. */
gboolean rule_less(RuleRun *run, JsonNode *a, JsonNode *b, gboolean or_equal);
