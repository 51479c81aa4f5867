/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure.h"

#include <string.h>

#include "core/advice.h"
#include "core/error.h"

static const char trial[] =
    "{\"profile\":\"procedure/1\",\"id\":\"t\",\"revision\":1,\"date\":\"2026-11-22\","
    "\"title\":\"T\",\"summary\":\"T.\",\"fields\":["
    "{\"id\":\"text\",\"label\":\"Texte\",\"type\":\"text\",\"min\":2,\"max\":6},"
    "{\"id\":\"name\",\"label\":\"Nom\",\"type\":\"text\",\"uppercase\":true,"
    "\"pattern\":\"[\\\\p{Latin} '’-]+\",\"pattern_hint\":\"tapez des lettres\"},"
    "{\"id\":\"lines\",\"label\":\"Récit\",\"type\":\"multiline\",\"max\":20},"
    "{\"id\":\"day\",\"label\":\"Jour\",\"type\":\"date\"},"
    "{\"id\":\"pick\",\"label\":\"Choix\",\"type\":\"choice\",\"choices\":"
    "[{\"id\":\"a\",\"label\":\"Un\"},{\"id\":\"b\",\"label\":\"Deux\"}]},"
    "{\"id\":\"flag\",\"label\":\"Oui\",\"type\":\"boolean\"},"
    "{\"id\":\"count\",\"label\":\"Nombre\",\"type\":\"integer\",\"min\":-3,\"max\":250},"
    "{\"id\":\"born\",\"label\":\"Naissance\",\"type\":\"date\",\"partial\":true},"
    "{\"id\":\"surname\",\"label\":\"Nom\",\"type\":\"name\",\"max\":20},"
    "{\"id\":\"town\",\"label\":\"Commune\",\"type\":\"commune\"},"
    "{\"id\":\"short-town\",\"label\":\"Commune\",\"type\":\"commune\",\"max\":8},"
    "{\"id\":\"country\",\"label\":\"Pays\",\"type\":\"country\"},"
    "{\"id\":\"phone\",\"label\":\"Téléphone\",\"type\":\"phone\"},"
    "{\"id\":\"email\",\"label\":\"Courriel\",\"type\":\"email\"},"
    "{\"id\":\"street\",\"label\":\"Voie\",\"type\":\"address\",\"lines\":1},"
    "{\"id\":\"address\",\"label\":\"Adresse\",\"type\":\"address\"}],"
    "\"pieces\":[],\"stamps\":[],\"steps\":["
    "{\"id\":\"f\",\"title\":\"F\",\"kind\":\"form\",\"fields\":"
    "[\"text\",\"name\",\"lines\",\"day\",\"pick\",\"flag\",\"count\",\"born\",\"surname\","
    "\"town\",\"short-town\",\"country\",\"phone\",\"email\",\"street\",\"address\"]},"
    "{\"id\":\"s\",\"title\":\"S\",\"kind\":\"summary\"}]}";

/* field, what is typed, what is stored; NULL = refused */
static const char *const answers[][3] = {
    {"text", "", ""},
    {"text", " \t ", ""},
    {"text", "  abc ", "abc"},
    {"text", "\xc2\xa0 abc\xe2\x80\x89", "abc"},
    {"text", "a", NULL},
    {"text", "éééééé", "éééééé"},
    {"text", "ééééééé", NULL},
    {"text", "e\xcc\x81te\xcc\x81", "été"}, /* decomposed becomes composed */
    {"text", "a\nb", NULL},
    {"text", "a\x01z", NULL},
    {"text", "a\xffz", NULL},
    {"text", "a\xe2\x80\xaez", NULL}, /* right-to-left override */
    {"text", "a\xe2\x80\xa8z", NULL}, /* line separator */
    {"text", "a\xe2\x80\x8dz", "a\xe2\x80\x8dz"},
    {"lines", "a\xe2\x80\xaez", NULL},
    {"name", "d’été", "D’ÉTÉ"},
    {"name", "weiß", "WEISS"},
    {"name", "le-goff", "LE-GOFF"},
    {"name", "R2D2", NULL},
    {"name", "x;DROP", NULL},
    {"lines", "un\r\ndeux\n", "un\ndeux"},
    {"lines", "un\tdeux", "un\tdeux"},
    {"lines", "123456789012345678901", NULL},
    {"day", "1969-06-27", "1969-06-27"},
    {"day", "27/06/1969", "1969-06-27"},
    {"day", "7/6/1969", "1969-06-07"},
    {"day", " 27/06/1969 ", "1969-06-27"},
    {"day", "29/02/2024", "2024-02-29"},
    {"day", "29/02/2023", NULL},
    {"day", "31/11/2026", NULL},
    {"day", "27/06/69", NULL},
    {"day", "06/27/1969", NULL},
    {"day", "1969-06-27x", NULL},
    {"day", "27/06/1969/1", NULL},
    {"day", "-1969-06-27", NULL},
    {"day", "demain", NULL},
    {"pick", "a", "a"},
    {"pick", "A", NULL},
    {"pick", "c", NULL},
    {"flag", "true", "true"},
    {"flag", "false", "false"},
    {"flag", "Oui", "true"},
    {"flag", "non", "false"},
    {"flag", "1", NULL},
    {"count", "172", "172"},
    {"count", " 7 ", "7"},
    {"count", "-3", "-3"},
    {"count", "007", "7"},
    {"count", "-4", NULL},
    {"count", "251", NULL},
    {"count", "1,72", NULL},
    {"count", "99999999999999999999", NULL},
    {"count", "0x10", NULL},
    {"born", "00/00/1950", "1950-00-00"},
    {"born", "00/06/1950", "1950-06-00"},
    {"born", "0/6/1950", "1950-06-00"},
    {"born", "27/06/1950", "1950-06-27"},
    {"born", "27/00/1950", NULL},
    {"born", "00/13/1950", NULL},
    {"born", "00/00/0000", NULL},
    {"day", "00/06/1950", NULL},
    {"surname", "de La  Tour", "de La Tour"},
    {"surname", "O'Brien", "O’Brien"},
    {"surname", "ʻAbd al-Ḥalīm", "ʻAbd al-Ḥalīm"},
    {"surname", "R2D2", "R2D2"}, /* advised on, not refused */
    {"surname", "un nom de plus de vingt signes", NULL},
    {"surname", "a\xe2\x80\xaez", NULL},
    {"phone", "06 12 34 56 78", "+33612345678"},
    {"phone", "celui de ma fille", "celui de ma fille"},
    {"email", "Anne.M@Exemple.FR", "Anne.M@exemple.fr"},
    {"email", "pas d’adresse", "pas d’adresse"},
    {"street", " 12 rue des Lilas ", "12 rue des Lilas"},
    {"street", "12 rue des Lilas\nBordeaux", NULL},
    {"address", "Anne M\n\n 12 rue des Lilas \n33000 BORDEAUX",
     "Anne M\n12 rue des Lilas\n33000 BORDEAUX"},
};

/* What is typed, what is stored with the sample of places, what is kept beside. */
static const char *const settled[][4] = {
    {"town", "bordeaux", "Bordeaux (33063)", "bordeaux"},
    {"town", "Bordeaux (33063)", "Bordeaux (33063)", NULL},
    {"town", "Ajaccio", "Ajaccio (2A004)", "Ajaccio"},
    {"town", "33063", "33063", NULL}, /* INSEE’s or a postal code: not guessed */
    {"town", "Nulle-Part", "Nulle-Part", NULL},
    {"town", "Allemagne", "Allemagne", NULL},     /* a country is no commune */
    {"short-town", "bordeaux", "bordeaux", NULL}, /* the tidy form has no room */
    {"country", "allemagne", "Allemagne (99109)", "allemagne"},
    {"country", "apatride", "apatride", NULL},
    {"surname", "O'Brien", "O’Brien", "O'Brien"},
    {"phone", "0612345678", "+33612345678", "0612345678"},
    {"phone", "+33612345678", "+33612345678", NULL},
    {"text", "  abc ", "abc", NULL},
    {"name", "été", "ÉTÉ", NULL}, /* upper case is a rule of the file, not a guess */
    {"day", "27/06/1969", "1969-06-27", NULL},
    {"town", "", "", NULL},
};

/* Field, what is stored, a part of the advice (NULL = none), the proposal. */
static const char *const advice[][4] = {
    {"town", "Bordeaux (33063)", NULL, NULL},
    {"town", "Nulle-Part", "gardée telle que tapée", NULL},
    {"town", "Annecy-le-Vieux (74011)", "fait aujourd’hui partie de Annecy (74010)", NULL},
    {"town", "Marseille (13055)", "arrondissement", NULL},
    {"town", "Courcouronnes (91182)", "plus depuis le 01/01/2019, aujourd’hui Évry-Courcouronnes",
     NULL},
    {"town", "Bastia (20033)", "a changé de code le 01/01/1976 : aujourd’hui 2B033", NULL},
    {"town", "Marseille 1er Arrondissement (13201)", NULL, NULL},
    {"country", "Yougoslavie (99121)", "n’existe plus", NULL},
    {"country", "apatride", "gardé tel que tapé", NULL},
    {"phone", "+33612345678", NULL, NULL},
    {"phone", "celui de ma fille", "gardé tel que tapé", NULL},
    {"email", "nom@exemple.fr", NULL, NULL},
    {"email", "nom@exemple", "gardée telle que tapée", NULL},
    {"surname", "d’Été-Le Goff", NULL, NULL},
    {"surname", "R2D2", "« 2 » est rare", NULL},
    {"born", "1950-00-00", "Date incomplète", NULL},
    {"born", "1950-06-27", NULL, NULL},
    {"street", "12 rue des Lilas", NULL, NULL},
    {"street", "12 boulevard du Général Leclerc de Hauteclocque", "38 au plus",
     "12 BD du GAL Leclerc de Hauteclocque"},
    {"street", "Une ligne de plus de trente-huit signes sans abréviation", "38 au plus", NULL},
    {"address", "Anne M\n12 rue des Lilas", "code postal et la localité", NULL},
    {"text", "R2D2", NULL, NULL},
    {"town", "", NULL, NULL},
};

/* Incomplete dates as rules see them. */
static const char *const dates[][2] = {
    {"1950-00-00", "1950-12-31"}, {"1950-06-00", "1950-06-30"}, {"1952-02-00", "1952-02-29"},
    {"1950-06-27", "1950-06-27"}, {"demain", "demain"},         {"", ""},
};

static GuichetProcedure *
load_trial(void)
{
    g_autoptr(GError) broken = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static(trial, strlen(trial));
    GuichetProcedure *procedure = guichet_procedure_new(bytes, "essai", &broken);
    g_assert_no_error(broken);
    return procedure;
}

static GuichetPlaces *
load_sample(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "packs", "communes", NULL);
    g_autoptr(GError) error = NULL;
    GuichetPlaces *places = guichet_places_load(folder, &error);
    g_assert_no_error(error);
    return places;
}

static void
test_settled(void)
{
    g_autoptr(GuichetProcedure) procedure = load_trial();
    g_autoptr(GuichetPlaces) places = load_sample();
    for (gsize i = 0; i < G_N_ELEMENTS(settled); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *typed = NULL;
        GuichetField *field = guichet_procedure_find_field(procedure, settled[i][0]);
        g_autofree char *stored =
            guichet_field_settle(field, places, settled[i][1], &typed, &error);
        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_no_error(error);
        g_assert_cmpstr(stored, ==, settled[i][2]);
        g_assert_cmpstr(typed, ==, settled[i][3]);
    }
}

static void
test_advice(void)
{
    g_autoptr(GuichetProcedure) procedure = load_trial();
    g_autoptr(GuichetPlaces) places = load_sample();
    for (gsize i = 0; i < G_N_ELEMENTS(advice); i++) {
        g_autofree char *proposal = NULL;
        GuichetField *field = guichet_procedure_find_field(procedure, advice[i][0]);
        g_autofree char *said = guichet_field_advise(field, places, advice[i][1], &proposal);
        g_test_message("case %" G_GSIZE_FORMAT ": %s", i, said);
        g_assert_cmpint(said != NULL, ==, advice[i][2] != NULL);
        g_assert_true(said == NULL || strstr(said, advice[i][2]) != NULL);
        g_assert_cmpstr(proposal, ==, advice[i][3]);
    }
}

static void
test_dates(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(dates); i++) {
        g_autofree char *whole = guichet_date_complete(dates[i][0]);
        g_assert_cmpstr(whole, ==, dates[i][1]);
    }
}

static void
test_answers(void)
{
    g_autoptr(GuichetProcedure) procedure = load_trial();
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GError) error = NULL;
        GuichetField *field = guichet_procedure_find_field(procedure, answers[i][0]);
        g_autofree char *stored = guichet_field_normalise(field, answers[i][1], &error);
        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_cmpstr(stored, ==, answers[i][2]);
        if (answers[i][2] != NULL) {
            g_assert_no_error(error);
            g_autofree char *again = guichet_field_normalise(field, stored, NULL);
            g_assert_cmpstr(again, ==, stored);
            continue;
        }
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
        g_assert_true(g_str_has_prefix(error->message, field->label));
        g_assert_null(strchr(error->message, '\n'));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/field/stores-or-says-what-to-type", test_answers);
    g_test_add_func("/core/field/tidies-and-keeps-what-was-typed", test_settled);
    g_test_add_func("/core/field/advises-and-never-refuses", test_advice);
    g_test_add_func("/core/field/an-incomplete-date-is-its-last-day-to-rules", test_dates);
    return g_test_run();
}
