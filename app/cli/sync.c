/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/sync.h"

#include <inttypes.h>

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

static gboolean
run_status(Cli *cli, GError **error)
{
    g_autoptr(GPtrArray) entries = guichet_station_list_outbox(cli->root, error);
    if (entries == NULL)
        return FALSE;
    json_builder_set_member_name(cli->result, "bundles");
    json_builder_begin_array(cli->result);
    for (guint i = 0; i < entries->len; i++) {
        json_builder_begin_object(cli->result);
        describe_entry(cli, g_ptr_array_index(entries, i));
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
    return TRUE;
}

const CliVerb cli_sync_verbs[] = {
    {"sync", "once", "[--force]", N_("envoie et reçoit une fois"), CLI_OPTION_FORCE, 0, 0,
     run_once},
    {"sync", "status", "", N_("file d’envoi"), 0, 0, 0, run_status},
    {NULL},
};
