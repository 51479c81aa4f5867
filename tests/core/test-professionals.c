/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/professionals.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/siren.h"

/* --- numbers --- */

static const struct {
    const char *typed, *siren; /* NULL: refused, with @word in the sentence */
    const char *word;
} numbers[] = {
    {"000000018", "000000018", NULL},
    {" 000 000 018 ", "000000018", NULL},
    {"000.000.018", "000000018", NULL},
    {"000\xc2\xa0"
     "000\xe2\x80\xaf"
     "018",
     "000000018", NULL},                      /* no-break spaces, as on an invoice */
    {"356000000", "356000000", NULL},         /* La Poste */
    {"356 000 000 00048", "356000000", NULL}, /* its SIRETs have another sum */
    {"732829320", "732829320", NULL},         /* the example of INSEE's own note */
    {"73282932000074", "732829320", NULL},
    {"000000019", NULL, "contrôle"},
    {"000000081", NULL, "contrôle"}, /* two digits swapped */
    {"73282932000075", NULL, "contrôle"},
    {"00000001", NULL, "il y en a 8"},
    {"0000000180", NULL, "il y en a 10"},
    {"", NULL, "il y en a 0"},
    {"GARAGE", NULL, "que des chiffres"},
    {"00000001O", NULL, "que des chiffres"},
    {"\xff", NULL, "que des chiffres"},
};

static void
test_numbers(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *siren = guichet_siren_parse(numbers[i].typed, &error);
        g_test_message("%zu", i);
        g_assert_cmpstr(siren, ==, numbers[i].siren);
        if (siren == NULL) {
            g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
            g_assert_nonnull(strstr(error->message, numbers[i].word));
        }
    }
}

static void
test_number_or_name(void)
{
    g_assert_true(guichet_siren_is_number("732 829 320"));
    g_assert_true(guichet_siren_is_number("12345"));
    g_assert_false(guichet_siren_is_number("1234"));
    g_assert_false(guichet_siren_is_number("Garage 2000"));
    g_assert_false(guichet_siren_is_number("2000 Garage"));
    g_assert_false(guichet_siren_is_number(""));
    g_assert_false(guichet_siren_is_number("\xfe"));
}

/* --- the table --- */

static GuichetProfessionals *
load_sample(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets/packs/professionals", NULL);
    GuichetProfessionals *pack = guichet_professionals_load(folder, &error);
    g_assert_no_error(error);
    return pack;
}

static const struct {
    const char *words, *place, *city; /* of the only one that is found; NULL: none */
    guint n;
} searches[] = {
    {"garage de l'etoile", "", NULL, 2},
    {"GARAGE ÉTOILE", "lyon", "LYON", 1},
    {"etoile", "69", "LYON", 1},
    {"etoile", "29200 brest", "BREST", 1},
    {"dupre", "bordeaux", "BORDEAUX", 1},
    {"Établissements DUPRÉ", "", "BORDEAUX", 1},
    {"hay", "l hay les roses", "L’HAŸ-LES-ROSES", 1},
    {"Œuvré", "", "AJACCIO", 1},
    {"oeuvre", "", "AJACCIO", 1},
    {"toile", "", NULL, 0}, /* words begin, they do not lie within */
    {"etoile", "lille", NULL, 0},
    {"rien de tel", "", NULL, 0},
};

static void
test_searches(void)
{
    g_autoptr(GuichetProfessionals) pack = load_sample();
    g_assert_cmpuint(guichet_professionals_count(pack), ==, 8);
    for (gsize i = 0; i < G_N_ELEMENTS(searches); i++) {
        g_autoptr(GPtrArray) found =
            guichet_professionals_find(pack, NULL, searches[i].words, searches[i].place, 8);
        g_test_message("%s / %s", searches[i].words, searches[i].place);
        g_assert_cmpuint(found->len, ==, searches[i].n);
        if (searches[i].city != NULL)
            g_assert_cmpstr(((const GuichetProfessional *)found->pdata[0])->city, ==,
                            searches[i].city);
    }
    g_autoptr(GPtrArray) one = guichet_professionals_find(pack, NULL, "garage", "", 1);
    g_assert_cmpuint(one->len, ==, 1);
    g_autoptr(GPtrArray) by_number = guichet_professionals_find(pack, "000000042", "", "", 8);
    g_assert_cmpuint(by_number->len, ==, 1);
    g_assert_cmpstr(((const GuichetProfessional *)by_number->pdata[0])->name, ==, "CARTE PLUS SAS");
    g_autoptr(GPtrArray) none = guichet_professionals_find(pack, "732829320", "", "", 8);
    g_assert_cmpuint(none->len, ==, 0);
}

static const struct {
    const char *text;
    gboolean loads;
    guint rows;
} tables[] = {
    {"SIREN;RAISON_SOCIALE;COMMUNE\n000000018;A;LYON\n", TRUE, 1},
    {"#siren,raison_sociale,commune\n000 000 018,A,LYON\n", TRUE, 1},
    {"SIREN;RAISON_SOCIALE;COMMUNE\n", TRUE, 0},
    {"CODE;LABEL\n1;x\n", TRUE, 0}, /* some other table */
    {"SIREN;RAISON_SOCIALE;COMMUNE\n000000019;A;LYON\n", FALSE, 0},
    {"SIREN;RAISON_SOCIALE;COMMUNE\n000000018;;LYON\n", FALSE, 0},
    {"SIREN;RAISON_SOCIALE;COMMUNE\n;A;LYON\n", FALSE, 0},
    {"SIREN;RAISON_SOCIALE;COMMUNE\n000000018;A\n", FALSE, 0},
    {"SIREN;RAISON_SOCIALE;COMMUNE\n\"000000018", FALSE, 0},
};

static void
test_tables(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *folder = g_dir_make_tmp("guichet-professionals-XXXXXX", &error);
        g_autofree char *path = g_build_filename(folder, "liste.csv", NULL);
        g_assert_true(g_file_set_contents(path, tables[i].text, -1, &error));
        g_autoptr(GuichetProfessionals) pack = guichet_professionals_load(folder, &error);
        g_unlink(path);
        g_rmdir(folder);
        g_test_message("%zu: %s", i, error != NULL ? error->message : "loads");
        g_assert_cmpint(pack != NULL, ==, tables[i].loads);
        if (pack != NULL)
            g_assert_cmpuint(guichet_professionals_count(pack), ==, tables[i].rows);
        else
            g_assert_nonnull(strstr(error->message, "liste.csv"));
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetProfessionals) none = guichet_professionals_load("/nowhere", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(guichet_professionals_count(none), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/siren/the-last-digit-checks-the-others", test_numbers);
    g_test_add_func("/core/siren/a-number-or-a-name", test_number_or_name);
    g_test_add_func("/core/professionals/found-by-words-and-place", test_searches);
    g_test_add_func("/core/professionals/a-row-that-cannot-be-fails-the-file", test_tables);
    return g_test_run();
}
