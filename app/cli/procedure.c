/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"
#include "core/paths.h"
#include "service/guide.h"

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

static const char *const type_names[] = {
    [GUICHET_FIELD_TEXT] = "texte",      [GUICHET_FIELD_MULTILINE] = "texte long",
    [GUICHET_FIELD_DATE] = "date",       [GUICHET_FIELD_CHOICE] = "choix",
    [GUICHET_FIELD_BOOLEAN] = "oui/non", [GUICHET_FIELD_INTEGER] = "nombre",
    [GUICHET_FIELD_NAME] = "nom",        [GUICHET_FIELD_COMMUNE] = "commune",
    [GUICHET_FIELD_COUNTRY] = "pays",    [GUICHET_FIELD_PHONE] = "téléphone",
    [GUICHET_FIELD_EMAIL] = "courriel",  [GUICHET_FIELD_ADDRESS] = "adresse",
};

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

/* --- guide --- */

static void
report_question(Cli *cli, const GuichetGuideQuestion *question)
{
    cli_set_string(cli, "question", question->id);
    cli_set_string(cli, "text", question->text);
    cli_set_string(cli, "why", question->why);
    cli_line(cli, "%s", question->text);
    cli_line(cli, _("  Pourquoi cette question ? %s"), question->why);
    json_builder_set_member_name(cli->result, "answers");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < question->answers->len; i++) {
        const GuichetGuideAnswer *answer = question->answers->pdata[i];
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "id", answer->id);
        cli_set_string(cli, "label", answer->label);
        cli_set_string(cli, "hint", answer->hint);
        json_builder_end_object(cli->result);
        cli_line(cli, "  %u  %-14s %s", i + 1, answer->id, answer->label);
    }
    json_builder_end_array(cli->result);
}

static void
report_pieces(Cli *cli, GPtrArray *pieces)
{
    json_builder_set_member_name(cli->result, "pieces");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPlanPiece *piece = pieces->pdata[i];
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "id", piece->id);
        cli_set_string(cli, "label", piece->label);
        cli_set_string(cli, "reason", piece->reason);
        cli_set_boolean(cli, "on_spot", piece->on_spot);
        json_builder_end_object(cli->result);
        cli_line(cli, "  %s %s — %s", piece->on_spot ? "·" : "☐", piece->label, piece->reason);
    }
    json_builder_end_array(cli->result);
}

static void
report_lines(Cli *cli, const char *member, GPtrArray *lines)
{
    json_builder_set_member_name(cli->result, member);
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < lines->len; i++) {
        json_builder_add_string_value(cli->result, lines->pdata[i]);
        cli_line(cli, "  → %s", (const char *)lines->pdata[i]);
    }
    json_builder_end_array(cli->result);
}

static void
report_plan(Cli *cli, const GuichetPlan *plan)
{
    GHashTableIter iter;
    gpointer field, value;
    cli_set_string(cli, "procedure", guichet_procedure_get_id(plan->procedure));
    cli_set_string(cli, "title", guichet_procedure_get_title(plan->procedure));
    cli_set_string(cli, "said", plan->said);
    cli_set_int(cli, "cents", plan->cents);
    cli_set_boolean(cli, "price_known", plan->price_known);
    cli_set_string(cli, "price", plan->price);
    cli_set_string(cli, "delay", plan->delay);
    cli_line(cli, "%s (%s)", guichet_procedure_get_title(plan->procedure),
             guichet_procedure_get_id(plan->procedure));
    cli_line(cli, "  %s", plan->said);
    json_builder_set_member_name(cli->result, "fields");
    json_builder_begin_object(cli->result);
    g_hash_table_iter_init(&iter, plan->fields);
    while (g_hash_table_iter_next(&iter, &field, &value)) {
        cli_set_string(cli, field, value);
        cli_line(cli, "  %s=%s", (char *)field, (char *)value);
    }
    json_builder_end_object(cli->result);
    report_pieces(cli, plan->pieces);
    cli_line(cli, _("  Prix : %s"), plan->price);
    if (plan->delay != NULL)
        cli_line(cli, _("  Délai : %s"), plan->delay);
    report_lines(cli, "dates", plan->dates);
    report_lines(cli, "advice", plan->advice);
}

static gboolean
write_sheet(Cli *cli, GuichetDesk *desk, GuichetPlan *plan, GError **error)
{
    if (cli->output == NULL)
        return TRUE;
    g_autoptr(GBytes) sheet = guichet_desk_make_sheet(desk, plan, error);
    if (sheet == NULL || !guichet_write_file_durably(cli->output, g_bytes_get_data(sheet, NULL),
                                                     g_bytes_get_size(sheet), 0640, error))
        return FALSE;
    cli_set_string(cli, "sheet", cli->output);
    cli_line(cli, "%s", cli->output);
    return TRUE;
}

/* The next question, or what the answers have found. */
static gboolean
run_guide(Cli *cli, GError **error)
{
    const char *const *answers = (const char *const *)cli->arguments;
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GuichetGuide) guide = desk != NULL ? guichet_desk_load_guide(desk, error) : NULL;
    g_autoptr(GuichetGuidePlace) place =
        guide != NULL ? guichet_guide_walk(guide, answers, guichet_instant_now().wall_us, error)
                      : NULL;
    if (place == NULL)
        return FALSE;
    cli_set_int(cli, "answered", place->answered);
    if (place->question != NULL && cli->output == NULL) {
        report_question(cli, place->question);
        return TRUE;
    }
    g_autoptr(GuichetPlan) plan = guichet_desk_make_plan(desk, guide, answers, error);
    if (plan == NULL)
        return FALSE;
    report_plan(cli, plan);
    return write_sheet(cli, desk, plan, error);
}

const CliVerb cli_procedure_verbs[] = {
    {"procedure", "list", "", N_("démarches de ce poste"), 0, 0, 0, run_list},
    {"procedure", "show", "ID [CHAMP=VALEUR…]", N_("champs, pièces, prix et délais d’une démarche"),
     0, 1, CLI_ANY_NUMBER, run_show},
    {"procedure", "check", "FICHIER…", N_("vérifie des fichiers de démarche"), 0, 1, CLI_ANY_NUMBER,
     run_check},
    {"procedure", "guide", "[RÉPONSE…] [-o PIÈCES.pdf]",
     N_("pose la question suivante, ou dit la démarche trouvée"), CLI_OPTION_OUTPUT, 0,
     CLI_ANY_NUMBER, run_guide},
    {NULL},
};
