/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/** What the same bytes cost in plain C, without Guichet. Times in milliseconds; aborts on error. */

/* write + fsync of @bytes into a new file of @folder. */
double floor_write(const char *folder, GBytes *bytes);
/* SHA-256, AES-256-GCM, ECDSA P-256 over the digest, write + fsync of what was encrypted. */
double floor_seal(const char *folder, GBytes *bytes);

/* Middle of @count values (sorts them). */
double floor_median(double *values, guint count);
