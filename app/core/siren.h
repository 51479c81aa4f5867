/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The number of a company (SIREN): nine digits, of which the last is a check digit (ISO/IEC 7812-1
 * annex B, « formule de Luhn »; INSEE, répertoire Sirene). A SIRET is a SIREN and five more digits,
 * and checks as a whole by the same sum, but for those of La Poste.
 */

/* Does @typed mean a number rather than a name: at least five digits, and nothing else but spaces,
 * dots and hyphens? */
gboolean guichet_siren_is_number(const char *typed);
/* The nine digits of a SIREN or SIRET, or NULL with GUICHET_ERROR_ARGUMENT that says what is wrong
 * with what was typed. Caller frees. */
char *guichet_siren_parse(const char *typed, GError **error);
