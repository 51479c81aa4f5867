/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"
#include "core/error.h"
#include "db/store.h"
#include "service/upkeep.h"

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
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || !guichet_desk_backup(desk, cli->arguments[0], error))
        return FALSE;
    cli_set_string(cli, "backup", cli->arguments[0]);
    cli_line(cli, _("Copie faite : %s"), cli->arguments[0]);
    return TRUE;
}

/* The desk is opened once: that is what takes the forgotten bundles back into the queue. */
static gboolean
run_restore(Cli *cli, GError **error)
{
    g_autofree char *replaced = NULL;
    GuichetStoreCounts counts = {0};
    if (!guichet_station_restore(cli->root, cli->arguments[0], &replaced, error))
        return FALSE;
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    if (desk == NULL || !guichet_desk_count(desk, &counts, error))
        return FALSE;
    g_autofree char *last_error = counts.last_error;
    cli_set_string(cli, "restored", cli->arguments[0]);
    cli_set_string(cli, "replaced", replaced);
    cli_set_int(cli, "drafts", counts.drafts);
    cli_set_int(cli, "waiting", counts.waiting);
    cli_line(cli, _("Copie remise ; la base d’avant est gardée : %s"),
             replaced != NULL ? replaced : _("il n’y en avait pas"));
    cli_line(cli,
             _("À envoyer : %u, dont les liasses scellées après la copie. Les brouillons faits "
               "après la copie sont perdus ; ceux qu’elle contient (%u) et qui ont été scellés "
               "depuis sont à abandonner."),
             counts.waiting, counts.drafts);
    return TRUE;
}

const CliVerb cli_db_verbs[] = {
    {"db", "check", "", N_("vérifie la base"), 0, 0, 0, run_check},
    {"db", "backup", "FICHIER", N_("copie la base pendant qu’elle sert"), 0, 1, 1, run_backup},
    {"db", "restore", "FICHIER", N_("remet une copie, Guichet et guichet-syncd arrêtés"), 0, 1, 1,
     run_restore},
    {NULL},
};
