/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/language.h"

static char *
procedures_folder(void)
{
    return g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
}

static void
test_loads_every_file(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = procedures_folder();
    g_autoptr(GPtrArray) all = guichet_procedure_load_folder(folder, &error);
    g_assert_no_error(error);
    static const char *const ids[] = {
        "digital-identity",  "driving-licence",       "identity-card",       "other-case",
        "passport",          "residence-attestation", "residence-help",      "residence-substitute",
        "title-destruction", "title-handover",        "vehicle-certificate", "vehicle-holder",
        "vehicle-import",    "vehicle-provisional",   "vehicle-sale",        "vehicle-succession"};
    g_assert_cmpuint(all->len, ==, G_N_ELEMENTS(ids));
    for (guint i = 0; i < all->len; i++) {
        GuichetProcedure *procedure = all->pdata[i];
        g_assert_cmpstr(guichet_procedure_get_id(procedure), ==, ids[i]);
        g_assert_cmpuint(guichet_procedure_get_revision(procedure), >=, 1);
        g_assert_cmpuint(strlen(guichet_procedure_get_sha256(procedure)), ==, 64);
        g_assert_cmpuint(g_bytes_get_size(guichet_procedure_get_bytes(procedure)), >, 0);
    }
}

/* What a file under assets/procedures is must be there whatever its revision. */
static void
test_no_email_is_ever_required(void)
{
    g_autofree char *folder = procedures_folder();
    g_autoptr(GPtrArray) all = guichet_procedure_load_folder(folder, NULL);
    for (guint i = 0; i < all->len; i++) {
        GuichetField *email = guichet_procedure_find_field(all->pdata[i], "email");
        if (email == NULL)
            continue;
        /* asked for of who chose to be told by e-mail, and of nobody else */
        g_autoptr(JsonGenerator) generator = json_generator_new();
        json_generator_set_root(generator, email->required_if);
        g_autofree char *rule = json_generator_to_data(generator, NULL);
        g_assert_cmpstr(rule, ==, "{\"==\":[{\"var\":\"fields.contact-by\"},\"email\"]}");
    }
}

static void
test_other_case_requires_no_piece(void)
{
    g_autofree char *folder = procedures_folder();
    g_autofree char *path = g_build_filename(folder, "other-case.json", NULL);
    g_autoptr(GuichetProcedure) other = guichet_procedure_load(path, NULL);
    GPtrArray *pieces = guichet_procedure_get_pieces(other);
    g_assert_cmpuint(pieces->len, >, 0);
    for (guint i = 0; i < pieces->len; i++)
        g_assert_null(((GuichetPieceSpec *)pieces->pdata[i])->required_if);
}

static void
test_fingers_are_the_indexes(void)
{
    static const struct {
        const char *piece;
        guint finger;
    } fingers[] = {{"right-index", 2}, {"left-index", 7}};
    static const char *const titles[] = {"passport.json", "identity-card.json"};
    g_autofree char *folder = procedures_folder();
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
        g_autofree char *path = g_build_filename(folder, titles[i], NULL);
        g_autoptr(GuichetProcedure) title = guichet_procedure_load(path, NULL);
        for (gsize j = 0; j < G_N_ELEMENTS(fingers); j++) {
            GuichetPieceSpec *piece = guichet_procedure_find_piece(title, fingers[j].piece);
            g_assert_cmpuint(piece->finger, ==, fingers[j].finger);
            g_assert_cmpint(piece->family, ==, GUICHET_PIECE_FINGERPRINT);
            g_assert_cmpuint(piece->impossible->len, >, 0);
        }
    }
}

static GuichetProcedure *
parse(const char *title, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "{\"profile\": \"procedure/1\", \"id\": \"a\", \"revision\": 1, "
        "\"date\": \"2026-11-22\", \"title\": %s, \"summary\": \"Un essai.\", \"fields\": [], "
        "\"pieces\": [], \"stamps\": [], \"steps\": [{\"id\": \"s\", \"title\": \"Fin\", "
        "\"kind\": \"summary\"}]}",
        title);
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    return guichet_procedure_new(bytes, "a.json", error);
}

/* the language of the process, the title in the file, what is read; or the refusal */
static const struct {
    const char *language, *title, *read;
} texts[] = {
    {"fr", "\"Passeport\"", "Passeport"},
    {"en_GB.UTF-8", "\"Passeport\"", "Passeport"},
    {"en_GB.UTF-8", "{\"fr\": \"Passeport\", \"en\": \"Passport\"}", "Passport"},
    {"ar", "{\"fr\": \"Passeport\", \"en\": \"Passport\"}", "Passeport"},
    {"ar", "{\"ar\": \"جواز سفر\", \"fr\": \"Passeport\"}", "جواز سفر"},
    {"../../en", "{\"fr\": \"Passeport\", \"en\": \"Passport\"}", "Passeport"},
    {"", "{\"fr\": \"Passeport\", \"en\": \"Passport\"}", "Passeport"},
    {"en", "{\"en\": \"Passport\"}", "a.json: /title/fr: ce membre manque"},
    {"fr", "{\"fr\": \"Passeport\", \"en\": \"\"}", "a.json: /title/en: ce texte est vide"},
    {"fr", "{\"fr\": \"Passeport\", \"en\": 3}", "a.json: /title/en: un texte est attendu"},
    {"fr", "{\"fr\": \"Passeport\", \"English\": \"Passport\"}",
     "a.json: /title/English: une langue est un code de 2 ou 3 lettres, « fr » par exemple"},
    {"fr", "{}", "a.json: /title/fr: ce membre manque"},
};

static void
test_speaks_the_language_of_the_process(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        guichet_language_set(texts[i].language);
        g_autoptr(GuichetProcedure) procedure = parse(texts[i].title, &error);
        g_assert_cmpstr(procedure != NULL ? guichet_procedure_get_title(procedure) : error->message,
                        ==, texts[i].read);
    }
    guichet_language_set("fr");
}

/* name of the file in broken-procedures, place of the fault, beginning of the reason */
static const char *const broken[][3] = {
    {"comment", ":2: ", "nom de membre entre guillemets"},
    {"duplicate-member", ":3: ", "membre « profile » en double"},
    {"trailing-text", ":74: ", "texte en trop"},
    {"latin-1", ":7: ", "le texte n’est pas en UTF-8"},
    {"list-at-the-root", ":1: ", "un objet « { … } » est attendu"},
    {"cut-short", ":11: ", "nom de membre entre guillemets"},
    {"unknown-profile", ": /profile: ", "« procedure/1 » est attendu"},
    {"no-profile", ": /profile: ", "ce membre manque"},
    {"unknown-member", ": /colour: ", "membre inconnu"},
    {"upper-case-id", ": /id: ", "un identifiant est fait de"},
    {"revision-zero", ": /revision: ", "0 est hors de 1 … 1000000"},
    {"revision-text", ": /revision: ", "un nombre entier est attendu"},
    {"date-that-is-none", ": /date: ", "une date AAAA-MM-JJ"},
    {"date-in-french", ": /date: ", "une date AAAA-MM-JJ"},
    {"empty-title", ": /title: ", "ce texte est vide"},
    {"long-summary", ": /summary: ", "plus de 500 caractères"},
    {"no-fields", ": /fields: ", "ce membre manque"},
    {"fields-object", ": /fields: ", "un tableau est attendu"},
    {"field-text", ": /fields/1: ", "un objet est attendu"},
    {"field-unknown-type", ": /fields/1/type: ", "« colour » n’est pas l’un de : text, multiline"},
    {"field-unknown-member", ": /fields/1/required: ", "membre inconnu"},
    {"field-twice", ": /fields/2/id: ", "« colour » est déjà pris plus haut"},
    {"choice-without-choices", ": /fields/0/choices: ", "ce membre manque"},
    {"choices-empty", ": /fields/0/choices: ", "la liste est vide"},
    {"choices-of-a-text", ": /fields/1/choices: ", "seul un champ « choice »"},
    {"choice-twice", ": /fields/0/choices/1/id: ", "« red » est déjà pris"},
    {"pattern-broken", ": /fields/1/pattern: ", "motif incorrect"},
    {"pattern-without-hint", ": /fields/1/pattern_hint: ", "ce membre manque"},
    {"bounds-crossed", ": /fields/1/max: ", "« max » est plus petit"},
    {"bounds-of-a-choice", ": /fields/0/max: ", "ce type de champ n’a pas de bornes"},
    {"uppercase-choice", ": /fields/0/uppercase: ", "seul un texte"},
    {"uppercase-name", ": /fields/1/uppercase: ", "seul un texte"},
    {"partial-of-a-text", ": /fields/1/partial: ", "seule une date"},
    {"lines-of-a-text", ": /fields/1/lines: ", "seule une adresse"},
    {"lines-seven", ": /fields/1/lines: ", "7 est hors de 1 … 6"},
    {"uppercase-text-value", ": /fields/1/uppercase: ", "true ou false"},
    {"rule-unknown-operation", ": /fields/1/required_if/and/1: ", "opération inconnue « xor »"},
    {"rule-two-operations", ": /fields/1/visible_if: ", "une règle est un objet d’un seul membre"},
    {"rule-unknown-field", ": /fields/1/required_if/==/0/var: ", "champ inconnu « fields.color »"},
    {"rule-unknown-piece", ": /pieces/0/required_if/>/0/var: ", "pièce inconnue « pieces.photo »"},
    {"rule-unknown-data", ": /stamps/0/amount/var: ", "« age » n’est ni « today »"},
    {"rule-computed-name",
     ": /fields/1/required_if/missing: ", "un nom de donnée écrit en toutes lettres"},
    {"piece-without-remedy", ": /pieces/0/remedy: ", "ce membre manque"},
    {"piece-unknown-family", ": /pieces/0/family: ", "« video » n’est pas l’un de"},
    {"finger-eleven", ": /pieces/1/finger: ", "11 est hors de 1 … 10"},
    {"finger-missing", ": /pieces/1/finger: ", "ce membre manque"},
    {"finger-of-a-paper", ": /pieces/0/finger: ", "seule une empreinte a un doigt"},
    {"pages-crossed", ": /pieces/0/max_pages: ", "« max_pages » est plus petit que « min_pages »"},
    {"pages-of-a-finger", ": /pieces/1/max_pages: ", "2 est hors de 1 … 1"},
    {"impossible-without-label", ": /pieces/0/impossible/0/label: ", "ce membre manque"},
    {"stamp-without-source", ": /stamps/0/source: ", "ce membre manque"},
    {"stamp-without-amount", ": /stamps/0/amount: ", "ce membre manque"},
    {"step-unknown-field", ": /steps/0/fields/1: ", "« surname » n’existe pas"},
    {"step-unknown-piece", ": /steps/1/pieces/0: ", "« photo » n’existe pas"},
    {"step-other-family", ": /steps/2/pieces/0: ", "« finger » n’est pas de la famille"},
    {"step-form-with-pieces", ": /steps/0/pieces: ", "une étape « form » n’en a pas"},
    {"step-summary-with-pieces", ": /steps/3/pieces: ", "une étape « summary » n’en a pas"},
    {"step-number", ": /steps/0/fields: ", "l’élément 0 n’est pas un texte"},
    {"step-field-again", ": /steps/0/fields/2: ", "« name » est déjà dans une étape"},
    {"step-forgets-a-field", ": /fields/1: ", "« name » n’est dans aucune étape"},
    {"step-forgets-a-piece", ": /pieces/0: ", "« paper » n’est dans aucune étape"},
    {"no-summary", ": /steps/2: ", "l’étape « summary » est la dernière"},
    {"summary-first", ": /steps/0: ", "l’étape « summary » est la dernière"},
    {"no-steps", ": /steps: ", "une étape « summary » au moins"},
    {"table-overlap", ": /tables/0/rows/1/from: ", "la ligne d’avant vaut jusqu’au 2025-12-31"},
    {"table-never-ends", ": /tables/0/rows/1/from: ", "la ligne d’avant n’a pas de fin"},
    {"table-ends-first", ": /tables/0/rows/0/until: ", "cette date précède"},
    {"table-without-source", ": /tables/0/rows/1/source: ", "ce membre manque"},
    {"table-without-date", ": /tables/0/rows/0/from: ", "ce membre manque"},
    {"table-empty", ": /tables/0/rows: ", "la liste est vide"},
    {"table-value-list", ": /tables/0/rows/0/values/adult: ", "un nombre ou un texte"},
    {"table-twice", ": /tables/1/id: ", "« price » est déjà pris"},
    {"lookup-unknown-table", ": /stamps/0/amount/lookup: ", "table inconnue « prices »"},
    {"lookup-unknown-key",
     ": /stamps/0/amount/lookup: ", "la table « price » n’a pas de clé « child »"},
    {"lookup-alone", ": /stamps/0/amount/lookup: ", "une table et une clé"},
    {"lookup-unknown-field", ": /stamps/0/amount/lookup/var: ", "champ inconnu « fields.color »"},
    {"deadline-without-source", ": /deadlines/0/source: ", "ce membre manque"},
    {"deadline-without-reason", ": /deadlines/0/why: ", "ce membre manque"},
    {"deadline-unknown-kind", ": /deadlines/0/kind: ", "« soon » n’est pas l’un de : limit"},
    {"deadline-unknown-piece",
     ": /deadlines/0/date/date_add/0/var: ", "pièce inconnue « pieces.photo »"},
    {"reason-never-sure", ": /deadlines/0/why: ", "la dernière raison vaut toujours"},
    {"reason-after-the-last", ": /deadlines/0/why/1/if: ", "la raison d’avant vaut toujours"},
    {"reason-unknown-field", ": /deadlines/0/why/0/if/var: ", "champ inconnu « fields.age »"},
    {"circle-of-two", ": /fields/0/visible_if: ",
     "ces questions s’attendent l’une l’autre : colour → name → colour"},
    {"circle-of-one",
     ": /fields/1/visible_if: ", "ces questions s’attendent l’une l’autre : name → name"},
    {"piece-asks-itself", ": /pieces/0/required_if: ", "« paper » dépend d’elle-même"},
    {"impossible-unknown-piece",
     ": /pieces/0/required_if/==/0/var: ", "pièce inconnue « impossible.hand »"},
    {"text-without-french", ": /title/fr: ", "ce membre manque"},
    {"unknown-group", ": /group: ", "« taxes » n’est pas l’un de"},
};

static void
test_refuses_each_broken_file(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests", "core", "broken-procedures", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *name = g_strconcat(broken[i][0], ".json", NULL);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *message = g_strconcat(name, broken[i][1], broken[i][2], NULL);
        g_assert_null(guichet_procedure_load(path, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_null(strchr(error->message, '\n'));
        if (!g_str_has_prefix(error->message, message))
            g_error("%s: said « %s », not « %s… »", name, error->message, message);
    }
}

/* The table and the folder name the same files. */
static void
test_table_covers_the_folder(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests", "core", "broken-procedures", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint files = 0;
    while (g_dir_read_name(dir) != NULL)
        files++;
    g_assert_cmpuint(files, ==, G_N_ELEMENTS(broken));
}

static void
test_bounds_size(void)
{
    gsize size = GUICHET_PROCEDURE_MAX_BYTES + 1;
    g_autofree char *spaces = g_malloc(size);
    memset(spaces, ' ', size);
    g_autoptr(GBytes) bytes = g_bytes_new(spaces, size);
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_procedure_new(bytes, "gros.json", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

static void
test_folder_fails_whole(void)
{
    g_autofree char *folder = g_dir_make_tmp("procedures-XXXXXX", NULL);
    g_autofree char *good = g_build_filename(folder, "a.json", NULL);
    g_autofree char *same = g_build_filename(folder, "b.json", NULL);
    g_autofree char *source = procedures_folder();
    g_autofree char *path = g_build_filename(source, "other-case.json", NULL);
    g_autoptr(GuichetProcedure) other = guichet_procedure_load(path, NULL);
    GBytes *bytes = guichet_procedure_get_bytes(other);
    const char *text = g_bytes_get_data(bytes, NULL);
    gssize size = (gssize)g_bytes_get_size(bytes);
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(good, text, size, NULL));
    g_assert_true(g_file_set_contents(same, text, size, NULL));
    g_assert_null(guichet_procedure_load_folder(folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(same, "{}", 2, NULL));
    g_assert_null(guichet_procedure_load_folder(folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_clear_error(&error);
    g_remove(same);
    g_autoptr(GPtrArray) one = guichet_procedure_load_folder(folder, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one->len, ==, 1);
    g_remove(good);
    g_rmdir(folder);
    g_assert_null(guichet_procedure_load_folder(folder, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

/* A file with a byte changed, cut or doubled is refused or is another good file; never worse. */
static void
test_survives_damage(void)
{
    g_autofree char *folder = procedures_folder();
    g_autofree char *path = g_build_filename(folder, "other-case.json", NULL);
    g_autoptr(GuichetProcedure) other = guichet_procedure_load(path, NULL);
    gsize size;
    const guint8 *text = g_bytes_get_data(guichet_procedure_get_bytes(other), &size);
    g_autoptr(GRand) dice = g_rand_new_with_seed(20261122);
    guint refused = 0;
    for (guint i = 0; i < 3000; i++) {
        g_autoptr(GByteArray) damaged = g_byte_array_new();
        g_autoptr(GError) error = NULL;
        guint at = (guint)g_rand_int_range(dice, 0, (gint32)size);
        guint resume = (guint)g_rand_int_range(dice, 0, (gint32)size);
        guint8 byte = (guint8)g_rand_int_range(dice, 0, 256);
        g_byte_array_append(damaged, text, at);
        g_byte_array_append(damaged, &byte, 1);
        resume = i % 3 == 0 ? at + 1 : i % 3 == 1 ? at : resume;
        g_byte_array_append(damaged, text + resume, (guint)size - resume);
        g_autoptr(GBytes) bytes = g_bytes_new(damaged->data, damaged->len);
        g_autoptr(GuichetProcedure) read = guichet_procedure_new(bytes, "abîmé.json", &error);
        g_assert_true((read == NULL) == (error != NULL));
        refused += read == NULL;
    }
    g_assert_cmpuint(refused, >, 1000);
    g_assert_cmpuint(refused, <, 3000); /* control: some changes only touch a sentence */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/procedure/loads-every-file", test_loads_every_file);
    g_test_add_func("/core/procedure/no-email-is-ever-required", test_no_email_is_ever_required);
    g_test_add_func("/core/procedure/other-case-requires-no-piece",
                    test_other_case_requires_no_piece);
    g_test_add_func("/core/procedure/fingers-are-the-indexes", test_fingers_are_the_indexes);
    g_test_add_func("/core/procedure/speaks-the-language-of-the-process",
                    test_speaks_the_language_of_the_process);
    g_test_add_func("/core/procedure/refuses-each-broken-file", test_refuses_each_broken_file);
    g_test_add_func("/core/procedure/table-covers-the-folder", test_table_covers_the_folder);
    g_test_add_func("/core/procedure/survives-damage", test_survives_damage);
    g_test_add_func("/core/procedure/bounds-size", test_bounds_size);
    g_test_add_func("/core/procedure/folder-fails-whole", test_folder_fails_whole);
    return g_test_run();
}
