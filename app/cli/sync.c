/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/sync.h"

#include <inttypes.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

static gboolean
run_once(Cli *cli, GError **error)
{
    g_auto(GuichetSyncResult) result = {0};
    if (!guichet_station_sync(cli->root, cli->force, &result, error))
        return FALSE;
    if (result.failed > 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK,
                    _("%u envoyées, %u en attente : %s. Rien n’est perdu, l’envoi reprendra seul."),
                    result.uploaded, result.failed,
                    result.reason != NULL ? result.reason : _("motif inconnu"));
        return FALSE;
    }
    if (result.reason != NULL) { /* the centre's feed, then */
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK,
                    _("%u envoyées, mais le fil du centre n’est pas lu en entier : %s"),
                    result.uploaded, result.reason);
        return FALSE;
    }
    cli_set_int(cli, "uploaded", result.uploaded);
    cli_set_int(cli, "messages", result.messages);
    cli_set_int(cli, "bytes", (gint64)result.bytes);
    cli_line(cli, _("%u liasses envoyées, %u messages du centre."), result.uploaded,
             result.messages);
    return TRUE;
}

static void
describe_entry(Cli *cli, const GuichetOutboxEntry *entry)
{
    g_autofree char *sealed = guichet_time_to_iso8601(entry->sealed_us);
    cli_set_int(cli, "sequence", entry->sequence);
    cli_set_string(cli, "request", entry->request_id);
    cli_set_string(cli, "sha256", entry->sha256);
    cli_set_string(cli, "path", entry->path);
    cli_set_int(cli, "size", (gint64)entry->size);
    cli_set_string(cli, "sealed", sealed);
    cli_set_int(cli, "attempts", entry->attempts);
    cli_set_string(cli, "last_error", entry->last_error);
    cli_set_boolean(cli, "received", entry->received);
    cli_line(cli, "%6" PRId64 "  %s  %9zu  %s  %s", entry->sequence, sealed, entry->size,
             entry->received ? _("reçue") : _("à envoyer"),
             entry->last_error != NULL ? entry->last_error : "");
}

static void
describe_trip(Cli *cli, const GuichetTrip *trip)
{
    g_autofree char *left = guichet_time_to_iso8601(trip->left_us);
    cli_set_int(cli, "trip", trip->number);
    cli_set_string(cli, "stick", trip->stick);
    cli_set_string(cli, "left", left);
    cli_set_int(cli, "bundles", trip->bundles);
    cli_set_int(cli, "waiting", trip->waiting);
    cli_line(cli,
             _("Clé %s partie le %s (voyage n° %" PRId64
               ") et pas revenue : %u liasses, dont %u sans accusé"),
             trip->stick, left, trip->number, trip->bundles, trip->waiting);
}

static void
describe_trips(Cli *cli, GPtrArray *trips)
{
    json_builder_set_member_name(cli->result, "trips");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < trips->len; i++) {
        json_builder_begin_object(cli->result);
        describe_trip(cli, g_ptr_array_index(trips, i));
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static gboolean
run_status(Cli *cli, GError **error)
{
    g_autoptr(GPtrArray) entries = guichet_station_list_outbox(cli->root, error);
    g_autoptr(GPtrArray) trips =
        entries != NULL ? guichet_station_list_trips(cli->root, TRUE, error) : NULL;
    if (trips == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "bundles");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < entries->len; i++) {
        json_builder_begin_object(cli->result);
        describe_entry(cli, g_ptr_array_index(entries, i));
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
    describe_trips(cli, trips);
    return TRUE;
}

static void
tell_progress(guint done, guint all, gpointer data)
{
    const Cli *cli = data;
    if (!cli->json && isatty(STDERR_FILENO))
        g_printerr("\r%u/%u%s", done, all, done == all ? "\n" : "");
}

static gboolean
run_export(Cli *cli, GError **error)
{
    GuichetCourierWatch watch = {.progress = tell_progress, .data = cli};
    g_auto(GuichetCourierOut) out = {0};
    if (!guichet_station_export(cli->root, cli->arguments[0], &watch, &out, error))
        return FALSE;
    cli_set_string(cli, "stick", out.stick);
    cli_set_int(cli, "trip", out.trip);
    cli_set_int(cli, "bundles", out.bundles);
    cli_set_int(cli, "left", out.left);
    cli_set_int(cli, "bytes", (gint64)out.bytes);
    cli_set_string(cli, "reason", out.reason);
    cli_line(cli, _("%u liasses sur la clé %s (voyage n° %" PRId64 "), relues et vérifiées."),
             out.bundles, out.stick, out.trip);
    if (out.left > 0)
        cli_line(cli, _("%u liasses restent ici : %s"), out.left,
                 out.reason != NULL ? out.reason : _("elles partiront au prochain voyage"));
    cli_line(cli, _("Portez-la au centre, puis « sync import » à son retour : rien n’est effacé "
                    "ici avant l’accusé."));
    return TRUE;
}

static gboolean
run_import(Cli *cli, GError **error)
{
    GuichetCourierWatch watch = {.progress = tell_progress, .data = cli};
    g_auto(GuichetCourierHome) home = {0};
    if (!guichet_station_import(cli->root, cli->arguments[0], &watch, &home, error))
        return FALSE;
    cli_set_int(cli, "trip", home.trip);
    cli_set_int(cli, "receipts", home.receipts);
    cli_set_int(cli, "refused", home.refused);
    cli_set_int(cli, "messages", home.messages);
    cli_set_int(cli, "waiting", home.waiting);
    cli_set_string(cli, "reason", home.reason);
    cli_line(cli,
             _("%u accusés, %u messages du centre, %u liasses refusées ; %u attendent encore."),
             home.receipts, home.messages, home.refused, home.waiting);
    if (home.reason == NULL)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_REFUSED,
                _("%u accusés et %u messages sont pris, mais : %s"), home.receipts, home.messages,
                home.reason);
    return FALSE;
}

const CliVerb cli_sync_verbs[] = {
    {"sync", "once", "[--force]", N_("envoie et reçoit une fois"), CLI_OPTION_FORCE, 0, 0,
     run_once},
    {"sync", "status", "", N_("file d’envoi"), 0, 0, 0, run_status},
    {"sync", "export", "CLÉ", N_("emporte la file sur une clé navette"), 0, 1, 1, run_export},
    {"sync", "import", "CLÉ", N_("lit une clé revenue du centre"), 0, 1, 1, run_import},
    {NULL},
};
