/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/** After the seal: number, where the request is now, what happens next, and the citizen's proof. */
#define GUICHET_TYPE_RECEIPT_PAGE (guichet_receipt_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetReceiptPage, guichet_receipt_page, GUICHET, RECEIPT_PAGE, GuichetPage)

void guichet_receipt_page_set_overview(GuichetReceiptPage *self, GuichetOverview *overview);
/* @desk makes the slip. */
void guichet_receipt_page_show(GuichetReceiptPage *self, GuichetDesk *desk,
                               GuichetRequest *request);
