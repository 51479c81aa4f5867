/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/** "New request": the procedures in force as large tiles, "other case" last. */
#define GUICHET_TYPE_CHOICE_PAGE (guichet_choice_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetChoicePage, guichet_choice_page, GUICHET, CHOICE_PAGE, GuichetPage)

void guichet_choice_page_set_overview(GuichetChoicePage *self, GuichetOverview *overview);
