/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * The language of the window, which a person changes at any time (F9). The sentences in the code
 * are French; the other languages are catalogues (assets/po). Data that is loaded after a change
 * speaks it too (core/language.h). Only the window's thread sets it.
 */
typedef struct {
    const char *code;   /* ISO 639-1: "fr" */
    const char *name;   /* in itself: "Français" */
    const char *locale; /* for tools that ask the process, where the system has it */
    GtkTextDirection direction;
} GuichetLocale;

/* Ends with a row whose code is NULL; the first is the language that the window starts in. */
extern const GuichetLocale guichet_locales[];

/* Once, before any thread starts: the locale, and the catalogues of the installed folder or of
 * $GUICHET_LOCALEDIR. */
void guichet_locale_start(void);
/* @code of the table; others are ignored. What was made before keeps its words: the window makes
 * its pages anew (guichet_window_set_language). */
void guichet_locale_set(const char *code);
const GuichetLocale *guichet_locale_get(void);
/* @widget runs from left to right in any language: figures, codes, keys of a French keyboard. */
void guichet_locale_from_left(GtkWidget *widget);
/* @text set apart from the direction of the words around it (Unicode TR 9: FSI … PDI), so that a
 * number, a name or a path keeps its order within an Arabic sentence. The same text when the
 * language runs from left to right. Caller frees. */
char *guichet_locale_isolate(const char *text);
