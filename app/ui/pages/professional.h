/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * Is this professional in the list that the centre signed? By name and place or by SIREN; beside it
 * what to know of intermediaries and false sites, to print (F8).
 */
#define GUICHET_TYPE_PROFESSIONAL_PAGE (guichet_professional_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetProfessionalPage, guichet_professional_page, GUICHET, PROFESSIONAL_PAGE,
                     GuichetPage)

void guichet_professional_page_set_overview(GuichetProfessionalPage *self,
                                            GuichetOverview *overview);
