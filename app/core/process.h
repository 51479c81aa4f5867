/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * What every program that holds personal data or keys does first, before any thread: it leaves no
 * core dump, no neighbour of the same user can trace it or read its memory, and where
 * RLIMIT_MEMLOCK has no bound for it (so the package sets it for the desk's user and the units) all
 * its memory is locked, and nothing is ever swapped. Where it has one, keys alone are locked
 * (core/secret.h): the machine's swap must then be off or encrypted.
 *
 * Inherited by no child: each program of ours calls it. TRUE = all memory is locked.
 */
gboolean guichet_process_harden(void);
