/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Whether a station may be left alone with a citizen, and how patient it is:
 * ROOT/policy/kiosk.json, else the installed one (assets/policy, profile "kiosk/1").
 */
#define GUICHET_KIOSK_FILE "policy/kiosk.json" /* below a station's root */

typedef struct {
    gboolean unattended; /* a key slot may be opened by the station secret alone */
    guint idle_seconds;  /* without a sign of anybody, then the session ends; 20 … 3600 */
    guint warn_seconds;  /* of these, with the warning on the screen; 20 … idle_seconds */
} GuichetKioskPolicy;

/* Strict. Where there is no file: not allowed. A broken one is an error, and allows nothing. */
gboolean guichet_kiosk_policy_load(const char *root, GuichetKioskPolicy *policy, GError **error);
