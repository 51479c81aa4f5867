/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "core/help.h"

/** Parts of a help topic (core/help.h) as labels that wrap, into a box of a page. */

void guichet_advice_clear(GtkBox *box);
/* "1. …" or, with @mark, "mark …", one label a text. */
void guichet_advice_add_texts(GtkBox *box, const char *title, GPtrArray *texts, const char *mark);
/* Whom to ask: name and number, hours, relay, and where to verify it. */
void guichet_advice_add_lines(GtkBox *box, const char *title, GPtrArray *lines);
/* A label that wraps, of that class. */
GtkWidget *guichet_advice_make_label(const char *text, const char *css);
