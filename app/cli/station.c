/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "cli/cli.h"
#include "config.h"
#include "core/error.h"
#include "drivers/capture.h"
#include "service/enrolment.h"
#include "service/kiosk.h"
#include "service/packs.h"
#include "service/retention.h"
#include "service/upkeep.h"
#include "service/warnings.h"
#include "sync/bundle/pki.h"

#include <glib/gi18n-lib.h>

static gboolean
run_init(Cli *cli, GError **error)
{
    const char *id = cli->arguments[0];
    const char *name = cli->name != NULL ? cli->name : id;
    const char *procedures =
        cli->procedures != NULL ? cli->procedures : GUICHET_DATADIR "/procedures";
    const GuichetVaultChoice vault = {cli->tpm, cli->boot};
    if (cli->boot && cli->tpm == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("--boot lie le secret au démarrage par le TPM : donnez --tpm"));
        return FALSE;
    }
    if (!guichet_station_init_vault(cli->root, id, name, procedures, &vault, error))
        return FALSE;
    g_autofree char *requests = cli_station_file(cli, "enrol");
    cli_set_string(cli, "station", id);
    cli_set_string(cli, "enrol", requests);
    cli_line(cli, _("Poste « %s » créé dans %s. Portez %s au centre, puis « station enrol »."), id,
             cli->root, requests);
    return TRUE;
}

static gboolean
run_enrol(Cli *cli, GError **error)
{
    if (cli->fingerprint == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Donnez --fingerprint : l’empreinte SHA-256 de la racine, dite par "
                              "le centre par une autre voie que la réponse"));
        return FALSE;
    }
    if (!guichet_station_enrol(cli->root, cli->arguments[0], cli->fingerprint, error))
        return FALSE;
    g_autoptr(GuichetStation) station = guichet_station_load(cli->root, error);
    if (station == NULL)
        return FALSE;
    cli_set_string(cli, "station", guichet_station_get_id(station));
    cli_set_string(cli, "centre", guichet_station_get_centre_url(station));
    cli_line(cli, _("Poste « %s » enrôlé auprès de %s."), guichet_station_get_id(station),
             guichet_station_get_centre_url(station));
    return TRUE;
}

/* The end of our own certificate, which stops all sealing; "" before the enrolment. */
static char *
certificate_end(Cli *cli)
{
    g_autofree char *path = cli_station_file(cli, "keys/sign.crt");
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, NULL);
    return certificate != NULL
               ? guichet_time_to_iso8601(guichet_certificate_get_not_after(certificate))
               : g_strdup("");
}

static void
report_notices(Cli *cli, GPtrArray *warnings)
{
    json_builder_set_member_name(cli->result, "warnings");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < warnings->len; i++) {
        json_builder_add_string_value(cli->result, g_ptr_array_index(warnings, i));
        cli_line(cli, "%s", (const char *)g_ptr_array_index(warnings, i));
    }
    json_builder_end_array(cli->result);
}

static void
report_kiosk(Cli *cli, const GuichetKioskState *kiosk, gboolean tpm)
{
    const char *word = kiosk->policy.unattended ? _("permise, fermée") : _("non permise");
    if (kiosk->is_open && !kiosk->policy.unattended)
        word = _("clé présente, mais la règle du poste ne la permet plus : fermez-la");
    else if (kiosk->is_open)
        word = tpm ? _("ouverte sans agent, par le secret du poste scellé dans le TPM")
                   : _("ouverte sans agent, par un secret sur le disque : un disque volé ouvre ce "
                       "qui a été commencé à la borne");
    cli_line(cli, _("Borne        : %s"), word);
}

/* Which reference data there are, and how old. */
static void
report_pack(Cli *cli, GuichetDesk *desk)
{
    g_auto(GuichetPack) pack = {NULL};
    guichet_desk_describe_pack(desk, &pack);
    cli_set_string(cli, "communes", pack.title);
    cli_set_string(cli, "communes_date", pack.day);
    cli_set_int(cli, "communes_days", pack.days);
    cli_set_int(cli, "communes_places", pack.places);
    cli_set_string(cli, "communes_fault", pack.fault);
    if (pack.fault != NULL)
        cli_line(cli, _("Communes     : illisibles, les lieux sont gardés tels que tapés — %s"),
                 pack.fault);
    else if (pack.places == 0)
        cli_line(cli, _("Communes     : aucun référentiel, les lieux sont gardés tels que tapés"));
    else
        cli_line(cli, _("Communes     : %s, %u lieux, du %s (%d jours)"),
                 *pack.title != '\0' ? pack.title : _("référentiel sans nom"), pack.places,
                 pack.day, pack.days);
}

static gboolean
run_status(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    GuichetStoreCounts counts = {0};
    if (desk == NULL || !guichet_desk_count(desk, &counts, error))
        return FALSE;
    GuichetStation *station = guichet_desk_get_station(desk);
    const char *url = guichet_station_get_centre_url(station);
    gboolean tpm = guichet_station_has_tpm(station);
    g_autofree char *last_error = counts.last_error;
    g_autofree char *end = certificate_end(cli);
    GuichetKioskState kiosk;
    if (!guichet_desk_read_kiosk(desk, &kiosk, error))
        return FALSE;
    cli_set_boolean(cli, "kiosk_allowed", kiosk.policy.unattended);
    cli_set_boolean(cli, "kiosk_open", kiosk.is_open);
    cli_set_string(cli, "station", guichet_station_get_id(station));
    cli_set_string(cli, "name", guichet_station_get_name(station));
    cli_set_string(cli, "centre", url);
    cli_set_boolean(cli, "enrolled", *url != '\0');
    cli_set_boolean(cli, "tpm", tpm);
    cli_set_string(cli, "tpm_at", guichet_station_get_tpm(station));
    cli_set_string(cli, "certificate_end", end);
    cli_set_int(cli, "drafts", counts.drafts);
    cli_set_int(cli, "waiting", counts.waiting);
    cli_set_int(cli, "received", counts.received);
    cli_set_string(cli, "last_error", last_error);
    cli_line(cli, "%s (%s)", guichet_station_get_name(station), guichet_station_get_id(station));
    cli_line(cli, _("Centre       : %s"), *url != '\0' ? url : _("pas encore enrôlé"));
    cli_line(cli, _("Certificat   : %s %s"), *end != '\0' ? _("jusqu’au") : "-", end);
    cli_line(cli, _("Clés         : %s"),
             tpm ? _("scellées dans le TPM")
                 : _("sur le disque (pas de TPM) : un disque volé n’est protégé que par les "
                     "phrases de passe"));
    report_kiosk(cli, &kiosk, tpm);
    cli_line(cli, _("Brouillons   : %u"), counts.drafts);
    cli_line(cli, _("À envoyer    : %u%s%s"), counts.waiting, last_error != NULL ? " — " : "",
             last_error != NULL ? last_error : "");
    cli_line(cli, _("Reçus        : %u"), counts.received);
    report_pack(cli, desk);
    g_autoptr(GPtrArray) warnings = guichet_desk_list_warnings(desk);
    report_notices(cli, warnings);
    return TRUE;
}

static gboolean
run_device(Cli *cli, GError **error)
{
    GuichetDeviceFamily family;
    if (!guichet_device_family_from_name(cli->arguments[0], &family)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.40s » n’est pas une famille : fingerprint, camera ou scanner"),
                    cli->arguments[0]);
        return FALSE;
    }
    if (!guichet_station_set_device(cli->root, cli->arguments[0], cli->arguments[1], error))
        return FALSE;
    cli_set_string(cli, "family", cli->arguments[0]);
    cli_set_string(cli, "device", cli->arguments[1]);
    cli_line(cli, _("%s : %s"), cli->arguments[0], cli->arguments[1]);
    return TRUE;
}

/* What the nightly timer runs. Retention first: what it erases needs no reading again. */
static gboolean
run_upkeep(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_auto(GuichetRetention) retention = {NULL};
    g_auto(GuichetUpkeep) upkeep = {NULL};
    GError *no_retention = NULL;
    if (desk == NULL)
        return FALSE;
    gboolean applied = guichet_desk_apply_retention(desk, G_MAXUINT, &retention, &no_retention);
    g_autoptr(GError) kept = no_retention;
    /* the look at the store and its files is worth having even so */
    if (!guichet_desk_upkeep(desk, &upkeep, error))
        return FALSE;
    if (!applied)
        g_ptr_array_add(upkeep.findings, g_strdup(kept->message));
    if (!cli_refuse_findings(upkeep.findings, _("Entretien : "), error))
        return FALSE;
    cli_set_boolean(cli, "sound", TRUE);
    cli_set_int(cli, "bundles", upkeep.bundles);
    cli_set_int(cli, "bytes", (gint64)upkeep.bytes);
    cli_set_int(cli, "abandoned", retention.abandoned);
    cli_set_int(cli, "erased", retention.erased);
    cli_line(cli,
             _("Base saine, %u liasses relues ; %u brouillons échus abandonnés, %u liasses reçues "
               "effacées."),
             upkeep.bundles, retention.abandoned, retention.erased);
    report_notices(cli, retention.warnings);
    return TRUE;
}

const CliVerb cli_station_verbs[] = {
    {"station", "upkeep", "", N_("vérifie tout et applique les durées de conservation"), 0, 0, 0,
     run_upkeep},
    {"station", "init", "ID [--name NOM] [--procedures DOSSIER] [--tpm TCTI [--boot]]",
     N_("crée un poste"), CLI_OPTION_NAME | CLI_OPTION_PROCEDURES | CLI_OPTION_TPM, 1, 1, run_init},
    {"station", "enrol", "DOSSIER --fingerprint EMPREINTE", N_("prend la réponse du centre"),
     CLI_OPTION_FINGERPRINT, 1, 1, run_enrol},
    {"station", "status", "", N_("dit où en est le poste"), 0, 0, 0, run_status},
    {"station", "device", "FAMILLE APPAREIL", N_("choisit l’appareil d’une famille"), 0, 2, 2,
     run_device},
    {NULL},
};
