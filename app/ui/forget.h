/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * What GTK keeps of a text after it is gone from the screen. tests/faults/window-canaries.py
 * searches the living window for all of it.
 */

/* Empties @entry, whose buffer would keep the rest of the text behind its new end. */
void guichet_forget_entry(GtkEntry *entry);
/* Takes back what this window gave to the clipboard and to the selection of @widget's display. */
void guichet_forget_clipboards(GtkWidget *widget);
