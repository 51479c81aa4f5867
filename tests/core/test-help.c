/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/help.h"

#include <string.h>

#include "core/error.h"

static char *
read_own(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets/help/help.json", NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static GuichetHelp *
load(const char *text, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    return guichet_help_new(bytes, "help.json", error);
}

static gboolean
is_procedure(const char *id)
{
    g_autofree char *name = g_strdup_printf("assets/procedures/%s.json", id);
    g_autofree char *path = g_build_filename(g_getenv("GUICHET_SOURCE"), name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* What a mediator meets; none may be forgotten. */
static const char *const needed[] = {
    "pieces-refused", "account-blocked", "residence-no-answer", "case-not-foreseen",
    "paid-site",      "message-or-call", "refused-request",     "deaf",
};

static void
test_own(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_autoptr(GuichetHelp) help = load(text, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        const GuichetHelpTopic *topic = guichet_help_find(help, needed[i], &error);
        g_assert_no_error(error);
        g_assert_true(topic->steps->len >= 3 && topic->never->len >= 1 && topic->lines->len >= 1);
        g_assert_true(topic->procedure == NULL || is_procedure(topic->procedure));
    }
    const GuichetHelpTopic *deaf = guichet_help_find(help, "deaf", &error);
    guint relays = 0;
    for (guint i = 0; i < deaf->lines->len; i++)
        relays += ((const GuichetHelpLine *)deaf->lines->pdata[i])->relay != NULL;
    g_assert_cmpuint(relays, >=, 3);
    g_assert_null(guichet_help_find(help, "horoscope", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "paid-site"));
}

/* A number stands in a line with its source, and nowhere else; what is not known is not said. */
static void
test_no_number_by_the_way(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_autoptr(GuichetHelp) help = load(text, &error);
    g_autoptr(GRegex) number =
        g_regex_new("\\b0[1-9]([ .]?[0-9]{2}){4}\\b|\\b39 ?39\\b|\\b34 ?00\\b", 0, 0, &error);
    g_assert_true(g_regex_match(number, "09 69 39 00 00", 0, NULL)); /* the control */
    for (guint i = 0; i < help->topics->len; i++) {
        const GuichetHelpTopic *topic = help->topics->pdata[i];
        for (guint s = 0; s < topic->steps->len; s++)
            g_assert_false(g_regex_match(number, topic->steps->pdata[s], 0, NULL));
    }
    for (guint i = 0; i < help->lines->len; i++) {
        const GuichetHelpLine *line = help->lines->pdata[i];
        g_assert_true(*line->source != '\0' && *line->check != '\0' && strlen(line->date) == 10);
        g_assert_true(line->relay == NULL || !g_regex_match(number, line->relay, 0, NULL));
        g_assert_true(!g_regex_match(number, line->purpose, 0, NULL));
    }
}

static const struct {
    const char *from, *to;
} broken[] = {
    {"help/1", "help/2"},
    {"\"revision\": 1", "\"revision\": 0"},
    {"\"topics\": [", "\"topics\": [1,"},
    {"\"lines\": [\"defender\", \"state-information\"]", "\"lines\": [\"nobody\"]"},
    {"\"lines\": [\"defender\", \"state-information\"]", "\"lines\": [1]"},
    {"\"id\": \"account-blocked\"", "\"id\": \"pieces-refused\""},
    {"\"id\": \"state-information\"", "\"id\": \"defender\""},
    {"\"situation\"", "\"story\""},
    {"\"number\": \"39 39\"", "\"numbers\": \"39 39\""},
    {"\"number\": \"39 39\"", "\"number\": 3939"},
    {"\"id\": \"deaf\"", "\"id\": \"Deaf People\""},
    {"\"check\": \"service-public.fr\",", ""},
    {"\"never\": [\"Ne lisez", "\"never\": [\"\", \"Ne lisez"},
};

static void
test_broken(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = read_own();
        g_auto(GStrv) parts = g_strsplit(text, broken[i].from, 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *changed = g_strjoinv(broken[i].to, parts);
        g_autoptr(GuichetHelp) help = load(changed, &error);
        g_test_message("%s: %s", broken[i].to, error != NULL ? error->message : "loads");
        g_assert_null(help);
        g_assert_nonnull(strstr(error->message, "help.json"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/help/each-situation-has-its-page", test_own);
    g_test_add_func("/core/help/no-number-without-its-source", test_no_number_by_the_way);
    g_test_add_func("/core/help/broken-files", test_broken);
    return g_test_run();
}
