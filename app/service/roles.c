/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/desk-private.h"

void
guichet_desk_set_role(GuichetDesk *self, GuichetUserRole role)
{
    g_return_if_fail(role < GUICHET_USER_ROLE_N);
    self->role = role;
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
