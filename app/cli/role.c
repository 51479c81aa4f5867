/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "cli/cli.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

/* What a verb asks of --role. A verb that is not here is refused to every role that is given. */
static const struct {
    const char *group, *verb; /* verb NULL: all others of the group */
    GuichetAction action;
} needs[] = {
    {"station", "agent", GUICHET_ACTION_AGENTS},
    {"station", "agents", GUICHET_ACTION_MAINTAIN},
    {"station", "agent-revoke", GUICHET_ACTION_AGENTS},
    {"station", "passphrase", GUICHET_ACTION_LIST},
    {"station", "card", GUICHET_ACTION_LIST},
    {"station", "rekey", GUICHET_ACTION_AGENTS},
    {"station", "accept-restore", GUICHET_ACTION_AGENTS},
    {"station", "role", GUICHET_ACTION_AGENTS},
    {"station", "device", GUICHET_ACTION_DEVICES},
    {"station", NULL, GUICHET_ACTION_MAINTAIN},
    {"procedure", NULL, GUICHET_ACTION_CONSULT},
    {"request", "new", GUICHET_ACTION_DRAFT},
    {"request", "set", GUICHET_ACTION_DRAFT},
    {"request", "attach", GUICHET_ACTION_DRAFT},
    {"request", "capture", GUICHET_ACTION_DRAFT},
    {"request", "impossible", GUICHET_ACTION_DRAFT},
    {"request", "remove", GUICHET_ACTION_DRAFT},
    {"request", "check", GUICHET_ACTION_DRAFT},
    {"request", "abandon", GUICHET_ACTION_DRAFT},
    {"request", "supplement", GUICHET_ACTION_DRAFT},
    {"request", "list", GUICHET_ACTION_LIST},
    {"request", "show", GUICHET_ACTION_LIST},
    {"request", "handover", GUICHET_ACTION_HAND_OVER},
    {"request", "ticket", GUICHET_ACTION_LIST},
    {"request", NULL, GUICHET_ACTION_DEPOSIT},
    {"professional", "install", GUICHET_ACTION_MAINTAIN},
    {"professional", NULL, GUICHET_ACTION_CONSULT},
    {"help", NULL, GUICHET_ACTION_CONSULT},
    {"kiosk", NULL, GUICHET_ACTION_DRAFT},
    {"day", NULL, GUICHET_ACTION_LIST},
    {"read", NULL, GUICHET_ACTION_CONSULT},
    {"bundle", NULL, GUICHET_ACTION_CONSULT},
    {"document", NULL, GUICHET_ACTION_DRAFT},
    {"photo", NULL, GUICHET_ACTION_BIOMETRICS},
    {"finger", NULL, GUICHET_ACTION_BIOMETRICS},
    {"device", NULL, GUICHET_ACTION_DEVICES},
    {"diagnostic", "verify", GUICHET_ACTION_CONSULT},
    {"diagnostic", NULL, GUICHET_ACTION_DEVICES},
    {"sync", NULL, GUICHET_ACTION_SYNC},
    {"audit", NULL, GUICHET_ACTION_MAINTAIN},
    {"db", NULL, GUICHET_ACTION_MAINTAIN},
    {"theme", NULL, GUICHET_ACTION_MAINTAIN},
    {"stats", NULL, GUICHET_ACTION_SYNC},
};

gboolean
cli_role_may(GuichetUserRole role, const CliVerb *verb, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(needs); i++)
        if (strcmp(needs[i].group, verb->group) == 0 &&
            (needs[i].verb == NULL || strcmp(needs[i].verb, verb->verb) == 0))
            return guichet_user_role_check(role, needs[i].action, error);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("« %s %s » n’est ouvert à aucun rôle ; lancez-le sans --role"), verb->group,
                verb->verb);
    return FALSE;
}
