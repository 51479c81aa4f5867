/* SPDX-License-Identifier: EUPL-1.2 */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "config.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/process.h"

#include <glib/gi18n-lib.h>

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

#define DEFAULT_COST 17 /* log2 N of scrypt: 128 MiB, about half a second on a desk */

static const CliVerb *const groups[] = {
    cli_day_verbs,          cli_station_verbs,    cli_agent_verbs,   cli_procedure_verbs,
    cli_request_verbs,      cli_read_verbs,       cli_device_verbs,  cli_bundle_verbs,
    cli_kiosk_verbs,        cli_sync_verbs,       cli_consent_verbs, cli_help_verbs,
    cli_professional_verbs, cli_audit_verbs,      cli_db_verbs,      cli_theme_verbs,
    cli_stats_verbs,        cli_diagnostic_verbs,
};

static void
print_usage(FILE *stream)
{
    fprintf(stream,
            _("Usage : guichetctl [--root DOSSIER] [--role RÔLE] [--json] GROUPE VERBE …\n\n"));
    for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
        for (const CliVerb *verb = groups[g]; verb->group != NULL; verb++) {
            g_autofree char *call = g_strjoin(*verb->verb != '\0' ? " " : "", verb->group,
                                              verb->verb, verb->usage, NULL);
            fprintf(stream, "  %-52s %s\n", call, _(verb->help));
        }
    fprintf(stream, _("\nCode de sortie : 0 fait, 1 refusé ou échoué (le motif et le remède sur "
                      "la sortie d’erreur), 2 usage.\n"));
}

static const CliVerb *
find_verb(const char *group, const char *name)
{
    for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
        for (const CliVerb *verb = groups[g]; verb->group != NULL; verb++)
            if (strcmp(verb->group, group) == 0 && strcmp(verb->verb, name) == 0)
                return verb;
    return NULL;
}

/* Options given by the user that @verb does not take. */
static guint
foreign_options(const Cli *cli, const CliVerb *verb)
{
    guint given = 0;
    given |= cli->agent != NULL || cli->passphrase_file != NULL ? CLI_OPTION_AGENT : 0;
    given |= cli->card != NULL || cli->last_try ? CLI_OPTION_AGENT : 0;
    given |= cli->new_passphrase_file != NULL ? CLI_OPTION_NEW_PASSPHRASE : 0;
    given |= cli->output != NULL ? CLI_OPTION_OUTPUT : 0;
    given |= cli->device != NULL ? CLI_OPTION_DEVICE : 0;
    given |= cli->name != NULL ? CLI_OPTION_NAME : 0;
    given |= cli->certificate != NULL ? CLI_OPTION_CERTIFICATE : 0;
    given |= cli->fingerprint != NULL ? CLI_OPTION_FINGERPRINT : 0;
    given |= cli->procedures != NULL ? CLI_OPTION_PROCEDURES : 0;
    given |= cli->trust != NULL ? CLI_OPTION_TRUST : 0;
    given |= cli->at != NULL ? CLI_OPTION_AT : 0;
    given |= cli->cost != 0 ? CLI_OPTION_COST : 0;
    given |= cli->limit != 0 || cli->before != NULL || cli->state != NULL || cli->search != NULL
                 ? CLI_OPTION_PAGE
                 : 0;
    given |= cli->tpm != NULL || cli->boot ? CLI_OPTION_TPM : 0;
    given |= cli->from_code != NULL ? CLI_OPTION_CODE : 0;
    given |= cli->title != NULL ? CLI_OPTION_TITLE : 0;
    given |= cli->from != NULL || cli->to != NULL || cli->csv ? CLI_OPTION_PERIOD : 0;
    given |= cli->code ? CLI_OPTION_SHOW_CODE : 0;
    given |= cli->quick ? CLI_OPTION_QUICK : 0;
    given |= cli->force ? CLI_OPTION_FORCE : 0;
    return given & ~verb->options;
}

static int
usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "guichetctl: %s ; « guichetctl --help »\n", message);
    return EXIT_USAGE;
}

static int
unknown_verb(const char *group, const char *name)
{
    return *name == '\0'
               ? usage_error("%s", _("il faut un groupe et un verbe, par exemple « request list »"))
               : usage_error(_("« %.40s %.40s » est inconnu"), group, name);
}

static void
print_error(const Cli *cli, const GError *error)
{
    g_autofree char *line = g_strdelimit(g_strdup(error->message), "\n\r", ' ');
    if (!cli->json) {
        fprintf(stderr, "guichetctl: %s\n", line);
        return;
    }
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "error");
    json_builder_add_string_value(builder, guichet_error_name(error));
    json_builder_set_member_name(builder, "message");
    json_builder_add_string_value(builder, line);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) node = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(node, FALSE);
    fprintf(stderr, "%s\n", text);
}

static int
print_result(Cli *cli)
{
    g_autofree char *text = NULL;
    json_builder_end_object(cli->result);
    if (cli->json) {
        g_autoptr(JsonNode) node = json_builder_get_root(cli->result);
        text = json_to_string(node, TRUE);
    }
    /* a full disk or a closed pipe must not look like success */
    if (fputs(text != NULL ? text : cli->text->str, stdout) < 0 ||
        (text != NULL && putchar('\n') == EOF) || fflush(stdout) != 0) {
        fprintf(stderr, "guichetctl: %s\n", _("la sortie standard est fermée ou pleine"));
        return EXIT_REFUSED;
    }
    return cli->status;
}

static int
run_verb(Cli *cli, const CliVerb *verb)
{
    g_autoptr(GError) error = NULL;
    if (foreign_options(cli, verb) != 0)
        return usage_error(_("« %s %s » ne prend pas toutes ces options"), verb->group, verb->verb);
    /* a code says which procedure */
    guint min_arguments = cli->from_code != NULL ? 0 : verb->min_arguments;
    if (cli->n_arguments < min_arguments || cli->n_arguments > verb->max_arguments)
        return usage_error(_("« %s %s » s’écrit : %s %s %s"), verb->group, verb->verb, verb->group,
                           verb->verb, verb->usage);
    if (cli->cost == 0)
        cli->cost = DEFAULT_COST;
    g_autoptr(JsonBuilder) result = json_builder_new();
    g_autoptr(GString) text = g_string_new(NULL);
    cli->result = json_builder_begin_object(result);
    cli->text = text;
    if ((cli->role == GUICHET_USER_ROLE_N || cli_role_may(cli->role, verb, &error)) &&
        verb->run(cli, &error))
        return print_result(cli);
    print_error(cli, error);
    return EXIT_REFUSED;
}

static void
prepare_process(void)
{
    guichet_process_harden();
    umask(0027);
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}

/* What is left when the options are gone: group, verb, arguments. */
static int
run_line(Cli *cli, char **rest)
{
    const char *name = rest != NULL && rest[1] != NULL ? rest[1] : "";
    const CliVerb *verb = rest != NULL ? find_verb(rest[0], name) : NULL;
    if (verb == NULL)
        return unknown_verb(rest != NULL ? rest[0] : "", name);
    cli->arguments = rest + (*name != '\0' ? 2 : 1);
    cli->n_arguments = g_strv_length(cli->arguments);
    return run_verb(cli, verb);
}

/* What the options gave. */
static int
run_options(Cli *cli, gboolean version, gboolean help, const char *role, char **rest)
{
    g_autoptr(GError) error = NULL;
    if (version) {
        puts("guichetctl " GUICHET_VERSION);
        return EXIT_DONE;
    }
    if (help) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (role != NULL && !guichet_user_role_parse(role, &cli->role, &error))
        return usage_error("%s", error->message);
    if (cli->root == NULL)
        cli->root = g_strdup(GUICHET_DEFAULT_ROOT);
    return run_line(cli, rest);
}

static void
free_options(const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++)
        if (entries->arg == G_OPTION_ARG_FILENAME || entries->arg == G_OPTION_ARG_STRING)
            g_clear_pointer((char **)entries->arg_data, g_free);
}

int
main(int argc, char **argv)
{
    Cli cli = {.role = GUICHET_USER_ROLE_N};
    gboolean version = FALSE, help = FALSE;
    char *role = NULL;
    g_auto(GStrv) rest = NULL;
    const GOptionEntry entries[] = {
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &cli.root, NULL, NULL},
        {"role", 0, 0, G_OPTION_ARG_STRING, &role, NULL, NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &cli.json, NULL, NULL},
        {"agent", 0, 0, G_OPTION_ARG_STRING, &cli.agent, NULL, NULL},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &cli.passphrase_file, NULL, NULL},
        {"card", 0, 0, G_OPTION_ARG_STRING, &cli.card, NULL, NULL},
        {"last-try", 0, 0, G_OPTION_ARG_NONE, &cli.last_try, NULL, NULL},
        {"new-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &cli.new_passphrase_file, NULL, NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &cli.output, NULL, NULL},
        {"device", 0, 0, G_OPTION_ARG_STRING, &cli.device, NULL, NULL},
        {"name", 0, 0, G_OPTION_ARG_STRING, &cli.name, NULL, NULL},
        {"certificate", 0, 0, G_OPTION_ARG_FILENAME, &cli.certificate, NULL, NULL},
        {"fingerprint", 0, 0, G_OPTION_ARG_STRING, &cli.fingerprint, NULL, NULL},
        {"procedures", 0, 0, G_OPTION_ARG_FILENAME, &cli.procedures, NULL, NULL},
        {"trust", 0, 0, G_OPTION_ARG_FILENAME, &cli.trust, NULL, NULL},
        {"at", 0, 0, G_OPTION_ARG_STRING, &cli.at, NULL, NULL},
        {"cost", 0, 0, G_OPTION_ARG_INT, &cli.cost, NULL, NULL},
        {"tpm", 0, 0, G_OPTION_ARG_STRING, &cli.tpm, NULL, NULL},
        {"boot", 0, 0, G_OPTION_ARG_NONE, &cli.boot, NULL, NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &cli.force, NULL, NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &cli.limit, NULL, NULL},
        {"before", 0, 0, G_OPTION_ARG_STRING, &cli.before, NULL, NULL},
        {"state", 0, 0, G_OPTION_ARG_STRING, &cli.state, NULL, NULL},
        {"search", 0, 0, G_OPTION_ARG_STRING, &cli.search, NULL, NULL},
        {"from-code", 0, 0, G_OPTION_ARG_STRING, &cli.from_code, NULL, NULL},
        {"title", 0, 0, G_OPTION_ARG_STRING, &cli.title, NULL, NULL},
        {"from", 0, 0, G_OPTION_ARG_STRING, &cli.from, NULL, NULL},
        {"to", 0, 0, G_OPTION_ARG_STRING, &cli.to, NULL, NULL},
        {"csv", 0, 0, G_OPTION_ARG_NONE, &cli.csv, NULL, NULL},
        {"code", 0, 0, G_OPTION_ARG_NONE, &cli.code, NULL, NULL},
        {"quick", 0, 0, G_OPTION_ARG_NONE, &cli.quick, NULL, NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, NULL, NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &rest, NULL, NULL},
        {NULL},
    };
    prepare_process();
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    int status = g_option_context_parse(context, &argc, &argv, &error)
                     ? run_options(&cli, version, help, role, rest)
                     : usage_error("%s", error->message);
    free_options(entries);
    return status;
}
