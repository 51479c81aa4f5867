/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/mandate-sheet.h"

#include "service/page.h"

#define BLANK "………………………………………………"

static const char *
or_blank(const char *text)
{
    return text != NULL && *text != '\0' ? text : BLANK;
}

static void
write_clauses(GuichetPen *pen, const GuichetConsentPolicy *policy)
{
    guichet_pen_skip(pen, 8);
    for (guint i = 0; i < policy->clauses->len; i++) {
        guichet_pen_paragraph(pen, policy->clauses->pdata[i]);
        guichet_pen_skip(pen, 6);
    }
}

/* A place to sign: what is asked, a line for the day, room for the hand. */
static void
write_signature(GuichetPen *pen, const char *whose)
{
    guichet_pen_heading(pen, whose);
    guichet_pen_paragraph(pen, P_("Fait le ……………………  à ……………………………"));
    guichet_pen_skip(pen, 4);
    guichet_pen_paragraph(pen, P_("Signature :"));
    guichet_pen_skip(pen, 44);
}

static void
draw_mandate(GuichetPen *pen, gconstpointer data)
{
    const GuichetMandate *mandate = data;
    guichet_pen_title(pen, mandate->policy->title);
    guichet_pen_fact(pen, P_("Guichet"), mandate->station_name);
    guichet_pen_fact(pen, P_("Démarche"), mandate->procedure);
    guichet_pen_skip(pen, 6);
    guichet_pen_fact(pen, P_("Je m’appelle"), or_blank(mandate->who));
    guichet_pen_fact(pen, P_("J’habite"), BLANK);
    guichet_pen_fact(pen, P_("La personne qui m’aide"), or_blank(mandate->helper));
    write_clauses(pen, mandate->policy);
    guichet_pen_paragraph(pen, mandate->policy->withdrawal);
    write_signature(pen, P_("La personne qui demande"));
    write_signature(pen, P_("La personne qui aide"));
    guichet_pen_skip(pen, 6);
    g_autofree char *day = guichet_page_day(mandate->today_us);
    g_autofree char *made =
        g_strdup_printf(P_("Page faite le %s. Le guichet la scanne et vous la rend."), day);
    guichet_pen_write(pen, "P", "DejaVu Sans", 9, FALSE, made);
}

GBytes *
guichet_mandate_sheet_make(const GuichetMandate *mandate, GError **error)
{
    const GuichetPageCard card = {.title = mandate->policy->title,
                                  .author = mandate->station_name,
                                  .subject = mandate->procedure,
                                  .date_us = mandate->today_us};
    return guichet_page_make(draw_mandate, mandate, &card, error);
}
