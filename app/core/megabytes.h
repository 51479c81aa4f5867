/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/* What is said to a person as "Mo": SI, 10^6 bytes. A limit is said a little smaller than it is, a
 * size that was refused a little larger, so that the one never looks like the other. */
static inline int
guichet_megabytes(gsize limit)
{
    return (int)(limit / 1000000);
}

static inline gsize
guichet_megabytes_over(gsize size)
{
    return size / 1000000 + 1;
}
