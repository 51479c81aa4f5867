/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/* PNG, 8-bit grey, lossless, of @width × @height bytes without padding; pHYs says @dpi unless it is
 * 0. GUICHET_ERROR_DEVICE if libpng refuses. */
GBytes *guichet_print_to_png(const guint8 *pixels, guint width, guint height, guint dpi,
                             GError **error);
