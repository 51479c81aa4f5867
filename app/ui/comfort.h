/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "core/theme.h"

/** Reading comfort for the whole program: sizes, light or dark, no motion. For this session. */

/* Loads the style and the settings of the house on @display, once. */
void guichet_comfort_apply(GdkDisplay *display);
/* A pack's colours and font in place of the neutral ones; NULL goes back to them. Takes @theme. */
void guichet_comfort_take_theme(GuichetTheme *theme);
/* The font files of a checked pack, for this process; any thread. */
void guichet_comfort_add_fonts(const GuichetTheme *theme, const char *folder);
/* 100, 150 or 200. */
void guichet_comfort_set_text_percent(int percent);
int guichet_comfort_get_text_percent(void);
void guichet_comfort_set_dark(gboolean dark);
gboolean guichet_comfort_is_dark(void);
