/* SPDX-License-Identifier: EUPL-1.2 */
#include "role-home.h"

#include "pages/home.h"
#include "pages/mediator-home.h"
#include "pages/technician.h"

static GType (*const homes[GUICHET_USER_ROLE_N])(void) = {
    [GUICHET_USER_ROLE_AGENT] = guichet_home_page_get_type,
    [GUICHET_USER_ROLE_MEDIATOR] = guichet_mediator_home_get_type,
    [GUICHET_USER_ROLE_TECHNICIAN] = guichet_technician_page_get_type,
};

GType
guichet_role_home_get_type(GuichetUserRole role)
{
    g_return_val_if_fail(role < GUICHET_USER_ROLE_N && homes[role] != NULL, G_TYPE_INVALID);
    return homes[role]();
}
