/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * A technician's home: every part of the station with its state, what is wrong in words and what to
 * do, trials with their pictures, logs, and the signed report as a file and a code. Shows nobody's
 * data; pictures of trials are forgotten when the page is left.
 */
#define GUICHET_TYPE_TECHNICIAN_PAGE (guichet_technician_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetTechnicianPage, guichet_technician_page, GUICHET, TECHNICIAN_PAGE,
                     GuichetPage)

void guichet_technician_page_set_overview(GuichetTechnicianPage *self, GuichetOverview *overview);
