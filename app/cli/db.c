/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"
#include "core/error.h"
#include "db/store.h"

#include <glib/gi18n-lib.h>

static gboolean
run_check(Cli *cli, GError **error)
{
    g_autoptr(GuichetStore) store = cli_open_store(cli, error);
    g_autofree char *report = NULL;
    GError *failure = NULL;
    if (store == NULL)
        return FALSE;
    gboolean sound = guichet_store_check(store, &report, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (!sound) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("La base est abîmée, ne l’effacez pas : %s"), report);
        return FALSE;
    }
    cli_set_boolean(cli, "sound", TRUE);
    cli_line(cli, _("Base saine."));
    return TRUE;
}

static gboolean
run_backup(Cli *cli, GError **error)
{
    g_autoptr(GuichetStore) store = cli_open_store(cli, error);
    if (store == NULL || !guichet_store_backup(store, cli->arguments[0], error))
        return FALSE;
    cli_set_string(cli, "backup", cli->arguments[0]);
    cli_line(cli, _("Copie faite : %s"), cli->arguments[0]);
    return TRUE;
}

const CliVerb cli_db_verbs[] = {
    {"db", "check", "", N_("vérifie la base"), 0, 0, 0, run_check},
    {"db", "backup", "FICHIER", N_("copie la base pendant qu’elle sert"), 0, 1, 1, run_backup},
    {NULL},
};
