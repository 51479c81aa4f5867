/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/capture.h"

/** Pages to scan: a checklist, and thumbnails of what was accepted. */
#define GUICHET_TYPE_PAPERS_PAGE (guichet_papers_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetPapersPage, guichet_papers_page, GUICHET, PAPERS_PAGE,
                     GuichetCapturePage)
