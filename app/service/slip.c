/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/slip.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <inttypes.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "service/paper.h"
#include "sync/bundle/statement.h"

#include <glib/gi18n-lib.h>

/* Lengths are in points (1/72 inch), as in PDF. */
#define MM (72.0 / 25.4)
#define PAGE_WIDTH (210.0 * MM)
#define PAGE_HEIGHT (297.0 * MM)
#define MARGIN (18.0 * MM)
#define QR_MODULE_MIN (0.6 * MM) /* what a plain phone reads from a plain printer */
#define QR_QUIET 4               /* modules, ISO/IEC 18004 §6.3.8 */
#define LARGEST_SCALE 1.25       /* of the text, when there is little of it … */
#define SMALLEST_SCALE 0.6       /* … and before a page is too full */

typedef struct {
    const GuichetStatement *statement;
    GuichetProcedure *procedure;
    const char *station_name;
    QRcode *qr;
} Slip;

/* Where the next block goes. */
typedef struct {
    cairo_t *cr;
    double x, y, width;
    double scale; /* of the text */
} Pen;

/* --- text --- */

static PangoLayout *
set_text(Pen *pen, const char *family, double size, gboolean bold, const char *text)
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

/* A block at the pen, under a structure tag of PDF (ISO 32000-1 §14.8.4); the pen moves below. */
static void
write_block(Pen *pen, const char *tag, const char *family, double size, gboolean bold,
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

static void
skip(Pen *pen, double height)
{
    pen->y += height * pen->scale;
}

static void
write_heading(Pen *pen, const char *text)
{
    skip(pen, 9);
    write_block(pen, "H2", "DejaVu Sans", 14, TRUE, text);
    skip(pen, 3);
}

static void
write_paragraph(Pen *pen, const char *text)
{
    write_block(pen, "P", "DejaVu Sans", 12.5, FALSE, text);
}

/* --- what is said --- */

/* "dimanche 22 novembre 2026 à 11 h 42": the station may run in any locale, the page is French. */
static char *
format_moment(gint64 wall_us)
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
    return g_strdup_printf(
        _("%s %d%s %s %d à %d h %02d"), _(days[g_date_time_get_day_of_week(moment) - 1]), day,
        day == 1 ? _("er") : "", _(months[g_date_time_get_month(moment) - 1]),
        g_date_time_get_year(moment), g_date_time_get_hour(moment), g_date_time_get_minute(moment));
}

static char *
group_by_four(const char *digits)
{
    GString *grouped = g_string_new(NULL);
    for (gsize i = 0; digits[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(grouped, ' ');
        g_string_append_c(grouped, digits[i]);
    }
    return g_string_free(grouped, FALSE);
}

/* "proof-of-address×2" as "Justificatif de domicile : 2 pages". */
static char *
describe_piece(GuichetProcedure *procedure, const char *entry, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(entry, "×", 2);
    GuichetPieceSpec *spec = guichet_procedure_find_piece(procedure, parts[0]);
    if (spec == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("L’attestation nomme la pièce « %s », que la démarche « %s » n’a pas : "
                      "reprenez la démarche de la liasse"),
                    parts[0], guichet_procedure_get_id(procedure));
        return NULL;
    }
    if (parts[1] == NULL || strcmp(parts[1], "1") == 0)
        return g_strdup_printf("•  %s", spec->label);
    return g_strdup_printf(_("•  %s : %s pages"), spec->label, parts[1]);
}

static char *
describe_pieces(GuichetProcedure *procedure, const GuichetStatement *statement, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; statement->pieces != NULL && statement->pieces[i] != NULL; i++) {
        g_autofree char *line = describe_piece(procedure, statement->pieces[i], error);
        if (line == NULL)
            return NULL;
        g_string_append_printf(list, "%s%s", i > 0 ? "\n" : "", line);
    }
    return g_strdup(list->len > 0 ? list->str : _("Aucune pièce : la demande a été reçue seule."));
}

/* --- the code --- */

static double
qr_module(const QRcode *qr)
{
    return MAX(GUICHET_SLIP_QR_MIN_MM * MM / qr->width, QR_MODULE_MIN);
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

/* The code at the left with its quiet zone, how to follow the request at its right. */
static void
write_code(Pen *pen, const Slip *slip)
{
    double module = qr_module(slip->qr);
    double side = (slip->qr->width + 2 * QR_QUIET) * module;
    Pen beside = {.cr = pen->cr,
                  .x = pen->x + side + 4 * MM,
                  .y = pen->y,
                  .width = pen->width - side - 4 * MM,
                  .scale = pen->scale};
    draw_qr(pen->cr, slip->qr, pen->x + QR_QUIET * module, pen->y + QR_QUIET * module);
    write_heading(&beside, _("Suivre la demande"));
    write_paragraph(&beside,
                    _("Présentez cette page, ou donnez le numéro de dépôt, à ce guichet ou à un "
                      "autre. Le service vous prévient de la façon que vous avez choisie."));
    skip(&beside, 6);
    write_paragraph(&beside, _("Le code porte la même attestation, signée par le guichet : elle "
                               "se vérifie sans réseau."));
    pen->y = MAX(pen->y + side, beside.y);
}

/* Commands, one a line: a test runs them as they are printed. */
static void
write_verification(Pen *pen)
{
    skip(pen, 4);
    write_block(pen, "P", "DejaVu Sans", 8, FALSE,
                _("Pour vérifier : lisez le code, enregistrez son texte exact dans "
                  "attestation.txt, et demandez au service le certificat du poste, poste.crt. La "
                  "réponse attendue est « Verified OK »."));
    skip(pen, 2);
    write_block(pen, "P", "DejaVu Sans Mono", 7.5, FALSE,
                "sed '/^sig=/d' attestation.txt > texte\n"
                "sed -n 's/^sig=//p' attestation.txt | openssl base64 -d -A > signature\n"
                "openssl x509 -in poste.crt -noout -pubkey > cle.pem\n"
                "openssl dgst -sha256 -verify cle.pem -signature signature texte");
}

/* --- the page --- */

static void
write_fact(Pen *pen, const char *name, const char *value)
{
    g_autofree char *line = g_strdup_printf(_("%s : %s"), name, value);
    write_paragraph(pen, line);
    skip(pen, 3);
}

/* Returns how far down the page it went. */
static double
lay_out(cairo_t *cr, const Slip *slip, const char *pieces, double scale)
{
    const GuichetStatement *statement = slip->statement;
    Pen pen = {
        .cr = cr, .x = MARGIN, .y = MARGIN, .width = PAGE_WIDTH - 2 * MARGIN, .scale = scale};
    g_autofree char *moment = format_moment(statement->deposited_us);
    g_autofree char *number =
        g_strdup_printf("%s-%" PRId64, statement->station, statement->sequence);
    g_autofree char *bundle = group_by_four(statement->bundle_sha256);
    cairo_tag_begin(cr, "Document", NULL);
    write_block(&pen, "H1", "DejaVu Sans", 25, TRUE, _("Attestation de dépôt"));
    skip(&pen, 6);
    write_paragraph(&pen, _("Cette page prouve que la demande ci-dessous a été déposée, et que "
                            "les pièces de la liste ont été reçues. Gardez-la. Elle ne dit pas "
                            "votre nom."));
    skip(&pen, 9);
    write_fact(&pen, _("Démarche"), guichet_procedure_get_title(slip->procedure));
    write_fact(&pen, _("Guichet"), slip->station_name);
    write_fact(&pen, _("Déposée le"), moment);
    write_fact(&pen, _("Numéro de dépôt"), number);
    write_heading(&pen, _("Pièces reçues"));
    write_paragraph(&pen, pieces);
    write_heading(&pen, _("Numéro de la liasse scellée"));
    write_block(&pen, "P", "DejaVu Sans Mono", 10.5, FALSE, bundle);
    skip(&pen, 6);
    write_code(&pen, slip);
    write_verification(&pen);
    cairo_tag_end(cr, "Document");
    return pen.y;
}

/* The largest scale of the text at which all is on the page; 0 when there is none. */
static double
find_scale(const Slip *slip, const char *pieces)
{
    for (double scale = LARGEST_SCALE; scale >= SMALLEST_SCALE; scale -= 0.05) {
        g_autoptr(cairo_surface_t) trial =
            cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
        g_autoptr(cairo_t) cr = cairo_create(trial);
        if (lay_out(cr, slip, pieces, scale) <= PAGE_HEIGHT - MARGIN)
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
describe_file(cairo_surface_t *surface, const Slip *slip)
{
    g_autofree char *date = guichet_time_to_iso8601(slip->statement->deposited_us);
    const struct {
        cairo_pdf_metadata_t what;
        const char *text;
    } metadata[] = {
        {CAIRO_PDF_METADATA_TITLE, _("Attestation de dépôt")},
        {CAIRO_PDF_METADATA_AUTHOR, slip->station_name},
        {CAIRO_PDF_METADATA_SUBJECT, guichet_procedure_get_title(slip->procedure)},
        {CAIRO_PDF_METADATA_CREATOR, "Guichet"},
        {CAIRO_PDF_METADATA_CREATE_DATE, date},
        {CAIRO_PDF_METADATA_MOD_DATE, date},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(metadata); i++)
        cairo_pdf_surface_set_metadata(surface, metadata[i].what, metadata[i].text);
}

static GBytes *
write_pdf(const Slip *slip, const char *pieces, double scale, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(cairo_surface_t) surface =
        cairo_pdf_surface_create_for_stream(on_bytes, out, PAGE_WIDTH, PAGE_HEIGHT);
    describe_file(surface, slip);
    g_autoptr(cairo_t) cr = cairo_create(surface);
    lay_out(cr, slip, pieces, scale);
    cairo_show_page(cr);
    cairo_status_t drawn = cairo_status(cr);
    cairo_surface_finish(surface);
    cairo_status_t written = cairo_surface_status(surface);
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                    _("L’attestation n’a pas pu être dessinée : %s"),
                    cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written));
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static gboolean
check_procedure(const GuichetStatement *statement, GuichetProcedure *procedure, GError **error)
{
    if (strcmp(statement->procedure_id, guichet_procedure_get_id(procedure)) == 0 &&
        statement->procedure_revision == guichet_procedure_get_revision(procedure))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("L’attestation est celle de la démarche %s, révision %u, pas de %s, révision %u"),
                statement->procedure_id, statement->procedure_revision,
                guichet_procedure_get_id(procedure), guichet_procedure_get_revision(procedure));
    return FALSE;
}

GBytes *
guichet_slip_make(const char *statement_text, GuichetProcedure *procedure, const char *station_name,
                  GError **error)
{
    gsize size = strlen(statement_text);
    g_autoptr(GuichetStatement) statement = guichet_statement_parse(statement_text, size, error);
    if (statement == NULL || !check_procedure(statement, procedure, error))
        return NULL;
    g_autofree char *pieces = describe_pieces(procedure, statement, error);
    if (pieces == NULL)
        return NULL;
    g_autoptr(QRcode) qr =
        QRcode_encodeData((int)size, (const unsigned char *)statement_text, 0, QR_ECLEVEL_M);
    if (qr == NULL) {
        guichet_set_error_from_errno(error, errno, _("Code QR de"), statement->bundle_sha256);
        return NULL;
    }
    Slip slip = {
        .statement = statement, .procedure = procedure, .station_name = station_name, .qr = qr};
    double scale = find_scale(&slip, pieces);
    if (scale == 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                            _("L’attestation ne tient pas sur une page : trop de pièces"));
        return NULL;
    }
    return write_pdf(&slip, pieces, scale, error);
}
