/* SPDX-License-Identifier: EUPL-1.2 */
/* What a day brings, and the requests that join an earlier one. */
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"
#include "service/handover.h"

#include <glib/gi18n-lib.h>

static const char *
name_appointment_state(const char *state)
{
    return strcmp(state, "arrived") == 0     ? _("arrivé")
           : strcmp(state, "missed") == 0    ? _("absent")
           : strcmp(state, "cancelled") == 0 ? _("annulé")
                                             : _("attendu");
}

static char *
format_local(gint64 at_us, const char *format)
{
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(at_us / G_USEC_PER_SEC);
    return at != NULL ? g_date_time_format(at, format) : g_strdup("");
}

static void
set_instant(Cli *cli, const char *member, gint64 at_us)
{
    g_autofree char *text = guichet_time_to_iso8601(at_us);
    cli_set_string(cli, member, text);
}

static void
show_appointment(Cli *cli, GuichetDesk *desk, gpointer row)
{
    const GuichetAppointment *appointment = row;
    g_autofree char *hour = format_local(appointment->starts_us, "%H:%M");
    cli_set_string(cli, "reference", appointment->reference);
    set_instant(cli, "at", appointment->starts_us);
    cli_set_int(cli, "minutes", appointment->minutes);
    cli_set_int(cli, "persons", appointment->persons);
    cli_set_string(cli, "procedure", appointment->procedure_id);
    cli_set_string(cli, "state", appointment->state);
    cli_line(cli, _("%s  %-12s %-16s %u min, %u pers.  %s"), hour, appointment->reference,
             appointment->procedure_id, appointment->minutes, appointment->persons,
             name_appointment_state(appointment->state));
}

static void
show_draft(Cli *cli, GuichetDesk *desk, gpointer row)
{
    const GuichetRequest *request = row;
    cli_set_string(cli, "joins", request->parent);
    cli_describe_request(cli, request);
}

/* A bare status of the centre gives no list: its words are all there is. */
static void
show_supplement(Cli *cli, GuichetDesk *desk, gpointer row)
{
    const GuichetRequest *request = row;
    g_autoptr(GuichetSupplement) asked = guichet_desk_find_supplement(desk, request->id, NULL);
    cli_describe_request(cli, request);
    json_builder_set_member_name(cli->result, "pieces");
    json_builder_begin_array(cli->result);
    for (guint i = 0; asked != NULL && asked->pieces[i] != NULL; i++)
        json_builder_add_string_value(cli->result, asked->pieces[i]);
    json_builder_end_array(cli->result);
    if (asked == NULL)
        return;
    g_autofree char *pieces = g_strjoinv(", ", asked->pieces);
    g_autofree char *day = format_local(asked->deadline_us, "%d/%m/%Y");
    set_instant(cli, "deadline", asked->deadline_us);
    cli_line(cli, _("    à refaire avant le %s : %s"), day, pieces);
}

static void
show_title(Cli *cli, GuichetDesk *desk, gpointer row)
{
    const GuichetRequest *request = row;
    g_autoptr(GuichetTitle) title = guichet_desk_find_title(desk, request->id, NULL);
    cli_describe_request(cli, request);
    if (title == NULL)
        return;
    g_autofree char *day = format_local(title->collect_before_us, "%d/%m/%Y");
    set_instant(cli, "collect_before", title->collect_before_us);
    cli_line(cli, _("    à retirer avant le %s"), day);
}

static void
show_rows(Cli *cli, GuichetDesk *desk, const char *member, const char *title, GPtrArray *rows,
          void (*show)(Cli *cli, GuichetDesk *desk, gpointer row))
{
    cli_line(cli, "%s (%u)", title, rows->len);
    json_builder_set_member_name(cli->result, member);
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < rows->len; i++) {
        json_builder_begin_object(cli->result);
        show(cli, desk, rows->pdata[i]);
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static gboolean
run_day(Cli *cli, GError **error)
{
    g_auto(GuichetDay) day = {NULL};
    gint64 now = guichet_instant_now().wall_us;
    g_autofree char *date = format_local(now, "%Y-%m-%d");
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || !guichet_desk_load_day(desk, now, &day, error))
        return FALSE;
    cli_set_string(cli, "day", date);
    show_rows(cli, desk, "appointments", _("Rendez-vous"), day.appointments, show_appointment);
    show_rows(cli, desk, "drafts", _("Brouillons"), day.drafts, show_draft);
    show_rows(cli, desk, "supplements", _("Compléments demandés"), day.supplements,
              show_supplement);
    show_rows(cli, desk, "titles", _("Titres à remettre"), day.titles, show_title);
    return TRUE;
}

static gboolean
run_mark(Cli *cli, GError **error)
{
    static const char *const states[] = {"arrived", "missed", "booked", NULL};
    const char *reference = cli->arguments[0], *state = cli->arguments[1];
    if (!g_strv_contains(states, state)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.20s » ne se note pas : dites arrived, missed ou booked"), state);
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || !guichet_desk_mark_appointment(desk, reference, state, error))
        return FALSE;
    cli_set_string(cli, "reference", reference);
    cli_set_string(cli, "state", state);
    cli_line(cli, _("Rendez-vous %s : %s."), reference, name_appointment_state(state));
    return TRUE;
}

static gboolean
run_supplement(Cli *cli, GError **error)
{
    const char *parent = cli->arguments[0];
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_join(desk, parent, NULL, error) : NULL;
    if (request == NULL)
        return FALSE;
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "joins", parent);
    cli_set_string(cli, "procedure", request->procedure_id);
    cli_line(cli, "%s", request->id);
    return TRUE;
}

static gboolean
run_handover(Cli *cli, GError **error)
{
    gboolean compared;
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autofree char *parent =
        desk != NULL ? guichet_desk_find_by_paper(desk, cli->arguments[0], error) : NULL;
    g_autoptr(GuichetRequest) request =
        parent != NULL ? guichet_desk_begin_hand_over(desk, parent, cli->title, &compared, error)
                       : NULL;
    if (request == NULL)
        return FALSE;
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "joins", parent);
    cli_set_boolean(cli, "compared", compared);
    cli_line(cli, "%s", request->id);
    if (!compared)
        cli_line(cli, cli->title != NULL
                          ? _("Le centre n’a pas donné le numéro du titre : comparez le titre avec "
                              "la personne.")
                          : _("Le numéro du titre n’a pas été lu : le scellement le comparera."));
    return TRUE;
}

const CliVerb cli_day_verbs[] = {
    {"day", "", "", N_("rendez-vous, brouillons, compléments demandés, titres à remettre"), 0, 0, 0,
     run_day},
    {"day", "mark", "NUMÉRO arrived|missed|booked", N_("note la venue à un rendez-vous"), 0, 2, 2,
     run_mark},
    {"request", "supplement", "ID", N_("ouvre ce que le centre demande en plus, et rien d’autre"),
     CLI_OPTION_AGENT, 1, 1, run_supplement},
    {"request", "handover", "ID|DÉPÔT [--title NUMÉRO]",
     N_("ouvre la remise d’un titre, son numéro comparé"), CLI_OPTION_AGENT | CLI_OPTION_TITLE, 1,
     1, run_handover},
    {NULL},
};
