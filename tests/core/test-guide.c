/* SPDX-License-Identifier: EUPL-1.2 */
/* The guided path: every walk ends at a procedure of ours, and people in 60 real situations get to
 * theirs in five questions. */
#include "core/guide-plan.h"

#include <string.h>

#include "core/error.h"

#define TODAY (G_GINT64_CONSTANT(1795344127) * G_USEC_PER_SEC) /* 2026-11-22 */
#define FEW_QUESTIONS 5

/* What the person says; the answers that follow from it; where they must get to. */
static const struct {
    const char *words, *answers, *procedure, *situation;
} situations[] = {
#include "guide-situations.inc"
};

static GBytes *
read_asset(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", name, NULL);
    g_autoptr(GError) error = NULL;
    char *text;
    gsize size;
    g_file_get_contents(path, &text, &size, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(text, size);
}

static GuichetGuide *
load_guide(void)
{
    g_autoptr(GBytes) bytes = read_asset("guide/guide.json");
    g_autoptr(GError) error = NULL;
    GuichetGuide *guide = guichet_guide_new(bytes, "guide.json", &error);
    g_assert_no_error(error);
    return guide;
}

static GPtrArray *
load_procedures(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
    g_autoptr(GError) error = NULL;
    GPtrArray *procedures = guichet_procedure_load_folder(folder, &error);
    g_assert_no_error(error);
    return procedures;
}

static GuichetPlan *
plan_for(GuichetGuide *guide, GPtrArray *procedures, const char *const *answers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuidePlace) place = guichet_guide_walk(guide, answers, TODAY, &error);
    g_assert_no_error(error);
    GuichetPlan *plan = guichet_plan_new(guide, place, procedures, TODAY, &error);
    g_assert_no_error(error);
    return plan;
}

/* --- the situations --- */

/* Why the situation is not reached, or NULL. */
static char *
try_situation(GuichetGuide *guide, GPtrArray *procedures, guint index)
{
    g_auto(GStrv) answers = g_strsplit(situations[index].answers, " ", -1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuidePlace) place =
        guichet_guide_walk(guide, (const char *const *)answers, TODAY, &error);
    if (place == NULL)
        return g_strdup(error->message);
    if (place->question != NULL)
        return g_strdup_printf("still asked: %s", place->question->text);
    if (place->answered > FEW_QUESTIONS)
        return g_strdup_printf("%u questions", place->answered);
    g_autoptr(GuichetPlan) plan = guichet_plan_new(guide, place, procedures, TODAY, &error);
    if (plan == NULL)
        return g_strdup(error->message);
    const char *id = guichet_procedure_get_id(plan->procedure);
    const char *situation = g_hash_table_lookup(plan->fields, "situation");
    if (strcmp(id, situations[index].procedure) != 0 ||
        g_strcmp0(situation, situations[index].situation) != 0)
        return g_strdup_printf("leads to %s, %s", id, situation != NULL ? situation : "-");
    return NULL;
}

static void
test_situations(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    g_autoptr(GPtrArray) procedures = load_procedures();
    guint reached = 0, all = G_N_ELEMENTS(situations);
    for (guint i = 0; i < all; i++) {
        g_autofree char *why = try_situation(guide, procedures, i);
        if (why == NULL)
            reached++;
        else
            g_test_message("« %s »: %s", situations[i].words, why);
    }
    g_test_message("situations reached by the guide: %u of %u in at most %d questions", reached,
                   all, FEW_QUESTIONS);
    g_assert_cmpuint(all, >=, 60);
    g_assert_cmpuint(reached * 100, >=, all * 95);
}

/* Every « Autre situation » and « Je ne sais pas » counts as well: no walk stops half-way. */
typedef struct {
    GuichetGuide *guide;
    GPtrArray *procedures, *answers;
    guint ends, longest;
} Explorer;

static void
check_end(Explorer *explorer, const GuichetGuidePlace *place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetPlan) plan =
        guichet_plan_new(explorer->guide, place, explorer->procedures, TODAY, &error);
    g_assert_no_error(error);
    /* what the guide says of the procedure is what the procedure takes */
    const char *named = place->procedure_id;
    g_assert_cmpstr(guichet_procedure_get_id(plan->procedure), ==, named);
    const char *situation = g_hash_table_lookup(place->fields, "situation");
    const char *other_case = g_hash_table_lookup(plan->fields, "description");
    if (situation != NULL && other_case == NULL &&
        g_strcmp0(situation, g_hash_table_lookup(plan->fields, "situation")) != 0)
        g_error("%s has no situation « %s »: %s", named, situation, plan->said);
    g_assert_true(strcmp(named, GUICHET_GUIDE_OTHER_CASE) != 0 || other_case != NULL);
    g_assert_nonnull(plan->delay);
    explorer->ends++;
    explorer->longest = MAX(explorer->longest, place->answered);
}

static void
explore(Explorer *explorer)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_add(explorer->answers, NULL);
    g_autoptr(GuichetGuidePlace) place = guichet_guide_walk(
        explorer->guide, (const char *const *)explorer->answers->pdata, TODAY, &error);
    g_assert_no_error(error);
    g_ptr_array_set_size(explorer->answers, (int)explorer->answers->len - 1);
    if (place->question == NULL) {
        check_end(explorer, place);
        return;
    }
    GPtrArray *choices = place->question->answers;
    g_assert_cmpuint(choices->len, <=, GUICHET_GUIDE_MAX_ANSWERS);
    for (guint i = 0; i < choices->len; i++) {
        g_ptr_array_add(explorer->answers, ((GuichetGuideAnswer *)choices->pdata[i])->id);
        explore(explorer);
        g_ptr_array_set_size(explorer->answers, (int)explorer->answers->len - 1);
    }
}

static void
test_every_walk_ends(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    g_autoptr(GPtrArray) procedures = load_procedures();
    g_autoptr(GPtrArray) answers = g_ptr_array_new();
    Explorer explorer = {.guide = guide, .procedures = procedures, .answers = answers};
    explore(&explorer);
    g_test_message("%u walks, the longest has %u questions", explorer.ends, explorer.longest);
    g_assert_cmpuint(explorer.ends, >, 500);
    g_assert_cmpuint(explorer.longest, <=, 7);
}

/* --- what is found --- */

static gboolean
has_piece(GuichetPlan *plan, const char *id)
{
    for (guint i = 0; i < plan->pieces->len; i++)
        if (strcmp(((GuichetPlanPiece *)plan->pieces->pdata[i])->id, id) == 0)
            return TRUE;
    return FALSE;
}

static void
test_pieces_and_price_come_from_the_rules(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    g_autoptr(GPtrArray) procedures = load_procedures();
    const char *adult[] = {"identity", "passport", "loss", "adult", NULL};
    const char *child[] = {"identity", "passport", "loss", "child", NULL};
    g_autoptr(GuichetPlan) grown = plan_for(guide, procedures, adult);
    g_autoptr(GuichetPlan) small = plan_for(guide, procedures, child);
    g_assert_cmpint(grown->cents, ==, 8600);
    g_assert_nonnull(strstr(grown->price, "86 €"));
    g_assert_true(grown->price_known);
    g_assert_cmpint(small->cents, ==, 1700);
    g_assert_true(has_piece(grown, "right-index"));
    g_assert_false(has_piece(small, "right-index"));
    g_assert_true(has_piece(grown, "loss-declaration"));
    /* what is supposed is never an answer */
    g_assert_null(g_hash_table_lookup(grown->fields, "birth-date"));
    g_assert_cmpstr(grown->said, ==,
                    "Carte d’identité ou passeport › Un passeport › Il est perdu › "
                    "Une personne majeure");
}

static void
test_missing_procedure_becomes_other_case(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    g_autoptr(GPtrArray) all = load_procedures();
    g_autoptr(GPtrArray) few = g_ptr_array_new();
    const char *heirs[] = {"vehicle", "inherited", "one", NULL};
    for (guint i = 0; i < all->len; i++)
        if (strcmp(guichet_procedure_get_id(all->pdata[i]), GUICHET_GUIDE_OTHER_CASE) == 0)
            g_ptr_array_add(few, all->pdata[i]);
    g_autoptr(GuichetPlan) plan = plan_for(guide, few, heirs);
    g_assert_cmpstr(guichet_procedure_get_id(plan->procedure), ==, GUICHET_GUIDE_OTHER_CASE);
    g_assert_nonnull(strstr(g_hash_table_lookup(plan->fields, "description"), "décédé"));
    g_ptr_array_set_size(few, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuidePlace) place = guichet_guide_walk(guide, heirs, TODAY, &error);
    g_assert_null(guichet_plan_new(guide, place, few, TODAY, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
test_answers_by_digit_and_wrong_ones(void)
{
    g_autoptr(GuichetGuide) guide = load_guide();
    g_autoptr(GPtrArray) procedures = load_procedures();
    const char *digits[] = {"3", "2", "1", NULL};
    g_autoptr(GuichetPlan) plan = plan_for(guide, procedures, digits);
    g_assert_cmpstr(guichet_procedure_get_id(plan->procedure), ==, "vehicle-succession");
    static const char *const wrong[][6] = {
        {"9"}, {"0"}, {"12"}, {""}, {"vehicle", "nothing"}, {"other", "vehicle"}};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(guichet_guide_walk(guide, wrong[i], TODAY, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

/* --- the file --- */

#define HEAD                                                                                       \
    "{\"profile\":\"guide/1\",\"id\":\"g\",\"revision\":1,\"date\":\"2026-11-22\","                \
    "\"source\":\"s\",\"start\":\"a\",\"delays\":[],\"questions\":["
#define QUESTION(id, end)                                                                          \
    "{\"id\":\"" id "\",\"text\":\"T ?\",\"why\":\"W.\",\"answers\":["                             \
    "{\"id\":\"x\",\"label\":\"X\"," end "}]}"

static const struct {
    const char *text, *complaint;
} broken[] = {
    {HEAD QUESTION("a", "\"procedure\":\"p\""), "guide"}, /* cut short */
    {HEAD "]}", "start"},
    {HEAD QUESTION("b", "\"procedure\":\"p\"") "]}", "start"},
    {HEAD QUESTION("a", "\"then\":\"a\"") "]}", "plus bas"},
    {HEAD QUESTION("a", "\"then\":\"z\"") "]}", "aucune question"},
    {HEAD QUESTION("a", "\"then\":\"b\"") "," QUESTION("b", "\"then\":\"a\"") "]}", "plus bas"},
    {HEAD QUESTION("a", "\"then\":\"b\",\"procedure\":\"p\"") "]}", "un des deux"},
    {HEAD QUESTION("a", "\"hint\":\"H\"") "]}", "un des deux"},
    {HEAD QUESTION("a", "\"procedure\":\"P\"") "]}", "minuscules"},
    {HEAD QUESTION("a", "\"procedure\":\"p\",\"set\":{\"f\":3}") "]}", "/f"},
    {HEAD QUESTION("a", "\"procedure\":\"p\",\"suppose\":{\"f\":{\"years_ago\":121}}") "]}",
     "years_ago"},
    {HEAD QUESTION("a", "\"procedure\":\"p\",\"advice\":\"A\"") "]}", "advice"},
    {HEAD QUESTION("a", "\"procedure\":\"p\",\"jump\":\"A\"") "]}", "jump"},
    {HEAD "{\"id\":\"a\",\"text\":\"T\",\"why\":\"W\",\"answers\":[]}]}", "vide"},
    {HEAD "{\"id\":\"a\",\"text\":\"T\",\"why\":\"W\",\"answers\":[{\"id\":\"other\","
          "\"label\":\"O\",\"procedure\":\"p\"}]}]}",
     "vont de soi"},
};

static void
test_broken_files_are_refused(void)
{
    g_autoptr(GBytes) good =
        g_bytes_new_static(HEAD QUESTION("a", "\"procedure\":\"p\"") "]}",
                           strlen(HEAD QUESTION("a", "\"procedure\":\"p\"") "]}"));
    g_autoptr(GuichetGuide) control = guichet_guide_new(good, "good", NULL);
    g_assert_nonnull(control);
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(broken[i].text, strlen(broken[i].text));
        g_autoptr(GError) error = NULL;
        g_assert_null(guichet_guide_new(bytes, "guide.json", &error));
        if (strstr(error->message, broken[i].complaint) == NULL)
            g_error("%u: « %s » does not say « %s »", i, error->message, broken[i].complaint);
    }
}

static void
test_nine_answers_at_most(void)
{
    g_autoptr(GString) text = g_string_new(HEAD "{\"id\":\"a\",\"text\":\"T\",\"why\":\"W\","
                                                "\"answers\":[");
    for (guint i = 0; i < 8; i++)
        g_string_append_printf(text, "%s{\"id\":\"x%u\",\"label\":\"X\",\"procedure\":\"p\"}",
                               i > 0 ? "," : "", i);
    g_string_append(text, "]}]}");
    g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_guide_new(bytes, "guide.json", &error));
    g_assert_nonnull(strstr(error->message, "7"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/guide/sixty-real-situations-in-five-questions", test_situations);
    g_test_add_func("/core/guide/every-walk-ends-at-a-procedure-that-takes-it",
                    test_every_walk_ends);
    g_test_add_func("/core/guide/pieces-and-price-come-from-the-rules",
                    test_pieces_and_price_come_from_the_rules);
    g_test_add_func("/core/guide/a-missing-procedure-becomes-other-case",
                    test_missing_procedure_becomes_other_case);
    g_test_add_func("/core/guide/answers-by-digit-and-wrong-ones",
                    test_answers_by_digit_and_wrong_ones);
    g_test_add_func("/core/guide/broken-files-are-refused", test_broken_files_are_refused);
    g_test_add_func("/core/guide/nine-answers-at-most", test_nine_answers_at_most);
    return g_test_run();
}
