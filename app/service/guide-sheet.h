/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/guide-plan.h"

/**
 * « Vos pièces »: what to bring and why, what it costs and how long it takes, with a code that
 * opens the same draft at any station (assets/guide/CODE.md). One A4 page, PDF, in the manner of
 * the deposit slip. It does not know who came.
 */
GBytes *guichet_guide_sheet_make(const GuichetPlan *plan, const char *station_name, gint64 today_us,
                                 GError **error);
