/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gdk/gdk.h>

#define GUICHET_PICTURE_PIXELS 480

/* A picture of a capture, at most GUICHET_PICTURE_PIXELS a side; on any thread, which it keeps for
 * a while. */
GdkTexture *guichet_picture_decode(GBytes *content, GError **error);
