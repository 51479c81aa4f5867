/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/** The day's desk: drafts to resume, what waits, what was received, and "new request". */
#define GUICHET_TYPE_HOME_PAGE (guichet_home_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetHomePage, guichet_home_page, GUICHET, HOME_PAGE, GuichetPage)

void guichet_home_page_set_overview(GuichetHomePage *self, GuichetOverview *overview);
