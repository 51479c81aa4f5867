/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/slip.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "core/error.h"
#include "sync/bundle/statement.h"
#include "test-pki-kit.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DEPOSITED_US (G_GINT64_CONSTANT(1795344127) * G_USEC_PER_SEC) /* 2026-11-22T10:42:07Z */

static const GuichetStationPlace town_hall = {.name = (char *)"Mairie de Démo"};

typedef struct {
    Kit *kit;
    GuichetProcedure *procedure;
} Place;

static void
set_up(Place *place, gconstpointer data)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", "passport.json", NULL);
    place->kit = kit_new();
    place->procedure = guichet_procedure_load(path, NULL);
    g_assert_nonnull(place->procedure);
}

static void
tear_down(Place *place, gconstpointer data)
{
    guichet_procedure_unref(place->procedure);
    kit_free(place->kit);
}

static char *
sign(Place *place, const char *const *pieces)
{
    g_autoptr(GError) error = NULL;
    GuichetStatement statement = {
        .bundle_sha256 = (char *)SHA256,
        .station = (char *)KIT_STATION,
        .sequence = 42,
        .deposited_us = DEPOSITED_US,
        .procedure_id = (char *)guichet_procedure_get_id(place->procedure),
        .procedure_revision = guichet_procedure_get_revision(place->procedure),
        .pieces = (GStrv)pieces};
    char *text =
        guichet_statement_sign(&statement, place->kit->keys[GUICHET_ROLE_STATION_SIGN], &error);
    g_assert_no_error(error);
    return text;
}

/* Runs a shell command in the kit's folder; its standard output, or NULL when it fails. */
static char *
run(Place *place, const char *command)
{
    g_autofree char *script = g_strdup_printf("cd '%s' && %s", place->kit->folder, command);
    const char *argv[] = {"sh", "-c", script, NULL};
    g_autofree char *out = NULL;
    int status;
    g_assert_true(g_spawn_sync(NULL, (char **)(gpointer)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &out, NULL, &status, NULL));
    return g_spawn_check_wait_status(status, NULL) ? g_steal_pointer(&out) : NULL;
}

static gboolean
lacks_tools(void)
{
    static const char *const tools[] = {"pdftoppm", "pdftotext", "pdfinfo", "zbarimg", "openssl"};
    for (gsize i = 0; i < G_N_ELEMENTS(tools); i++) {
        g_autofree char *path = g_find_program_in_path(tools[i]);
        if (path == NULL) {
            g_test_skip(tools[i]);
            return TRUE;
        }
    }
    return FALSE;
}

static void
write_slip(Place *place, const char *statement)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = kit_path(place->kit, "slip.pdf");
    g_autoptr(GBytes) pdf = guichet_slip_make(statement, place->procedure, &town_hall, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(path, g_bytes_get_data(pdf, NULL),
                                      (gssize)g_bytes_get_size(pdf), NULL));
}

/* A reader of the page drawn at 200 dpi gives the statement byte for byte. */
static void
check_code(Place *place, const char *statement)
{
    g_autofree char *read =
        run(place, "pdftoppm -r 200 -png slip.pdf page && zbarimg -q --raw --oneshot page*.png");
    g_assert_nonnull(read);
    g_assert_cmpstr(read, ==, statement);
    g_autofree char *path = kit_path(place->kit, "attestation.txt");
    g_assert_true(g_file_set_contents(path, read, -1, NULL));
}

static void
check_sheet(Place *place)
{
    g_autofree char *info = run(place, "pdfinfo slip.pdf");
    static const char *const lines[] = {"Title:           Attestation de dépôt",
                                        "Author:          Mairie de Démo", "Pages:           1",
                                        "(A4)", "Tagged:          yes"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (strstr(info, lines[i]) == NULL)
            g_error("pdfinfo does not say « %s »:\n%s", lines[i], info);
}

static void
check_text(Place *place)
{
    g_autofree char *text = run(place, "pdftotext -layout slip.pdf -");
    static const char *const sentences[] = {
        "Attestation de dépôt",
        "Démarche : Passeport",
        "Guichet : Mairie de Démo",
        "Déposée le : dimanche 22 novembre 2026 à 11 h 42",
        "Numéro de dépôt : mairie-de-demo-1-42",
        "Photo d’identité",
        "Justificatif de domicile : 2 pages",
        "0123 4567 89ab cdef 0123",
        "Suivre la demande",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
        if (strstr(text, sentences[i]) == NULL)
            g_error("the page does not say « %s »:\n%s", sentences[i], text);
}

/* Where, when and with what to come back, as far as the office has said. */
static void
test_page_says_where_to_come_back(Place *place, gconstpointer data)
{
    static const char *const pieces[] = {"photo×1", NULL};
    const GuichetStationPlace known = {.name = (char *)"Mairie de Démo",
                                       .address = (char *)"1 place de la Mairie, 69000 Lyon",
                                       .hours = (char *)"lundi à jeudi : 8 h 30 à 12 h"};
    const struct {
        const GuichetStationPlace *at;
        const char *where, *when;
    } cases[] = {{&known, "1 place de la Mairie", "8 h 30 à 12 h"},
                 {&town_hall, "Où : Mairie de Démo", "demandez les horaires"}};
    if (lacks_tools())
        return;
    g_autofree char *statement = sign(place, pieces);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = kit_path(place->kit, "slip.pdf");
        g_autoptr(GBytes) pdf = guichet_slip_make(statement, place->procedure, cases[i].at, &error);
        g_assert_no_error(error);
        g_assert_true(g_file_set_contents(path, g_bytes_get_data(pdf, NULL),
                                          (gssize)g_bytes_get_size(pdf), NULL));
        g_autofree char *text = run(place, "pdftotext -layout slip.pdf - | tr -s ' \\n' ' '");
        g_assert_nonnull(strstr(text, cases[i].where));
        g_assert_nonnull(strstr(text, cases[i].when));
        g_assert_nonnull(strstr(text, "pièce d’identité"));
    }
}

/* The commands printed on the page, run as they stand on the text read from the code. */
static void
check_commands(Place *place)
{
    g_autofree char *certificate = kit_path(place->kit, "poste.crt");
    g_autofree char *pem =
        guichet_certificate_to_pem(place->kit->certificates[GUICHET_ROLE_STATION_SIGN]);
    g_assert_true(g_file_set_contents(certificate, pem, -1, NULL));
    g_autofree char *said = run(place, "pdftotext -layout slip.pdf - | sed 's/^ *//' | "
                                       "grep -E '^(sed|openssl) ' > commands && sh -e commands");
    g_assert_cmpstr(said, ==, "Verified OK\n");
    /* control: one letter of the statement changed */
    g_autofree char *forged = run(place, "sed -i s/photo/photO/ attestation.txt && sh -e commands");
    g_assert_null(forged);
}

static void
test_page_proves_the_deposit(Place *place, gconstpointer data)
{
    static const char *const pieces[] = {"photo×1", "proof-of-address×2", "right-index×1", NULL};
    if (lacks_tools())
        return;
    g_autofree char *statement = sign(place, pieces);
    write_slip(place, statement);
    check_sheet(place);
    check_text(place);
    check_code(place, statement);
    check_commands(place);
}

/* All pieces of the procedure, and many pages of each: the longest that it can be. */
static char *
sign_fullest(Place *place)
{
    GPtrArray *specs = guichet_procedure_get_pieces(place->procedure);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint i = 0; i < specs->len; i++) {
        g_autofree char *entry =
            g_strdup_printf("%s×%u", ((GuichetPieceSpec *)specs->pdata[i])->id, 10 + i);
        g_strv_builder_add(builder, entry);
    }
    g_auto(GStrv) pieces = g_strv_builder_end(builder);
    return sign(place, (const char *const *)pieces);
}

static void
test_fullest_page_is_one(Place *place, gconstpointer data)
{
    if (lacks_tools())
        return;
    g_autofree char *statement = sign_fullest(place);
    write_slip(place, statement);
    check_sheet(place);
    check_code(place, statement);
}

/* Whoever checks the page reads French; whoever takes it home reads the screen's language, too. */
static void
test_is_french_and_says_it_again(Place *place, gconstpointer data)
{
    static const char *const sentences[] = {
        "Attestation de dépôt",      "Deposit slip",
        "Démarche : Passeport",      "Passport",
        "dimanche 22 novembre 2026", "It does not say your name"};
    if (lacks_tools())
        return;
    g_autofree char *statement = sign_fullest(place);
    g_setenv("LANGUAGE", "en", TRUE);
    setlocale(LC_MESSAGES, "C.UTF-8");
    bindtextdomain(GETTEXT_PACKAGE, g_getenv("GUICHET_LOCALEDIR"));
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    write_slip(place, statement);
    bindtextdomain(GETTEXT_PACKAGE, place->kit->folder); /* no catalogue: French */
    check_sheet(place);
    check_code(place, statement);
    g_autofree char *text = run(place, "pdftotext -layout slip.pdf - | tr -s ' \n' ' '");
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
        if (strstr(text, sentences[i]) == NULL)
            g_error("the page does not say « %s »:\n%s", sentences[i], text);
    g_assert_null(strstr(text, "Sunday"));
}

static void
test_no_piece(Place *place, gconstpointer data)
{
    if (lacks_tools())
        return;
    g_autofree char *statement = sign(place, NULL);
    write_slip(place, statement);
    check_sheet(place);
    check_code(place, statement);
}

static void
test_same_arguments_same_page(Place *place, gconstpointer data)
{
    g_autofree char *statement = sign(place, NULL);
    g_autoptr(GBytes) one = guichet_slip_make(statement, place->procedure, &town_hall, NULL);
    g_autoptr(GBytes) other = guichet_slip_make(statement, place->procedure, &town_hall, NULL);
    g_assert_true(g_bytes_equal(one, other));
}

static void
test_refuses(Place *place, gconstpointer data)
{
    static const char *const strange[] = {"spaceship×1", NULL};
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_slip_make("attestation/1\n", place->procedure, &town_hall, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    g_clear_error(&error);
    g_autofree char *unknown = sign(place, strange);
    g_assert_null(guichet_slip_make(unknown, place->procedure, &town_hall, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    g_clear_error(&error);
    g_autofree char *path = g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures",
                                             "other-case.json", NULL);
    g_autoptr(GuichetProcedure) other = guichet_procedure_load(path, NULL);
    g_autofree char *statement = sign(place, NULL);
    g_assert_null(guichet_slip_make(statement, other, &town_hall, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

#define ADD(path, function) g_test_add(path, Place, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE); /* the town hall's time */
    g_test_init(&argc, &argv, NULL);
    ADD("/service/slip/it-says-where-to-come-back", test_page_says_where_to_come_back);
    ADD("/service/slip/page-proves-the-deposit", test_page_proves_the_deposit);
    ADD("/service/slip/is-french-and-says-it-again", test_is_french_and_says_it_again);
    ADD("/service/slip/fullest-page-is-one", test_fullest_page_is_one);
    ADD("/service/slip/no-piece-is-a-page", test_no_piece);
    ADD("/service/slip/same-arguments-same-page", test_same_arguments_same_page);
    ADD("/service/slip/refuses-what-does-not-match", test_refuses);
    return g_test_run();
}
