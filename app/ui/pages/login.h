/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"
#include "service/desk.h"

/** Who works here: agent, and passphrase or the code of the agent's card. Signal "opened" (agent)
 * once the store is unlocked. */
#define GUICHET_TYPE_LOGIN_PAGE (guichet_login_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetLoginPage, guichet_login_page, GUICHET, LOGIN_PAGE, GuichetPage)

void guichet_login_page_set_desk(GuichetLoginPage *self, GuichetDesk *desk);
/* The station could not be opened: says so; there is nothing to log in to. */
void guichet_login_page_show_error(GuichetLoginPage *self, const GError *error);
