/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "core/assessment.h"
#include "core/completeness.h"
#include "core/error.h"
#include "core/json.h"

/* situations.json: who comes with what, under which procedure, on which day; what is missing, what
 * is to pay, when, and why. Its README stands in tests/core/README.md. */

static JsonObject *suite;     /* borrowed from suite_root */
static JsonNode *suite_root;  /* the whole file */
static GPtrArray *procedures; /* GuichetProcedure* */

static GuichetProcedure *
find_procedure(const char *id)
{
    for (guint i = 0; i < procedures->len; i++)
        if (strcmp(guichet_procedure_get_id(procedures->pdata[i]), id) == 0)
            return procedures->pdata[i];
    g_error("no procedure %s", id);
}

static gint64
noon_of(const char *day)
{
    gint64 noon;
    g_autofree char *text = g_strdup_printf("%sT12:00:00Z", day);
    g_assert_true(guichet_time_from_iso8601(text, &noon, NULL));
    return noon;
}

static void
answer(GuichetRequest *request, GuichetProcedure *procedure, JsonObject *fields, const char *name)
{
    JsonObjectIter iter;
    const char *id;
    JsonNode *node;
    json_object_iter_init(&iter, fields);
    while (json_object_iter_next(&iter, &id, &node)) {
        g_autoptr(GError) error = NULL;
        GuichetField *field = guichet_procedure_find_field(procedure, id);
        if (field == NULL)
            g_error("%s: no field %s", name, id);
        char *value = guichet_field_normalise(field, json_node_get_string(node), &error);
        if (value == NULL)
            g_error("%s: %s", name, error->message);
        g_hash_table_insert(request->fields, g_strdup(id), value);
    }
}

/* What a person of the table brings: "id", "id*pages" or "id!reason". */
static void
bring(GuichetRequest *request, GuichetProcedure *procedure, const char *text, const char *name)
{
    g_autoptr(GBytes) page = g_bytes_new_static("\xff\xd8\xff", 3);
    g_auto(GStrv) excuse = g_strsplit(text, "!", 2);
    g_auto(GStrv) pages = g_strsplit(excuse[0], "*", 2);
    if (guichet_procedure_find_piece(procedure, pages[0]) == NULL)
        g_error("%s: no piece %s", name, pages[0]);
    if (excuse[1] != NULL) {
        g_ptr_array_add(request->pieces, guichet_piece_new_impossible(pages[0], excuse[1]));
        return;
    }
    int count = pages[1] != NULL ? atoi(pages[1]) : 1;
    for (int i = 1; i <= count; i++)
        g_ptr_array_add(request->pieces,
                        guichet_piece_new(pages[0], (guint)i, "image/jpeg", page, "file", NULL));
}

static GuichetRequest *
make_request(JsonObject *one, GuichetProcedure *procedure)
{
    const char *name = json_object_get_string_member(one, "name");
    GuichetRequest *request = guichet_request_new(procedure);
    JsonObject *people = json_object_get_object_member(suite, "people");
    if (json_object_has_member(one, "person"))
        answer(request, procedure,
               json_object_get_object_member(people, json_object_get_string_member(one, "person")),
               name);
    if (json_object_has_member(one, "fields"))
        answer(request, procedure, json_object_get_object_member(one, "fields"), name);
    JsonArray *pieces =
        json_object_has_member(one, "pieces") ? json_object_get_array_member(one, "pieces") : NULL;
    for (guint i = 0; pieces != NULL && i < json_array_get_length(pieces); i++)
        bring(request, procedure, json_array_get_string_element(pieces, i), name);
    return request;
}

static void
expect(const char *name, const char *what, const char *got, const char *wanted)
{
    if (g_strcmp0(got, wanted) != 0)
        g_error("%s: %s is « %s », not « %s »", name, what, got, wanted);
}

static void
expect_missing(JsonObject *one, const char *name, GPtrArray *gaps)
{
    g_autoptr(GString) got = g_string_new(NULL), wanted = g_string_new(NULL);
    JsonArray *missing = json_object_get_array_member(one, "missing");
    for (guint i = 0; i < gaps->len; i++) {
        const GuichetGap *gap = gaps->pdata[i];
        g_string_append_printf(got, "%s ", gap->subject);
        g_assert_true(*gap->reason != '\0' && *gap->remedy != '\0');
    }
    for (guint i = 0; i < json_array_get_length(missing); i++)
        g_string_append_printf(wanted, "%s ", json_array_get_string_element(missing, i));
    expect(name, "missing", got->str, wanted->str);
}

static void
expect_why(JsonObject *one, const char *name, const char *id, const char *reason)
{
    JsonObject *why =
        json_object_has_member(one, "why") ? json_object_get_object_member(one, "why") : NULL;
    g_assert_true(reason != NULL && *reason != '\0');
    if (why != NULL && json_object_has_member(why, id))
        expect(name, id, reason, json_object_get_string_member(why, id));
}

static void
expect_charges(JsonObject *one, const char *name, GPtrArray *charges)
{
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < charges->len; i++) {
        const GuichetCharge *charge = charges->pdata[i];
        g_autofree char *euros = guichet_euros_text(charge->cents);
        g_string_append_printf(got, "%s%s %s%s", i > 0 ? ", " : "", charge->id,
                               charge->known ? euros : "?", charge->estimate ? " ~" : "");
        g_assert_true(charge->known || charge->remedy != NULL);
        expect_why(one, name, charge->id, charge->reason);
    }
    if (json_object_has_member(one, "charges"))
        expect(name, "to pay", got->str, json_object_get_string_member(one, "charges"));
}

static void
expect_deadlines(JsonObject *one, const char *name, GPtrArray *deadlines)
{
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < deadlines->len; i++) {
        const GuichetDeadline *deadline = deadlines->pdata[i];
        g_string_append_printf(got, "%s%s %s%s%s", i > 0 ? ", " : "", deadline->id,
                               deadline->date != NULL ? deadline->date : "?",
                               deadline->estimate ? " ~" : "", deadline->passed ? " !" : "");
        expect_why(one, name, deadline->id, deadline->reason);
    }
    if (json_object_has_member(one, "deadlines"))
        expect(name, "when", got->str, json_object_get_string_member(one, "deadlines"));
}

static void
judge(JsonObject *one)
{
    g_autoptr(GError) error = NULL;
    const char *name = json_object_get_string_member(one, "name");
    const char *day = json_object_get_string_member_with_default(one, "today", "2026-11-22");
    GuichetProcedure *procedure = find_procedure(json_object_get_string_member(one, "procedure"));
    g_autoptr(GuichetRequest) request = make_request(one, procedure);
    g_autoptr(GPtrArray) gaps =
        guichet_completeness_check(procedure, request, noon_of(day), &error);
    g_assert_no_error(error);
    g_autoptr(JsonNode) data = guichet_request_rule_data(request, procedure, noon_of(day));
    g_autoptr(GuichetAssessment) assessment = guichet_assess(procedure, data, &error);
    g_assert_no_error(error);
    expect_missing(one, name, gaps);
    expect_charges(one, name, assessment->charges);
    expect_deadlines(one, name, assessment->deadlines);
}

static void
test_judges_each_situation(void)
{
    JsonArray *all = json_object_get_array_member(suite, "situations");
    for (guint i = 0; i < json_array_get_length(all); i++)
        judge(json_array_get_object_element(all, i));
    g_test_message("%u situations", json_array_get_length(all));
}

static gboolean
is_tried(const char *procedure, const char *choice)
{
    JsonArray *all = json_object_get_array_member(suite, "situations");
    for (guint i = 0; i < json_array_get_length(all); i++) {
        JsonObject *one = json_array_get_object_element(all, i);
        JsonObject *fields = json_object_has_member(one, "fields")
                                 ? json_object_get_object_member(one, "fields")
                                 : NULL;
        if (strcmp(json_object_get_string_member(one, "procedure"), procedure) == 0 &&
            fields != NULL && json_object_has_member(fields, "situation") &&
            strcmp(json_object_get_string_member(fields, "situation"), choice) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
test_tries_each_situation_of_each_procedure(void)
{
    for (guint i = 0; i < procedures->len; i++) {
        const char *id = guichet_procedure_get_id(procedures->pdata[i]);
        GuichetField *situation = guichet_procedure_find_field(procedures->pdata[i], "situation");
        for (guint j = 0; situation != NULL && j < situation->choices->len; j++) {
            const char *choice = ((GuichetChoice *)situation->choices->pdata[j])->id;
            if (!is_tried(id, choice))
                g_error("%s: nobody comes with situation=%s", id, choice);
        }
    }
}

/* "other" asks for a description, and for no piece of paper. */
static void
test_other_situation_asks_no_paper(void)
{
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = procedures->pdata[i];
        if (guichet_procedure_find_field(procedure, "situation") == NULL)
            continue;
        g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
        g_hash_table_insert(request->fields, g_strdup("situation"), g_strdup("other"));
        g_autoptr(GPtrArray) gaps =
            guichet_completeness_check(procedure, request, noon_of("2026-11-22"), NULL);
        gboolean described = FALSE;
        for (guint j = 0; j < gaps->len; j++)
            described |=
                strcmp(((GuichetGap *)gaps->pdata[j])->subject, "field:other-situation") == 0;
        if (!described)
            g_error("%s: other-situation is not asked for", guichet_procedure_get_id(procedure));
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_setenv("TZ", "UTC", TRUE); /* "today" is the station's day */
    g_test_init(&argc, &argv, NULL);
    const char *source = g_getenv("GUICHET_SOURCE");
    g_autofree char *folder = g_build_filename(source, "assets", "procedures", NULL);
    g_autofree char *path = g_build_filename(source, "tests", "core", "situations.json", NULL);
    g_autofree char *text = NULL;
    gsize size;
    procedures = guichet_procedure_load_folder(folder, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    suite_root = guichet_json_parse(text, size, "situations.json", &error);
    g_assert_no_error(error);
    suite = json_node_get_object(suite_root);
    g_test_add_func("/core/situations/judges-each-one", test_judges_each_situation);
    g_test_add_func("/core/situations/tries-each-choice-of-each-procedure",
                    test_tries_each_situation_of_each_procedure);
    g_test_add_func("/core/situations/another-one-asks-for-words",
                    test_other_situation_asks_no_paper);
    int status = g_test_run();
    json_node_unref(suite_root);
    g_ptr_array_unref(procedures);
    return status;
}
