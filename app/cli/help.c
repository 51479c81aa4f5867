/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/help.h"

#include "cli/cli.h"
#include "core/error.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

static gboolean
run_list(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GuichetHelp) help = desk != NULL ? guichet_desk_load_help(desk, error) : NULL;
    if (help == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "topics");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < help->topics->len; i++) {
        const GuichetHelpTopic *topic = help->topics->pdata[i];
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "id", topic->id);
        cli_set_string(cli, "title", topic->title);
        cli_set_string(cli, "date", topic->date);
        json_builder_end_object(cli->result);
        cli_line(cli, "%-22s %s", topic->id, topic->title);
    }
    json_builder_end_array(cli->result);
    return TRUE;
}

static void
show_texts(Cli *cli, const char *member, const char *title, GPtrArray *texts)
{
    json_builder_set_member_name(cli->result, member);
    json_builder_begin_array(cli->result);
    if (texts->len > 0)
        cli_line(cli, "\n%s", title);
    for (guint i = 0; i < texts->len; i++) {
        json_builder_add_string_value(cli->result, texts->pdata[i]);
        cli_line(cli, "  - %s", (char *)texts->pdata[i]);
    }
    json_builder_end_array(cli->result);
}

static void
show_line(Cli *cli, const GuichetHelpLine *line)
{
    json_builder_begin_object(cli->result);
    cli_set_string(cli, "id", line->id);
    cli_set_string(cli, "name", line->name);
    cli_set_string(cli, "number", line->number);
    cli_set_string(cli, "hours", line->hours);
    cli_set_string(cli, "address", line->address);
    cli_set_string(cli, "relay", line->relay);
    cli_set_string(cli, "check", line->check);
    cli_set_string(cli, "date", line->date);
    cli_set_string(cli, "source", line->source);
    json_builder_end_object(cli->result);
    cli_line(cli, "  %s%s%s", line->name, line->number != NULL ? " : " : "",
             line->number != NULL ? line->number : "");
    if (line->hours != NULL)
        cli_line(cli, "    %s", line->hours);
    if (line->relay != NULL)
        cli_line(cli, "    %s", line->relay);
    cli_line(cli, _("    À vérifier sur %s."), line->check);
}

static gboolean
run_show(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GuichetHelp) help = desk != NULL ? guichet_desk_load_help(desk, error) : NULL;
    const GuichetHelpTopic *topic =
        help != NULL ? guichet_help_find(help, cli->arguments[0], error) : NULL;
    if (topic == NULL)
        return FALSE;
    cli_set_string(cli, "id", topic->id);
    cli_set_string(cli, "title", topic->title);
    cli_set_string(cli, "procedure", topic->procedure);
    cli_set_string(cli, "date", topic->date);
    cli_set_string(cli, "source", topic->source);
    cli_line(cli, "%s\n%s", topic->title, topic->situation);
    show_texts(cli, "steps", _("Que faire"), topic->steps);
    show_texts(cli, "never", _("À ne pas faire"), topic->never);
    json_builder_set_member_name(cli->result, "lines");
    json_builder_begin_array(cli->result);
    if (topic->lines->len > 0)
        cli_line(cli, "\n%s", _("Qui peut aider"));
    for (guint i = 0; i < topic->lines->len; i++)
        show_line(cli, topic->lines->pdata[i]);
    json_builder_end_array(cli->result);
    return TRUE;
}

static gboolean
run_sheet(Cli *cli, GError **error)
{
    if (cli->output == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites où écrire la page : -o FICHIER.pdf"));
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GBytes) page =
        desk != NULL ? guichet_desk_make_help_sheet(desk, cli->arguments[0], error) : NULL;
    if (page == NULL || !guichet_write_file_durably(cli->output, g_bytes_get_data(page, NULL),
                                                    g_bytes_get_size(page), 0640, error))
        return FALSE;
    cli_set_string(cli, "sheet", cli->output);
    cli_line(cli, "%s", cli->output);
    return TRUE;
}

const CliVerb cli_help_verbs[] = {
    {"help", "list", "", N_("ce qu’il faut faire quand un site refuse : les fiches"), 0, 0, 0,
     run_list},
    {"help", "show", "FICHE", N_("montre une fiche et les aides"), 0, 1, 1, run_show},
    {"help", "sheet", "FICHE -o FICHIER.pdf", N_("écrit la fiche à emporter"), CLI_OPTION_OUTPUT, 1,
     1, run_sheet},
    {NULL},
};
