/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/assessment.h"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>

/* What a request asks of its person: papers, money, time; each with its reason. */

static void
show_needs(Cli *cli, GuichetAssessment *assessment)
{
    json_builder_set_member_name(cli->result, "pieces");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < assessment->needs->len; i++) {
        const GuichetNeed *need = g_ptr_array_index(assessment->needs, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "piece", need->spec->id);
        cli_set_string(cli, "label", need->spec->label);
        cli_set_boolean(cli, "required", need->required);
        cli_set_string(cli, "reason", need->spec->reason);
        json_builder_end_object(cli->result);
        if (need->required)
            cli_line(cli, _("  à apporter : %s. Pourquoi : %s"), need->spec->label,
                     need->spec->reason);
    }
    json_builder_end_array(cli->result);
}

static void
set_text(Cli *cli, const char *member, const char *text)
{
    if (text != NULL)
        cli_set_string(cli, member, text);
}

static void
show_charge(Cli *cli, const GuichetCharge *charge)
{
    g_autofree char *euros = guichet_euros_text(charge->cents);
    json_builder_begin_object(cli->result);
    cli_set_string(cli, "id", charge->id);
    cli_set_string(cli, "label", charge->label);
    cli_set_boolean(cli, "known", charge->known);
    if (charge->known)
        cli_set_int(cli, "cents", charge->cents);
    cli_set_boolean(cli, "estimate", charge->estimate);
    set_text(cli, "reason", charge->reason);
    set_text(cli, "remedy", charge->remedy);
    cli_set_string(cli, "source", charge->source);
    json_builder_end_object(cli->result);
    cli_line(cli, _("  à payer : %s, %s%s. Pourquoi : %s"), charge->label,
             charge->known ? euros : _("montant non indiqué"),
             charge->known && charge->estimate ? _(" (estimation)") : "",
             charge->reason != NULL ? charge->reason : charge->source);
    if (charge->remedy != NULL)
        cli_line(cli, "    %s", charge->remedy);
}

static void
show_charges(Cli *cli, GuichetAssessment *assessment)
{
    json_builder_set_member_name(cli->result, "charges");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < assessment->charges->len; i++)
        show_charge(cli, g_ptr_array_index(assessment->charges, i));
    json_builder_end_array(cli->result);
    cli_set_int(cli, "total_cents", assessment->total_cents);
    cli_set_boolean(cli, "total_known", assessment->total_known);
    g_autofree char *total = guichet_euros_text(assessment->total_cents);
    if (assessment->charges->len > 1)
        cli_line(cli, assessment->total_known ? _("  total : %s%s") : _("  total : au moins %s%s"),
                 total, assessment->total_estimate ? _(" (estimation)") : "");
}

static void
show_deadlines(Cli *cli, GuichetAssessment *assessment)
{
    json_builder_set_member_name(cli->result, "deadlines");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < assessment->deadlines->len; i++) {
        const GuichetDeadline *deadline = g_ptr_array_index(assessment->deadlines, i);
        g_autofree char *day = deadline->date != NULL ? guichet_day_text(deadline->date) : NULL;
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "id", deadline->id);
        cli_set_string(cli, "label", deadline->label);
        set_text(cli, "date", deadline->date);
        cli_set_boolean(cli, "passed", deadline->passed);
        cli_set_boolean(cli, "estimate", deadline->estimate);
        set_text(cli, "reason", deadline->reason);
        set_text(cli, "remedy", deadline->remedy);
        cli_set_string(cli, "source", deadline->source);
        json_builder_end_object(cli->result);
        cli_line(cli, _("  délai : %s, %s%s%s. Pourquoi : %s"), deadline->label,
                 day != NULL ? day : _("date non indiquée"),
                 deadline->estimate ? _(" (estimation)") : "",
                 deadline->passed ? _(" (dépassé)") : "", deadline->reason);
        if (deadline->remedy != NULL)
            cli_line(cli, "    %s", deadline->remedy);
    }
    json_builder_end_array(cli->result);
}

gboolean
cli_show_assessment(Cli *cli, GuichetProcedure *procedure, GuichetRequest *request, GError **error)
{
    g_autoptr(JsonNode) data =
        guichet_request_rule_data(request, procedure, guichet_instant_now().wall_us);
    g_autoptr(GuichetAssessment) assessment = guichet_assess(procedure, data, error);
    if (assessment == NULL)
        return FALSE;
    show_needs(cli, assessment);
    show_charges(cli, assessment);
    show_deadlines(cli, assessment);
    return TRUE;
}
