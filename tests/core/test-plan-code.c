/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/plan-code.h"

#include <string.h>

#include "core/digest.h"
#include "core/error.h"

#define TODAY (G_GINT64_CONSTANT(1795344127) * G_USEC_PER_SEC) /* 2026-11-22 */

static GHashTable *
make_fields(const char *const *pairs)
{
    GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (; *pairs != NULL; pairs += 2)
        g_hash_table_insert(fields, g_strdup(pairs[0]), g_strdup(pairs[1]));
    return fields;
}

static void
test_page_and_reader_agree(void)
{
    static const char *const pairs[] = {"situation", "loss",        "contact-by",
                                        "none",      "description", "Véhicule › À vendre ; 100 %",
                                        NULL};
    g_autoptr(GHashTable) fields = make_fields(pairs);
    g_autofree char *text = guichet_plan_code_format("passport", fields, TODAY);
    g_autofree char *scanned = g_strconcat(" ", text, "\r\n", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetPlanCode) code = guichet_plan_code_parse(scanned, strlen(scanned), &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(text, "GUICHET1;20261122;passport;contact-by=none;"));
    g_assert_cmpstr(code->date, ==, "2026-11-22");
    g_assert_cmpstr(code->procedure_id, ==, "passport");
    g_assert_cmpuint(g_hash_table_size(code->fields), ==, 3);
    for (guint i = 0; pairs[i] != NULL; i += 2)
        g_assert_cmpstr(g_hash_table_lookup(code->fields, pairs[i]), ==, pairs[i + 1]);
}

/* The example of the page of the format, as it is printed there. */
static void
test_documented_example(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets/guide/CODE.md", NULL);
    g_autofree char *page = NULL;
    g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
    const char *line = strstr(page, "\nGUICHET1;") + 1;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetPlanCode) code = guichet_plan_code_parse(line, strcspn(line, "\n"), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(g_hash_table_lookup(code->fields, "situation"), ==, "loss");
}

static void
test_long_answers_fit(void)
{
    g_autofree char *long_text = g_strnfill(5000, 'x');
    memcpy(long_text + 100, "é", 2);
    g_autoptr(GHashTable) fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < 20; i++)
        g_hash_table_insert(fields, g_strdup_printf("field-%02u", i), g_strdup(long_text));
    g_autofree char *text = guichet_plan_code_format("other-case", fields, TODAY);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetPlanCode) code = guichet_plan_code_parse(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(text), <=, GUICHET_PLAN_CODE_MAX_BYTES);
    g_assert_cmpuint(g_hash_table_size(code->fields), ==, 2);
}

/* Each is given a good check first, so that it is its own fault that is found. */
static const char *const wrong[] = {
    "GUICHET1;20261122",
    "GUICHET1;20261122;Passport",
    "GUICHET1;20261122;",
    "GUICHET1;20260230;passport",
    "GUICHET1;2026112;passport",
    "GUICHET1;20261122;passport;situation",
    "GUICHET1;20261122;passport;situation=",
    "GUICHET1;20261122;passport;=loss",
    "GUICHET1;20261122;passport;Situation=loss",
    "GUICHET1;20261122;passport;b=1;a=2",
    "GUICHET1;20261122;passport;a=1;a=2",
    "GUICHET1;20261122;passport;a=1 2",
    "GUICHET1;20261122;passport;a=%0A",
    "GUICHET1;20261122;passport;a=%00",
    "GUICHET1;20261122;passport;a=%FF",
    "GUICHET1;20261122;passport;a=%4",
    "GUICHET1;20261122;passport;a=é",
    "GUICHET2;20261122;passport;a=1",
    "a=1;b=2;c=3;d=4",
};

static void
test_anything_else_is_refused(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *hex = guichet_sha256_hex(wrong[i], strlen(wrong[i]));
        g_autofree char *text = g_strdup_printf("%s;%.8s", wrong[i], hex);
        g_autoptr(GError) error = NULL;
        if (guichet_plan_code_parse(text, strlen(text), &error) != NULL)
            g_error("accepted: %s", text);
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_plan_code_parse("", 0, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

/* Any one character read wrongly is told, whatever it is read as. */
static void
test_misread_character_is_told(void)
{
    static const char good[] = "GUICHET1;20261122;passport;situation=loss;";
    g_autofree char *hex = guichet_sha256_hex(good, strlen(good) - 1);
    g_autofree char *text = g_strdup_printf("%s%.8s", good, hex);
    g_autoptr(GuichetPlanCode) control = guichet_plan_code_parse(text, strlen(text), NULL);
    g_assert_nonnull(control);
    for (char *p = text; *p != '\0'; p++) {
        char was = *p;
        *p = was == 'q' ? 'a' : 'q'; /* what a reader set to another keyboard does */
        g_assert_null(guichet_plan_code_parse(text, strlen(text), NULL));
        *p = was;
    }
}

static void
test_too_long_is_refused(void)
{
    g_autofree char *text = g_strnfill(100000, ';');
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_plan_code_parse(text, 100000, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    g_assert_null(guichet_plan_code_parse("GUICHET1;\0;", 11, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/plan-code/page-and-reader-agree", test_page_and_reader_agree);
    g_test_add_func("/core/plan-code/the-documented-example-is-true", test_documented_example);
    g_test_add_func("/core/plan-code/long-answers-fit", test_long_answers_fit);
    g_test_add_func("/core/plan-code/anything-else-is-refused", test_anything_else_is_refused);
    g_test_add_func("/core/plan-code/a-misread-character-is-told", test_misread_character_is_told);
    g_test_add_func("/core/plan-code/too-long-is-refused", test_too_long_is_refused);
    return g_test_run();
}
