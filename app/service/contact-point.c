/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/contact-point.h"

#include "core/contact-point.h"
#include "core/language.h"
#include "core/paths.h"
#include "service/statistics.h"

#include <glib/gi18n-lib.h>

#define P_(sentence) guichet_language_translate(sentence) /* French on official papers */

void
guichet_station_place_clear(GuichetStationPlace *place)
{
    g_clear_pointer(&place->name, g_free);
    g_clear_pointer(&place->address, g_free);
    g_clear_pointer(&place->phone, g_free);
    g_clear_pointer(&place->hours, g_free);
}

/* --- the week in words --- */

static const char *const days[] = {N_("lundi"),    N_("mardi"),  N_("mercredi"), N_("jeudi"),
                                   N_("vendredi"), N_("samedi"), N_("dimanche")};

static void
add_time(GString *text, guint minutes)
{
    g_string_append_printf(text, P_("%u h"), minutes / 60);
    if (minutes % 60 != 0)
        g_string_append_printf(text, " %02u", minutes % 60);
}

/* "8 h 30 à 12 h, 13 h 30 à 17 h"; "" = closed. */
static char *
describe_day(const GArray *hours)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; hours != NULL && i < hours->len; i++) {
        const GuichetHours *part = &g_array_index(hours, GuichetHours, i);
        g_string_append(text, i > 0 ? ", " : "");
        add_time(text, part->from);
        g_string_append_printf(text, " %s ", P_("à"));
        add_time(text, part->until);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Days of the same hours that follow one another are said once. */
static char *
describe_week(const GuichetOpeningHours *opening)
{
    g_autoptr(GString) week = g_string_new(NULL);
    for (guint first = 0, last; first < G_N_ELEMENTS(days); first = last + 1) {
        g_autofree char *hours = describe_day(opening->weekly[first]);
        for (last = first; last + 1 < G_N_ELEMENTS(days); last++) {
            g_autofree char *next = describe_day(opening->weekly[last + 1]);
            if (!g_str_equal(next, hours))
                break;
        }
        if (*hours == '\0')
            continue;
        g_string_append(week, week->len > 0 ? " ; " : "");
        g_string_append(week, P_(days[first]));
        if (last > first)
            g_string_append_printf(week, " %s %s", P_("à"), P_(days[last]));
        g_string_append_printf(week, " : %s", hours);
    }
    return week->len > 0 ? g_string_free(g_steal_pointer(&week), FALSE) : NULL;
}

/* --- the place --- */

static char *
not_empty(const char *text)
{
    return *text != '\0' ? g_strdup(text) : NULL;
}

void
guichet_station_place_load(const char *root, const char *name, GuichetStationPlace *place)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_CONTACT_POINT_FILE);
    g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_CONTACT_POINT_MAX_BYTES, NULL);
    g_autoptr(GuichetContactPoint) point =
        bytes != NULL ? guichet_contact_point_new(bytes, "contact-point.json", NULL) : NULL;
    *place = (GuichetStationPlace){.name = g_strdup(name)};
    if (point == NULL)
        return;
    place->address = not_empty(point->address);
    place->phone = not_empty(point->phone);
    g_autoptr(GuichetOpeningHours) opening =
        point->hours_confirmed ? guichet_opening_hours_load(root, NULL) : NULL;
    if (opening != NULL)
        place->hours = describe_week(opening);
}
