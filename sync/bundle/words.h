/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/** Shapes of the words that the signed formats of FORMAT.md share. */

/* Exactly 64 lower-case hexadecimal digits. */
gboolean guichet_word_is_sha256(const char *text);
/* An identity: [A-Za-z0-9] then up to 63 of [A-Za-z0-9._-]. What names a station. */
gboolean guichet_word_is_identity(const char *text);
/* An id of a procedure file: [a-z0-9] then up to 63 of [a-z0-9-]. */
gboolean guichet_word_is_id(const char *text);
