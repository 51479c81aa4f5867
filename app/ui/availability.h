/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/capture.h"
#include "service/desk.h"

/**
 * While a window is open, each minute: could the station capture (service/statistics.h)? Noted on
 * the desk's worker, behind whatever it does, session or not.
 */

/* Until @desk is gone. */
void guichet_availability_watch(GuichetDesk *desk);
/* A capture of @page ended, well where @error is NULL: it tells whether its device works. */
void guichet_availability_note_capture(GuichetCapturePage *page, const GError *error);
