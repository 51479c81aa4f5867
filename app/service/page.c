/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/page.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MM GUICHET_PAGE_MM
#define PAGE_WIDTH (210.0 * MM)
#define PAGE_HEIGHT (297.0 * MM)
#define MARGIN (18.0 * MM)
#define QR_MODULE_MIN (0.6 * MM) /* what a plain phone reads from a plain printer */
#define QR_QUIET 4               /* modules, ISO/IEC 18004 §6.3.8 */
#define LARGEST_SCALE 1.25       /* of the text, when there is little of it … */
#define SMALLEST_SCALE 0.6       /* … and before a page is too full */

/* --- text --- */

static PangoLayout *
set_text(GuichetPen *pen, const char *family, double size, gboolean bold, const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(pen->cr);
    g_autoptr(PangoFontDescription) font = pango_font_description_new();
    pango_font_description_set_family(font, family);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * pen->scale * PANGO_SCALE);
    pango_context_set_language(pango_layout_get_context(layout), pango_language_from_string("fr"));
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (int)(pen->width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

void
guichet_pen_write(GuichetPen *pen, const char *tag, const char *family, double size, gboolean bold,
                  const char *text)
{
    g_autoptr(PangoLayout) layout = set_text(pen, family, size, bold, text);
    int height;
    pango_layout_get_size(layout, NULL, &height);
    cairo_tag_begin(pen->cr, tag, NULL);
    cairo_move_to(pen->cr, pen->x, pen->y);
    pango_cairo_show_layout(pen->cr, layout);
    cairo_tag_end(pen->cr, tag);
    pen->y += (double)height / PANGO_SCALE;
}

void
guichet_pen_skip(GuichetPen *pen, double height)
{
    pen->y += height * pen->scale;
}

void
guichet_pen_heading(GuichetPen *pen, const char *text)
{
    guichet_pen_skip(pen, 9);
    guichet_pen_write(pen, "H2", "DejaVu Sans", 14, TRUE, text);
    guichet_pen_skip(pen, 3);
}

void
guichet_pen_paragraph(GuichetPen *pen, const char *text)
{
    guichet_pen_write(pen, "P", "DejaVu Sans", 12.5, FALSE, text);
}

void
guichet_pen_again(GuichetPen *pen, const char *french)
{
    const char *own = _(french);
    if (strcmp(own, french) == 0)
        return;
    guichet_pen_skip(pen, 2);
    guichet_pen_write(pen, "P", "DejaVu Sans", 10, FALSE, own);
}

void
guichet_pen_title(GuichetPen *pen, const char *text)
{
    guichet_pen_write(pen, "H1", "DejaVu Sans", 25, TRUE, text);
    guichet_pen_skip(pen, 6);
}

void
guichet_pen_fact(GuichetPen *pen, const char *name, const char *value)
{
    g_autofree char *line = g_strdup_printf(P_("%s : %s"), name, value);
    guichet_pen_paragraph(pen, line);
    guichet_pen_skip(pen, 3);
}

/* --- time --- */

/* By hand: the station may run in any locale. */
char *
guichet_page_day(gint64 wall_us)
{
    static const char *const days[] = {N_("lundi"),    N_("mardi"),  N_("mercredi"), N_("jeudi"),
                                       N_("vendredi"), N_("samedi"), N_("dimanche")};
    static const char *const months[] = {N_("janvier"), N_("février"),  N_("mars"),
                                         N_("avril"),   N_("mai"),      N_("juin"),
                                         N_("juillet"), N_("août"),     N_("septembre"),
                                         N_("octobre"), N_("novembre"), N_("décembre")};
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_local(wall_us / G_USEC_PER_SEC);
    if (moment == NULL)
        return guichet_time_to_iso8601(wall_us);
    int day = g_date_time_get_day_of_month(moment);
    return g_strdup_printf(P_("%s %d%s %s %d"), P_(days[g_date_time_get_day_of_week(moment) - 1]),
                           day, day == 1 ? P_("er") : "",
                           P_(months[g_date_time_get_month(moment) - 1]),
                           g_date_time_get_year(moment));
}

char *
guichet_page_moment(gint64 wall_us)
{
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_local(wall_us / G_USEC_PER_SEC);
    if (moment == NULL)
        return guichet_time_to_iso8601(wall_us);
    g_autofree char *day = guichet_page_day(wall_us);
    return g_strdup_printf(P_("%s à %d h %02d"), day, g_date_time_get_hour(moment),
                           g_date_time_get_minute(moment));
}

/* --- the code --- */

static double
qr_module(const QRcode *qr)
{
    return MAX(GUICHET_PAGE_QR_MIN_MM * MM / qr->width, QR_MODULE_MIN);
}

/* Dark runs of each row as rectangles of one path: sharp at any resolution. */
static void
draw_qr(cairo_t *cr, const QRcode *qr, double x, double y)
{
    double module = qr_module(qr);
    for (int row = 0; row < qr->width; row++) {
        const unsigned char *modules = qr->data + row * qr->width;
        for (int start = 0, end; start < qr->width; start = end) {
            for (end = start + 1; end < qr->width && (modules[end] & 1) == (modules[start] & 1);)
                end++;
            if (modules[start] & 1)
                cairo_rectangle(cr, x + start * module, y + row * module, (end - start) * module,
                                module);
        }
    }
    cairo_tag_begin(cr, "Figure", NULL);
    cairo_fill(cr);
    cairo_tag_end(cr, "Figure");
}

static double
qr_side(const QRcode *qr)
{
    return (qr->width + 2 * QR_QUIET) * qr_module(qr);
}

GuichetPen
guichet_pen_code(GuichetPen *pen, const QRcode *qr)
{
    double module = qr_module(qr), taken = qr_side(qr) + 4 * MM;
    draw_qr(pen->cr, qr, pen->x + QR_QUIET * module, pen->y + QR_QUIET * module);
    return (GuichetPen){.cr = pen->cr,
                        .x = pen->x + taken,
                        .y = pen->y,
                        .width = pen->width - taken,
                        .scale = pen->scale};
}

void
guichet_pen_rejoin(GuichetPen *pen, const QRcode *qr, const GuichetPen *beside)
{
    pen->y = MAX(pen->y + qr_side(qr), beside->y);
}

QRcode *
guichet_page_encode(const char *text, gsize size, const char *what, GError **error)
{
    QRcode *qr = QRcode_encodeData((int)size, (const unsigned char *)text, 0, QR_ECLEVEL_M);
    if (qr == NULL)
        guichet_set_error_from_errno(error, errno, _("Code QR de"), what);
    return qr;
}

/* --- the page --- */

typedef struct {
    void (*draw)(GuichetPen *pen, gconstpointer data);
    gconstpointer data;
    const GuichetPageCard *card;
} Page;

/* Returns how far down the page it went. */
static double
lay_out(cairo_t *cr, const Page *page, double scale)
{
    GuichetPen pen = {
        .cr = cr, .x = MARGIN, .y = MARGIN, .width = PAGE_WIDTH - 2 * MARGIN, .scale = scale};
    cairo_tag_begin(cr, "Document", NULL);
    page->draw(&pen, page->data);
    cairo_tag_end(cr, "Document");
    return pen.y;
}

/* The largest scale of the text at which all is on the page; 0 when there is none. */
static double
find_scale(const Page *page)
{
    for (double scale = LARGEST_SCALE; scale >= SMALLEST_SCALE; scale -= 0.05) {
        g_autoptr(cairo_surface_t) trial =
            cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
        g_autoptr(cairo_t) cr = cairo_create(trial);
        if (lay_out(cr, page, scale) <= PAGE_HEIGHT - MARGIN)
            return scale;
    }
    return 0;
}

static cairo_status_t
on_bytes(void *closure, const unsigned char *bytes, unsigned int size)
{
    g_byte_array_append(closure, bytes, size);
    return CAIRO_STATUS_SUCCESS;
}

static void
describe_file(cairo_surface_t *surface, const Page *page)
{
    g_autofree char *date = guichet_time_to_iso8601(page->card->date_us);
    const struct {
        cairo_pdf_metadata_t what;
        const char *text;
    } metadata[] = {
        {CAIRO_PDF_METADATA_TITLE, page->card->title},
        {CAIRO_PDF_METADATA_AUTHOR, page->card->author},
        {CAIRO_PDF_METADATA_SUBJECT, page->card->subject},
        {CAIRO_PDF_METADATA_CREATOR, "Guichet"},
        {CAIRO_PDF_METADATA_CREATE_DATE, date},
        {CAIRO_PDF_METADATA_MOD_DATE, date},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(metadata); i++)
        cairo_pdf_surface_set_metadata(surface, metadata[i].what, metadata[i].text);
}

static GBytes *
write_pdf(const Page *page, double scale, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(cairo_surface_t) surface =
        cairo_pdf_surface_create_for_stream(on_bytes, out, PAGE_WIDTH, PAGE_HEIGHT);
    describe_file(surface, page);
    g_autoptr(cairo_t) cr = cairo_create(surface);
    lay_out(cr, page, scale);
    cairo_show_page(cr);
    cairo_status_t drawn = cairo_status(cr);
    cairo_surface_finish(surface);
    cairo_status_t written = cairo_surface_status(surface);
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                    _("La page n’a pas pu être dessinée : %s"),
                    cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written));
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

GBytes *
guichet_page_make(void (*draw)(GuichetPen *pen, gconstpointer data), gconstpointer data,
                  const GuichetPageCard *card, GError **error)
{
    const Page page = {.draw = draw, .data = data, .card = card};
    double scale = find_scale(&page);
    if (scale == 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("« %s » ne tient pas sur une page : trop de pièces"), card->title);
        return NULL;
    }
    return write_pdf(&page, scale, error);
}
