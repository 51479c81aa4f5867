/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"
#include "service/guide.h"

/**
 * « Vos pièces »: what the guide has found. For each paper « je l’ai », « je ne l’ai pas » or
 * « autre document »; price and delay; the page to print (F8); and the request itself (F2), which a
 * missing paper never prevents.
 *
 * Signal "begun" (const char *id): a draft was made, with the answers of the guide.
 */
#define GUICHET_TYPE_CHECKLIST_PAGE (guichet_checklist_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetChecklistPage, guichet_checklist_page, GUICHET, CHECKLIST_PAGE,
                     GuichetPage)

/* Takes @plan. @desk may be NULL: a list to look at. */
void guichet_checklist_page_show(GuichetChecklistPage *self, GuichetDesk *desk, GuichetPlan *plan);
