/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"

/**
 * The inner room: the only place that holds the decryption key (ROOT/inner/). Bytes of a bundle
 * are decrypted and unpacked in a child process with limits on memory, time, files and size and
 * without a way to new privileges, after the outer signature held.
 */

/* Verifies the deposit, writes its members below @folder (made, mode 0700; must be empty).
 * GUICHET_ERROR_NOT_FOUND for an unknown deposit. *@count: members written. */
gboolean guichet_centre_open_deposit(GuichetCentre *centre, const char *sha256, const char *folder,
                                     guint *count, GError **error);
