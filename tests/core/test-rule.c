/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/rule.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"

/* One JSON value of any kind. */
static JsonNode *
value(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *object = g_strdup_printf("{\"v\":%s}", text);
    g_autoptr(JsonNode) node = guichet_json_parse(object, strlen(object), text, &error);
    g_assert_no_error(error);
    return json_node_copy(json_object_get_member(json_node_get_object(node), "v"));
}

static void
check_case(JsonNode *rule, JsonNode *data, JsonNode *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) result = guichet_rule_apply(rule, data, &error);
    g_assert_no_error(error);
    g_autofree char *rule_text = guichet_json_canonical(rule);
    g_autofree char *got = guichet_json_canonical(result);
    g_autofree char *wanted = guichet_json_canonical(expected);
    if (strcmp(got, wanted) != 0)
        g_error("%s gives %s, not %s", rule_text, got, wanted);
}

/* The public suite of jsonlogic.com: [rule, data, result], and comments as texts. */
static void
test_public_suite(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SHARED"), "data", "jsonlogic", "tests.json", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("the public JsonLogic suite is not here");
        return;
    }
    g_autoptr(JsonNode) suite = value(text);
    JsonArray *cases = json_node_get_array(suite);
    guint count = 0;
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonNode *node = json_array_get_element(cases, i);
        if (!JSON_NODE_HOLDS_ARRAY(node))
            continue;
        JsonArray *one = json_node_get_array(node);
        check_case(json_array_get_element(one, 0), json_array_get_element(one, 1),
                   json_array_get_element(one, 2));
        count++;
    }
    g_test_message("%u cases of the public suite hold, none left out", count);
    g_assert_cmpuint(count, >=, 277);
}

static const char *const cases[][3] = {
    /* ours: dates, French numbers, tables */
    {"{\"date_add\":[\"2026-11-22\",15,\"days\"]}", "{}", "\"2026-12-07\""},
    {"{\"date_add\":[\"2026-11-22\",-22,\"days\"]}", "{}", "\"2026-10-31\""},
    {"{\"date_add\":[\"2026-01-31\",1,\"months\"]}", "{}", "\"2026-02-28\""},
    {"{\"date_add\":[\"2024-02-29\",1,\"years\"]}", "{}", "\"2025-02-28\""},
    {"{\"date_add\":[\"2024-02-29\",-4,\"years\"]}", "{}", "\"2020-02-29\""},
    {"{\"date_add\":[\"2026-12-31\",0,\"months\"]}", "{}", "\"2026-12-31\""},
    {"{\"date_add\":[null,1,\"days\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-11-22\",null,\"days\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-11-22\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-11-22\",1,\"weeks\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-11-22\",1e9,\"days\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-11-22\",-99999,\"years\"]}", "{}", "null"},
    {"{\"date_add\":[\"2026-02-30\",1,\"days\"]}", "{}", "null"},
    {"{\"days_between\":[\"2024-02-28\",\"2024-03-01\"]}", "{}", "2"},
    {"{\"days_between\":[\"2026-11-22\",\"2026-11-20\"]}", "{}", "-2"},
    {"{\"days_between\":[\"demain\",\"2026-11-20\"]}", "{}", "null"},
    {"{\"decimal\":[\"54,95\"]}", "{}", "54.95"},
    {"{\"decimal\":[\"54.95\"]}", "{}", "54.95"},
    {"{\"decimal\":[\"1,2,3\"]}", "{}", "null"},
    {"{\"decimal\":[\"0x10\"]}", "{}", "null"},
    {"{\"decimal\":[null]}", "{}", "null"},
    {"{\"round\":[2.5]}", "{}", "3"},
    {"{\"round\":[2.49]}", "{}", "2"},
    {"{\"round\":[null]}", "{}", "null"},
    {"{\"round\":[]}", "{}", "null"},
    {"{\"lookup\":[\"price\",{\"var\":\"who\"}]}",
     "{\"who\":\"adult\",\"tables\":{\"price\":{\"adult\":86}}}", "86"},
    {"{\"lookup\":[\"price\",\"child\"]}", "{\"tables\":{\"price\":{\"adult\":86}}}", "null"},
    {"{\"lookup\":[\"fee\",\"child\"]}", "{\"tables\":{\"price\":{\"adult\":86}}}", "null"},
    {"{\"lookup\":[\"fee\",\"child\"]}", "null", "null"},
    /* data */
    {"{\"var\":\"a.b.1\"}", "{\"a\":{\"b\":[1,2]}}", "2"},
    {"{\"var\":[\"z\",\"sinon\"]}", "{}", "\"sinon\""},
    {"{\"var\":\"z\"}", "null", "null"},
    {"{\"missing\":[\"a\",\"b\",\"c\"]}", "{\"a\":1,\"b\":\"\"}", "[\"b\",\"c\"]"},
    {"{\"missing_some\":[1,[\"a\",\"b\"]]}", "{\"b\":1}", "[]"},
    /* comparisons as JavaScript makes them */
    {"{\"==\":[null,0]}", "{}", "false"},
    {"{\"==\":[null,null]}", "{}", "true"},
    {"{\"==\":[\"1.0\",1]}", "{}", "true"},
    {"{\"==\":[\"0x10\",16]}", "{}", "false"},
    {"{\"===\":[true,1]}", "{}", "false"},
    {"{\"<\":[\"2026-11-22\",\"2026-12-01\"]}", "{}", "true"},
    {"{\"<\":[\"10\",\"9\"]}", "{}", "true"},
    {"{\"<\":[\"10\",9]}", "{}", "false"},
    {"{\"<\":[\"abc\",9]}", "{}", "false"},
    {"{\">\":[\"abc\",9]}", "{}", "false"},
    /* what is no number is null, never a crash */
    {"{\"/\":[1,0]}", "{}", "null"},
    {"{\"%\":[1,0]}", "{}", "null"},
    {"{\"+\":[\"x\"]}", "{}", "null"},
    {"{\"max\":[]}", "{}", "null"},
    /* characters, not bytes */
    {"{\"substr\":[\"été 😀\",0,-2]}", "{}", "\"été\""},
    {"{\"substr\":[\"été\",-2]}", "{}", "\"té\""},
    {"{\"substr\":[\"été\",9]}", "{}", "\"\""},
    {"{\"in\":[\"é\",\"été\"]}", "{}", "true"},
    /* lists */
    {"{\"map\":[{\"var\":\"l\"},{\"*\":[{\"var\":\"\"},2]}]}", "{\"l\":[1,2]}", "[2,4]"},
    {"{\"reduce\":[{\"var\":\"l\"},{\"+\":[{\"var\":\"current\"},{\"var\":\"accumulator\"}]},10]}",
     "{\"l\":[1,2]}", "13"},
    {"{\"filter\":[{\"var\":\"absent\"},true]}", "{}", "[]"},
    {"{\"all\":[[],true]}", "{}", "false"},
    {"{\"none\":[[],true]}", "{}", "true"},
    /* age */
    {"{\"age\":[\"2014-11-22\",\"2026-11-22\"]}", "{}", "12"},
    {"{\"age\":[\"2014-11-23\",\"2026-11-22\"]}", "{}", "11"},
    {"{\"age\":[\"2008-02-29\",\"2026-02-28\"]}", "{}", "17"},
    {"{\"age\":[\"2008-02-29\",\"2026-03-01\"]}", "{}", "18"},
    {"{\"age\":[\"2030-01-01\",\"2026-03-01\"]}", "{}", "-4"},
    {"{\"age\":[null,\"2026-03-01\"]}", "{}", "null"},
    {"{\"age\":[\"2026-02-30\",\"2026-03-01\"]}", "{}", "null"},
    {"{\"age\":[\"27/06/1969\",\"2026-03-01\"]}", "{}", "null"},
    {"{\"age\":[\"+201-01-01\",\"2026-03-01\"]}", "{}", "null"},
    {"{\"age\":[]}", "{}", "null"},
};

static void
test_own_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(JsonNode) rule = value(cases[i][0]);
        g_autoptr(JsonNode) data = value(cases[i][1]);
        g_autoptr(JsonNode) expected = value(cases[i][2]);
        check_case(rule, data, expected);
    }
}

static void
test_check_refuses_the_unknown(void)
{
    static const struct {
        const char *rule;
        const char *message;
    } bad[] = {
        {"{\"xor\":[1,2]}", "p.json: /r: opération inconnue « xor »"},
        {"{\"if\":[true,{\"log\":\"x\"}]}", "p.json: /r/if/1: opération inconnue « log »"},
        {"{\"and\":[true],\"or\":[true]}",
         "p.json: /r: une règle est un objet d’un seul membre, son opération"},
        {"{\"!\":{}}", "p.json: /r/!: une règle est un objet d’un seul membre, son opération"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) rule = value(bad[i].rule);
        g_assert_false(guichet_rule_check(rule, "p.json: /r", &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_cmpstr(error->message, ==, bad[i].message);
    }
    g_autoptr(JsonNode) good = value("{\"if\":[{\"?:\":[1]},[{\"var\":\"a\"}],\"x\"]}");
    g_assert_true(guichet_rule_check(good, "p.json: /r", NULL));
}

/* @inner wrapped in a reduce over as many elements. */
static JsonNode *
loop_over(guint elements, const char *body)
{
    g_autoptr(GString) list = g_string_new("[0");
    for (guint i = 1; i < elements; i++)
        g_string_append(list, ",0");
    g_autofree char *text = g_strdup_printf("{\"reduce\":[%s],%s,\"ab\"]}", list->str, body);
    return value(text);
}

static void
test_bounds_work(void)
{
    static const struct {
        guint elements;
        const char *body;
    } bombs[] = {
        {20000, "1"},
        {60, "{\"cat\":[{\"var\":\"accumulator\"},{\"var\":\"accumulator\"}]}"},
        {60, "{\"merge\":[{\"var\":\"accumulator\"},{\"var\":\"accumulator\"}]}"},
        {60, "{\"cat\":[[{\"var\":\"accumulator\"},{\"var\":\"accumulator\"}]]}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bombs); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) rule = loop_over(bombs[i].elements, bombs[i].body);
        g_assert_null(guichet_rule_apply(rule, NULL, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
        g_clear_error(&error);
        g_assert_false(guichet_rule_holds(rule, NULL, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    }
}

static void
test_unknown_at_run_is_an_error(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) rule = value("{\"and\":[true,{\"xor\":[1]}]}");
    g_assert_null(guichet_rule_apply(rule, NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

static void
test_no_rule_holds(void)
{
    g_assert_true(guichet_rule_holds(NULL, NULL, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/rule/public-suite-holds", test_public_suite);
    g_test_add_func("/core/rule/own-cases-hold", test_own_cases);
    g_test_add_func("/core/rule/check-refuses-the-unknown", test_check_refuses_the_unknown);
    g_test_add_func("/core/rule/unknown-at-run-is-an-error", test_unknown_at_run_is_an_error);
    g_test_add_func("/core/rule/bounds-work", test_bounds_work);
    g_test_add_func("/core/rule/no-rule-holds", test_no_rule_holds);
    return g_test_run();
}
