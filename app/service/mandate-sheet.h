/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/consent-policy.h"

/** The mandate on paper: plain French, lines to write on, two signatures. One A4 page, PDF. */
typedef struct {
    const GuichetConsentPolicy *policy;
    const char *station_name; /* of the desk */
    const char *procedure;    /* its title */
    const char *who;          /* who mandates, or "" */
    const char *helper;       /* who is mandated */
    gint64 today_us;
} GuichetMandate;

GBytes *guichet_mandate_sheet_make(const GuichetMandate *mandate, GError **error);
