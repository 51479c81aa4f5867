/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * Keys on the screen, for a kiosk without a keyboard: they write where the focus is and never take
 * it. A keyboard that is there works as well.
 */
typedef enum {
    GUICHET_KEYPAD_DIGITS,  /* 0-9 */
    GUICHET_KEYPAD_DATE,    /* 0-9 and the stroke */
    GUICHET_KEYPAD_LETTERS, /* as on a French keyboard, with accents */
    GUICHET_KEYPAD_TEXT,    /* letters and digits */
} GuichetKeypadKind;

GtkWidget *guichet_keypad_new(GuichetKeypadKind kind);
