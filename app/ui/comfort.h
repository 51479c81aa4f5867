/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** Reading comfort for the whole program: sizes, light or dark, no motion. For this session. */

/* Loads the style and the settings of the house on @display, once. */
void guichet_comfort_apply(GdkDisplay *display);
/* 100, 150 or 200. */
void guichet_comfort_set_text_percent(int percent);
int guichet_comfort_get_text_percent(void);
void guichet_comfort_set_dark(gboolean dark);
gboolean guichet_comfort_is_dark(void);
