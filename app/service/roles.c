/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/error.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

void
guichet_desk_set_role(GuichetDesk *self, GuichetUserRole role)
{
    self->wanted = role;
    self->role = role < GUICHET_USER_ROLE_N ? role : GUICHET_USER_ROLE_AGENT;
}

gboolean
guichet_desk_take_role(GuichetDesk *self, GError **error)
{
    GuichetUserRole own = guichet_store_get_role(self->store);
    GuichetUserRole wanted = self->wanted < GUICHET_USER_ROLE_N ? self->wanted : own;
    if (guichet_user_role_covers(own, wanted)) {
        self->role = wanted;
        return TRUE;
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("« %s » a le rôle « %s » et ne peut pas travailler comme « %s »"),
                guichet_store_get_agent(self->store), guichet_user_role_label(own),
                guichet_user_role_label(wanted));
    return FALSE;
}

GuichetUserRole
guichet_desk_get_role(GuichetDesk *self)
{
    return self->role;
}

gboolean
guichet_desk_may(GuichetDesk *self, GuichetAction action, GError **error)
{
    return guichet_user_role_check(self->role, action, error);
}

/* Steps of the person's own features, which no scanned paper replaces. */
static gboolean
takes_features(GuichetProcedure *procedure)
{
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    for (guint i = 0; i < steps->len; i++) {
        GuichetStepKind kind = ((const GuichetStep *)g_ptr_array_index(steps, i))->kind;
        if (kind == GUICHET_STEP_PHOTO || kind == GUICHET_STEP_PRINTS)
            return TRUE;
    }
    return FALSE;
}

/* It ends an earlier request, whose title changes hands; a supplement only adds to one. */
static gboolean
gives_title(GuichetProcedure *procedure)
{
    return guichet_procedure_joins(procedure) &&
           !g_str_has_suffix(guichet_procedure_get_id(procedure), "-supplement");
}

gboolean
guichet_desk_may_work_on(GuichetDesk *self, GuichetProcedure *procedure, GError **error)
{
    if (!guichet_user_role_may(self->role, GUICHET_ACTION_DEPOSIT))
        return TRUE;
    if (!guichet_user_role_may(self->role, GUICHET_ACTION_HAND_OVER) && gives_title(procedure))
        return guichet_desk_may(self, GUICHET_ACTION_HAND_OVER, error);
    if (guichet_user_role_may(self->role, GUICHET_ACTION_BIOMETRICS) || !takes_features(procedure))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("« %s » : la photo et les empreintes sont prises par un agent ; imprimez la page "
                  "« Vos pièces » et prenez rendez-vous avec lui"),
                guichet_procedure_get_title(procedure));
    return FALSE;
}

gboolean
guichet_desk_may_touch(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DRAFT, error))
        return FALSE;
    if (self->role != GUICHET_USER_ROLE_CITIZEN || g_strcmp0(self->mine, request_id) == 0)
        return TRUE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                        _("Ce dossier n’est pas ouvert ici : il faut son ticket"));
    return FALSE;
}
