/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Advice on a French postal address (AFNOR NF Z10-011): six lines of at most 38 characters, from
 * the person to the locality. Advice only: an address that goes against it is stored as it was
 * typed.
 */
#define GUICHET_ADDRESS_LINES 6
#define GUICHET_ADDRESS_COLUMNS 38

/* Lines without white space at their ends; empty ones are gone. Caller frees. */
char *guichet_address_tidy(const char *typed);
/* What to mend (char*, French, a sentence each), empty when nothing; free the array. */
GPtrArray *guichet_address_advise(const char *address);
/* The same address with the words of its long lines abbreviated (Norme AFNOR NF Z10-011, annex:
 * "boulevard" → "BD") until each has at most 38 characters; NULL where that does not make it
 * shorter. Caller frees. */
char *guichet_address_propose(const char *address);
