/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"
#include "core/ticket.h"
#include "service/kiosk.h"

#include <glib/gi18n-lib.h>

/* What a citizen does at the kiosk, without its screens: always --role citizen. */
static GuichetDesk *
enter(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    return desk != NULL && guichet_desk_enter_kiosk(desk, error) ? g_steal_pointer(&desk) : NULL;
}

static void
report_draft(Cli *cli, GuichetRequest *request)
{
    GHashTableIter iter;
    gpointer id, value;
    cli_set_string(cli, "request", request->id);
    json_builder_set_member_name(cli->result, "fields");
    json_builder_begin_object(cli->result);
    g_hash_table_iter_init(&iter, request->fields);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        cli_set_string(cli, id, value);
        cli_line(cli, "%s=%s", (char *)id, (char *)value);
    }
    json_builder_end_object(cli->result);
}

static gboolean
run_begin(Cli *cli, GError **error)
{
    g_autofree char *ticket = NULL;
    g_autoptr(GuichetDesk) desk = enter(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_begin_alone(desk, cli->arguments[0], &ticket, error) : NULL;
    if (request == NULL)
        return FALSE;
    g_autofree char *shown = guichet_ticket_format(ticket);
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "ticket", ticket);
    cli_line(cli, _("Ticket %s : il ramène à ce dossier."), shown);
    return TRUE;
}

static gboolean
set_all(GuichetDesk *desk, const char *id, char **pairs, GError **error)
{
    for (; *pairs != NULL; pairs++) {
        g_auto(GStrv) parts = g_strsplit(*pairs, "=", 2);
        if (parts[0] == NULL || parts[1] == NULL) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("« %.60s » : CHAMP=VALEUR est attendu"), *pairs);
            return FALSE;
        }
        if (!guichet_desk_set_field(desk, id, parts[0], parts[1], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
run_resume(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = enter(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_resume(desk, cli->arguments[0], error) : NULL;
    if (request == NULL || !set_all(desk, request->id, cli->arguments + 1, error))
        return FALSE;
    g_autoptr(GuichetRequest) now = guichet_desk_load_request(desk, request->id, error);
    if (now == NULL)
        return FALSE;
    report_draft(cli, now);
    return TRUE;
}

static gboolean
run_erase(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = enter(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_resume(desk, cli->arguments[0], error) : NULL;
    if (request == NULL || !guichet_desk_abandon(desk, request->id, error))
        return FALSE;
    cli_set_string(cli, "request", request->id);
    cli_line(cli, _("Le dossier est effacé."));
    return TRUE;
}

static gboolean
run_ticket(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autofree char *id =
        desk != NULL ? guichet_desk_find_ticket(desk, cli->arguments[0], error) : NULL;
    if (id == NULL)
        return FALSE;
    cli_set_string(cli, "request", id);
    cli_line(cli, "%s", id);
    return TRUE;
}

const CliVerb cli_kiosk_verbs[] = {
    {"kiosk", "begin", "DÉMARCHE --role citizen", N_("commence un dossier à la borne"), 0, 1, 1,
     run_begin},
    {"kiosk", "resume", "TICKET [CHAMP=VALEUR…] --role citizen",
     N_("reprend et remplit un dossier"), 0, 1, CLI_ANY_NUMBER, run_resume},
    {"kiosk", "erase", "TICKET --role citizen", N_("efface un dossier de la borne"), 0, 1, 1,
     run_erase},
    {"request", "ticket", "TICKET --agent NOM", N_("trouve la demande d’un ticket de borne"),
     CLI_OPTION_AGENT, 1, 1, run_ticket},
    {NULL},
};
