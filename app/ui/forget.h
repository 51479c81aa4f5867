/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * What GTK keeps of a text after it is gone from the screen. tests/faults/window-canaries.py
 * searches the living window for all of it.
 */

/* Empties @entry, whose buffer would keep the rest of the text behind its new end. */
void guichet_forget_entry(GtkEntry *entry);
/* Copying and cutting in @text (an entry or a text view) stay inside this program: another one's
 * clipboard manager would keep them, and GDK 4.8 keeps each text that it has handed over. What
 * another program has copied can still be pasted. */
void guichet_forget_share_nothing(GtkWidget *text);
/* Forgets what was copied, and takes back the selection that @widget's display may have. */
void guichet_forget_clipboards(GtkWidget *widget);
