/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * Keeps guichet-device from outliving its purpose. A thread watches for SIGTERM, SIGINT and, where
 * standard input is a pipe, its end (the parent left or asks to stop). Each triggers @cancellable;
 * a second and a half later the process is ended, whatever a device library is doing. The death
 * of the parent's thread counts as SIGTERM. No core is ever dumped: memory holds a citizen's
 * print.
 *
 * Call first in main(), while there is one thread.
 */
void guichet_guard_start(GCancellable *cancellable);
/* All is said and only cleaning up is left: from now on the process has the same second and a half
 * to end by itself, else it is ended with @status. */
void guichet_guard_end_soon(int status);
