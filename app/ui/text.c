/* SPDX-License-Identifier: EUPL-1.2 */
#include "text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/phone.h"
#include "ui-locale.h"

static const char *const month_names[] = {
    N_("janvier"), N_("février"), N_("mars"),      N_("avril"),   N_("mai"),      N_("juin"),
    N_("juillet"), N_("août"),    N_("septembre"), N_("octobre"), N_("novembre"), N_("décembre"),
};

static const char *const day_names[] = {
    N_("lundi"),    N_("mardi"),  N_("mercredi"), N_("jeudi"),
    N_("vendredi"), N_("samedi"), N_("dimanche"),
};

static GDateTime *
local_time(gint64 wall_us)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall_us / G_USEC_PER_SEC);

    return utc != NULL ? g_date_time_to_local(utc) : NULL;
}

char *
guichet_text_moment(gint64 wall_us)
{
    g_autoptr(GDateTime) time = local_time(wall_us);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();

    if (time == NULL)
        return g_strdup("");
    if (g_date_time_get_year(time) == g_date_time_get_year(now) &&
        g_date_time_get_day_of_year(time) == g_date_time_get_day_of_year(now))
        return g_date_time_format(time, "%H:%M");
    return g_strdup_printf(_("%d %s, %02d:%02d"), g_date_time_get_day_of_month(time),
                           _(month_names[g_date_time_get_month(time) - 1]),
                           g_date_time_get_hour(time), g_date_time_get_minute(time));
}

char *
guichet_text_day(gint64 wall_us)
{
    g_autoptr(GDateTime) time = local_time(wall_us);

    if (time == NULL)
        return g_strdup("");
    return g_strdup_printf("%s %d %s %d", _(day_names[g_date_time_get_day_of_week(time) - 1]),
                           g_date_time_get_day_of_month(time),
                           _(month_names[g_date_time_get_month(time) - 1]),
                           g_date_time_get_year(time));
}

char *
guichet_text_date(const GDate *date)
{
    return g_strdup_printf("%s %d %s", _(day_names[g_date_get_weekday(date) - 1]),
                           g_date_get_day(date), _(month_names[g_date_get_month(date) - 1]));
}

char *
guichet_text_short_date(const GDate *date)
{
    static const char *const short_names[] = {
        N_("janv."), N_("févr."), N_("mars"),  N_("avr."), N_("mai"),  N_("juin"),
        N_("juil."), N_("août"),  N_("sept."), N_("oct."), N_("nov."), N_("déc."),
    };

    return g_strdup_printf("%d %s", g_date_get_day(date),
                           _(short_names[g_date_get_month(date) - 1]));
}

char *
guichet_text_month(const GDate *date)
{
    return g_strdup(_(month_names[g_date_get_month(date) - 1]));
}

char *
guichet_text_duration(double seconds)
{
    guint whole = (guint)(seconds + 0.5);
    guint minutes = whole / 60, hours = minutes / 60, days = hours / 24;

    if (minutes == 0)
        return g_strdup_printf(_("%u s"), whole);
    if (hours == 0 && minutes < 10 && whole % 60 > 0)
        return g_strdup_printf(_("%u min %02u"), minutes, whole % 60);
    if (hours == 0)
        return g_strdup_printf(_("%u min"), minutes);
    if (days < 2)
        return minutes % 60 > 0 ? g_strdup_printf(_("%u h %02u"), hours, minutes % 60)
                                : g_strdup_printf(_("%u h"), hours);
    return hours % 24 > 0 ? g_strdup_printf(_("%u j %u h"), days, hours % 24)
                          : g_strdup_printf(_("%u j"), days);
}

/* Procedures are data: the usual ids of a family name and of given names, most telling first. */
static const char *const family_ids[] = {"birth-name", "family-name", "last-name", "surname",
                                         "name",       "usage-name",  NULL};
static const char *const given_ids[] = {"given-names", "first-names", "given-name", "first-name",
                                        NULL};

static const char *
find_answer(GuichetRequest *request, const char *const *ids)
{
    for (; *ids != NULL; ids++) {
        const char *value = guichet_request_get_field(request, *ids);

        if (*value != '\0')
            return value;
    }
    return "";
}

char *
guichet_text_person(GuichetRequest *request)
{
    const char *family = find_answer(request, family_ids);
    const char *given = find_answer(request, given_ids);

    if (*family == '\0' && *given == '\0')
        return g_strdup(request->state == GUICHET_REQUEST_DRAFT ? _("Demande sans nom") : "");
    if (*family == '\0' || *given == '\0')
        return g_strconcat(family, given, NULL);
    return g_strdup_printf("%s %s", family, given);
}

char *
guichet_text_deposit(GuichetRequest *request)
{
    if (request->sequence == 0)
        return NULL;
    return g_strdup_printf(_("n° %06" PRId64), request->sequence);
}

static char *
date_to_french(const char *value)
{
    int year, month, day;

    if (strlen(value) != 10 || sscanf(value, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return g_strdup(value);
    return g_strdup_printf("%02d/%02d/%04d", day, month, year);
}

static const char *
find_choice(const GuichetField *field, const char *value)
{
    for (guint i = 0; field->choices != NULL && i < field->choices->len; i++) {
        const GuichetChoice *choice = g_ptr_array_index(field->choices, i);

        if (g_str_equal(choice->id, value))
            return choice->label;
    }
    return value;
}

char *
guichet_text_value(const GuichetField *field, const char *value)
{
    if (*value == '\0')
        return g_strdup("");
    switch (field->type) {
    case GUICHET_FIELD_DATE:
        return date_to_french(value);
    case GUICHET_FIELD_CHOICE:
        return g_strdup(find_choice(field, value));
    case GUICHET_FIELD_PHONE:
        return *value == '+' ? guichet_phone_to_text(value) : g_strdup(value);
    case GUICHET_FIELD_BOOLEAN:
        return g_strdup(g_str_equal(value, "true") ? _("Oui") : _("Non"));
    default:
        return g_strdup(value);
    }
}

char *
guichet_text_answer(const GuichetField *field, const char *value)
{
    g_autofree char *text = guichet_text_value(field, value);

    return guichet_locale_isolate(text);
}

char *
guichet_text_complete_date(const char *typed)
{
    char digits[9];
    gsize n = 0;

    for (const char *p = typed; *p != '\0'; p++) {
        if (g_ascii_isdigit(*p)) {
            if (n == 8)
                return g_strdup(typed);
            digits[n++] = *p;
        } else if (strchr(" ./-", *p) == NULL) {
            return g_strdup(typed);
        }
    }
    if (n != 8 || strchr(typed, '-') != NULL)
        return g_strdup(typed);
    return g_strdup_printf("%.2s/%.2s/%.4s", digits, digits + 2, digits + 4);
}

static const struct {
    const char *icon;
    const char *css;
} state_looks[GUICHET_REQUEST_N_STATES] = {
    [GUICHET_REQUEST_DRAFT] = {"guichet-draft-symbolic", "draft"},
    [GUICHET_REQUEST_SEALED] = {"guichet-sealed-symbolic", "waiting"},
    [GUICHET_REQUEST_SENDING] = {"guichet-send-symbolic", "waiting"},
    [GUICHET_REQUEST_RECEIVED] = {"guichet-check-symbolic", "received"},
    [GUICHET_REQUEST_IN_PROGRESS] = {"guichet-check-symbolic", "received"},
    [GUICHET_REQUEST_SUPPLEMENT_ASKED] = {"guichet-warning-symbolic", "asked"},
    [GUICHET_REQUEST_SUPPLEMENT_SEALED] = {"guichet-sealed-symbolic", "waiting"},
    [GUICHET_REQUEST_REFUSED] = {"guichet-warning-symbolic", "asked"},
    [GUICHET_REQUEST_TITLE_READY] = {"guichet-check-symbolic", "received"},
    [GUICHET_REQUEST_HANDED_OVER] = {"guichet-check-symbolic", "received"},
    [GUICHET_REQUEST_DESTROYED] = {"guichet-close-symbolic", "draft"},
    [GUICHET_REQUEST_ERASED] = {"guichet-check-symbolic", "received"},
    [GUICHET_REQUEST_ABANDONED] = {"guichet-close-symbolic", "draft"},
};

const char *
guichet_text_state_icon(GuichetRequestState state)
{
    return state_looks[state].icon;
}

const char *
guichet_text_state_class(GuichetRequestState state)
{
    return state_looks[state].css;
}

char *
guichet_text_error(const GError *error)
{
    g_autofree char *line = g_strndup(error->message, strcspn(error->message, "\n"));
    char initial[7] = "";

    g_strchomp(line);
    if (*line == '\0' || !g_utf8_validate(line, -1, NULL))
        return g_steal_pointer(&line);
    g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(line)), initial);
    return g_strconcat(initial, g_utf8_next_char(line),
                       g_str_has_suffix(line, ".") || g_str_has_suffix(line, "!") ? NULL : ".",
                       NULL);
}

gunichar
guichet_text_initial(const char *text)
{
    g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);

    return plain != NULL ? g_unichar_tolower(g_utf8_get_char(plain)) : 0;
}
