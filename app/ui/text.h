/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/request.h"

/** Words for the screen, made from what the core holds. Every string returned is the caller's. */

/* "10:42" today, "21 nov. 10:42" otherwise; local time. */
char *guichet_text_moment(gint64 wall_us);
/* "dimanche 22 novembre 2026". */
char *guichet_text_day(gint64 wall_us);
/* "lundi 16 novembre", "16 nov.", "novembre". */
char *guichet_text_date(const GDate *date);
char *guichet_text_short_date(const GDate *date);
char *guichet_text_month(const GDate *date);
/* "28 s", "3 min 28", "7 h 20", "4 j 6 h"; less than a second is "0 s". */
char *guichet_text_duration(double seconds);
/* "MARTIN Claire", or "Demande sans nom" while a draft has none; "" once sealed. */
char *guichet_text_person(GuichetRequest *request);
/* "n° 12" of a sealed request, or NULL. */
char *guichet_text_deposit(GuichetRequest *request);
/* Of a value as it is stored: dates as JJ/MM/AAAA, choices by their label; "" when not answered. */
char *guichet_text_value(const GuichetField *field, const char *value);
/* The same to be read: its groups of digits stay in order where words run from right to left. */
char *guichet_text_answer(const GuichetField *field, const char *value);
/* What a person typed as a date, with the separators that are missing: "14071990" → "14/07/1990".
 */
char *guichet_text_complete_date(const char *typed);
/* Icon that goes with the state's word. Static. */
const char *guichet_text_state_icon(GuichetRequestState state);
/* CSS class of the state's badge. Static. */
const char *guichet_text_state_class(GuichetRequestState state);
/* "Sentence." from the first line of @error, always with a capital and a final stop. */
char *guichet_text_error(const GError *error);
/* The first letter of @text without case or accent, so that "e" finds "État"; 0 when there is none.
 */
gunichar guichet_text_initial(const char *text);
