/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * What to do when a site refuses: a list of situations, and for the one that is chosen what to do,
 * what not to do and whom to ask, to print (F8).
 */
#define GUICHET_TYPE_SITE_HELP_PAGE (guichet_site_help_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetSiteHelpPage, guichet_site_help_page, GUICHET, SITE_HELP_PAGE,
                     GuichetPage)

void guichet_site_help_page_set_overview(GuichetSiteHelpPage *self, GuichetOverview *overview);
/* The topic to begin with, once the page is entered; NULL: the first. */
void guichet_site_help_page_select(GuichetSiteHelpPage *self, const char *topic);
