/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/error.h"
#include "core/fold.h"
#include "core/phone.h"

#include <glib/gi18n-lib.h>

static char *G_GNUC_PRINTF(3, 4)
    refuse(GError **error, const GuichetField *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *remedy = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT, _("%s : %s"), field->label, remedy);
    return NULL;
}

GRegex *
guichet_field_compile_pattern(const char *pattern, GError **error)
{
    g_autofree char *whole = g_strdup_printf("\\A(?:%s)\\z", pattern);
    return g_regex_new(whole, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, error);
}

/* Without white space of any script at both ends; NULL when it is not UTF-8. */
static char *
trim_and_compose(const char *value)
{
    if (!g_utf8_validate(value, -1, NULL))
        return NULL;
    while (*value != '\0' && g_unichar_isspace(g_utf8_get_char(value)))
        value = g_utf8_next_char(value);
    const char *end = value + strlen(value);
    while (end > value) {
        const char *last = g_utf8_prev_char(end);
        if (!g_unichar_isspace(g_utf8_get_char(last)))
            break;
        end = last;
    }
    return g_utf8_normalize(value, end - value, G_NORMALIZE_NFC);
}

/* Controls, line separators, and format characters, which can make a text read otherwise than it
 * is stored (Unicode TR 36 §2.6); the two joiners are spelling in several scripts. */
static gboolean
is_invisible(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    case G_UNICODE_FORMAT:
        return c != 0x200c && c != 0x200d;
    default:
        return FALSE;
    }
}

static gboolean
has_invisible(const char *text, gboolean multiline)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (is_invisible(c) && !(multiline && (c == '\n' || c == '\t')))
            return TRUE;
    }
    return FALSE;
}

static char *
fold_text(const GuichetField *field, const char *text)
{
    g_autoptr(GString) folded = g_string_new(text);
    g_string_replace(folded, "\r\n", "\n", 0);
    if (!field->uppercase)
        return g_strdup(folded->str);
    g_autofree char *upper = g_utf8_strup(folded->str, -1);
    return g_utf8_normalize(upper, -1, G_NORMALIZE_NFC);
}

static char *
normalise_text(const GuichetField *field, const char *text, GError **error)
{
    g_autofree char *folded = fold_text(field, text);
    glong length = g_utf8_strlen(folded, -1);
    if (has_invisible(folded, field->type == GUICHET_FIELD_MULTILINE || field->lines > 1))
        return refuse(error, field,
                      _("retirez les caractères invisibles et les retours à la ligne"));
    if (length < field->min)
        return refuse(error, field, _("tapez au moins %d caractères"), (int)field->min);
    if (length > field->max)
        return refuse(error, field, _("%d caractères au plus, il y en a %d"), (int)field->max,
                      (int)length);
    if (field->pattern != NULL) {
        g_autoptr(GRegex) regex = guichet_field_compile_pattern(field->pattern, NULL);
        if (regex == NULL || !g_regex_match(regex, folded, G_REGEX_MATCH_DEFAULT, NULL))
            return refuse(error, field, "%s", field->pattern_hint);
    }
    return g_steal_pointer(&folded);
}

/* --- texts that are tidied, never forced --- */

gboolean
guichet_field_is_tidied(const GuichetField *field)
{
    return field->type >= GUICHET_FIELD_NAME && field->type <= GUICHET_FIELD_ADDRESS;
}

char *
guichet_field_typed_id(const char *id)
{
    return g_strconcat(id, GUICHET_FIELD_TYPED, NULL);
}

/* Digits alone may be a postal code as well as INSEE's: nothing is guessed from them. */
static char *
tidy_place(GuichetPlaces *places, guint kind, const char *text)
{
    gboolean number = strspn(text, "0123456789 ") == strlen(text);
    const GuichetPlace *place =
        places != NULL && !number ? guichet_places_recognise(places, kind, text) : NULL;
    return place != NULL ? guichet_place_to_value(place) : guichet_tidy_name(text);
}

/* What stands behind the "@" has no case (RFC 5321 §2.4); what stands before may have one. */
static char *
tidy_email(const char *text)
{
    const char *at = strrchr(text, '@');
    if (at == NULL)
        return g_strdup(text);
    g_autofree char *domain = g_utf8_strdown(at, -1);
    g_autofree char *person = g_strndup(text, (gsize)(at - text));
    return g_strconcat(person, domain, NULL);
}

static char *
tidy(const GuichetField *field, GuichetPlaces *places, const char *text)
{
    char *number;
    switch (field->type) {
    case GUICHET_FIELD_NAME:
        return guichet_tidy_name(text);
    case GUICHET_FIELD_COMMUNE:
        return tidy_place(places, GUICHET_PLACE_COMMUNE, text);
    case GUICHET_FIELD_COUNTRY:
        return tidy_place(places, GUICHET_PLACE_COUNTRY, text);
    case GUICHET_FIELD_PHONE:
        number = guichet_phone_to_e164(text);
        return number != NULL ? number : g_strdup(text);
    case GUICHET_FIELD_EMAIL:
        return tidy_email(text);
    case GUICHET_FIELD_ADDRESS:
        return guichet_address_tidy(text);
    default:
        return g_strdup(text);
    }
}

/* A tidy form that has no room any more gives way to what was typed. */
static char *
normalise_tidied(const GuichetField *field, GuichetPlaces *places, const char *text, char **typed,
                 GError **error)
{
    g_autofree char *plain = normalise_text(field, text, error);
    if (plain == NULL)
        return NULL;
    g_autofree char *tidied = tidy(field, places, plain);
    if (strcmp(tidied, plain) == 0 || g_utf8_strlen(tidied, -1) > field->max)
        return g_steal_pointer(&plain);
    *typed = g_steal_pointer(&plain);
    return g_steal_pointer(&tidied);
}

/* --- dates --- */

/* As civil status writes them (Instruction générale relative à l’état civil): the day unknown, or
 * the day and the month. */
static gboolean
is_partial(guint year, guint month, guint day)
{
    return year >= 1800 && year <= 2200 && day == 0 && month <= 12;
}

char *
guichet_date_complete(const char *date)
{
    guint year, month, day;
    if (strlen(date) != 10 || sscanf(date, "%4u-%2u-%2u", &year, &month, &day) != 3 ||
        !is_partial(year, month, day))
        return g_strdup(date);
    month = month > 0 ? month : 12;
    return g_strdup_printf("%04u-%02u-%02u", year, month,
                           g_date_get_days_in_month((GDateMonth)month, (GDateYear)year));
}

static char *
normalise_date(const GuichetField *field, const char *text, GError **error)
{
    guint year = 0, month = 0, day = 0;
    int size = 0;
    gboolean plain = strspn(text, "0123456789/-") == strlen(text);
    gboolean read =
        plain &&
        ((sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &size) == 3 && text[size] == '\0') ||
         (sscanf(text, "%2u/%2u/%4u%n", &day, &month, &year, &size) == 3 && text[size] == '\0'));
    if (read && field->partial && is_partial(year, month, day))
        return g_strdup_printf("%04u-%02u-00", year, month);
    if (!read || year < 1800 || year > 2200 || month < 1 || month > 12 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return refuse(error, field,
                      _("tapez une date qui existe, jour/mois/année, par exemple 27/06/1969"));
    return g_strdup_printf("%04u-%02u-%02u", year, month, day);
}

static char *
normalise_choice(const GuichetField *field, const char *text, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < field->choices->len; i++) {
        GuichetChoice *choice = field->choices->pdata[i];
        if (strcmp(choice->id, text) == 0)
            return g_strdup(text);
        g_string_append_printf(list, "%s%s (%s)", i > 0 ? ", " : "", choice->id, choice->label);
    }
    return refuse(error, field, _("choisissez parmi : %s"), list->str);
}

static char *
normalise_boolean(const GuichetField *field, const char *text, GError **error)
{
    static const char *const words[][2] = {
        {"true", "true"}, {"oui", "true"}, {"false", "false"}, {"non", "false"}};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i][0]) == 0)
            return g_strdup(words[i][1]);
    return refuse(error, field, _("répondez par oui ou par non"));
}

static char *
normalise_integer(const GuichetField *field, const char *text, GError **error)
{
    gint64 value;
    if (!g_ascii_string_to_signed(text, 10, field->min, field->max, &value, NULL))
        return refuse(error, field, _("tapez un nombre entier entre %" PRId64 " et %" PRId64),
                      field->min, field->max);
    return g_strdup_printf("%" PRId64, value);
}

static char *
normalise(const GuichetField *field, GuichetPlaces *places, const char *value, char **typed,
          GError **error)
{
    g_autofree char *text = trim_and_compose(value);
    if (text == NULL)
        return refuse(error, field, _("ce texte n’est pas en UTF-8, tapez-le de nouveau"));
    if (*text == '\0')
        return g_steal_pointer(&text);
    switch (field->type) {
    case GUICHET_FIELD_TEXT:
    case GUICHET_FIELD_MULTILINE:
        return normalise_text(field, text, error);
    case GUICHET_FIELD_DATE:
        return normalise_date(field, text, error);
    case GUICHET_FIELD_CHOICE:
        return normalise_choice(field, text, error);
    case GUICHET_FIELD_BOOLEAN:
        return normalise_boolean(field, text, error);
    case GUICHET_FIELD_INTEGER:
        return normalise_integer(field, text, error);
    default:
        return normalise_tidied(field, places, text, typed, error);
    }
}

char *
guichet_field_settle(const GuichetField *field, GuichetPlaces *places, const char *value,
                     char **typed, GError **error)
{
    char *beside = NULL;
    char *normal = normalise(field, places, value, &beside, error);
    if (normal != NULL)
        *typed = beside;
    return normal;
}

char *
guichet_field_normalise(const GuichetField *field, const char *value, GError **error)
{
    g_autofree char *typed = NULL;
    return guichet_field_settle(field, NULL, value, &typed, error);
}
