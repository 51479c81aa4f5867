/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

static gboolean
run_list(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GPtrArray) procedures =
        desk != NULL ? guichet_desk_list_procedures(desk, error) : NULL;
    if (procedures == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "procedures");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "id", guichet_procedure_get_id(procedure));
        cli_set_int(cli, "revision", guichet_procedure_get_revision(procedure));
        cli_set_string(cli, "title", guichet_procedure_get_title(procedure));
        cli_set_string(cli, "sha256", guichet_procedure_get_sha256(procedure));
        json_builder_end_object(cli->result);
        cli_line(cli, "%-16s %3u  %s", guichet_procedure_get_id(procedure),
                 guichet_procedure_get_revision(procedure), guichet_procedure_get_title(procedure));
    }
    json_builder_end_array(cli->result);
    return TRUE;
}

static const char *const type_names[] = {"texte", "texte long", "date",
                                         "choix", "oui/non",    "nombre"};

static void
describe(Cli *cli, GuichetProcedure *procedure)
{
    cli_line(cli, "%s (%s, révision %u)", guichet_procedure_get_title(procedure),
             guichet_procedure_get_id(procedure), guichet_procedure_get_revision(procedure));
    cli_line(cli, "%s", guichet_procedure_get_summary(procedure));
    GPtrArray *fields = guichet_procedure_get_fields(procedure);
    for (guint i = 0; i < fields->len; i++) {
        GuichetField *field = g_ptr_array_index(fields, i);
        cli_line(cli, "  %-24s %-10s %s", field->id, type_names[field->type], field->label);
    }
    GPtrArray *pieces = guichet_procedure_get_pieces(procedure);
    for (guint i = 0; i < pieces->len; i++) {
        GuichetPieceSpec *piece = g_ptr_array_index(pieces, i);
        cli_line(cli, "  %-24s %-10s %s", piece->id, _("pièce"), piece->label);
    }
}

/* FIELD=VALUE… into @request, as the desk would take them. */
static gboolean
take_answers(Cli *cli, GuichetProcedure *procedure, GuichetRequest *request, GError **error)
{
    for (guint i = 1; i < cli->n_arguments; i++) {
        g_auto(GStrv) pair = g_strsplit(cli->arguments[i], "=", 2);
        GuichetField *field =
            g_strv_length(pair) == 2 ? guichet_procedure_find_field(procedure, pair[0]) : NULL;
        if (field == NULL) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("« %.60s » : CHAMP=VALEUR est attendu, avec un champ de la démarche"),
                        cli->arguments[i]);
            return FALSE;
        }
        char *value = guichet_field_normalise(field, pair[1], error);
        if (value == NULL)
            return FALSE;
        g_hash_table_insert(request->fields, g_strdup(field->id), value);
    }
    return TRUE;
}

/* Each choice of « situation » with what it asks when nothing else is known. */
static gboolean
show_situations(Cli *cli, GuichetProcedure *procedure, GError **error)
{
    GuichetField *field = guichet_procedure_find_field(procedure, "situation");
    json_builder_set_member_name(cli->result, "situations");
    json_builder_begin_array(cli->result);
    for (guint i = 0; field != NULL && field->choices != NULL && i < field->choices->len; i++) {
        const GuichetChoice *choice = g_ptr_array_index(field->choices, i);
        g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
        g_hash_table_insert(request->fields, g_strdup("situation"), g_strdup(choice->id));
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "situation", choice->id);
        cli_set_string(cli, "label", choice->label);
        cli_line(cli, "%s (situation=%s)", choice->label, choice->id);
        if (!cli_show_assessment(cli, procedure, request, error))
            return FALSE;
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
    return TRUE;
}

static gboolean
show_answers(Cli *cli, GuichetProcedure *procedure, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    if (!take_answers(cli, procedure, request, error))
        return FALSE;
    cli_line(cli, "%s (%s, révision %u)", guichet_procedure_get_title(procedure),
             guichet_procedure_get_id(procedure), guichet_procedure_get_revision(procedure));
    return cli_show_assessment(cli, procedure, request, error);
}

/* The file itself, so that a machine sees all of it. */
static gboolean
show_whole(Cli *cli, GuichetProcedure *procedure, GError **error)
{
    GBytes *bytes = guichet_procedure_get_bytes(procedure);
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    JsonNode *node = json_from_string(text, error);
    if (node == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "procedure");
    json_builder_add_value(cli->result, node);
    cli_set_string(cli, "sha256", guichet_procedure_get_sha256(procedure));
    describe(cli, procedure);
    return show_situations(cli, procedure, error);
}

static gboolean
run_show(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GPtrArray) procedures =
        desk != NULL ? guichet_desk_list_procedures(desk, error) : NULL;
    if (procedures == NULL)
        return FALSE;
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        if (strcmp(guichet_procedure_get_id(procedure), cli->arguments[0]) == 0)
            return cli->n_arguments > 1 ? show_answers(cli, procedure, error)
                                        : show_whole(cli, procedure, error);
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("Aucune démarche « %.60s » : « guichetctl procedure list »"), cli->arguments[0]);
    return FALSE;
}

static gboolean
run_check(Cli *cli, GError **error)
{
    for (guint i = 0; i < cli->n_arguments; i++) {
        g_autoptr(GuichetProcedure) procedure = guichet_procedure_load(cli->arguments[i], error);
        if (procedure == NULL)
            return FALSE;
        cli_line(cli, _("%s : bon (%s, révision %u)"), cli->arguments[i],
                 guichet_procedure_get_id(procedure), guichet_procedure_get_revision(procedure));
    }
    cli_set_int(cli, "checked", cli->n_arguments);
    return TRUE;
}

const CliVerb cli_procedure_verbs[] = {
    {"procedure", "list", "", N_("démarches de ce poste"), 0, 0, 0, run_list},
    {"procedure", "show", "ID [CHAMP=VALEUR…]", N_("champs, pièces, prix et délais d’une démarche"),
     0, 1, CLI_ANY_NUMBER, run_show},
    {"procedure", "check", "FICHIER…", N_("vérifie des fichiers de démarche"), 0, 1, CLI_ANY_NUMBER,
     run_check},
    {NULL},
};
