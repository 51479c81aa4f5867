/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * A page of the window. It says what it is called, what its help is and which keys work on it;
 * the window shows title and foot from that, and hands the keys over.
 */
#define GUICHET_TYPE_PAGE (guichet_page_get_type())
G_DECLARE_DERIVABLE_TYPE(GuichetPage, guichet_page, GUICHET, PAGE, GtkBox)

/* Keys that only some pages have; the others (F1, F4, F9) work everywhere. */
typedef enum {
    GUICHET_KEY_NEW = 1 << 0,      /* F2 */
    GUICHET_KEY_SEARCH = 1 << 1,   /* F3 */
    GUICHET_KEY_CAPTURE = 1 << 2,  /* F5 */
    GUICHET_KEY_RETAKE = 1 << 3,   /* F6 */
    GUICHET_KEY_PRINT = 1 << 4,    /* F8 */
    GUICHET_KEY_UNDO = 1 << 5,     /* Ctrl+Z */
    GUICHET_KEY_PREVIOUS = 1 << 6, /* Alt+←, on pages that have steps of their own */
    GUICHET_KEY_FIGURES = 1 << 7,  /* F10 */
} GuichetKeys;

struct _GuichetPageClass {
    GtkBoxClass parent_class;
    /* The page was just shown: load, put the focus where the work begins. */
    void (*enter)(GuichetPage *self);
    /* The person goes forward: FALSE to stay, once the page has said why and moved the focus. */
    gboolean (*leave)(GuichetPage *self);
    void (*press)(GuichetPage *self, GuichetKeys key);
    /* The page is made anew, in another language: take over from @old, of the same class, what it
     * shows (its desk, its draft). What was typed comes after that, by itself. */
    void (*adopt)(GuichetPage *self, GuichetPage *old);
};

void guichet_page_enter(GuichetPage *self);
gboolean guichet_page_leave(GuichetPage *self);
void guichet_page_press(GuichetPage *self, GuichetKeys key);
void guichet_page_adopt(GuichetPage *self, GuichetPage *old);
/* The work of the page is done, as far as it can tell: signal "done", so that the way on gets the
 * focus and Enter alone goes on. */
void guichet_page_done(GuichetPage *self);
const char *guichet_page_get_title(GuichetPage *self);
const char *guichet_page_get_help(GuichetPage *self);
GuichetKeys guichet_page_get_keys(GuichetPage *self);
/* Turns keys on and off; "notify::keys" tells the window. */
void guichet_page_set_keys(GuichetPage *self, GuichetKeys keys);
