/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"
#include "service/enrolment.h"
#include "service/kiosk.h"
#include "service/witness.h"

#include <glib/gi18n-lib.h>

static void
report_agent(Cli *cli, const GuichetAgent *agent)
{
    g_autofree char *since = guichet_time_to_iso8601(agent->created_us);
    g_autofree char *revoked =
        agent->revoked_us != 0 ? guichet_time_to_iso8601(agent->revoked_us) : NULL;
    const char *kind = agent->card ? _("carte") : _("phrase de passe");
    json_builder_begin_object(cli->result);
    cli_set_string(cli, "name", agent->name);
    cli_set_string(cli, "role", guichet_user_role_name(agent->role));
    cli_set_string(cli, "kind", agent->card ? "card" : "passphrase");
    cli_set_string(cli, "since", since);
    cli_set_string(cli, "revoked", revoked);
    cli_set_int(cli, "failures", agent->failures);
    cli_set_boolean(cli, "renewable", agent->renewable);
    json_builder_end_object(cli->result);
    if (revoked != NULL)
        cli_line(cli, _("%-20s révoqué le %.10s"), agent->name, revoked);
    else if (agent->failures > 0)
        cli_line(cli, _("%-20s %s, %s, depuis le %.10s, %d essais manqués"), agent->name,
                 guichet_user_role_label(agent->role), kind, since, (int)agent->failures);
    else
        cli_line(cli, _("%-20s %s, %s, depuis le %.10s"), agent->name,
                 guichet_user_role_label(agent->role), kind, since);
}

/* --card is the new agent's here; a colleague's own is in his slot. It is not watched: there may be
 * one reader for the two cards. */
static gboolean
run_add(Cli *cli, GError **error)
{
    const GuichetLogin unwatched = {.unwatched = TRUE};
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || (cli->agent != NULL && !cli_log_in(cli, desk, &unwatched, error)))
        return FALSE;
    g_autoptr(GuichetSecret) secret =
        cli_read_passphrase(cli->new_passphrase_file,
                            cli->card != NULL ? _("Insérez la carte du nouvel agent. Son code : ")
                                              : _("Phrase de passe du nouvel agent : "),
                            error);
    const GuichetLogin login = {
        .agent = cli->arguments[0], .secret = secret, .card = cli->card, .last_try = cli->last_try};
    if (secret == NULL || !guichet_desk_add_agent(desk, &login, (guint)cli->cost, error))
        return FALSE;
    cli_set_string(cli, "agent", cli->arguments[0]);
    cli_set_string(cli, "kind", cli->card != NULL ? "card" : "passphrase");
    cli_line(cli, _("L’agent « %s » peut ouvrir ce poste."), cli->arguments[0]);
    return TRUE;
}

static gboolean
run_list(Cli *cli, GError **error)
{
    g_autoptr(GuichetStore) store = cli_open_store(cli, error);
    g_autoptr(GPtrArray) agents = store != NULL ? guichet_store_list_agents(store, error) : NULL;
    if (agents == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "agents");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < agents->len; i++)
        report_agent(cli, g_ptr_array_index(agents, i));
    json_builder_end_array(cli->result);
    return TRUE;
}

static gboolean
run_revoke(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GError) kept = NULL;
    if (desk == NULL || !guichet_desk_revoke_agent(desk, cli->arguments[0], error))
        return FALSE;
    gboolean renewed = guichet_desk_renew_keys(desk, &kept);
    cli_set_string(cli, "agent", cli->arguments[0]);
    cli_set_boolean(cli, "renewed", renewed);
    cli_line(cli, _("L’agent « %s » n’ouvre plus ce poste."), cli->arguments[0]);
    if (renewed)
        cli_line(
            cli,
            _("Les clés ont été renouvelées : ce que cet agent connaissait n’ouvre plus rien."));
    else
        cli_line(cli,
                 _("Les clés n’ont pas pu être renouvelées (%s) ; faites-le ensuite : "
                   "« guichetctl station rekey »."),
                 kept->message);
    return TRUE;
}

static gboolean
run_role(Cli *cli, GError **error)
{
    GuichetUserRole role;
    if (!guichet_user_role_parse(cli->arguments[1], &role, error))
        return FALSE;
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !guichet_desk_set_agent_role(desk, cli->arguments[0], role, error))
        return FALSE;
    cli_set_string(cli, "agent", cli->arguments[0]);
    cli_set_string(cli, "role", guichet_user_role_name(role));
    cli_line(cli, _("« %s » : %s"), cli->arguments[0], guichet_user_role_label(role));
    return TRUE;
}

static gboolean
run_kiosk(Cli *cli, GError **error)
{
    gboolean open = strcmp(cli->arguments[0], "open") == 0;
    if (!open && strcmp(cli->arguments[0], "close") != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.40s » : open ou close est attendu"), cli->arguments[0]);
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = open ? cli_open_session(cli, error) : cli_open_desk(cli, error);
    if (desk == NULL ||
        !(open ? guichet_desk_open_kiosk(desk, error) : guichet_desk_close_kiosk(desk, error)))
        return FALSE;
    cli_set_boolean(cli, "kiosk", open);
    if (open)
        cli_line(cli, _("Borne ouverte : le secret du poste suffit à y commencer un dossier, sans "
                        "agent ; il n’ouvre que ce qui y est commencé."));
    else
        cli_line(cli, _("Borne fermée ; les agents gardent ce qui y a été commencé."));
    return TRUE;
}

static gboolean
run_rekey(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !guichet_desk_renew_keys(desk, error))
        return FALSE;
    cli_set_boolean(cli, "renewed", TRUE);
    cli_line(cli, _("Clés renouvelées ; les autres sessions ouvertes doivent l’être de nouveau."));
    return TRUE;
}

static gboolean
run_passphrase(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GuichetSecret) passphrase =
        desk != NULL
            ? cli_read_passphrase(cli->new_passphrase_file, _("Nouvelle phrase de passe : "), error)
            : NULL;
    if (passphrase == NULL ||
        !guichet_desk_change_passphrase(desk, passphrase, (guint)cli->cost, error))
        return FALSE;
    cli_set_string(cli, "agent", cli->agent);
    cli_line(cli, _("La phrase de passe de « %s » est changée ; l’ancienne n’ouvre plus."),
             cli->agent);
    return TRUE;
}

static gboolean
run_card(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GuichetSecret) pin =
        desk != NULL
            ? cli_read_passphrase(cli->new_passphrase_file, _("Code de la carte : "), error)
            : NULL;
    const GuichetLogin login = {
        .agent = cli->agent, .secret = pin, .card = cli->arguments[0], .last_try = cli->last_try};
    if (pin == NULL || !guichet_desk_change_card(desk, &login, error))
        return FALSE;
    cli_set_string(cli, "agent", cli->agent);
    cli_line(cli, _("« %s » ouvre désormais sa session avec sa carte et son code."), cli->agent);
    return TRUE;
}

static gboolean
run_accept(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !guichet_desk_accept_restore(desk, error))
        return FALSE;
    cli_set_boolean(cli, "accepted", TRUE);
    cli_line(cli, _("Copie acceptée au nom de « %s » ; le journal le dit."), cli->agent);
    return TRUE;
}

const CliVerb cli_agent_verbs[] = {
    {"station", "agent", "NOM [--card MODULE[:JETON]] [--agent NOM] [--cost 14…20]",
     N_("ajoute un agent"), CLI_OPTION_AGENT | CLI_OPTION_NEW_PASSPHRASE | CLI_OPTION_COST, 1, 1,
     run_add},
    {"station", "card", "MODULE[:JETON] --agent NOM", N_("ouvre désormais par sa carte"),
     CLI_OPTION_AGENT | CLI_OPTION_NEW_PASSPHRASE, 1, 1, run_card},
    {"station", "agents", "", N_("liste les agents"), 0, 0, 0, run_list},
    {"station", "agent-revoke", "NOM --agent NOM", N_("retire un agent et renouvelle les clés"),
     CLI_OPTION_AGENT, 1, 1, run_revoke},
    {"station", "passphrase", "--agent NOM [--cost 14…20]", N_("change sa phrase de passe"),
     CLI_OPTION_AGENT | CLI_OPTION_NEW_PASSPHRASE | CLI_OPTION_COST, 0, 0, run_passphrase},
    {"station", "role", "NOM RÔLE --agent NOM", N_("change le rôle d’un agent"), CLI_OPTION_AGENT,
     2, 2, run_role},
    {"station", "kiosk", "open|close [--agent NOM]", N_("ouvre ou ferme la borne sans agent"),
     CLI_OPTION_AGENT, 1, 1, run_kiosk},
    {"station", "rekey", "--agent NOM", N_("renouvelle les clés du poste"), CLI_OPTION_AGENT, 0, 0,
     run_rekey},
    {"station", "accept-restore", "--agent NOM", N_("répond d’une copie ancienne remise"),
     CLI_OPTION_AGENT, 0, 0, run_accept},
    {NULL},
};
