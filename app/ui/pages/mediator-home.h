/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * Where the mediator begins: four large tiles with the digit keys 1 to 4, what was begun or
 * deposited here and goes on, and always in sight that nobody needs an e-mail address or a
 * telephone.
 */
#define GUICHET_TYPE_MEDIATOR_HOME (guichet_mediator_home_get_type())
G_DECLARE_FINAL_TYPE(GuichetMediatorHome, guichet_mediator_home, GUICHET, MEDIATOR_HOME,
                     GuichetPage)

void guichet_mediator_home_set_overview(GuichetMediatorHome *self, GuichetOverview *overview);
