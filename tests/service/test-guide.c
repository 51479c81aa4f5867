/* SPDX-License-Identifier: EUPL-1.2 */
/* From answers to a page, from the page's code to a draft: paper, a reader that is not ours, and a
 * real station. */
#include "service/guide.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "core/plan-code.h"
#include "station-fixture.h"

static gboolean
lacks_tools(void)
{
    static const char *const tools[] = {"pdftoppm", "pdftotext", "pdfinfo", "zbarimg"};
    for (gsize i = 0; i < G_N_ELEMENTS(tools); i++) {
        g_autofree char *path = g_find_program_in_path(tools[i]);
        if (path == NULL) {
            g_test_skip(tools[i]);
            return TRUE;
        }
    }
    return FALSE;
}

/* Runs a shell command in @folder; its standard output. */
static char *
run(const char *folder, const char *command)
{
    g_autofree char *script = g_strdup_printf("cd '%s' && %s", folder, command);
    const char *argv[] = {"sh", "-c", script, NULL};
    char *out = NULL;
    int status;
    g_assert_true(g_spawn_sync(NULL, (char **)(gpointer)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &out, NULL, &status, NULL));
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    return out;
}

/* The page of @answers in the fixture's folder; what a reader sees in its code at 200 dpi. */
static char *
print_and_scan(StationFixture *fixture, GuichetDesk *desk, const char *const *answers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuide) guide = guichet_desk_load_guide(desk, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetPlan) plan = guichet_desk_make_plan(desk, guide, answers, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) pdf = guichet_desk_make_sheet(desk, plan, &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(fixture->folder, "sheet.pdf", NULL);
    g_assert_true(g_file_set_contents(path, g_bytes_get_data(pdf, NULL),
                                      (gssize)g_bytes_get_size(pdf), NULL));
    return run(fixture->folder, "rm -f page*.png && pdftoppm -r 200 -png sheet.pdf page && "
                                "zbarimg -q --raw --oneshot page*.png");
}

static GuichetRequest *
open_code(GuichetDesk *desk, const char *text, guint n_left_out)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    g_autoptr(GuichetRequest) made =
        guichet_desk_begin_from_code(desk, text, strlen(text), &left_out, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(left_out->len, ==, n_left_out);
    GuichetRequest *request = guichet_desk_load_request(desk, made->id, &error);
    g_assert_no_error(error);
    return request;
}

static void
test_page_code_draft(void)
{
    const char *const answers[] = {"difficulty", "no-contact", "passport", "loss", "child", NULL};
    g_auto(StationFixture) fixture = {NULL};
    if (lacks_tools())
        return;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *scanned = print_and_scan(&fixture, desk, answers);
    g_autoptr(GuichetRequest) request = open_code(desk, scanned, 0);
    g_assert_cmpstr(request->procedure_id, ==, "passport");
    g_assert_cmpstr(guichet_request_get_field(request, "situation"), ==, "loss");
    g_assert_cmpstr(guichet_request_get_field(request, "contact-by"), ==, "none");
    g_assert_cmpstr(guichet_request_get_field(request, "birth-date"), ==, "");
    g_autofree char *text =
        run(fixture.folder, "pdftotext -layout sheet.pdf - ; pdfinfo sheet.pdf");
    static const char *const sentences[] = {
        "Vos pièces",
        "Démarche : Passeport",
        "Déclaration de perte",
        "Prix : 17 €",
        "Délai :",
        "Il vous manque une pièce",
        "Pages:           1",
        "(A4)",
        "Tagged:          yes",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
        if (strstr(text, sentences[i]) == NULL)
            g_error("the page does not say « %s »:\n%s", sentences[i], text);
}

/* Each procedure's fullest page is one page that a reader reads. */
static void
test_long_pages(void)
{
    static const char *const walks[][8] = {
        {"difficulty", "no-home", "passport", "change", "divorce", "protected"},
        {"difficulty", "absent", "vehicle", "inherited", "one"},
        {"difficulty", "website", "payment"},
        {"vehicle", "imported", "eu"},
        {"licence", "sanction", "suspension"},
        {"other"},
    };
    g_auto(StationFixture) fixture = {NULL};
    if (lacks_tools())
        return;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(walks); i++) {
        g_autofree char *scanned = print_and_scan(&fixture, desk, walks[i]);
        g_autoptr(GuichetRequest) request = open_code(desk, scanned, 0);
        g_autofree char *pages = run(fixture.folder, "pdfinfo sheet.pdf | grep ^Pages");
        g_assert_nonnull(strstr(pages, " 1\n"));
    }
}

static char *
make_code(const char *procedure, const char *field, const char *value)
{
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(fields, (gpointer)field, (gpointer)value);
    return guichet_plan_code_format(procedure, fields, 0);
}

/* What a hand-made code says is taken as if it was typed, never more. */
static void
test_codes_are_not_believed(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *no_field = make_code("passport", "no-such-field", "x");
    g_autofree char *no_choice = make_code("passport", "situation", "free-of-charge");
    g_autofree char *no_procedure = make_code("diplomatic-passport", "rank", "ambassador");
    g_autoptr(GuichetRequest) first = open_code(desk, no_field, 1);
    g_autoptr(GuichetRequest) second = open_code(desk, no_choice, 1);
    g_assert_cmpstr(guichet_request_get_field(second, "situation"), ==, "");
    g_autoptr(GuichetRequest) third = open_code(desk, no_procedure, 0);
    g_assert_cmpstr(third->procedure_id, ==, "other-case");
    g_assert_nonnull(strstr(guichet_request_get_field(third, "description"), "ambassador"));
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_desk_begin_from_code(desk, "passport", 8, NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

static void
test_station_file_comes_first(void)
{
    static const char own[] =
        "{\"profile\":\"guide/1\",\"id\":\"g\",\"revision\":7,\"date\":\"2026-11-22\","
        "\"source\":\"s\",\"start\":\"a\",\"delays\":[],\"questions\":[{\"id\":\"a\","
        "\"text\":\"T ?\",\"why\":\"W.\",\"answers\":[{\"id\":\"x\",\"label\":\"X\","
        "\"procedure\":\"passport\"}]}]}";
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *folder = guichet_station_path(fixture.root, "guide");
    g_autofree char *path = g_build_filename(folder, "guide.json", NULL);
    g_autoptr(GuichetGuide) built_in = guichet_desk_load_guide(desk, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_mkdir(folder, 0750), ==, 0);
    g_assert_true(g_file_set_contents(path, own, -1, NULL));
    g_autoptr(GuichetGuide) guide = guichet_desk_load_guide(desk, &error);
    g_assert_no_error(error);
    const char *const none[] = {NULL};
    g_autoptr(GuichetGuidePlace) place = guichet_guide_walk(guide, none, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(place->question->text, ==, "T ?");
    g_assert_true(g_file_set_contents(path, "{", -1, NULL));
    g_assert_null(guichet_desk_load_guide(desk, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/guide/page-code-and-draft-agree", test_page_code_draft);
    g_test_add_func("/service/guide/the-fullest-page-is-one-page", test_long_pages);
    g_test_add_func("/service/guide/codes-are-not-believed", test_codes_are_not_believed);
    g_test_add_func("/service/guide/a-station-s-own-questions-come-first",
                    test_station_file_comes_first);
    return g_test_run();
}
