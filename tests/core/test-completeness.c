/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/completeness.h"

#include <string.h>

#include "core/assessment.h"
#include "core/error.h"

#define ADULT                                                                                      \
    "sex=female surname=DUPONT first-names=Camille birth-date=1990-05-17 birth-place=LYON "        \
    "birth-country=FRANCE nationality=parent height=172 eye-colour=brown "                         \
    "parent-1-surname=DUPONT parent-1-first-names=Anne address-line=mairie postcode=69001 "        \
    "city=LYON contact-by=none secured-title=valid "
#define MINOR_OF_8 ADULT "birth-date=2018-05-17 height=128 parental-authority=both "
#define MINOR_OF_15 ADULT "birth-date=2011-05-17 parental-authority=both "
#define PAPERS "proof-of-address photo right-index left-index "

/* On 2026-11-22: who comes with what, what is missing ("" = complete), and the stamp in euros.
 * A later answer replaces an earlier one. A piece: "id", "id*pages", "id!reason". */
static const struct {
    const char *name;
    const char *procedure;
    const char *answers;
    const char *pieces;
    const char *gaps;
    gint64 stamp;
} situations[] = {
    {"nothing yet", "passport", "", "",
     "field:situation field:surname field:first-names field:sex field:birth-date field:birth-place "
     "field:birth-country field:nationality field:height field:eye-colour field:parent-1-surname "
     "field:parent-1-first-names field:address-line field:postcode field:city field:contact-by "
     "piece:proof-of-address piece:photo",
     0},
    {"adult, first", "passport", ADULT "situation=first secured-title=none",
     PAPERS "birth-certificate", "", 86},
    {"adult, first, no certificate", "passport", ADULT "situation=first secured-title=none", PAPERS,
     "piece:birth-certificate", 86},
    {"adult, first, town on COMEDEC", "passport", ADULT "situation=first secured-title=none",
     PAPERS "birth-certificate!comedec", "", 86},
    {"adult, first, reason not admitted", "passport", ADULT "situation=first secured-title=none",
     PAPERS "birth-certificate!forgotten", "piece:birth-certificate", 86},
    {"adult, renewal", "passport", ADULT "situation=renewal", PAPERS "previous-title*2", "", 86},
    {"adult, renewal, old one left at home", "passport", ADULT "situation=renewal", PAPERS,
     "piece:previous-title", 86},
    {"adult, loss", "passport", ADULT "situation=loss", PAPERS "loss-declaration", "", 86},
    {"adult, loss, not declared", "passport", ADULT "situation=loss", PAPERS,
     "piece:loss-declaration", 86},
    {"adult, theft, report missing", "passport", ADULT "situation=theft", PAPERS,
     "piece:theft-report", 86},
    {"adult, change of address is free", "passport", ADULT "situation=change",
     PAPERS "previous-title change-proof", "", 0},
    {"adult, pages full is free", "passport", ADULT "situation=pages-full", PAPERS "previous-title",
     "", 0},
    {"minor of 8: no prints, a parent", "passport", MINOR_OF_8 "situation=first secured-title=none",
     "proof-of-address photo birth-certificate parent-identity", "", 17},
    {"minor of 8 without the parent", "passport", MINOR_OF_8 "situation=first secured-title=none",
     "proof-of-address photo birth-certificate", "piece:parent-identity", 17},
    {"minor of 15", "passport", MINOR_OF_15 "situation=renewal",
     PAPERS "previous-title parent-identity", "", 42},
    {"twelve today: prints", "passport",
     ADULT "birth-date=2014-11-22 parental-authority=both situation=renewal",
     "proof-of-address photo previous-title parent-identity", "piece:right-index piece:left-index",
     17},
    {"twelve tomorrow: no prints", "passport",
     ADULT "birth-date=2014-11-23 parental-authority=both situation=renewal",
     "proof-of-address photo previous-title parent-identity", "", 17},
    {"eighteen today: no parent", "passport", ADULT "birth-date=2008-11-22 situation=renewal",
     PAPERS "previous-title", "", 86},
    {"hands impossible", "passport", ADULT "situation=renewal",
     "proof-of-address photo previous-title right-index!permanent left-index!permanent",
     "piece:right-middle piece:left-middle", 86},
    {"one hand bandaged", "passport", ADULT "situation=renewal",
     "proof-of-address photo previous-title right-index left-index!temporary left-middle", "", 86},
    {"prints without a reason", "passport", ADULT "situation=renewal",
     "proof-of-address photo previous-title right-index!because left-index", "piece:right-index",
     86},
    {"hosted", "passport", ADULT "hosted=true situation=renewal", PAPERS "previous-title",
     "piece:host-identity piece:host-statement", 86},
    {"usage name", "passport", ADULT "usage-name=MARTIN situation=renewal", PAPERS "previous-title",
     "piece:usage-name-proof", 86},
    {"no parent known", "passport",
     ADULT "parent-1-surname= parent-1-first-names= filiation-unknown=true situation=renewal",
     PAPERS "previous-title", "", 86},
    {"lives abroad: no French postcode", "passport",
     ADULT "postcode= address-country=SUISSE situation=renewal", PAPERS "previous-title", "", 86},
    {"told by post: no e-mail, no phone", "passport", ADULT "contact-by=post situation=renewal",
     PAPERS "previous-title", "", 86},
    {"told by SMS: a phone", "passport", ADULT "contact-by=sms situation=renewal",
     PAPERS "previous-title", "field:phone", 86},
    {"too many pages", "passport", ADULT "situation=renewal",
     "proof-of-address*5 photo right-index left-index previous-title", "piece:proof-of-address",
     86},
    {"an answer of another revision", "passport", ADULT "sex=other situation=renewal",
     PAPERS "previous-title", "field:sex", 86},
    {"card, first", "identity-card", ADULT "situation=first secured-title=none",
     PAPERS "birth-certificate", "", 0},
    {"card, loss", "identity-card", ADULT "situation=loss", PAPERS "loss-declaration", "", 25},
    {"card, theft", "identity-card", ADULT "situation=theft", PAPERS "theft-report", "", 25},
    {"card, minor of 8", "identity-card", MINOR_OF_8 "situation=renewal",
     "proof-of-address photo previous-title parent-identity", "", 0},
    {"other case, nothing said", "other-case", "", "", "field:description", 0},
    {"other case, one word, no piece", "other-case", "description=Bonjour", "", "", 0},
    {"other case, twenty pages", "other-case", "description=Bonjour", "piece*20", "", 0},
    {"other case, too many pages", "other-case", "description=Bonjour", "piece*21", "piece:piece",
     0},
};

static GuichetProcedure *
load(const char *id)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strconcat(id, ".json", NULL);
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", name, NULL);
    GuichetProcedure *procedure = guichet_procedure_load(path, &error);
    g_assert_no_error(error);
    return procedure;
}

static void
answer(GuichetRequest *request, const char *text)
{
    g_auto(GStrv) answers = g_strsplit(text, " ", -1);
    for (guint i = 0; answers[i] != NULL; i++) {
        g_auto(GStrv) pair = g_strsplit(answers[i], "=", 2);
        if (g_strv_length(pair) == 2)
            g_hash_table_insert(request->fields, g_strdup(pair[0]), g_strdup(pair[1]));
    }
}

static void
bring(GuichetRequest *request, const char *text)
{
    g_autoptr(GBytes) page = g_bytes_new_static("\xff\xd8\xff", 3);
    g_auto(GStrv) pieces = g_strsplit(text, " ", -1);
    for (guint i = 0; pieces[i] != NULL; i++) {
        g_auto(GStrv) excuse = g_strsplit(pieces[i], "!", 2);
        g_auto(GStrv) pages = g_strsplit(pieces[i], "*", 2);
        guint count = pages[0] != NULL && pages[1] != NULL ? (guint)atoi(pages[1]) : 1;
        if (g_strv_length(excuse) == 2) {
            g_ptr_array_add(request->pieces, guichet_piece_new_impossible(excuse[0], excuse[1]));
            continue;
        }
        for (guint page_number = 1; *pieces[i] != '\0' && page_number <= count; page_number++)
            g_ptr_array_add(request->pieces, guichet_piece_new(pages[0], page_number, "image/jpeg",
                                                               page, "file", NULL));
    }
}

static gint64
today(void)
{
    gint64 noon;
    g_assert_true(guichet_time_from_iso8601("2026-11-22T12:00:00Z", &noon, NULL));
    return noon;
}

static char *
list_subjects(GPtrArray *gaps)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < gaps->len; i++) {
        GuichetGap *gap = gaps->pdata[i];
        g_string_append_printf(list, "%s%s", i > 0 ? " " : "", gap->subject);
        g_assert_cmpuint(strlen(gap->step), >, 0);
        g_assert_cmpuint(strlen(gap->label), >, 0);
        g_assert_cmpuint(strlen(gap->reason), >, 0);
        g_assert_cmpuint(strlen(gap->remedy), >, 0);
    }
    return g_strdup(list->str);
}

static void
test_situations(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(situations); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetProcedure) procedure = load(situations[i].procedure);
        g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
        answer(request, situations[i].answers);
        bring(request, situations[i].pieces);
        g_autoptr(GPtrArray) gaps = guichet_completeness_check(procedure, request, today(), &error);
        g_assert_no_error(error);
        g_autofree char *got = list_subjects(gaps);
        g_autoptr(JsonNode) data = guichet_request_rule_data(request, procedure, today());
        g_autoptr(GuichetAssessment) assessment = guichet_assess(procedure, data, &error);
        g_assert_no_error(error);
        gint64 stamp = assessment->total_cents / 100;
        if (strcmp(got, situations[i].gaps) != 0 || stamp != situations[i].stamp)
            g_error("%s: got \"%s\" and %d euros", situations[i].name, got, (int)stamp);
    }
}

static void
test_gap_names_its_step(void)
{
    g_autoptr(GuichetProcedure) procedure = load("passport");
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    answer(request, ADULT "situation=loss");
    bring(request, "proof-of-address right-index left-index loss-declaration");
    g_autoptr(GPtrArray) gaps = guichet_completeness_check(procedure, request, today(), NULL);
    g_assert_cmpuint(gaps->len, ==, 1);
    GuichetGap *gap = gaps->pdata[0];
    g_assert_cmpstr(gap->subject, ==, "piece:photo");
    g_assert_cmpstr(gap->step, ==, "photo");
    g_assert_cmpstr(gap->label, ==, "Photo d’identité");
}

static void
test_visibility_and_demand(void)
{
    g_autoptr(GuichetProcedure) procedure = load("passport");
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    answer(request, MINOR_OF_8 "contact-by=email");
    g_autoptr(JsonNode) data = guichet_request_rule_data(request, procedure, today());
    g_assert_true(guichet_field_is_visible(guichet_procedure_find_field(procedure, "email"), data));
    g_assert_true(
        guichet_piece_is_required(guichet_procedure_find_piece(procedure, "photo"), data));
    g_assert_false(
        guichet_piece_is_required(guichet_procedure_find_piece(procedure, "right-index"), data));
    answer(request, "contact-by=none");
    g_autoptr(JsonNode) later = guichet_request_rule_data(request, procedure, today());
    g_assert_false(
        guichet_field_is_visible(guichet_procedure_find_field(procedure, "email"), later));
}

int
main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE); /* "today" is the station's day */
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/completeness/judges-each-situation", test_situations);
    g_test_add_func("/core/completeness/gap-names-its-step", test_gap_names_its_step);
    g_test_add_func("/core/completeness/visibility-and-demand", test_visibility_and_demand);
    return g_test_run();
}
