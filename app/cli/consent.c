/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/consent.h"

#include <string.h>

#include "cli/cli.h"
#include "core/error.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

/* "WHAT=VALUE" arguments behind the request's number. */
static gboolean
read_arguments(Cli *cli, GuichetConsent *consent, gboolean *way_said, GError **error)
{
    const struct {
        const char *name;
        char **value;
    } texts[] = {{"who", &consent->who},
                 {"capacity", &consent->capacity},
                 {"scope", &consent->scope},
                 {"date", &consent->date}};
    for (guint i = 1; i < cli->n_arguments; i++) {
        g_auto(GStrv) parts = g_strsplit(cli->arguments[i], "=", 2);
        gboolean known = parts[1] != NULL && strcmp(parts[0], "way") == 0;
        if (known) {
            *way_said = TRUE;
            if (!guichet_consent_way_parse(parts[1], &consent->way, error))
                return FALSE;
        }
        for (gsize t = 0; parts[1] != NULL && t < G_N_ELEMENTS(texts); t++)
            if (strcmp(parts[0], texts[t].name) == 0) {
                g_free(*texts[t].value);
                *texts[t].value = g_strdup(parts[1]);
                known = TRUE;
            }
        if (!known) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("« %.60s » : écrivez way=present|mandate|representative, who=NOM, "
                          "capacity=QUALITÉ, scope=TEXTE ou date=JOUR"),
                        cli->arguments[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static void
report(Cli *cli, const GuichetConsent *consent)
{
    cli_set_string(cli, "way", guichet_consent_way_name(consent->way));
    cli_set_string(cli, "who", consent->who);
    cli_set_string(cli, "capacity", consent->capacity);
    cli_set_string(cli, "scope", consent->scope);
    cli_set_string(cli, "date", consent->date);
    cli_set_string(cli, "helper", consent->helper);
    cli_line(cli, _("%s : %s, le %s (%s)"), consent->who, guichet_consent_way_label(consent->way),
             consent->date, consent->scope);
}

static gboolean
note(Cli *cli, GuichetDesk *desk, GError **error)
{
    g_auto(GuichetConsent) said = {NULL};
    gboolean way_said = FALSE;
    if (!read_arguments(cli, &said, &way_said, error))
        return FALSE;
    if (!way_said) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites comment l’accord est donné : way=present, way=mandate ou "
                              "way=representative"));
        return FALSE;
    }
    return guichet_desk_set_consent(desk, cli->arguments[0], &said, error);
}

static gboolean
run_consent(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || (cli->n_arguments > 1 && !note(cli, desk, error)))
        return FALSE;
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, cli->arguments[0], error);
    g_auto(GuichetConsent) consent = {NULL};
    if (request == NULL)
        return FALSE;
    cli_set_string(cli, "request", request->id);
    if (guichet_consent_read(request, &consent)) {
        report(cli, &consent);
    } else {
        cli_set_string(cli, "way", NULL);
        cli_line(cli, _("Aucun accord n’est noté."));
    }
    return TRUE;
}

static gboolean
run_mandate(Cli *cli, GError **error)
{
    const char *who = cli->n_arguments > 1 ? cli->arguments[1] : "";
    if (cli->output == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites où écrire la page : -o FICHIER.pdf"));
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GBytes) page =
        desk != NULL ? guichet_desk_make_mandate(desk, cli->arguments[0], who, error) : NULL;
    if (page == NULL || !guichet_write_file_durably(cli->output, g_bytes_get_data(page, NULL),
                                                    g_bytes_get_size(page), 0600, error))
        return FALSE;
    cli_set_string(cli, "mandate", cli->output);
    cli_line(cli, _("Mandat à signer : %s"), cli->output);
    return TRUE;
}

const CliVerb cli_consent_verbs[] = {
    {"request", "consent", "ID [way=… who=… capacity=… scope=… date=…]",
     N_("note ou montre l’accord de la personne pour qui l’on agit"), CLI_OPTION_AGENT, 1, 6,
     run_consent},
    {"request", "mandate", "ID [NOM] -o FICHIER.pdf", N_("écrit le mandat à faire signer"),
     CLI_OPTION_AGENT | CLI_OPTION_OUTPUT, 1, 2, run_mandate},
    {NULL},
};
