/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/language.h"
#include "service/paper.h"

/**
 * One A4 page for a citizen, PDF, tagged (ISO 32000-1 §14.8.4), in text as large as it fits.
 * Lengths are in points (1/72 inch).
 */
#define P_(sentence) guichet_language_translate(sentence) /* see guichet_language_keep_french() */
#define GUICHET_PAGE_MM (72.0 / 25.4)
#define GUICHET_PAGE_QR_MIN_MM 45.0 /* side of a symbol without its quiet zone */

/* Where the next block goes. */
typedef struct {
    cairo_t *cr;
    double x, y, width;
    double scale; /* of the text */
} GuichetPen;

/* A block at the pen under a structure tag ("P", "H1"…); the pen moves below it. */
void guichet_pen_write(GuichetPen *pen, const char *tag, const char *family, double size,
                       gboolean bold, const char *text);
void guichet_pen_skip(GuichetPen *pen, double height);
void guichet_pen_title(GuichetPen *pen, const char *text);
void guichet_pen_heading(GuichetPen *pen, const char *text);
void guichet_pen_paragraph(GuichetPen *pen, const char *text);
/* On a page that is French, the same once more, small, as the screen speaks: nothing where it
 * speaks French. */
void guichet_pen_again(GuichetPen *pen, const char *french);
/* "name : value". */
void guichet_pen_fact(GuichetPen *pen, const char *name, const char *value);
/* The code at the left with its quiet zone of 4 modules; what is written to the pen that comes back
 * stands at its right. guichet_pen_rejoin() goes on below both. */
GuichetPen guichet_pen_code(GuichetPen *pen, const QRcode *qr);
void guichet_pen_rejoin(GuichetPen *pen, const QRcode *qr, const GuichetPen *beside);

/* Level M; NULL with GUICHET_ERROR_LIMIT when there is too much text. @what names it in errors. */
QRcode *guichet_page_encode(const char *text, gsize size, const char *what, GError **error);

/* "dimanche 22 novembre 2026 à 11 h 42", or without the hour; the station's time zone. */
char *guichet_page_moment(gint64 wall_us);
char *guichet_page_day(gint64 wall_us);

typedef struct {
    const char *title, *author, *subject;
    gint64 date_us;
} GuichetPageCard;

/* Draws all of the page through @draw, which gives the same for the same @data: it is called to
 * measure, too. GUICHET_ERROR_LIMIT when it can't be one page. */
GBytes *guichet_page_make(void (*draw)(GuichetPen *pen, gconstpointer data), gconstpointer data,
                          const GuichetPageCard *card, GError **error);
