/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** A QR code (ISO/IEC 18004, level M, quiet zone of 4 modules), black on white in every theme and
 * with whole pixels for its modules, so that a telephone reads it off the screen. */
#define GUICHET_TYPE_CODE (guichet_code_get_type())
G_DECLARE_FINAL_TYPE(GuichetCode, guichet_code, GUICHET, CODE, GtkWidget)

/* NULL, or a text too long for a code: nothing is drawn and the widget hides. */
void guichet_code_set_text(GuichetCode *self, const char *text);
