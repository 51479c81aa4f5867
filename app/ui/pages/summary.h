/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/step-page.h"

/** Everything on one page before the seal: answers, pieces, stamps, and what is still missing. */
#define GUICHET_TYPE_SUMMARY_PAGE (guichet_summary_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetSummaryPage, guichet_summary_page, GUICHET, SUMMARY_PAGE,
                     GuichetStepPage)

/* Read by the assistant: nothing is missing, the request may be sealed. */
gboolean guichet_summary_page_is_complete(GuichetSummaryPage *self);
void guichet_summary_page_show_error(GuichetSummaryPage *self, const GError *error);
