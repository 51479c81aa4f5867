/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"
#include "service/guide.h"

/**
 * « Je ne sais pas quelle démarche »: one plain question at a time, its answers as large tiles with
 * the digit keys 1 to 9. Going back loses nothing: the answer that was given is the one that has
 * the focus, and the way forward is still there.
 *
 * Signal "found" (gpointer GuichetPlan*, which the handler takes): the answers have led to a
 * procedure.
 */
#define GUICHET_TYPE_GUIDE_PAGE (guichet_guide_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetGuidePage, guichet_guide_page, GUICHET, GUIDE_PAGE, GuichetPage)

void guichet_guide_page_set_desk(GuichetGuidePage *self, GuichetDesk *desk);
/* From the first question; the answers of the last person are forgotten. */
void guichet_guide_page_restart(GuichetGuidePage *self);
/* Made by hand, for tests and pictures. */
void guichet_guide_page_set_guide(GuichetGuidePage *self, GuichetGuide *guide);
