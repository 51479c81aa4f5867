/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/diagnostic.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/wait.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/trusted-time.h"

#include <glib/gi18n-lib.h>

/* Exit status by the worst state: a script need not read the text. 1 and 2 stay what they are. */
static const int exit_status[] = {
    [GUICHET_FINDING_OK] = 0,
    [GUICHET_FINDING_ATTENTION] = 3,
    [GUICHET_FINDING_FAULT] = 4,
};

/* --- looking --- */

static GuichetPart *
try_device(Cli *cli, GuichetDesk *desk, GuichetDeviceFamily family)
{
    GuichetStation *station = guichet_desk_get_station(desk);
    const char *root = guichet_station_get_root(station);
    const char *chosen = guichet_station_get_device(station, guichet_device_family_name(family));
    g_autoptr(GError) examination_error = NULL, capture_error = NULL;
    g_autoptr(GuichetCapture) capture = NULL;
    g_autoptr(GuichetExamination) examination =
        cli_wait_examination(family, chosen, &examination_error);
    gint64 began = g_get_monotonic_time();
    /* a fingerprint needs somebody's finger: the technician's page and « device test » ask for it
     */
    if (!cli->quick && family != GUICHET_DEVICE_FINGERPRINT && examination != NULL &&
        examination->cause == GUICHET_CAUSE_NONE)
        capture = cli_wait_capture(cli, family, chosen, &capture_error);
    const GuichetDeviceTrial trial = {.family = family,
                                      .chosen = chosen,
                                      .examination = examination,
                                      .examination_error = examination_error,
                                      .capture = capture,
                                      .capture_error = capture_error,
                                      .milliseconds = (g_get_monotonic_time() - began) / 1000,
                                      .last_good_us = guichet_device_last_good(root, family)};
    GuichetPart *part = guichet_diagnose_device(&trial);
    if (capture != NULL)
        guichet_device_note_good(root, family);
    return part;
}

static GuichetPart *
try_network(GuichetDesk *desk)
{
    GuichetStation *station = guichet_desk_get_station(desk);
    g_autoptr(GuichetProbe) probe = guichet_probe_run(station, NULL);
    return guichet_diagnose_network(guichet_station_get_centre_url(station), probe, NULL);
}

static GuichetDiagnostic *
look_at_all(Cli *cli, GuichetDesk *desk)
{
    GuichetDiagnostic *diagnostic = guichet_diagnostic_new(desk);
    for (guint kind = 0; kind < GUICHET_PART_N; kind++) {
        GuichetDeviceFamily family;
        if (guichet_part_family(kind, &family))
            guichet_diagnostic_put(diagnostic, try_device(cli, desk, family));
        else if (kind == GUICHET_PART_NETWORK)
            guichet_diagnostic_put(diagnostic, try_network(desk));
        else
            guichet_diagnostic_put(diagnostic, guichet_desk_diagnose(desk, kind));
    }
    guichet_diagnostic_read_logs(diagnostic, desk);
    return diagnostic;
}

/* --- telling --- */

static void
tell_part(Cli *cli, const GuichetPart *part)
{
    cli_line(cli, "%-24s %s", guichet_part_title(part->kind),
             guichet_finding_state_label(guichet_part_get_state(part)));
    for (guint i = 0; i < part->findings->len; i++) {
        const GuichetFinding *finding = g_ptr_array_index(part->findings, i);
        cli_line(cli, "    %s  (%s)", finding->conclusion, finding->reference);
        if (*finding->remedy != '\0')
            cli_line(cli, "    → %s", finding->remedy);
    }
    for (guint i = 0; i < part->facts->len; i++) {
        const GuichetFact *fact = g_ptr_array_index(part->facts, i);
        cli_line(cli, "      %s : %s", fact->label, fact->value);
    }
}

static void
tell(Cli *cli, const GuichetDiagnostic *diagnostic)
{
    json_builder_set_member_name(cli->result, "diagnostic");
    json_builder_add_value(cli->result, guichet_diagnostic_to_node(diagnostic));
    cli_line(cli, _("%s (%s) : %s"), diagnostic->name, diagnostic->station,
             guichet_finding_state_label(guichet_diagnostic_get_state(diagnostic)));
    for (guint kind = 0; kind < GUICHET_PART_N; kind++)
        if (diagnostic->parts[kind] != NULL)
            tell_part(cli, diagnostic->parts[kind]);
}

static gboolean
sign(Cli *cli, GuichetDesk *desk, const GuichetDiagnostic *diagnostic, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    g_autofree char *code = NULL;
    if (!guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, error))
        return FALSE;
    if (cli->output != NULL &&
        !guichet_write_file_durably(cli->output, g_bytes_get_data(file, NULL),
                                    g_bytes_get_size(file), 0640, error))
        return FALSE;
    cli_set_string(cli, "output", cli->output);
    if (!cli->code)
        return TRUE;
    cli_set_string(cli, "code", code);
    cli_line(cli, "\n%s", code);
    return TRUE;
}

static gboolean
run_diagnostic(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL)
        return FALSE;
    g_autoptr(GuichetDiagnostic) diagnostic = look_at_all(cli, desk);
    tell(cli, diagnostic);
    if ((cli->output != NULL || cli->code) && !sign(cli, desk, diagnostic, error))
        return FALSE;
    cli->status = exit_status[guichet_diagnostic_get_state(diagnostic)];
    return TRUE;
}

/* --- verifying --- */

static gboolean
judging_time(const Cli *cli, gint64 *at_us, GError **error)
{
    if (cli->at != NULL)
        return guichet_time_from_iso8601(cli->at, at_us, error);
    *at_us = guichet_trusted_time_now(cli->root);
    return TRUE;
}

static GuichetTrust *
load_trust(Cli *cli, GError **error)
{
    g_autofree char *own = cli_station_file(cli, "trust/root.crt");
    return guichet_trust_load(cli->trust != NULL ? cli->trust : own, NULL, error);
}

/* "@FILE" or the text itself. */
static char *
read_code(const char *argument, GError **error)
{
    if (*argument != '@')
        return g_strdup(argument);
    g_autoptr(GBytes) bytes =
        guichet_read_file(argument + 1, GUICHET_DIAGNOSTIC_CODE_MAX_BYTES, error);
    return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static gboolean
verify_code(Cli *cli, GuichetTrust *trust, gint64 at_us, GError **error)
{
    g_autofree char *own = cli_station_file(cli, "keys/sign.crt");
    g_autofree char *text = read_code(cli->arguments[0], error);
    g_autoptr(GuichetCertificate) certificate =
        text != NULL
            ? guichet_certificate_load(cli->certificate != NULL ? cli->certificate : own, error)
            : NULL;
    if (certificate == NULL ||
        !guichet_trust_verify(trust, certificate, GUICHET_ROLE_STATION_SIGN, at_us, error))
        return FALSE;
    g_autoptr(GuichetDiagnosticCode) code =
        guichet_diagnostic_verify_code(text, strlen(text), certificate, error);
    if (code == NULL)
        return FALSE;
    g_autofree char *made = guichet_time_to_iso8601(code->made_us);
    g_autofree char *findings = g_strjoinv(" ", code->findings);
    cli_set_boolean(cli, "valid", TRUE);
    cli_set_string(cli, "station", code->station);
    cli_set_string(cli, "made", made);
    cli_set_string(cli, "state", guichet_finding_state_name(code->state));
    cli_set_string(cli, "findings", findings);
    cli_set_string(cli, "report", code->report);
    cli_line(cli, _("Code intact, signé par « %s » le %s : %s %s"), code->station, made,
             guichet_finding_state_label(code->state), findings);
    cli_line(cli, _("Rapport entier : fichier de SHA-256 %s"), code->report);
    return TRUE;
}

static gboolean
verify_file(Cli *cli, GuichetTrust *trust, gint64 at_us, GError **error)
{
    g_autoptr(GBytes) file =
        guichet_read_file(cli->arguments[0], GUICHET_DIAGNOSTIC_MAX_BYTES, error);
    g_autoptr(JsonNode) node =
        file != NULL ? guichet_diagnostic_verify(file, trust, at_us, error) : NULL;
    if (node == NULL)
        return FALSE;
    JsonObject *object = json_node_get_object(node);
    cli_line(cli, _("Rapport intact, signé par « %s » le %s : %s"),
             json_object_get_string_member_with_default(object, "station", ""),
             json_object_get_string_member_with_default(object, "made", ""),
             json_object_get_string_member_with_default(object, "state", ""));
    cli_set_boolean(cli, "valid", TRUE);
    json_builder_set_member_name(cli->result, "diagnostic");
    json_builder_add_value(cli->result, g_steal_pointer(&node));
    return TRUE;
}

static gboolean
run_verify(Cli *cli, GError **error)
{
    gint64 at_us = 0;
    if (!judging_time(cli, &at_us, error))
        return FALSE;
    g_autoptr(GuichetTrust) trust = load_trust(cli, error);
    if (trust == NULL)
        return FALSE;
    return cli->code ? verify_code(cli, trust, at_us, error)
                     : verify_file(cli, trust, at_us, error);
}

const CliVerb cli_diagnostic_verbs[] = {
    {"diagnostic", "", "[--quick] [-o FICHIER] [--code]",
     N_("essaie tout le poste ; code de sortie 0 en ordre, 3 à surveiller, 4 en panne"),
     CLI_OPTION_OUTPUT | CLI_OPTION_SHOW_CODE | CLI_OPTION_QUICK, 0, 0, run_diagnostic},
    {"diagnostic", "verify",
     "FICHIER | --code TEXTE|@FICHIER [--certificate POSTE.crt] [--trust RACINE.crt] [--at "
     "INSTANT]",
     N_("vérifie un rapport ou un code"),
     CLI_OPTION_SHOW_CODE | CLI_OPTION_CERTIFICATE | CLI_OPTION_TRUST | CLI_OPTION_AT, 1, 1,
     run_verify},
    {NULL},
};
