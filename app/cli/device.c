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

/* D: a family (its first device), an id of the list, or a source that is only used when named
 * ("test:", "file:/photo.jpg", "sane:pnm:0#filename=/page.ppm"). */
static gboolean
family_of(const char *device, GuichetDeviceFamily *family, GError **error)
{
    static const struct {
        const char *prefix;
        GuichetDeviceFamily family;
    } prefixes[] = {
        {"usb:", GUICHET_DEVICE_FINGERPRINT}, {"v4l2:", GUICHET_DEVICE_CAMERA},
        {"test:", GUICHET_DEVICE_CAMERA},     {"file:", GUICHET_DEVICE_CAMERA},
        {"sane:", GUICHET_DEVICE_SCANNER},
    };
    if (guichet_device_family_from_name(device, family))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(device, prefixes[i].prefix)) {
            *family = prefixes[i].family;
            return TRUE;
        }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.60s » n’est ni une famille (fingerprint, camera, scanner) ni un appareil de "
                  "« guichetctl device list »"),
                device);
    return FALSE;
}

static GuichetCapture *
capture(Cli *cli, const char *device, GError **error)
{
    GuichetDeviceFamily family, named;
    if (!family_of(device, &family, error))
        return NULL;
    gboolean any = guichet_device_family_from_name(device, &named);
    return cli_wait_capture(cli, family, any ? "auto" : device, error);
}

static gboolean
run_capture(Cli *cli, GError **error)
{
    if (cli->output == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Dites où écrire l’image : -o FICHIER"));
        return FALSE;
    }
    g_autoptr(GuichetCapture) result = capture(cli, cli->arguments[0], error);
    if (result == NULL ||
        !guichet_write_file_durably(cli->output, g_bytes_get_data(result->content, NULL),
                                    g_bytes_get_size(result->content), 0600, error))
        return FALSE;
    cli_set_string(cli, "device", result->device);
    cli_set_string(cli, "media_type", result->media_type);
    cli_set_string(cli, "attributes", result->attributes);
    cli_set_string(cli, "output", cli->output);
    cli_line(cli, "%s  %s  %s", result->device, result->media_type, result->attributes);
    return TRUE;
}

/* One device tried, nothing kept. */
static gboolean
try_device(Cli *cli, const char *device, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(GuichetCapture) result = capture(cli, device, error);
    gint64 ms = (g_get_monotonic_time() - begin) / 1000;
    if (result == NULL)
        return FALSE;
    json_builder_begin_object(cli->result);
    cli_set_string(cli, "device", device);
    cli_set_int(cli, "milliseconds", ms);
    cli_set_string(cli, "attributes", result->attributes);
    cli_set_string(cli, "failure", NULL);
    json_builder_end_object(cli->result);
    cli_line(cli, _("%-32s marche   %6d ms  %s"), device, (int)ms, result->attributes);
    return TRUE;
}

/* All of them, whatever each says. */
static gboolean
try_all(Cli *cli, GPtrArray *devices)
{
    gboolean all = devices->len > 0;
    for (guint i = 0; i < devices->len; i++) {
        const char *id = ((GuichetDeviceInfo *)g_ptr_array_index(devices, i))->id;
        g_autoptr(GError) failure = NULL;
        if (try_device(cli, id, &failure))
            continue;
        all = FALSE;
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "device", id);
        cli_set_string(cli, "failure", failure->message);
        json_builder_end_object(cli->result);
        cli_line(cli, _("%-32s échoue : %s"), id, failure->message);
    }
    return all;
}

/* A device that was named and fails is an error; of all, the list says which. */
static gboolean
run_test(Cli *cli, GError **error)
{
    gboolean named = cli->n_arguments == 1, all = TRUE;
    g_autoptr(GPtrArray) devices = named ? NULL : cli_wait_devices(error);
    if (!named && devices == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "tests");
    json_builder_begin_array(cli->result);
    if (named && !try_device(cli, cli->arguments[0], error))
        return FALSE;
    if (!named)
        all = try_all(cli, devices);
    json_builder_end_array(cli->result);
    cli_set_boolean(cli, "all_work", all);
    if (!named && devices->len == 0)
        cli_line(cli, _("Aucun appareil : vérifiez les câbles et l’alimentation."));
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
    {"device", "test", "[APPAREIL]", N_("essaie un appareil, ou tous"), 0, 0, 1, run_test},
    {"device", "capture", "APPAREIL -o FICHIER", N_("capture une image dans un fichier"),
     CLI_OPTION_OUTPUT, 1, 1, run_capture},
    {"device", "watch", "", N_("suit branchements et débranchements"), 0, 0, 0, run_watch},
    {NULL},
};
