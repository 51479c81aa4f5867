/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/role.h"

#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MAY(action) (1u << GUICHET_ACTION_##action)

/* Everything that a role may do stands here, and nowhere else. */
static const struct {
    const char *name, *label;
    guint may;    /* bits of GuichetAction */
    guint covers; /* bits of GuichetUserRole */
} roles[GUICHET_USER_ROLE_N] = {
    [GUICHET_USER_ROLE_AGENT] = {"agent", N_("Agent"),
                                 MAY(CONSULT) | MAY(DRAFT) | MAY(LIST) | MAY(BIOMETRICS) |
                                     MAY(DEPOSIT) | MAY(HAND_OVER) | MAY(SYNC) | MAY(AGENTS) |
                                     MAY(DEVICES) | MAY(MAINTAIN),
                                 1 << GUICHET_USER_ROLE_AGENT | 1 << GUICHET_USER_ROLE_MEDIATOR |
                                     1 << GUICHET_USER_ROLE_TECHNICIAN},
    [GUICHET_USER_ROLE_MEDIATOR] = {"mediator", N_("Médiateur"),
                                    MAY(CONSULT) | MAY(DRAFT) | MAY(LIST) | MAY(DEPOSIT) |
                                        MAY(SYNC),
                                    1 << GUICHET_USER_ROLE_MEDIATOR},
    [GUICHET_USER_ROLE_CITIZEN] = {"citizen", N_("Usager"), MAY(CONSULT) | MAY(DRAFT),
                                   1 << GUICHET_USER_ROLE_CITIZEN},
    [GUICHET_USER_ROLE_TECHNICIAN] = {"technician", N_("Technicien"),
                                      MAY(CONSULT) | MAY(SYNC) | MAY(DEVICES) | MAY(MAINTAIN),
                                      1 << GUICHET_USER_ROLE_TECHNICIAN},
};

static const char *const denials[GUICHET_ACTION_N] = {
    [GUICHET_ACTION_CONSULT] = N_("ne consulte rien ici ; adressez-vous à un agent"),
    [GUICHET_ACTION_DRAFT] = N_("ne remplit pas de demande ; adressez-vous à un agent"),
    [GUICHET_ACTION_LIST] = N_("ne voit pas les demandes du poste ; adressez-vous à un agent"),
    [GUICHET_ACTION_BIOMETRICS] =
        N_("ne prend ni photo, ni empreintes, ni signature ; un agent les prendra"),
    [GUICHET_ACTION_DEPOSIT] = N_("ne dépose pas de demande ; un agent ou un médiateur le fait"),
    [GUICHET_ACTION_HAND_OVER] = N_("ne remet pas de titre ; un agent le fait"),
    [GUICHET_ACTION_SYNC] = N_("n’envoie et ne reçoit rien ; un agent ou un technicien le fait"),
    [GUICHET_ACTION_AGENTS] = N_("ne gère ni les agents ni les clés ; un agent le fait"),
    [GUICHET_ACTION_DEVICES] = N_("ne règle pas les appareils ; un technicien le fait"),
    [GUICHET_ACTION_MAINTAIN] = N_("n’entretient pas le poste ; un technicien le fait"),
};

const char *
guichet_user_role_name(GuichetUserRole role)
{
    g_return_val_if_fail(role < GUICHET_USER_ROLE_N, NULL);
    return roles[role].name;
}

const char *
guichet_user_role_label(GuichetUserRole role)
{
    g_return_val_if_fail(role < GUICHET_USER_ROLE_N, NULL);
    return _(roles[role].label);
}

gboolean
guichet_user_role_from_name(const char *name, GuichetUserRole *role)
{
    for (guint i = 0; i < GUICHET_USER_ROLE_N; i++)
        if (strcmp(roles[i].name, name) == 0) {
            *role = (GuichetUserRole)i;
            return TRUE;
        }
    return FALSE;
}

gboolean
guichet_user_role_parse(const char *name, GuichetUserRole *role, GError **error)
{
    if (guichet_user_role_from_name(name, role))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.40s » n’est pas un rôle : agent, mediator, citizen ou technician"), name);
    return FALSE;
}

gboolean
guichet_user_role_may(GuichetUserRole role, GuichetAction action)
{
    return role < GUICHET_USER_ROLE_N && action < GUICHET_ACTION_N &&
           (roles[role].may & (1u << action)) != 0;
}

gboolean
guichet_user_role_check(GuichetUserRole role, GuichetAction action, GError **error)
{
    g_return_val_if_fail(role < GUICHET_USER_ROLE_N && action < GUICHET_ACTION_N, FALSE);
    if (guichet_user_role_may(role, action))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED, _("Le rôle « %s » %s"),
                guichet_user_role_label(role), _(denials[action]));
    return FALSE;
}

gboolean
guichet_user_role_covers(GuichetUserRole own, GuichetUserRole wanted)
{
    return own < GUICHET_USER_ROLE_N && wanted < GUICHET_USER_ROLE_N &&
           (roles[own].covers & (1u << wanted)) != 0;
}
