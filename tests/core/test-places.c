/* SPDX-License-Identifier: EUPL-1.2 */
/* Places, names, telephones and addresses as people write them. */
#include "core/places.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/address.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/fold.h"
#include "core/phone.h"

#define SEARCHES 20 /* of each text */

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

/* --- searching --- */

/* What is typed, the first suggestion as it is stored, how many there are. */
static const struct {
    const char *typed, *first;
    guint n;
    guint kinds;
} searches[] = {
    {"bord", "Bordeaux (33063)", 1, GUICHET_PLACE_COMMUNE},
    {"BORDEAUX", "Bordeaux (33063)", 1, GUICHET_PLACE_COMMUNE},
    {"hay les", "L'Haÿ-les-Roses (94038)", 1, GUICHET_PLACE_COMMUNE},
    {"L’Haÿ", "L'Haÿ-les-Roses (94038)", 1, GUICHET_PLACE_COMMUNE},
    {"le havre", "Le Havre (76351)", 1, GUICHET_PLACE_COMMUNE},
    {"havre", "Le Havre (76351)", 1, GUICHET_PLACE_COMMUNE},
    {"st etienne", "Saint-Étienne (42218)", 1, GUICHET_PLACE_COMMUNE},
    {"Saint-Denis", "Saint-Denis (93066)", 2, GUICHET_PLACE_COMMUNE},
    {"33200", "Bordeaux (33063)", 1, GUICHET_PLACE_COMMUNE},
    {"20090", "Ajaccio (2A004)", 1, GUICHET_PLACE_COMMUNE},
    {"2a004", "Ajaccio (2A004)", 1, GUICHET_PLACE_COMMUNE},
    {"ajaccio", "Ajaccio (2A004)", 2, GUICHET_PLACE_COMMUNE},
    {"20004", "Ajaccio (20004)", 1, GUICHET_PLACE_COMMUNE},
    {"annecy", "Annecy (74010)", 3, GUICHET_PLACE_COMMUNE},
    {"evry", "Évry (91228)", 2, GUICHET_PLACE_COMMUNE},
    {"courcouronnes", "Courcouronnes (91182)", 1, GUICHET_PLACE_COMMUNE},
    {"paris 13", "Paris 13e Arrondissement (75113)", 1, GUICHET_PLACE_COMMUNE},
    {"75013", "Paris 13e Arrondissement (75113)", 1, GUICHET_PLACE_COMMUNE},
    {"cayenne", "Cayenne (97302)", 1, GUICHET_PLACE_COMMUNE},
    {"noumea", "Nouméa (98818)", 1, GUICHET_PLACE_COMMUNE},
    {"papeete", "Papeete (98735)", 1, GUICHET_PLACE_COMMUNE},
    {"oran", "Oran (département d'Oran) (92352)", 1, GUICHET_PLACE_COMMUNE},
    {"urss", "URSS (99123)", 1, GUICHET_PLACE_COUNTRY},
    {"yougo", "Yougoslavie (99121)", 1, GUICHET_PLACE_COUNTRY},
    {"99121", "Serbie (99121)", 2, GUICHET_PLACE_COUNTRY},
    {"algerie", "Algérie (99352)", 1, GUICHET_PLACE_COUNTRY},
    {"algerie", NULL, 0, GUICHET_PLACE_COMMUNE},
    {"nulle part", NULL, 0, GUICHET_PLACE_COMMUNE},
    {" - ", NULL, 0, GUICHET_PLACE_COMMUNE},
};

static void
test_search_as_one_types(void)
{
    g_autoptr(GuichetPlaces) places = load_sample();
    for (gsize i = 0; i < G_N_ELEMENTS(searches); i++) {
        g_autoptr(GPtrArray) found =
            guichet_places_search(places, searches[i].kinds, searches[i].typed, 10);
        g_autofree char *first = found->len > 0 ? guichet_place_to_value(found->pdata[0]) : NULL;
        if (g_strcmp0(first, searches[i].first) != 0 || found->len != searches[i].n)
            g_error("« %s »: %s, %u found", searches[i].typed, first, found->len);
    }
}

static void
test_what_is_no_more_says_so(void)
{
    static const char *const cases[][2] = {
        {"20004", "Ajaccio (20004) — jusqu’en 1976, aujourd’hui Ajaccio"},
        {"91182", "Courcouronnes (91182) — jusqu’en 2019, aujourd’hui Évry-Courcouronnes"},
        {"92352", "Oran (département d'Oran) (92352) — jusqu’en 1962, aujourd’hui Algérie"},
        {"33063", "Bordeaux (33063), 33000, 33100, 33200"},
    };
    g_autoptr(GuichetPlaces) places = load_sample();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            guichet_places_describe(places, guichet_places_find(places, cases[i][0]));
        g_assert_cmpstr(text, ==, cases[i][1]);
    }
}

/* What is typed, what is stored; NULL = as it was typed. */
static void
test_only_what_is_plain_is_recognised(void)
{
    static const char *const cases[][2] = {
        {"bordeaux", "Bordeaux (33063)"},
        {"Bordeaux (33063)", "Bordeaux (33063)"},
        {"St Etienne", "Saint-Étienne (42218)"},
        {"33063", "Bordeaux (33063)"},
        {"ajaccio", "Ajaccio (2A004)"}, /* of today, though there is one of the past */
        {"Saint-Denis", NULL},          /* two of them */
        {"bord", NULL},
        {"33200", NULL}, /* a postal code is not a place */
        {"Tataouine", NULL},
        {"", NULL},
    };
    g_autoptr(GuichetPlaces) places = load_sample();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const GuichetPlace *place =
            guichet_places_recognise(places, GUICHET_PLACE_COMMUNE, cases[i][0]);
        g_autofree char *value = place != NULL ? guichet_place_to_value(place) : NULL;
        g_assert_cmpstr(value, ==, cases[i][1]);
    }
    g_assert_null(guichet_places_recognise(places, GUICHET_PLACE_COUNTRY, "Bordeaux"));
}

/* Forty thousand communes with two postal codes each: the longest of a thousand searches. */
static void
test_forty_thousand_in_ten_milliseconds(void)
{
    g_autofree char *folder = g_dir_make_tmp("guichet-places-XXXXXX", NULL);
    g_autofree char *communes = g_build_filename(folder, "communes.csv", NULL);
    g_autofree char *postcodes = g_build_filename(folder, "postcodes.csv", NULL);
    g_autoptr(GString) names =
        g_string_new("TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n");
    g_autoptr(GString) codes = g_string_new("#Code_commune_INSEE;Nom;Code_postal;L;Ligne_5\n");
    static const char *const heads[] = {"Saint-", "Sainte-", "La ", "Le ",
                                        "Val-",   "Mont-",   "",    "Bois-"};
    for (guint i = 0; i < 40000; i++) {
        guint letters = i / 8;
        g_string_append_printf(names, "COM,%05u,,,,,,,,%s%c%c%cville-sur-%u,,\n", i, heads[i % 8],
                               'A' + letters % 26, 'a' + letters / 26 % 26,
                               'a' + letters / 676 % 26, i);
        g_string_append_printf(codes, "%05u;X;%05u;X;\n%05u;X;%05u;X;\n", i, i % 95000, i,
                               (i * 7) % 95000);
    }
    g_assert_true(g_file_set_contents(communes, names->str, -1, NULL));
    g_assert_true(g_file_set_contents(postcodes, codes->str, -1, NULL));
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(GuichetPlaces) places = guichet_places_load(folder, &error);
    gint64 loaded = g_get_monotonic_time() - start;
    g_assert_no_error(error);
    g_assert_cmpuint(guichet_places_count(places), ==, 40000);
    static const char *const typed[] = {"s", "saint", "sainte a", "v", "0", "12", "abc", "le z"};
    gint64 longest = 0, total = 0;
    for (guint i = 0; i < SEARCHES; i++)
        for (gsize t = 0; t < G_N_ELEMENTS(typed); t++) {
            gint64 before = g_get_monotonic_time();
            g_autoptr(GPtrArray) found =
                guichet_places_search(places, GUICHET_PLACE_COMMUNE, typed[t], 8);
            gint64 took = g_get_monotonic_time() - before;
            g_assert_cmpuint(found->len, <=, 8);
            total += took;
            longest = MAX(longest, took);
        }
    double mean = (double)total / (SEARCHES * G_N_ELEMENTS(typed)) / 1000;
    g_test_message("40,000 communes: loaded in %.0f ms, a search in %.2f ms, the longest %.2f ms",
                   (double)loaded / 1000, mean, (double)longest / 1000);
    g_assert_cmpfloat(mean, <, 10); /* the longest is told only: a busy machine stretches it */
    g_unlink(communes);
    g_unlink(postcodes);
    g_rmdir(folder);
}

/* --- tables --- */

static void
test_tables(void)
{
    static const struct {
        const char *text;
        int rows; /* -1: refused */
    } cases[] = {
        {"A,B\n1,2\n", 1},
        {"A,B\r\n1,2\r\n3,4", 2},
        {"\xef\xbb\xbf#A;B\n1;2\n", 1},
        {"A,B\n\"1,\"\"x\",2\n", 1},
        {"A,B\n\"1\n2\",2\n", 1},
        {"A\xe9,B\n1,2\n", 1},
        {"A,B\n1\n", -1},
        {"A,B\n1,2,3\n", -1},
        {"A,B\n\"1,2\n", -1},
        {"", -1},
        {"A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,"
         "A,A,A,A,A\n",
         -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(cases[i].text, strlen(cases[i].text));
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetCsv) table = guichet_csv_new(bytes, "t.csv", &error);
        int rows = table != NULL ? (int)guichet_csv_get_n_rows(table) : -1;
        if (rows != cases[i].rows)
            g_error("%zu: %d rows, %s", i, rows, error != NULL ? error->message : "");
    }
    g_autoptr(GBytes) quoted = g_bytes_new_static("#Code;B\n\"a;\"\"b\";\xe9\n", 18);
    g_autoptr(GuichetCsv) table = guichet_csv_new(quoted, "t.csv", NULL);
    g_assert_cmpint(guichet_csv_find_column(table, "code"), ==, 0);
    g_assert_cmpstr(guichet_csv_get(table, 0, 0), ==, "a;\"b");
    g_assert_cmpstr(guichet_csv_get(table, 0, 1), ==, "é");
    g_assert_cmpstr(guichet_csv_get(table, 0, -1), ==, "");
}

static void
test_broken_file_is_named(void)
{
    g_autofree char *folder = g_dir_make_tmp("guichet-places-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "v_commune_2026.csv", NULL);
    g_assert_true(g_file_set_contents(path, "TYPECOM,COM,LIBELLE\nCOM,33063\n", -1, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_places_load(folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "v_commune_2026.csv, ligne 2"));
    g_unlink(path);
    g_rmdir(folder);
    g_autoptr(GuichetPlaces) none = guichet_places_load(folder, NULL);
    g_assert_cmpuint(guichet_places_count(none), ==, 0);
}

/* --- words, numbers, addresses --- */

static void
test_names_keep_their_letters(void)
{
    static const char *const cases[][2] = {
        /* typed, stored */
        {"  d'Été  Le Goff ", "d’Été Le Goff"},
        {"MÜLLER", "MÜLLER"},
        {"Cœur‐de‐Lys", "Cœur-de-Lys"},
        {"van der Straße", "van der Straße"},
        {"N’Guyễn", "N’Guyễn"},
        {"de la Peña", "de la Peña"},
        {"e\xcc\x81toile", "étoile"},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *tidy = guichet_tidy_name(cases[i][0]);
        g_assert_cmpstr(tidy, ==, cases[i][1]);
    }
}

static void
test_telephones(void)
{
    static const char *const cases[][2] = {
        {"06 12 34 56 78", "+33612345678"},
        {"06.12.34.56.78", "+33612345678"},
        {"+33 6 12 34 56 78", "+33612345678"},
        {"+33 (0)6 12 34 56 78", "+33612345678"},
        {"0033612345678", "+33612345678"},
        {"0692 12 34 56", "+262692123456"},
        {"0590 12 34 56", "+590590123456"},
        {"+44 20 7946 0958", "+442079460958"},
        {"0044 20 7946 0958", "+442079460958"},
        {"612345678", NULL},
        {"06 12 34 56", NULL},
        {"3949", NULL},
        {"+33612", NULL},
        {"+0612345678", NULL},
        {"06 12 34 56 78 (le soir)", NULL},
        {"+12345678901234567", NULL},
        {"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *number = guichet_phone_to_e164(cases[i][0]);
        if (g_strcmp0(number, cases[i][1]) != 0)
            g_error("« %s » gives %s", cases[i][0], number);
    }
    g_autofree char *french = guichet_phone_to_text("+33612345678");
    g_assert_cmpstr(french, ==, "06 12 34 56 78");
}

static void
test_addresses_are_advised(void)
{
    static const struct {
        const char *address;
        guint n;
    } cases[] = {
        {"Mme Claire MARTIN\n12 RUE DES LILAS\n33000 BORDEAUX", 0},
        {"12 RUE DES LILAS", 0},
        {"1\n2\n3\n4\n5\n6\n33000 BORDEAUX", 1},
        {"12 BOULEVARD DU MARÉCHAL DE LATTRE DE TASSIGNY\n33000 BORDEAUX", 1},
        {"12 RUE DES LILAS\nBORDEAUX", 1},
        {"", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) advice = guichet_address_advise(cases[i].address);
        g_assert_cmpuint(advice->len, ==, cases[i].n);
    }
    g_autofree char *tidy = guichet_address_tidy(" a \n\n  b\n");
    g_assert_cmpstr(tidy, ==, "a\nb");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/places/search-as-one-types", test_search_as_one_types);
    g_test_add_func("/core/places/what-is-no-more-says-so", test_what_is_no_more_says_so);
    g_test_add_func("/core/places/only-what-is-plain-is-recognised",
                    test_only_what_is_plain_is_recognised);
    g_test_add_func("/core/places/forty-thousand-in-ten-milliseconds",
                    test_forty_thousand_in_ten_milliseconds);
    g_test_add_func("/core/places/tables-are-read-strictly", test_tables);
    g_test_add_func("/core/places/a-broken-file-is-named", test_broken_file_is_named);
    g_test_add_func("/core/places/names-keep-their-letters", test_names_keep_their_letters);
    g_test_add_func("/core/places/telephones", test_telephones);
    g_test_add_func("/core/places/addresses-are-advised", test_addresses_are_advised);
    return g_test_run();
}
