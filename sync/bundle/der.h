/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A strict walk over DER (X.690 §10, §11), for the places where a profile leaves one form only.
 * A failure sticks: take all that is expected, then ask @failed once.
 */
typedef struct {
    const guint8 *at;
    gsize left;
    gboolean failed;
} GuichetDer;

/* The next @size bytes; NULL once anything failed. */
const guint8 *guichet_der_take(GuichetDer *der, gsize size);
void guichet_der_take_exactly(GuichetDer *der, const guint8 *expected, gsize size);
/* One tag octet and a definite length in the fewest octets; the length fits in what is left.
 * Returns it, 0 once anything failed. */
gsize guichet_der_take_header(GuichetDer *der, guint8 tag);
/* A header whose content is all that is left: nothing may follow. */
void guichet_der_take_outer(GuichetDer *der, guint8 tag);

/* The writing side of guichet_der_take_header(). */
gsize guichet_der_header_size(gsize length);
void guichet_der_append_header(GByteArray *bytes, guint8 tag, gsize length);
