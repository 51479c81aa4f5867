/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * "New request": the procedures in force as large tiles, "other case" last. Above them the two ways
 * that need no choice: the guided path, and the code of a page « Vos pièces », scanned or typed.
 *
 * Signal "begun" (const char *id): the draft of a code was made.
 */
#define GUICHET_TYPE_CHOICE_PAGE (guichet_choice_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetChoicePage, guichet_choice_page, GUICHET, CHOICE_PAGE, GuichetPage)

void guichet_choice_page_set_overview(GuichetChoicePage *self, GuichetOverview *overview);
void guichet_choice_page_set_desk(GuichetChoicePage *self, GuichetDesk *desk);
