/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * When the centre last answered this station on the network, over a connection with both
 * certificates verified: ROOT/run/heard, one line YYYY-MM-DDTHH:MM:SSZ. A quiet centre that has no
 * message for weeks is still heard. Written at most once an hour.
 */

/* Wall µs; 0 = never, or not to be read. */
gint64 guichet_contact_last(const char *root);
/* @root = NULL: nothing is noted. */
gboolean guichet_contact_note(const char *root, GError **error);
