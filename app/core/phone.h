/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Telephone numbers as people write them, in the international form of ITU-T E.164 where it is
 * plain what is meant. Never forced: what is not understood is kept as it was typed.
 */

/* "06 12 34 56 78" → "+33612345678"; "0044 20 7946 0958" → "+442079460958"; numbers of overseas
 * territories by their prefix ("0262…" → "+262262…"). NULL when it is not plain. Caller frees. */
char *guichet_phone_to_e164(const char *typed);
/* "+33612345678" → "06 12 34 56 78"; others in groups after the "+". Caller frees. */
char *guichet_phone_to_text(const char *e164);
