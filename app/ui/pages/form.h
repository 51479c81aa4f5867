/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/step-page.h"

/** A step of questions; each answer is stored while it is typed. */
#define GUICHET_TYPE_FORM_PAGE (guichet_form_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetFormPage, guichet_form_page, GUICHET, FORM_PAGE, GuichetStepPage)
