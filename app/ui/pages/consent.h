/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/step-page.h"

/**
 * The consent of the person for whom a mediator fills the request: what is read out, who says yes,
 * how, for what and when; the mandate to sign is printed from here (F8). A step of the assistant
 * that no procedure has (core/consent.h).
 */
#define GUICHET_TYPE_CONSENT_PAGE (guichet_consent_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetConsentPage, guichet_consent_page, GUICHET, CONSENT_PAGE,
                     GuichetStepPage)
