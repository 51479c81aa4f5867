/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/siren.h"

#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define SIREN 9
#define SIRET 14
#define LEAST 5 /* digits that make a number of what is typed */
#define POSTE "356000000"

/* Without what people write between digits; NULL when there is anything else. */
static char *
strip(const char *typed)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    for (; *typed != '\0'; typed = g_utf8_next_char(typed)) {
        gunichar c = g_utf8_get_char(typed);
        if (c >= '0' && c <= '9')
            g_string_append_c(digits, (char)c);
        else if (!g_unichar_isspace(c) && c != '.' && c != '-')
            return NULL;
    }
    return g_string_free(g_steal_pointer(&digits), FALSE);
}

/* Every second digit from the right counts twice, and its tens are added to its units. */
static gboolean
adds_up(const char *digits)
{
    guint sum = 0;
    gsize length = strlen(digits);
    for (gsize i = 0; i < length; i++) {
        guint digit = (guint)(digits[length - 1 - i] - '0');
        guint twice = digit * 2;
        sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
    }
    return sum % 10 == 0;
}

gboolean
guichet_siren_is_number(const char *typed)
{
    g_autofree char *digits = g_utf8_validate(typed, -1, NULL) ? strip(typed) : NULL;
    return digits != NULL && strlen(digits) >= LEAST;
}

static char *
refuse(GError **error, const char *format, gsize count)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT, format, (guint)count);
    return NULL;
}

char *
guichet_siren_parse(const char *typed, GError **error)
{
    g_autofree char *digits = g_utf8_validate(typed, -1, NULL) ? strip(typed) : NULL;
    gsize length = digits != NULL ? strlen(digits) : 0;
    if (digits == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Un SIREN n’a que des chiffres : tapez les 9 chiffres"));
        return NULL;
    }
    if (length != SIREN && length != SIRET)
        return refuse(error,
                      _("Un SIREN a 9 chiffres et un SIRET 14, il y en a %u : relisez le numéro"),
                      length);
    if (!adds_up(digits) && !(length == SIRET && g_str_has_prefix(digits, POSTE))) {
        g_set_error_literal(
            error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
            _("Ce numéro ne peut pas exister : le dernier chiffre contrôle les autres et ne va "
              "pas avec eux. Un chiffre est faux ou deux sont inversés : relisez-le sur le "
              "papier"));
        return NULL;
    }
    digits[SIREN] = '\0';
    return g_steal_pointer(&digits);
}
