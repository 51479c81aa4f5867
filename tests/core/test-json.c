/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/json.h"

#include <string.h>

#include "core/error.h"

static JsonNode *
parse(const char *text, GError **error)
{
    return guichet_json_parse(text, strlen(text), "essai.json", error);
}

static void
test_accepts(void)
{
    static const char *const good[] = {
        "{}",
        " \t\r\n{ } \n",
        "{\"a\":[1,-1,0,-0,1.5,1e3,1E-3,-2.5e+10,true,false,null,\"\",{}]}",
        "{\"\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\":\"\\ud83d\\ude00 é 😀\"}",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
        "{\"a\":{\"a\":{\"a\":1}}}",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) node = parse(good[i], &error);
        g_assert_no_error(error);
        g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
    }
}

static void
test_refuses(void)
{
    static const struct {
        const char *text;
        const char *message; /* its beginning */
        int code;
    } bad[] = {
        {"", "essai.json:1: ", GUICHET_ERROR_MALFORMED},
        {"[]", "essai.json:1: ", GUICHET_ERROR_MALFORMED},
        {"1", "essai.json:1: ", GUICHET_ERROR_MALFORMED},
        {"\xef\xbb\xbf{}", "essai.json:1: ", GUICHET_ERROR_MALFORMED},
        {"{\n\"a\":\n\xff}", "essai.json:3: le texte n’est pas en UTF-8", GUICHET_ERROR_MALFORMED},
        {"{}\n{}", "essai.json:2: texte en trop", GUICHET_ERROR_MALFORMED},
        {"{} x", "essai.json:1: texte en trop", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1,}", "essai.json:1: nom de membre", GUICHET_ERROR_MALFORMED},
        {"{\"a\":[1,]}", "essai.json:1: valeur attendue", GUICHET_ERROR_MALFORMED},
        {"{\n// un mot\n\"a\":1}", "essai.json:2: nom de membre", GUICHET_ERROR_MALFORMED},
        {"{/* un mot */}", "essai.json:1: nom de membre", GUICHET_ERROR_MALFORMED},
        {"{a:1}", "essai.json:1: nom de membre", GUICHET_ERROR_MALFORMED},
        {"{'a':1}", "essai.json:1: nom de membre", GUICHET_ERROR_MALFORMED},
        {"{\"a\" 1}", "essai.json:1: « : » attendu", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1 \"b\":2}", "essai.json:1: « , » ou « } »", GUICHET_ERROR_MALFORMED},
        {"{\"a\":[1 2]}", "essai.json:1: « , » ou « ] »", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1", "essai.json:1: « , » ou « } »", GUICHET_ERROR_MALFORMED},
        {"{\n\"a\":1,\n\"a\":2}", "essai.json:3: membre « a » en double", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1,\"\\u0061\":2}", "essai.json:1: membre « a » en double",
         GUICHET_ERROR_MALFORMED},
        {"{\"a\":01}", "essai.json:1: nombre mal écrit", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1.}", "essai.json:1: nombre mal écrit", GUICHET_ERROR_MALFORMED},
        {"{\"a\":-}", "essai.json:1: nombre mal écrit", GUICHET_ERROR_MALFORMED},
        {"{\"a\":1e}", "essai.json:1: nombre mal écrit", GUICHET_ERROR_MALFORMED},
        {"{\"a\":.5}", "essai.json:1: valeur attendue", GUICHET_ERROR_MALFORMED},
        {"{\"a\":+1}", "essai.json:1: valeur attendue", GUICHET_ERROR_MALFORMED},
        {"{\"a\":0x10}", "essai.json:1: « , » ou « } »", GUICHET_ERROR_MALFORMED},
        {"{\"a\":NaN}", "essai.json:1: valeur attendue", GUICHET_ERROR_MALFORMED},
        {"{\"a\":True}", "essai.json:1: valeur attendue", GUICHET_ERROR_MALFORMED},
        {"{\"a\":9223372036854775808}", "essai.json:1: nombre trop grand", GUICHET_ERROR_LIMIT},
        {"{\"a\":1e999}", "essai.json:1: nombre trop grand", GUICHET_ERROR_LIMIT},
        {"{\"a\":\"\n\"}", "essai.json:1: caractère de contrôle", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"x", "essai.json:1: texte sans guillemet", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\x\"}", "essai.json:1: échappement inconnu", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\u12\"}", "essai.json:1: échappement \\u sans", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\u1", "essai.json:1: échappement \\u incomplet", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\", "essai.json:1: échappement inconnu", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\u0000\"}", "essai.json:1: caractère nul", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\ud800\"}", "essai.json:1: demi-caractère", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\udc00\"}", "essai.json:1: demi-caractère", GUICHET_ERROR_MALFORMED},
        {"{\"a\":\"\\ud800\\u0041\"}", "essai.json:1: demi-caractère", GUICHET_ERROR_MALFORMED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) node = parse(bad[i].text, &error);
        g_test_message("case %" G_GSIZE_FORMAT ": %s", i,
                       error != NULL ? error->message : "accepted");
        g_assert_null(node);
        g_assert_error(error, GUICHET_ERROR, bad[i].code);
        g_assert_true(g_str_has_prefix(error->message, bad[i].message));
        g_assert_null(strchr(error->message, '\n'));
    }
}

static void
test_refuses_a_nul_byte(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_json_parse("{}\0", 3, "essai.json", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

static char *
nest(guint depth)
{
    GString *text = g_string_new("{\"a\":");
    for (guint i = 1; i < depth; i++)
        g_string_append_c(text, '[');
    for (guint i = 1; i < depth; i++)
        g_string_append_c(text, ']');
    g_string_append_c(text, '}');
    return g_string_free(text, FALSE);
}

static void
test_bounds_depth(void)
{
    g_autofree char *deepest = nest(GUICHET_JSON_MAX_DEPTH);
    g_autofree char *deeper = nest(GUICHET_JSON_MAX_DEPTH + 1);
    g_autofree char *abyss = nest(400000);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = parse(deepest, &error);
    g_assert_no_error(error);
    g_assert_nonnull(node);
    g_assert_null(parse(deeper, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    g_assert_null(parse(abyss, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

static void
test_bounds_size(void)
{
    gsize size = GUICHET_JSON_MAX_BYTES + 1;
    g_autofree char *text = g_malloc(size);
    memset(text, ' ', size);
    memcpy(text, "{}", 2);
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_json_parse(text, size, "essai.json", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_autoptr(JsonNode) node = guichet_json_parse(text, size - 1, "essai.json", NULL);
    g_assert_nonnull(node);
}

static void
test_typed_readers_name_the_place(void)
{
    g_autoptr(JsonNode) node = parse("{\"s\":\"x\",\"n\":7,\"a\":[],\"o\":{}}", NULL);
    JsonObject *object = json_node_get_object(node);
    const char *where = "essai.json: /liste/3";
    g_autoptr(GError) error = NULL;
    gint64 value = -1;
    g_assert_cmpstr(guichet_json_string(object, "s", where, &error), ==, "x");
    g_assert_true(guichet_json_int(object, "n", 0, 7, where, &value, &error));
    g_assert_cmpint(value, ==, 7);
    g_assert_nonnull(guichet_json_array(object, "a", where, &error));
    g_assert_nonnull(guichet_json_object(object, "o", where, &error));
    g_assert_no_error(error);

    g_assert_null(guichet_json_string(object, "n", where, &error));
    g_assert_cmpstr(error->message, ==, "essai.json: /liste/3/n: un texte est attendu");
    g_clear_error(&error);
    g_assert_null(guichet_json_string(object, "z", where, &error));
    g_assert_cmpstr(error->message, ==, "essai.json: /liste/3/z: ce membre manque");
    g_clear_error(&error);
    value = -1;
    g_assert_false(guichet_json_int(object, "n", 8, 9, where, &value, &error));
    g_assert_cmpint(value, ==, -1);
    g_assert_cmpstr(error->message, ==, "essai.json: /liste/3/n: 7 est hors de 8 … 9");
    g_clear_error(&error);
    g_assert_null(guichet_json_array(object, "o", where, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_clear_error(&error);
    g_assert_null(guichet_json_object(object, "a", where, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_clear_error(&error);
    static const char *const all[] = {"s", "n", "a", "o", NULL};
    static const char *const some[] = {"s", "n", "o", NULL};
    g_assert_true(guichet_json_only(object, all, where, &error));
    g_assert_false(guichet_json_only(object, some, where, &error));
    g_assert_cmpstr(error->message, ==, "essai.json: /liste/3/a: membre inconnu");
}

static void
test_canonical(void)
{
    static const char *const pairs[][2] = {
        {"{ }", "{}"},
        {"{\"b\" : 1, \"a\" : [ true , null ], \"é\":2, \"Z\":\"\"}",
         "{\"Z\":\"\",\"a\":[true,null],\"b\":1,\"é\":2}"},
        {"{\"a\":\"\\u00e9\\/\\\"\\\\\\n\\t\\u0001\\u001f\\u007f\"}",
         "{\"a\":\"é/\\\"\\\\\\n\\t\\u0001\\u001f\x7f\"}"},
        {"{\"a\":[0.1,1.5e3,-0,100,1e300,0.30000000000000004]}",
         "{\"a\":[0.1,1500,0,100,1e+300,0.30000000000000004]}"},
        {"{\"a\":{\"ab\":1,\"a\":2,\"B\":{\"y\":0,\"x\":false}}}",
         "{\"a\":{\"B\":{\"x\":false,\"y\":0},\"a\":2,\"ab\":1}}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(JsonNode) node = parse(pairs[i][0], NULL);
        g_autofree char *text = guichet_json_canonical(node);
        g_assert_cmpstr(text, ==, pairs[i][1]);
        g_autoptr(JsonNode) again = parse(text, NULL);
        g_autofree char *same = guichet_json_canonical(again);
        g_assert_cmpstr(same, ==, text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/json/accepts-rfc-8259", test_accepts);
    g_test_add_func("/core/json/refuses-with-the-line", test_refuses);
    g_test_add_func("/core/json/refuses-a-nul-byte", test_refuses_a_nul_byte);
    g_test_add_func("/core/json/bounds-depth", test_bounds_depth);
    g_test_add_func("/core/json/bounds-size", test_bounds_size);
    g_test_add_func("/core/json/typed-readers-name-the-place", test_typed_readers_name_the_place);
    g_test_add_func("/core/json/canonical-text-is-one", test_canonical);
    return g_test_run();
}
