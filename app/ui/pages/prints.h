/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/capture.h"

/** Fingerprints: which finger to put, and the print taken. */
#define GUICHET_TYPE_PRINTS_PAGE (guichet_prints_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetPrintsPage, guichet_prints_page, GUICHET, PRINTS_PAGE,
                     GuichetCapturePage)
