/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/professional.h"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>

static void
report_found(Cli *cli, const GuichetProfessional *one)
{
    json_builder_begin_object(cli->result);
    cli_set_string(cli, "siren", one->siren);
    cli_set_string(cli, "name", one->name);
    cli_set_string(cli, "sign", one->sign);
    cli_set_string(cli, "postcode", one->postcode);
    cli_set_string(cli, "city", one->city);
    cli_set_string(cli, "number", one->number);
    json_builder_end_object(cli->result);
    cli_line(cli, "  %s  %s  %s %s", one->siren, one->name, one->postcode, one->city);
}

static gboolean
run_check(Cli *cli, GError **error)
{
    const char *place = cli->n_arguments > 1 ? cli->arguments[1] : "";
    g_auto(GuichetProfessionalCheck) check = {0};
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL ||
        !guichet_desk_check_professional(desk, cli->arguments[0], place, &check, error))
        return FALSE;
    cli_set_string(cli, "verdict", guichet_professional_verdict_name(check.verdict));
    cli_set_string(cli, "sentence", check.sentence);
    cli_set_string(cli, "advice", check.advice);
    cli_set_string(cli, "pack", check.title);
    cli_set_string(cli, "day", check.day);
    cli_set_int(cli, "days", check.days);
    cli_line(cli, "%s", check.sentence);
    json_builder_set_member_name(cli->result, "found");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < check.found->len; i++)
        report_found(cli, g_ptr_array_index(check.found, i));
    json_builder_end_array(cli->result);
    cli_line(cli, "%s", check.advice);
    return TRUE;
}

static gboolean
run_install(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || !guichet_desk_install_professionals(desk, cli->arguments[0], error))
        return FALSE;
    cli_set_string(cli, "installed", cli->arguments[0]);
    cli_line(cli, _("Liste des professionnels habilités : installée."));
    return TRUE;
}

const CliVerb cli_professional_verbs[] = {
    {"professional", "check", "NOM|SIREN [LIEU]",
     N_("cherche un professionnel habilité dans la liste signée"), 0, 1, 2, run_check},
    {"professional", "install", "DOSSIER", N_("met une liste signée par le centre sur le poste"), 0,
     1, 1, run_install},
    {NULL},
};
