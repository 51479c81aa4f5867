/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/der.h"

#include <string.h>

const guint8 *
guichet_der_take(GuichetDer *der, gsize size)
{
    if (der->failed || der->left < size) {
        der->failed = TRUE;
        return NULL;
    }
    const guint8 *taken = der->at;
    der->at += size;
    der->left -= size;
    return taken;
}

void
guichet_der_take_exactly(GuichetDer *der, const guint8 *expected, gsize size)
{
    const guint8 *taken = guichet_der_take(der, size);
    if (taken != NULL && memcmp(taken, expected, size) != 0)
        der->failed = TRUE;
}

gsize
guichet_der_take_header(GuichetDer *der, guint8 tag)
{
    const guint8 *taken = guichet_der_take(der, 2);
    if (taken == NULL || taken[0] != tag) {
        der->failed = TRUE;
        return 0;
    }
    gsize length = taken[1];
    if (length >= 0x80) {
        gsize octets = length & 0x7f;
        const guint8 *more = octets >= 1 && octets <= 4 ? guichet_der_take(der, octets) : NULL;
        length = 0;
        for (gsize i = 0; more != NULL && i < octets; i++)
            length = length << 8 | more[i];
        if (more == NULL || more[0] == 0 || length < 0x80)
            der->failed = TRUE;
    }
    if (der->failed || length > der->left) {
        der->failed = TRUE;
        return 0;
    }
    return length;
}

void
guichet_der_take_outer(GuichetDer *der, guint8 tag)
{
    if (guichet_der_take_header(der, tag) != der->left)
        der->failed = TRUE;
}

gsize
guichet_der_header_size(gsize length)
{
    gsize size = 2;
    for (gsize rest = length; length >= 0x80 && rest > 0; rest >>= 8)
        size++;
    return size;
}

void
guichet_der_append_header(GByteArray *bytes, guint8 tag, gsize length)
{
    guint8 header[2 + sizeof length] = {tag, (guint8)length};
    gsize size = guichet_der_header_size(length);
    if (size > 2)
        header[1] = (guint8)(0x80 | (size - 2));
    for (gsize i = 2; i < size; i++)
        header[i] = (guint8)(length >> 8 * (size - 1 - i));
    g_byte_array_append(bytes, header, (guint)size);
}
