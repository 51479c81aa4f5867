/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/guide-sheet.h"

#include <string.h>

#include "core/plan-code.h"
#include "service/page.h"

#include <glib/gi18n-lib.h>

typedef struct {
    const GuichetPlan *plan;
    const char *station_name;
    gint64 today_us;
    const QRcode *qr;
} Sheet;

static void
write_piece(GuichetPen *pen, const GuichetPlanPiece *piece)
{
    static const char *const boxes[] = {[GUICHET_PLAN_UNSAID] = "☐",
                                        [GUICHET_PLAN_HAS] = "☑",
                                        [GUICHET_PLAN_LACKS] = "☐",
                                        [GUICHET_PLAN_OTHER_PAPER] = "☐"};
    g_autofree char *label = g_strdup_printf(piece->answer == GUICHET_PLAN_OTHER_PAPER
                                                 ? _("%s  %s, ou l’autre document que vous avez")
                                                 : "%s  %s",
                                             boxes[piece->answer], piece->label);
    g_autofree char *why = piece->hint != NULL
                               ? g_strdup_printf("%s %s", piece->hint, piece->reason)
                               : g_strdup(piece->reason);
    guichet_pen_write(pen, "P", "DejaVu Sans", 12.5, TRUE, label);
    guichet_pen_write(pen, "P", "DejaVu Sans", 10.5, FALSE, why);
    guichet_pen_skip(pen, 4);
}

static void
write_pieces(GuichetPen *pen, const GuichetPlan *plan)
{
    g_autoptr(GString) here = g_string_new(NULL);
    guint n = 0;
    guichet_pen_heading(pen, _("À apporter"));
    for (guint i = 0; i < plan->pieces->len; i++) {
        const GuichetPlanPiece *piece = plan->pieces->pdata[i];
        if (piece->on_spot) {
            g_string_append_printf(here, "%s%s", here->len > 0 ? ", " : "", piece->label);
            continue;
        }
        write_piece(pen, piece);
        n++;
    }
    if (n == 0)
        guichet_pen_paragraph(
            pen, _("Rien d’obligatoire. Tout document qui aide à comprendre est utile."));
    if (here->len > 0)
        guichet_pen_fact(pen, _("Fait sur place"), here->str);
}

static void
write_advice(GuichetPen *pen, const GuichetPlan *plan)
{
    if (plan->advice->len == 0)
        return;
    guichet_pen_heading(pen, _("Bon à savoir"));
    for (guint i = 0; i < plan->advice->len; i++) {
        g_autofree char *line = g_strdup_printf("•  %s", (char *)plan->advice->pdata[i]);
        guichet_pen_write(pen, "P", "DejaVu Sans", 11, FALSE, line);
        guichet_pen_skip(pen, 2);
    }
}

static void
write_price(GuichetPen *pen, const GuichetPlan *plan)
{
    guichet_pen_heading(pen, _("Prix et délai"));
    guichet_pen_fact(pen, _("Prix"), plan->price);
    guichet_pen_fact(pen, _("Délai"), plan->delay != NULL ? plan->delay : _("demandez au guichet"));
    for (guint i = 0; i < plan->dates->len; i++)
        guichet_pen_paragraph(pen, plan->dates->pdata[i]);
}

static void
write_code(GuichetPen *pen, const Sheet *sheet)
{
    g_autofree char *day = guichet_page_day(sheet->today_us);
    g_autofree char *made =
        g_strdup_printf(_("Page faite le %s. Prix et pièces peuvent changer."), day);
    guichet_pen_skip(pen, 8);
    GuichetPen beside = guichet_pen_code(pen, sheet->qr);
    guichet_pen_heading(&beside, _("Au guichet"));
    guichet_pen_paragraph(&beside, _("Présentez ce code : la demande s’ouvre avec vos réponses. Il "
                                     "ne contient ni votre nom ni votre date de naissance."));
    guichet_pen_skip(&beside, 4);
    guichet_pen_paragraph(&beside, _("Il vous manque une pièce ? Venez quand même : elle peut être "
                                     "ajoutée plus tard."));
    guichet_pen_skip(&beside, 4);
    guichet_pen_write(&beside, "P", "DejaVu Sans", 9, FALSE, made);
    guichet_pen_rejoin(pen, sheet->qr, &beside);
}

static void
draw_sheet(GuichetPen *pen, gconstpointer data)
{
    const Sheet *sheet = data;
    guichet_pen_title(pen, _("Vos pièces"));
    guichet_pen_fact(pen, _("Démarche"), guichet_procedure_get_title(sheet->plan->procedure));
    guichet_pen_fact(pen, _("Vos réponses"), sheet->plan->said);
    guichet_pen_fact(pen, _("Guichet"), sheet->station_name);
    write_pieces(pen, sheet->plan);
    write_price(pen, sheet->plan);
    write_advice(pen, sheet->plan);
    write_code(pen, sheet);
}

GBytes *
guichet_guide_sheet_make(const GuichetPlan *plan, const char *station_name, gint64 today_us,
                         GError **error)
{
    g_autofree char *text =
        guichet_plan_code_format(guichet_procedure_get_id(plan->procedure), plan->fields, today_us);
    const char *title = guichet_procedure_get_title(plan->procedure);
    g_autoptr(QRcode) qr = guichet_page_encode(text, strlen(text), title, error);
    if (qr == NULL)
        return NULL;
    const Sheet sheet = {
        .plan = plan, .station_name = station_name, .today_us = today_us, .qr = qr};
    const GuichetPageCard card = {
        .title = _("Vos pièces"), .author = station_name, .subject = title, .date_us = today_us};
    return guichet_page_make(draw_sheet, &sheet, &card, error);
}
