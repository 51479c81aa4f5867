/* SPDX-License-Identifier: EUPL-1.2 */
/* guichet-central: the composition root of the centre. Exit status: 0 done, 1 refused or failed
 * (the reason on stderr), 2 usage. */
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "config.h"
#include "core/error.h"
#include "core/process.h"
#include "db/depot-store.h"
#include "db/postgres/depot-postgres.h"
#include "sync/central/json.h"
#include "sync/central/verbs.h"

#define EXIT_REFUSED 1
#define EXIT_USAGE 2

/* PostgreSQL where it is named, else the centre's own SQLite file. */
static GuichetDepot *
open_depot(const GuichetCentralOptions *options, GError **error)
{
    const char *database =
        options->database != NULL ? options->database : g_getenv("GUICHET_CENTRAL_DATABASE");
    if (database != NULL && *database != '\0') {
        GuichetDepotPostgres *depot = guichet_depot_postgres_open(database, error);
        return depot != NULL ? GUICHET_DEPOT(depot) : NULL;
    }
    g_autofree char *path = g_build_filename(options->root, "depot.db", NULL);
    GuichetDepotStore *depot = guichet_depot_store_open(path, error);
    return depot != NULL ? GUICHET_DEPOT(depot) : NULL;
}

static gboolean
run_init(const GuichetCentralOptions *options, GError **error)
{
    if (options->name == NULL || *options->name == '\0') {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Donnez le nom du centre (--name)"));
        return FALSE;
    }
    GuichetCentreInit init = {options->name, options->dns, options->ip, options->url};
    g_autofree char *fingerprint = NULL;
    if (!guichet_centre_init(options->root, &init, &fingerprint, error))
        return FALSE;
    g_autoptr(GuichetDepot) depot = open_depot(options, error);
    if (depot == NULL)
        return FALSE;
    if (options->json) {
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "root_fingerprint", fingerprint);
        g_autofree char *text = guichet_central_json_line(object);
        g_print("%s\n", text);
    } else {
        g_print("%s\n", fingerprint);
    }
    return TRUE;
}

static gboolean
run_verb(const GuichetCentralVerb *verb, const GuichetCentralOptions *options, GError **error)
{
    g_autofree char *description = g_build_filename(options->root, "centre.json", NULL);
    if (!g_file_test(description, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Pas de centre dans %s : créez-le par « guichet-central init --name NOM »"),
                    options->root);
        return FALSE;
    }
    g_autoptr(GuichetDepot) depot = open_depot(options, error);
    if (depot == NULL)
        return FALSE;
    g_autoptr(GuichetCentre) centre = guichet_centre_open(options->root, depot, error);
    return centre != NULL && verb->run(centre, options, error);
}

static const GuichetCentralVerb *
find_verb(const char *name)
{
    for (const GuichetCentralVerb *verb = guichet_central_verbs; verb->name != NULL; verb++) {
        if (strcmp(verb->name, name) == 0)
            return verb;
    }
    return NULL;
}

static int
fail_usage(const char *reason)
{
    if (reason != NULL)
        g_printerr("guichet-central: %s\n", reason);
    g_printerr(_("Usage :\n"));
    g_printerr("  guichet-central [--root DOSSIER] [--database URI] [--json] init --name NOM "
               "[--dns HÔTE] [--ip "
               "ADRESSE] [--url URL]\n");
    for (const GuichetCentralVerb *verb = guichet_central_verbs; verb->name != NULL; verb++)
        g_printerr("  guichet-central [--root DOSSIER] [--database URI] [--json] %s %s\n",
                   verb->name, verb->usage);
    return EXIT_USAGE;
}

static int
run(char **words, GuichetCentralOptions *options)
{
    g_autoptr(GError) error = NULL;
    guint count = g_strv_length(words);
    if (count == 0)
        return fail_usage(NULL);
    const GuichetCentralVerb *verb = find_verb(words[0]);
    gboolean init = strcmp(words[0], "init") == 0;
    if (verb == NULL && !init)
        return fail_usage(_("verbe inconnu"));
    guint arguments = count - 1;
    if (arguments < (init ? 0 : verb->min) || arguments > (init ? 0 : verb->max))
        return fail_usage(_("nombre d’arguments"));
    options->arguments = words + 1;
    if (init ? run_init(options, &error) : run_verb(verb, options, &error))
        return 0;
    if (options->json) {
        g_autofree char *text =
            guichet_central_json_error(guichet_error_name(error), error->message);
        g_print("%s\n", text);
    }
    g_printerr("guichet-central: %s\n", error->message);
    return EXIT_REFUSED;
}

static void
options_clear(GuichetCentralOptions *options)
{
    g_free(options->name);
    g_free(options->dns);
    g_free(options->ip);
    g_free(options->url);
    g_free(options->output);
    g_free(options->listen);
    g_free(options->port_file);
    g_free(options->before);
    g_free(options->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetCentralOptions, options_clear)

int
main(int argc, char **argv)
{
    guichet_process_harden();
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    g_autofree char *root = NULL;
    g_auto(GStrv) words = NULL;
    g_auto(GuichetCentralOptions) options = {.days = 730};
    const GOptionEntry entries[] = {
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &root, N_("dossier du centre"), "DIR"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("réponse en JSON"), NULL},
        {"name", 0, 0, G_OPTION_ARG_STRING, &options.name, NULL, "N"},
        {"dns", 0, 0, G_OPTION_ARG_STRING, &options.dns, NULL, "H"},
        {"ip", 0, 0, G_OPTION_ARG_STRING, &options.ip, NULL, "A"},
        {"url", 0, 0, G_OPTION_ARG_STRING, &options.url, NULL, "U"},
        {"days", 0, 0, G_OPTION_ARG_INT, &options.days, NULL, "N"},
        {"database", 0, 0, G_OPTION_ARG_STRING, &options.database,
         N_("PostgreSQL à la place de SQLite"), "URI"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, NULL, "D"},
        {"before", 0, 0, G_OPTION_ARG_STRING, &options.before, NULL, "J"},
        {"minutes", 0, 0, G_OPTION_ARG_INT, &options.minutes, NULL, "N"},
        {"persons", 0, 0, G_OPTION_ARG_INT, &options.persons, NULL, "N"},
        {"cancel", 0, 0, G_OPTION_ARG_NONE, &options.cancel, NULL, NULL},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, NULL, "A:P"},
        {"port-file", 0, 0, G_OPTION_ARG_FILENAME, &options.port_file, NULL, "F"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("VERBE …"));
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return fail_usage(error->message);
    options.root = root != NULL ? root : GUICHET_CENTRE_DEFAULT_ROOT;
    char *nothing[] = {NULL};
    return run(words != NULL ? words : nothing, &options);
}
