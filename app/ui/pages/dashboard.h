/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"
#include "service/desk.h"

/**
 * The figures of the station for a period: plots, each with its values as a table, and one file of
 * all (service/statistics.h says what they mean).
 */
#define GUICHET_TYPE_DASHBOARD_PAGE (guichet_dashboard_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetDashboardPage, guichet_dashboard_page, GUICHET, DASHBOARD_PAGE,
                     GuichetPage)

/* Reads it anew each time that the page is shown. */
void guichet_dashboard_page_set_desk(GuichetDashboardPage *self, GuichetDesk *desk);
