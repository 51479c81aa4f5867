/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"

#include <glib/gi18n-lib.h>

static gboolean
run_verify(Cli *cli, GError **error)
{
    g_autoptr(GuichetStore) store = cli_open_store(cli, error);
    GuichetJournalState state = {0};
    if (store == NULL || !guichet_store_verify_journal(store, &state, error))
        return FALSE;
    g_autofree char *head = state.head;
    cli_set_boolean(cli, "sound", TRUE);
    cli_set_int(cli, "entries", state.entries);
    cli_set_string(cli, "head", head);
    cli_line(cli, _("Journal intact : %" G_GINT64_FORMAT " lignes, tête %s"), state.entries, head);
    return TRUE;
}

const CliVerb cli_audit_verbs[] = {
    {"audit", "verify", "", N_("vérifie la chaîne du journal"), 0, 0, 0, run_verify},
    {NULL},
};
