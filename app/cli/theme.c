/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/theme.h"

#include <glib/gi18n-lib.h>

#include "cli/cli.h"

static gboolean
run_check(Cli *cli, GError **error)
{
    g_autoptr(GuichetTheme) theme = guichet_theme_load(cli->arguments[0], error);

    if (theme == NULL)
        return FALSE;
    cli_set_string(cli, "name", theme->name);
    cli_set_string(cli, "licence", theme->licence);
    cli_set_string(cli, "entitled", theme->entitled);
    cli_set_int(cli, "files", theme->files->len);
    cli_line(cli, _("Thème « %s », de %s, sous licence %s : tous les contrastes suffisent."),
             theme->name, theme->entitled, theme->licence);
    return TRUE;
}

static gboolean
run_install(Cli *cli, GError **error)
{
    if (!run_check(cli, error) || !guichet_theme_install(cli->root, cli->arguments[0], error))
        return FALSE;
    cli_line(cli, _("Installé : il sert au prochain démarrage de la fenêtre."));
    return TRUE;
}

const CliVerb cli_theme_verbs[] = {
    {"theme", "check", "DOSSIER", N_("juge un thème : fichiers, couleurs, contrastes"), 0, 1, 1,
     run_check},
    {"theme", "install", "DOSSIER", N_("installe le thème d’un organisme qui y a droit"), 0, 1, 1,
     run_install},
    {NULL},
};
