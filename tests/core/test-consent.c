/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/consent.h"

#include <string.h>

#include "core/completeness.h"
#include "core/consent-policy.h"
#include "core/error.h"

#define TODAY "2026-11-22"

static GuichetProcedure *
load_procedure(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets/procedures/other-case.json", NULL);
    GuichetProcedure *procedure = guichet_procedure_load(path, &error);
    g_assert_no_error(error);
    return procedure;
}

static void
note(GuichetRequest *request, const GuichetConsent *consent)
{
    g_autoptr(GHashTable) fields = guichet_consent_to_fields(consent);
    GHashTableIter iter;
    gpointer id, value;
    g_hash_table_iter_init(&iter, fields);
    while (g_hash_table_iter_next(&iter, &id, &value))
        g_hash_table_insert(request->fields, g_strdup(id), g_strdup(value));
}

static void
test_kept(void)
{
    g_autoptr(GuichetProcedure) procedure = load_procedure();
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    g_auto(GuichetConsent) none = {NULL}, back = {NULL};
    const GuichetConsent said = {.who = (char *)"Jeanne d’Été",
                                 .way = GUICHET_CONSENT_REPRESENTATIVE,
                                 .capacity = (char *)"mère",
                                 .scope = (char *)"Déposer cette demande",
                                 .date = (char *)TODAY,
                                 .helper = (char *)"malik"};
    g_assert_false(guichet_consent_read(request, &none));
    note(request, &said);
    g_assert_true(guichet_consent_read(request, &back));
    g_assert_cmpstr(back.who, ==, said.who);
    g_assert_cmpint(back.way, ==, said.way);
    g_assert_cmpstr(back.capacity, ==, said.capacity);
    g_assert_cmpstr(back.scope, ==, said.scope);
    g_assert_cmpstr(back.date, ==, said.date);
    g_assert_cmpstr(back.helper, ==, said.helper);
    g_assert_true(guichet_consent_owns_field("~consent-who"));
    g_assert_false(guichet_consent_owns_field("surname"));
}

/* What is written, and what is kept of it; NULL: refused. */
static const struct {
    GuichetConsentWay way;
    const char *who, *capacity, *scope, *date, *kept_who, *kept_date;
} written[] = {
    {GUICHET_CONSENT_PRESENT, "  Jeanne  Dupont ", NULL, "tout", "22/11/2026", "Jeanne Dupont",
     "2026-11-22"},
    {GUICHET_CONSENT_MANDATE, "Jean-Loup", "", "x", "2020-02-29", "Jean-Loup", "2020-02-29"},
    {GUICHET_CONSENT_REPRESENTATIVE, "Anne", "tutrice", "x", TODAY, "Anne", TODAY},
    {GUICHET_CONSENT_REPRESENTATIVE, "Anne", "", "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_REPRESENTATIVE, "Anne", NULL, "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "", NULL, "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, NULL, NULL, "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL, "", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL, "x", "", NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL, "x", "demain", NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL, "x", "2026-11-23", NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL, "x", "2026-02-30", NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "An\nne", NULL, "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "\xff\xfe", NULL, "x", TODAY, NULL, NULL},
    {GUICHET_CONSENT_PRESENT, "Anne", NULL,
     "a\xe2\x80\xae"
     "b",
     TODAY, NULL, NULL},
};

static void
test_settled(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GuichetConsent) consent = {.who = g_strdup(written[i].who),
                                          .way = written[i].way,
                                          .capacity = g_strdup(written[i].capacity),
                                          .scope = g_strdup(written[i].scope),
                                          .date = g_strdup(written[i].date)};
        gboolean taken = guichet_consent_settle(&consent, TODAY, &error);
        g_test_message("%zu", i);
        g_assert_cmpint(taken, ==, written[i].kept_who != NULL);
        if (taken) {
            g_assert_cmpstr(consent.who, ==, written[i].kept_who);
            g_assert_cmpstr(consent.date, ==, written[i].kept_date);
        } else {
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
            g_assert_null(strchr(error->message, '\n'));
        }
    }
}

static void
test_too_long(void)
{
    g_autofree char *long_text = g_strnfill(401, 'a');
    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GuichetConsent) consent = {.who = g_strdup(i == 0 ? long_text : "Anne"),
                                          .way = GUICHET_CONSENT_REPRESENTATIVE,
                                          .capacity = g_strdup(i == 1 ? long_text : "mère"),
                                          .scope = g_strdup(i == 2 ? long_text : "x"),
                                          .date = g_strdup(TODAY)};
        g_assert_false(guichet_consent_settle(&consent, TODAY, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

/* The gaps of a request: of the consent first, then of its paper. */
static void
test_gaps(void)
{
    g_autoptr(GuichetProcedure) procedure = load_procedure();
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    g_autoptr(GPtrArray) gaps = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_gap_free);
    GuichetConsent said = {.who = (char *)"Anne",
                           .way = GUICHET_CONSENT_MANDATE,
                           .scope = (char *)"x",
                           .date = (char *)TODAY,
                           .helper = (char *)"malik"};
    guichet_consent_add_gaps(request, "Parce que.", gaps);
    g_assert_cmpuint(gaps->len, ==, 1);
    g_assert_cmpstr(((GuichetGap *)gaps->pdata[0])->reason, ==, "Parce que.");
    note(request, &said);
    guichet_consent_add_gaps(request, "Parce que.", gaps);
    g_assert_cmpuint(gaps->len, ==, 2);
    g_assert_cmpstr(((GuichetGap *)gaps->pdata[1])->subject, ==, "piece:" GUICHET_CONSENT_PIECE);
    g_ptr_array_add(request->pieces,
                    guichet_piece_new_impossible(GUICHET_CONSENT_PIECE, "kept-on-paper"));
    guichet_consent_add_gaps(request, "Parce que.", gaps);
    g_assert_cmpuint(gaps->len, ==, 2);
    said.way = GUICHET_CONSENT_PRESENT;
    note(request, &said);
    g_ptr_array_set_size(request->pieces, 0);
    guichet_consent_add_gaps(request, "Parce que.", gaps);
    g_assert_cmpuint(gaps->len, ==, 2);
}

static void
test_paper(void)
{
    g_autoptr(GuichetProcedure) procedure = load_procedure();
    GuichetPieceSpec *spec = guichet_consent_find_piece(procedure, GUICHET_CONSENT_PIECE);
    g_assert_nonnull(spec);
    g_assert_cmpint(spec->family, ==, GUICHET_PIECE_DOCUMENT);
    g_assert_true(guichet_consent_find_piece(procedure, GUICHET_CONSENT_PIECE) == spec);
    g_assert_true(guichet_consent_find_piece(procedure, "piece") ==
                  guichet_procedure_find_piece(procedure, "piece"));
    g_assert_null(guichet_consent_find_piece(procedure, "nothing"));
}

/* --- policy --- */

static GBytes *
read_policy(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets/policy/consent.json", NULL);
    char *text = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    return g_bytes_new_take(text, size);
}

static void
test_policy(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_policy();
    g_autoptr(GuichetConsentPolicy) policy =
        guichet_consent_policy_new(bytes, "consent.json", &error);
    g_assert_no_error(error);
    for (guint role = 0; role < GUICHET_USER_ROLE_N; role++)
        g_assert_cmpint(guichet_consent_policy_asks(policy, role), ==,
                        role == GUICHET_USER_ROLE_MEDIATOR);
    g_assert_false(guichet_consent_policy_asks(policy, GUICHET_USER_ROLE_N));
    g_assert_cmpuint(policy->clauses->len, >, 2);
    g_assert_true(*policy->why && *policy->question && *policy->scope && *policy->title &&
                  *policy->withdrawal);
}

static const struct {
    const char *from, *to;
} broken[] = {
    {"consent/1", "consent/2"},        {"[\"mediator\"]", "[\"everybody\"]"},
    {"[\"mediator\"]", "[1]"},         {"[\"mediator\"]", "\"mediator\""},
    {"\"withdrawal\"", "\"regret\""},  {"\"why\": \"", "\"x\": \""},
    {"\"question\"", "\"questions\""}, {"\"roles\"", "\"roles\": [], \"roles\""},
};

static void
test_broken_policy(void)
{
    g_autoptr(GBytes) bytes = read_policy();
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
        g_auto(GStrv) parts = g_strsplit(text, broken[i].from, 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *changed = g_strjoinv(broken[i].to, parts);
        g_autoptr(GBytes) bad = g_bytes_new(changed, strlen(changed));
        g_assert_null(guichet_consent_policy_new(bad, "consent.json", &error));
        g_assert_nonnull(error);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, "consent.json"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/consent/kept-with-the-request", test_kept);
    g_test_add_func("/core/consent/tidied-or-refused-with-a-remedy", test_settled);
    g_test_add_func("/core/consent/too-long", test_too_long);
    g_test_add_func("/core/consent/what-is-missing", test_gaps);
    g_test_add_func("/core/consent/its-paper-is-a-piece-of-every-request", test_paper);
    g_test_add_func("/core/consent/policy-asks-the-mediator", test_policy);
    g_test_add_func("/core/consent/broken-policies", test_broken_policy);
    return g_test_run();
}
