/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/request.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"

/* Every state, and the states that may follow it. What is not here is refused. */
static const char *const allowed[GUICHET_REQUEST_N_STATES][2] = {
    {"draft", "sealed abandoned"},
    {"sealed", "sending received"},
    {"sending", "sending sealed received"},
    {"received", "in-progress supplement-asked refused title-ready erased"},
    {"in-progress", "in-progress supplement-asked refused title-ready erased"},
    {"supplement-asked",
     "supplement-asked supplement-sealed in-progress refused title-ready erased"},
    {"supplement-sealed", "supplement-asked in-progress refused title-ready erased"},
    {"refused", "erased"},
    {"title-ready", "handed-over destroyed erased"},
    {"handed-over", "erased"},
    {"destroyed", "erased"},
    {"erased", ""},
    {"abandoned", ""},
};

static void
test_transitions(void)
{
    for (guint i = 0; i < GUICHET_REQUEST_N_STATES; i++) {
        GuichetRequestState from, to;
        g_auto(GStrv) next = g_strsplit(allowed[i][1], " ", -1);
        g_assert_true(guichet_request_state_from_name(allowed[i][0], &from));
        for (guint j = 0; j < GUICHET_REQUEST_N_STATES; j++) {
            g_autoptr(GError) error = NULL;
            g_assert_true(guichet_request_state_from_name(allowed[j][0], &to));
            gboolean wanted = g_strv_contains((const char *const *)next, allowed[j][0]);
            g_assert_cmpint(guichet_request_state_check(from, to, &error), ==, wanted);
            if (wanted)
                g_assert_no_error(error);
            else
                g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
        }
    }
}

static void
test_names_go_both_ways(void)
{
    GuichetRequestState state = GUICHET_REQUEST_DRAFT;
    for (guint i = 0; i < GUICHET_REQUEST_N_STATES; i++) {
        const char *name = guichet_request_state_name((GuichetRequestState)i);
        g_assert_true(guichet_request_state_from_name(name, &state));
        g_assert_cmpuint(state, ==, i);
        g_assert_cmpuint(strlen(guichet_request_state_label(state)), >, 0);
    }
    g_assert_false(guichet_request_state_from_name("Draft", &state));
    g_assert_false(guichet_request_state_from_name("", &state));
    g_assert_cmpuint(state, ==, GUICHET_REQUEST_N_STATES - 1);
}

static GuichetProcedure *
load(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", name, NULL);
    GuichetProcedure *procedure = guichet_procedure_load(path, &error);
    g_assert_no_error(error);
    return procedure;
}

static void
test_new_request_keeps_its_procedure(void)
{
    g_autoptr(GuichetProcedure) procedure = load("passport.json");
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    g_assert_true(guichet_ulid_is_valid(request->id));
    g_assert_cmpstr(request->procedure_id, ==, "passport");
    g_assert_cmpstr(request->procedure_sha256, ==, guichet_procedure_get_sha256(procedure));
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_cmpstr(request->step, ==, "situation");
    g_assert_cmpstr(guichet_request_get_field(request, "surname"), ==, "");
}

static void
test_rules_see_typed_values(void)
{
    g_autoptr(GuichetProcedure) procedure = load("passport.json");
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    g_hash_table_insert(request->fields, g_strdup("height"), g_strdup("172"));
    g_hash_table_insert(request->fields, g_strdup("hosted"), g_strdup("false"));
    g_hash_table_insert(request->fields, g_strdup("surname"), g_strdup("DUPONT"));
    g_hash_table_insert(request->fields, g_strdup("unknown"), g_strdup("x"));
    g_autoptr(GBytes) page = g_bytes_new_static("%PDF-", 5);
    for (guint i = 1; i <= 2; i++)
        g_ptr_array_add(request->pieces, guichet_piece_new("proof-of-address", i, "application/pdf",
                                                           page, "file", NULL));
    g_ptr_array_add(request->pieces, guichet_piece_new_impossible("photo", "device"));
    gint64 noon;
    g_assert_true(guichet_time_from_iso8601("2026-11-22T12:00:00Z", &noon, NULL));
    g_autoptr(JsonNode) data = guichet_request_rule_data(request, procedure, noon);
    JsonObject *object = json_node_get_object(data);
    JsonObject *fields = json_object_get_object_member(object, "fields");
    JsonObject *pieces = json_object_get_object_member(object, "pieces");
    g_assert_cmpstr(json_object_get_string_member(object, "today"), ==, "2026-11-22");
    g_assert_cmpint(json_object_get_int_member(fields, "height"), ==, 172);
    g_assert_false(json_object_get_boolean_member(fields, "hosted"));
    g_assert_cmpstr(json_object_get_string_member(fields, "surname"), ==, "DUPONT");
    g_assert_true(json_object_get_null_member(fields, "usage-name"));
    g_assert_false(json_object_has_member(fields, "unknown"));
    g_assert_cmpint(json_object_get_int_member(pieces, "proof-of-address"), ==, 2);
    g_assert_cmpint(json_object_get_int_member(pieces, "photo"), ==, 0);
}

int
main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE); /* "today" is the station's day */
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/request/takes-only-its-transitions", test_transitions);
    g_test_add_func("/core/request/names-go-both-ways", test_names_go_both_ways);
    g_test_add_func("/core/request/new-one-keeps-its-procedure",
                    test_new_request_keeps_its_procedure);
    g_test_add_func("/core/request/rules-see-typed-values", test_rules_see_typed_values);
    return g_test_run();
}
