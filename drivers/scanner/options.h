/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>
#include <sane/sane.h>

/**
 * SANE options by name, set only where the device has them. Numbers of options change when a
 * backend says RELOAD_OPTIONS, so names are looked up each time.
 */

/* Sets @name to @value, written as text ("300", "Color", "yes"). FALSE if the device has no such
 * option, it can't be set now, or it refuses. */
gboolean guichet_sane_set(SANE_Handle handle, const char *name, const char *value);
/* The value of a number option, rounded; 0 if there is none. */
guint guichet_sane_get_number(SANE_Handle handle, const char *name);
/* 300 dpi, colour (grey where that is all), 8 bits, the whole A4 page from the upper left. */
void guichet_sane_prepare_page(SANE_Handle handle);
