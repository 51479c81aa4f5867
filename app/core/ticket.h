/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The ticket with which a citizen comes back to a draft begun at a kiosk: twelve digits, since
 * everybody knows digits in every language and every keypad has them.
 *
 * Eleven are drawn from getrandom(2) (36.5 bits), the twelfth is their check digit (Damm 2004: sees
 * every single wrong digit and every swap of two neighbours), so a slip of the finger is told at
 * once and costs no attempt. With 1,000 open drafts and the 30 attempts an hour that
 * db/kiosk.h allows, guessing around the clock finds one draft in about 380 years.
 */
#define GUICHET_TICKET_DIGITS 12
#define GUICHET_TICKET_GROUP 3

/* New, without blanks. Caller frees. */
char *guichet_ticket_new(GError **error);
/* The twelve digits of what was typed, read or scanned (blanks, points and hyphens are left out),
 * or NULL with GUICHET_ERROR_ARGUMENT and a sentence in easy words. Caller frees. */
char *guichet_ticket_parse(const char *text, GError **error);
/* "417 093 558 262"; caller frees. */
char *guichet_ticket_format(const char *digits);
/* "4, 1, 7. 0, 9, 3. 5, 5, 8. 2, 6, 2.": to be read aloud. Caller frees. */
char *guichet_ticket_spell(const char *digits);
