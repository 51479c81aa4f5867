/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/* A picture as a test looks at it: 8-bit RGB, read by libjpeg or libpng and asserted whole. */
typedef struct {
    guint width, height, dpi;
    guint8 *pixels; /* 3 bytes each; 1 for picture_from_png */
} Picture;

Picture *picture_from_jpeg(GBytes *content);
/* 8-bit grey. */
Picture *picture_from_png(GBytes *content);
void picture_free(Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_free)

/* The pixel of a JPEG, within what compression blurs. */
void assert_colour(const Picture *picture, guint x, guint y, guint red, guint green, guint blue);
/* A P6 file of @width × @height: white, its upper left quarter @red, @green, @blue. */
void write_quartered_ppm(const char *path, guint width, guint height, guint8 red, guint8 green,
                         guint8 blue);
