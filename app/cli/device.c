/* SPDX-License-Identifier: EUPL-1.2 */
#include <unistd.h>

#include "cli/cli.h"
#include "cli/wait.h"
#include "core/error.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

static gboolean
run_list(Cli *cli, GError **error)
{
    g_autoptr(GPtrArray) devices = cli_wait_devices(error);
    if (devices == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "devices");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < devices->len; i++) {
        GuichetDeviceInfo *device = g_ptr_array_index(devices, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "family", guichet_device_family_name(device->family));
        cli_set_string(cli, "id", device->id);
        cli_set_string(cli, "label", device->label);
        json_builder_end_object(cli->result);
        cli_line(cli, "%-12s %-32s %s", guichet_device_family_name(device->family), device->id,
                 device->label);
    }
    json_builder_end_array(cli->result);
    if (devices->len == 0)
        cli_line(cli, _("Aucun appareil : vérifiez les câbles et l’alimentation."));
    return TRUE;
}

static gboolean
run_capture(Cli *cli, GError **error)
{
    GuichetDeviceFamily family;
    if (!guichet_device_family_from_name(cli->arguments[0], &family)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.40s » n’est pas une famille : fingerprint, camera ou scanner"),
                    cli->arguments[0]);
        return FALSE;
    }
    if (cli->output == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites où écrire l’image : -o FICHIER"));
        return FALSE;
    }
    g_autoptr(GuichetCapture) capture =
        cli_wait_capture(cli, family, cli->device != NULL ? cli->device : "auto", error);
    if (capture == NULL ||
        !guichet_write_file_durably(cli->output, g_bytes_get_data(capture->content, NULL),
                                    g_bytes_get_size(capture->content), 0600, error))
        return FALSE;
    cli_set_string(cli, "device", capture->device);
    cli_set_string(cli, "media_type", capture->media_type);
    cli_set_string(cli, "attributes", capture->attributes);
    cli_set_string(cli, "output", cli->output);
    cli_line(cli, "%s  %s  %s", capture->device, capture->media_type, capture->attributes);
    return TRUE;
}

/* Arrivals and removals as they come, a JSON line each, until Ctrl+C: the helper speaks itself. */
static gboolean
run_watch(Cli *cli, GError **error)
{
    g_autofree char *helper = guichet_helper_path("guichet-device");
    execl(helper, "guichet-device", "watch", NULL);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("Le programme %s manque : réinstallez le paquet guichet"), helper);
    return FALSE;
}

const CliVerb cli_device_verbs[] = {
    {"device", "list", "", N_("appareils présents"), 0, 0, 0, run_list},
    {"device", "capture", "FAMILLE [--device APPAREIL] -o FICHIER", N_("essaie un appareil"),
     CLI_OPTION_DEVICE | CLI_OPTION_OUTPUT, 1, 1, run_capture},
    {"device", "watch", "", N_("suit branchements et débranchements"), 0, 0, 0, run_watch},
    {NULL},
};
