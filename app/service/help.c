/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/help.h"

#include "core/clock.h"
#include "core/language.h"
#include "core/paths.h"
#include "service-resources.h"
#include "service/desk-private.h"
#include "service/page.h"

#include <glib/gi18n-lib.h>

typedef struct {
    const GuichetHelpTopic *topic;
    const char *station_name;
    gint64 today_us;
} Sheet;

GuichetHelp *
guichet_desk_load_help(GuichetDesk *self, GError **error)
{
    g_autofree char *path =
        guichet_station_path(guichet_station_get_root(self->station), "help/help.json");
    g_autoptr(GBytes) bytes = g_file_test(path, G_FILE_TEST_EXISTS)
                                  ? guichet_read_file(path, GUICHET_HELP_MAX_BYTES, error)
                                  : g_resource_lookup_data(guichet_service_get_resource(),
                                                           "/fr/guichet/service/help.json",
                                                           G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return bytes != NULL ? guichet_help_new(bytes, "help.json", error) : NULL;
}

/* --- the page --- */

static void
write_list(GuichetPen *pen, const char *title, GPtrArray *texts, gboolean numbered)
{
    if (texts->len == 0)
        return;
    guichet_pen_heading(pen, title);
    for (guint i = 0; i < texts->len; i++) {
        g_autofree char *line = numbered
                                    ? g_strdup_printf("%u.  %s", i + 1, (char *)texts->pdata[i])
                                    : g_strdup_printf("•  %s", (char *)texts->pdata[i]);
        guichet_pen_paragraph(pen, line);
        guichet_pen_skip(pen, 3);
    }
}

static void
write_detail(GuichetPen *pen, const char *text)
{
    if (text != NULL)
        guichet_pen_write(pen, "P", "DejaVu Sans", 11, FALSE, text);
}

static void
write_line(GuichetPen *pen, const GuichetHelpLine *line)
{
    g_autofree char *title = line->number != NULL
                                 ? g_strdup_printf("%s : %s", line->name, line->number)
                                 : g_strdup(line->name);
    g_autofree char *check = g_strdup_printf(P_("À vérifier sur %s."), line->check);
    guichet_pen_write(pen, "P", "DejaVu Sans", 12.5, TRUE, title);
    write_detail(pen, line->purpose);
    write_detail(pen, line->hours);
    write_detail(pen, line->address);
    write_detail(pen, line->relay);
    write_detail(pen, check);
    guichet_pen_skip(pen, 5);
}

static void
draw_sheet(GuichetPen *pen, gconstpointer data)
{
    const Sheet *sheet = data;
    g_autofree char *day = guichet_page_day(sheet->today_us);
    g_autofree char *made = g_strdup_printf(P_("Fiche du %s, imprimée le %s à ce guichet : %s."),
                                            sheet->topic->date, day, sheet->station_name);
    guichet_pen_title(pen, sheet->topic->title);
    guichet_pen_paragraph(pen, sheet->topic->situation);
    write_list(pen, P_("Que faire"), sheet->topic->steps, TRUE);
    write_list(pen, P_("À ne pas faire"), sheet->topic->never, FALSE);
    if (sheet->topic->lines->len > 0)
        guichet_pen_heading(pen, P_("Qui peut aider"));
    for (guint i = 0; i < sheet->topic->lines->len; i++)
        write_line(pen, sheet->topic->lines->pdata[i]);
    guichet_pen_skip(pen, 6);
    guichet_pen_write(pen, "P", "DejaVu Sans", 9, FALSE, made);
    guichet_pen_write(pen, "P", "DejaVu Sans", 8, FALSE, sheet->topic->source);
}

static GBytes *
make_sheet(GuichetDesk *self, const char *id, GError **error)
{
    g_autoptr(GuichetHelp) help = guichet_desk_load_help(self, error);
    const GuichetHelpTopic *topic = help != NULL ? guichet_help_find(help, id, error) : NULL;
    if (topic == NULL)
        return NULL;
    const Sheet sheet = {.topic = topic,
                         .station_name = guichet_station_get_name(self->station),
                         .today_us = guichet_instant_now().wall_us};
    const GuichetPageCard card = {.title = topic->title,
                                  .author = sheet.station_name,
                                  .subject = topic->situation,
                                  .date_us = sheet.today_us};
    return guichet_page_make(draw_sheet, &sheet, &card, error);
}

GBytes *
guichet_desk_make_help_sheet(GuichetDesk *self, const char *topic, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_CONSULT, error))
        return NULL;
    gboolean before = guichet_language_keep_french(TRUE);
    GBytes *page = make_sheet(self, topic, error);
    guichet_language_keep_french(before);
    return page;
}
