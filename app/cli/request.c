/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/wait.h"
#include "core/consent.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/plan-code.h"
#include "service/guide.h"

#include <glib/gi18n-lib.h>

/* "FIELD=VALUE" arguments from @first on, each stored on its own: what was accepted stays. */
static gboolean
set_fields(Cli *cli, GuichetDesk *desk, const char *id, guint first, GError **error)
{
    for (guint i = first; i < cli->n_arguments; i++) {
        const char *equals = strchr(cli->arguments[i], '=');
        if (equals == NULL) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("« %.60s » n’est pas de la forme CHAMP=VALEUR"), cli->arguments[i]);
            return FALSE;
        }
        g_autofree char *field = g_strndup(cli->arguments[i], (gsize)(equals - cli->arguments[i]));
        if (!guichet_desk_set_field(desk, id, field, equals + 1, error))
            return FALSE;
    }
    return TRUE;
}

/* Of --from-code: a file after "@", else the text itself. */
static GuichetRequest *
begin_from_code(Cli *cli, GuichetDesk *desk, GPtrArray **left_out, GError **error)
{
    if (*cli->from_code != '@')
        return guichet_desk_begin_from_code(desk, cli->from_code, strlen(cli->from_code), left_out,
                                            error);
    g_autoptr(GBytes) text =
        guichet_read_file(cli->from_code + 1, 2 * GUICHET_PLAN_CODE_MAX_BYTES, error);
    return text != NULL ? guichet_desk_begin_from_code(desk, g_bytes_get_data(text, NULL),
                                                       g_bytes_get_size(text), left_out, error)
                        : NULL;
}

static void
report_left_out(Cli *cli, GPtrArray *left_out)
{
    json_builder_set_member_name(cli->result, "left_out");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < left_out->len; i++) {
        json_builder_add_string_value(cli->result, left_out->pdata[i]);
        cli_line(cli, _("À redemander, la démarche ne le prend pas : %s"),
                 (const char *)left_out->pdata[i]);
    }
    json_builder_end_array(cli->result);
}

static gboolean
run_new_from_code(Cli *cli, GuichetDesk *desk, GError **error)
{
    g_autoptr(GPtrArray) left_out = NULL;
    g_autoptr(GuichetRequest) request = begin_from_code(cli, desk, &left_out, error);
    if (request == NULL)
        return FALSE;
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "procedure", request->procedure_id);
    cli_line(cli, "%s", request->id);
    report_left_out(cli, left_out);
    return TRUE;
}

static gboolean
run_new(Cli *cli, GError **error)
{
    if (cli->from_code != NULL && cli->n_arguments > 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Donnez une démarche et ses champs, ou --from-code seul"));
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk != NULL && cli->from_code != NULL)
        return run_new_from_code(cli, desk, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_new_request(desk, cli->arguments[0], error) : NULL;
    if (request == NULL)
        return FALSE;
    if (!set_fields(cli, desk, request->id, 1, error)) {
        g_prefix_error(error, _("Brouillon %s ouvert, mais "), request->id);
        return FALSE;
    }
    cli_set_string(cli, "request", request->id);
    cli_line(cli, "%s", request->id);
    return TRUE;
}

static gboolean
run_set(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !set_fields(cli, desk, cli->arguments[0], 1, error))
        return FALSE;
    cli_set_string(cli, "request", cli->arguments[0]);
    cli_line(cli, _("Enregistré."));
    return TRUE;
}

static void
report_piece(Cli *cli, const GuichetPiece *piece)
{
    cli_set_string(cli, "piece", piece->id);
    cli_set_string(cli, "kind", piece->kind);
    cli_set_int(cli, "ordinal", piece->ordinal);
    cli_set_string(cli, "media_type", piece->media_type);
    cli_set_string(cli, "sha256", piece->sha256);
    cli_set_int(cli, "size", (gint64)piece->size);
    cli_set_string(cli, "device", piece->device);
    cli_line(cli, "%s %s %u", piece->id, piece->kind, piece->ordinal);
}

static gboolean
run_attach(Cli *cli, GError **error)
{
    g_autoptr(GBytes) content =
        guichet_read_file(cli->arguments[2], GUICHET_PIECE_MAX_BYTES, error);
    g_autoptr(GuichetDesk) desk = content != NULL ? cli_open_session(cli, error) : NULL;
    g_autoptr(GuichetPiece) piece =
        desk != NULL ? guichet_desk_add_piece(desk, cli->arguments[0], cli->arguments[1], content,
                                              "file", NULL, error)
                     : NULL;
    if (piece == NULL)
        return FALSE;
    report_piece(cli, piece);
    return TRUE;
}

static gboolean
family_of(GuichetDesk *desk, const char *id, const char *kind, GuichetDeviceFamily *family,
          GError **error)
{
    static const GuichetDeviceFamily families[] = {
        [GUICHET_PIECE_DOCUMENT] = GUICHET_DEVICE_SCANNER,
        [GUICHET_PIECE_PHOTO] = GUICHET_DEVICE_CAMERA,
        [GUICHET_PIECE_FINGERPRINT] = GUICHET_DEVICE_FINGERPRINT,
        [GUICHET_PIECE_SIGNATURE] = GUICHET_DEVICE_SCANNER,
    };
    g_autoptr(GuichetProcedure) procedure = guichet_desk_load_procedure(desk, id, error);
    GuichetPieceSpec *spec = procedure != NULL ? guichet_consent_find_piece(procedure, kind) : NULL;
    if (spec == NULL) {
        if (procedure != NULL)
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                        _("Cette démarche n’a pas de pièce « %.60s »"), kind);
        return FALSE;
    }
    *family = families[spec->family];
    return TRUE;
}

static gboolean
run_capture(Cli *cli, GError **error)
{
    const char *id = cli->arguments[0], *kind = cli->arguments[1];
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    GuichetDeviceFamily family;
    if (desk == NULL || !family_of(desk, id, kind, &family, error))
        return FALSE;
    const char *device = cli->device != NULL
                             ? cli->device
                             : guichet_station_get_device(guichet_desk_get_station(desk),
                                                          guichet_device_family_name(family));
    g_autoptr(GuichetCapture) capture = cli_wait_capture(cli, family, device, error);
    g_autoptr(GuichetPiece) piece =
        capture != NULL ? guichet_desk_add_piece(desk, id, kind, capture->content, capture->device,
                                                 capture->attributes, error)
                        : NULL;
    if (piece == NULL)
        return FALSE;
    report_piece(cli, piece);
    return TRUE;
}

static gboolean
run_impossible(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GuichetPiece) piece =
        desk != NULL ? guichet_desk_declare_impossible(desk, cli->arguments[0], cli->arguments[1],
                                                       cli->arguments[2], error)
                     : NULL;
    if (piece == NULL)
        return FALSE;
    cli_set_string(cli, "piece", piece->id);
    cli_line(cli, "%s", piece->id);
    return TRUE;
}

static gboolean
run_remove(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL ||
        !guichet_desk_remove_piece(desk, cli->arguments[0], cli->arguments[1], error))
        return FALSE;
    cli_set_string(cli, "removed", cli->arguments[1]);
    cli_line(cli, _("Pièce retirée."));
    return TRUE;
}

static gboolean
run_check(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GPtrArray) gaps =
        desk != NULL ? guichet_desk_check(desk, cli->arguments[0], error) : NULL;
    g_autoptr(GuichetRequest) request =
        gaps != NULL ? guichet_desk_load_request(desk, cli->arguments[0], error) : NULL;
    g_autoptr(GuichetProcedure) procedure =
        request != NULL ? guichet_desk_load_procedure(desk, cli->arguments[0], error) : NULL;
    if (procedure == NULL)
        return FALSE;
    cli_set_boolean(cli, "complete", gaps->len == 0);
    json_builder_set_member_name(cli->result, "gaps");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < gaps->len; i++) {
        GuichetGap *gap = g_ptr_array_index(gaps, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "subject", gap->subject);
        cli_set_string(cli, "step", gap->step);
        cli_set_string(cli, "label", gap->label);
        cli_set_string(cli, "reason", gap->reason);
        cli_set_string(cli, "remedy", gap->remedy);
        json_builder_end_object(cli->result);
        cli_line(cli, "%s — %s %s", gap->label, gap->reason, gap->remedy);
    }
    json_builder_end_array(cli->result);
    if (gaps->len == 0)
        cli_line(cli, _("La demande est complète."));
    return cli_show_assessment(cli, procedure, request, error);
}

static gboolean
run_seal(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_seal(desk, cli->arguments[0], error) : NULL;
    if (request == NULL)
        return FALSE;
    g_autofree char *file =
        g_strdup_printf("outbox/%08" PRId64 "-%s.asice", request->sequence, request->bundle_sha256);
    g_autofree char *path = cli_station_file(cli, file);
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "bundle", request->bundle_sha256);
    cli_set_int(cli, "sequence", request->sequence);
    cli_set_string(cli, "path", path);
    cli_line(cli, _("Scellée : %s"), path);
    return TRUE;
}

void
cli_describe_request(Cli *cli, const GuichetRequest *request)
{
    g_autofree char *created = guichet_time_to_iso8601(request->created.wall_us);
    cli_set_string(cli, "request", request->id);
    cli_set_string(cli, "procedure", request->procedure_id);
    cli_set_int(cli, "revision", request->procedure_revision);
    cli_set_string(cli, "state", guichet_request_state_name(request->state));
    cli_set_string(cli, "step", request->step);
    cli_set_string(cli, "created", created);
    cli_set_string(cli, "bundle", request->bundle_sha256);
    cli_set_int(cli, "sequence", request->sequence);
    cli_set_string(cli, "status_text", request->status_text);
    cli_line(cli, "%s  %-16s %-14s %s  %s", request->id, request->procedure_id,
             guichet_request_state_label(request->state), created,
             request->status_text != NULL ? request->status_text : "");
}

/* Everything, or a page when one is asked for. */
static GPtrArray *
find_requests(Cli *cli, GuichetDesk *desk, GError **error)
{
    GuichetRequestState state;
    GuichetRequestFilter filter = {
        .limit = (guint)cli->limit, .before = cli->before, .search = cli->search};
    if (cli->limit == 0 && !cli->before && !cli->search && !cli->state)
        return guichet_desk_list_requests(desk, error);
    if (cli->limit < 0 || (cli->state && !guichet_request_state_from_name(cli->state, &state))) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("--limit est un nombre positif, --state un état comme « draft », "
                              "« sealed » ou « received »"));
        return NULL;
    }
    filter.state = cli->state ? &state : NULL;
    return guichet_desk_find_requests(desk, &filter, error);
}

static gboolean
run_list(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GPtrArray) requests = desk != NULL ? find_requests(cli, desk, error) : NULL;
    if (requests == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "requests");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < requests->len; i++) {
        json_builder_begin_object(cli->result);
        cli_describe_request(cli, g_ptr_array_index(requests, i));
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
    return TRUE;
}

/* A draft's contents are for a session; a sealed request has none left here. */
static void
describe_contents(Cli *cli, GuichetRequest *request)
{
    GHashTableIter iter;
    gpointer field, value;
    json_builder_set_member_name(cli->result, "fields");
    json_builder_begin_object(cli->result);
    g_hash_table_iter_init(&iter, request->fields);
    while (g_hash_table_iter_next(&iter, &field, &value)) {
        if ((*(char *)value == '\0' && g_str_has_suffix(field, GUICHET_FIELD_TYPED)) ||
            guichet_consent_owns_field(field)) /* « request consent » shows them */
            continue;
        cli_set_string(cli, field, value);
        cli_line(cli, "  %-24s %s", (char *)field, (char *)value);
    }
    json_builder_end_object(cli->result);
    json_builder_set_member_name(cli->result, "pieces");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < request->pieces->len; i++) {
        GuichetPiece *piece = g_ptr_array_index(request->pieces, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "impossible", piece->impossible_reason);
        report_piece(cli, piece);
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static gboolean
run_show(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk =
        cli->agent != NULL ? cli_open_session(cli, error) : cli_open_desk(cli, error);
    g_autoptr(GuichetRequest) request =
        desk != NULL ? guichet_desk_load_request(desk, cli->arguments[0], error) : NULL;
    if (request == NULL)
        return FALSE;
    cli_describe_request(cli, request);
    describe_contents(cli, request);
    return TRUE;
}

/* What @make gives of the request, into --output. */
static gboolean
write_proof(Cli *cli, const char *member,
            GBytes *(*make)(GuichetDesk *desk, const char *request_id, GError **error),
            GError **error)
{
    if (cli->output == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites où l’écrire : -o FICHIER"));
        return FALSE;
    }
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_autoptr(GBytes) proof = desk != NULL ? make(desk, cli->arguments[0], error) : NULL;
    if (proof == NULL || !guichet_write_file_durably(cli->output, g_bytes_get_data(proof, NULL),
                                                     g_bytes_get_size(proof), 0640, error))
        return FALSE;
    cli_set_string(cli, member, cli->output);
    cli_line(cli, "%s", cli->output);
    return TRUE;
}

static gboolean
run_slip(Cli *cli, GError **error)
{
    return write_proof(cli, "slip", guichet_desk_make_slip, error);
}

static gboolean
run_receipt(Cli *cli, GError **error)
{
    return write_proof(cli, "receipt", guichet_desk_load_receipt, error);
}

static gboolean
run_erase(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !guichet_desk_erase(desk, cli->arguments[0], error))
        return FALSE;
    cli_set_string(cli, "erased", cli->arguments[0]);
    cli_line(cli, _("Liasse effacée : le centre en a donné l’accusé."));
    return TRUE;
}

static gboolean
run_abandon(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_session(cli, error);
    if (desk == NULL || !guichet_desk_abandon(desk, cli->arguments[0], error))
        return FALSE;
    cli_set_string(cli, "abandoned", cli->arguments[0]);
    cli_line(cli, _("Brouillon abandonné, sa clé est détruite."));
    return TRUE;
}

const CliVerb cli_request_verbs[] = {
    {"request", "new", "DÉMARCHE [CHAMP=VALEUR…] | --from-code @FICHIER|TEXTE",
     N_("ouvre une demande, ou celle d’un code de « Vos pièces »"),
     CLI_OPTION_AGENT | CLI_OPTION_CODE, 1, CLI_ANY_NUMBER, run_new},
    {"request", "set", "ID CHAMP=VALEUR…", N_("remplit des champs"), CLI_OPTION_AGENT, 2,
     CLI_ANY_NUMBER, run_set},
    {"request", "attach", "ID PIÈCE FICHIER", N_("joint un fichier"), CLI_OPTION_AGENT, 3, 3,
     run_attach},
    {"request", "capture", "ID PIÈCE [--device APPAREIL]", N_("capture une pièce"),
     CLI_OPTION_AGENT | CLI_OPTION_DEVICE, 2, 2, run_capture},
    {"request", "impossible", "ID PIÈCE MOTIF", N_("dit pourquoi une pièce ne peut pas être prise"),
     CLI_OPTION_AGENT, 3, 3, run_impossible},
    {"request", "remove", "ID NUMÉRO-DE-PIÈCE", N_("retire une pièce"), CLI_OPTION_AGENT, 2, 2,
     run_remove},
    {"request", "check", "ID", N_("dit ce qui manque"), CLI_OPTION_AGENT, 1, 1, run_check},
    {"request", "seal", "ID", N_("scelle et dépose"), CLI_OPTION_AGENT, 1, 1, run_seal},
    {"request", "list", "[--limit N] [--before ID] [--state ÉTAT] [--search TEXTE]",
     N_("demandes de ce poste"), CLI_OPTION_PAGE, 0, 0, run_list},
    {"request", "show", "ID [--agent NOM]", N_("montre une demande"), CLI_OPTION_AGENT, 1, 1,
     run_show},
    {"request", "slip", "ID -o FICHIER.pdf", N_("écrit l’attestation de dépôt"), CLI_OPTION_OUTPUT,
     1, 1, run_slip},
    {"request", "receipt", "ID -o FICHIER.p7m", N_("écrit l’accusé du centre"), CLI_OPTION_OUTPUT,
     1, 1, run_receipt},
    {"request", "erase", "ID", N_("efface une liasse reçue par le centre"), CLI_OPTION_AGENT, 1, 1,
     run_erase},
    {"request", "abandon", "ID", N_("abandonne un brouillon"), CLI_OPTION_AGENT, 1, 1, run_abandon},
    {NULL},
};
