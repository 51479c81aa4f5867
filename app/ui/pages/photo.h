/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/capture.h"

/** The photo: what makes a good one, the picture taken, once more. */
#define GUICHET_TYPE_PHOTO_PAGE (guichet_photo_page_get_type())
G_DECLARE_FINAL_TYPE(GuichetPhotoPage, guichet_photo_page, GUICHET, PHOTO_PAGE, GuichetCapturePage)
