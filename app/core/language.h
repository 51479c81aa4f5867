/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The language in which data (procedures, the guide) speaks: a text of theirs is French, or one
 * text a language with French as the fall-back. One for the process, read when a file is loaded:
 * after a switch, load again what is on the screen. Thread safe.
 */

/* An ISO 639 code of two or three letters ("fr", "en", "ar"), alone or at the head of a locale
 * ("en_GB.UTF-8"); anything else means French. */
void guichet_language_set(const char *code);
/* "fr" at first. Static. */
const char *guichet_language_get(void);
