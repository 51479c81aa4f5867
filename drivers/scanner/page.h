/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * A scanned page as it comes off the glass: rows of 8-bit grey or RGB, and its JPEG.
 */
#define GUICHET_SCAN_MAX_SIDE 16384               /* pixels */
#define GUICHET_SCAN_MAX_BYTES (64 * 1024 * 1024) /* raw: A4, colour, 300 dpi is 26 MB */

typedef struct {
    guint width, height; /* pixels */
    guint channels;      /* 1 or 3 */
    gsize stride;        /* bytes a row, ≥ width × channels */
    const guint8 *rows;
    guint dpi; /* 0 = not known: no density is claimed */
} GuichetScanPage;

/* JFIF, quality 85. GUICHET_ERROR_DEVICE if libjpeg refuses. */
GBytes *guichet_scan_page_to_jpeg(const GuichetScanPage *page, GError **error);
