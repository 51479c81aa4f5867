/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/** What was sealed here: what waits and why, what the centre holds. */
#define GUICHET_TYPE_QUEUE_PAGE (guichet_queue_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetQueuePage, guichet_queue_page, GUICHET, QUEUE_PAGE, GuichetPage)

void guichet_queue_page_set_overview(GuichetQueuePage *self, GuichetOverview *overview);
