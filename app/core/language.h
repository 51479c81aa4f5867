/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The language in which data (procedures, the guide, the kiosk's words) speaks. A text of theirs is
 * French and stands in the catalogues of assets/po like any sentence of the programs; a file from
 * elsewhere may bring its own translations, which come first. One language for the process, read
 * when a file is loaded: after a switch, load again what is on the screen. Thread safe.
 */

/* An ISO 639 code of two or three letters ("fr", "en", "ar"), alone or at the head of a locale
 * ("en_GB.UTF-8"); anything else means French. */
void guichet_language_set(const char *code);
/* "fr" at first. Static. */
const char *guichet_language_get(void);

/* A French text of the data as gettext has it now, or itself where the catalogue lacks it: static,
 * or @french. */
const char *guichet_language_translate(const char *french) G_GNUC_FORMAT(1);

/* Official papers are French whatever the screen speaks (loi n° 94-665 du 4 août 1994, articles 2
 * and 5): while TRUE, the two functions above answer this thread in French. The state before. */
gboolean guichet_language_keep_french(gboolean keep);
