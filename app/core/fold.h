/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Words folded for comparing, never for storing: what a person typed stays as it was typed. Accents
 * and case go, ligatures open (Œ → oe), apostrophes and hyphens are spaces. Caller frees.
 */

/* "  L’Haÿ-les-Roses " → "l hay les roses"; "St Étienne" → "saint etienne". */
char *guichet_fold_place(const char *text);
/* A name as it is stored: NFC, inner white space single, the typographic apostrophe, plain hyphens.
 * Never another case, never without an accent. */
char *guichet_tidy_name(const char *typed);
