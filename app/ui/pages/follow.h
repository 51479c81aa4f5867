/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * Where does a request stand? By the number or the code of its attestation, or by the ticket of a
 * draft: the last word that this station knows, with its date, also without a network, in plain
 * words; and on from there.
 */
#define GUICHET_TYPE_FOLLOW_PAGE (guichet_follow_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetFollowPage, guichet_follow_page, GUICHET, FOLLOW_PAGE, GuichetPage)

void guichet_follow_page_set_overview(GuichetFollowPage *self, GuichetOverview *overview);
