/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/audit.h"

#include <inttypes.h>

#include "cli/cli.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

static gboolean
run_verify(Cli *cli, GError **error)
{
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    g_auto(GuichetAudit) audit = {0};
    if (desk == NULL || !guichet_desk_audit(desk, &audit, error) ||
        !cli_refuse_findings(audit.findings, _("Le journal a été touché, gardez tout : "), error))
        return FALSE;
    cli_set_boolean(cli, "sound", TRUE);
    cli_set_int(cli, "entries", audit.entries);
    cli_set_string(cli, "head", audit.head);
    cli_set_int(cli, "receipts", audit.receipts);
    cli_set_int(cli, "witnessed", audit.witnessed);
    cli_line(cli, _("Journal intact : %" PRId64 " lignes, tête %s"), audit.entries, audit.head);
    cli_line(cli,
             _("%u accusés vérifiés ; le centre a contresigné le journal jusqu’à la ligne "
               "%" PRId64),
             audit.receipts, audit.witnessed);
    return TRUE;
}

const CliVerb cli_audit_verbs[] = {
    {"audit", "verify", "", N_("vérifie la chaîne du journal et ses témoins, les accusés"), 0, 0, 0,
     run_verify},
    {NULL},
};
