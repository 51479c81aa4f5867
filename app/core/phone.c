/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/phone.h"

#include <string.h>

#define E164_MIN 8 /* digits after the "+"; the longest is 15 (ITU-T E.164 §6.1) */
#define E164_MAX 15

/* French numbers of ten digits by their head: which country code they have from abroad (plan
 * national de numérotation, Arcep). The first that fits; the last fits all. */
static const struct {
    const char *head, *country;
} territories[] = {
    {"0262", "262"}, {"0263", "262"}, {"0269", "262"}, {"0692", "262"},
    {"0693", "262"}, {"0639", "262"}, {"0590", "590"}, {"0690", "590"},
    {"0691", "590"}, {"0594", "594"}, {"0694", "594"}, {"0596", "596"},
    {"0696", "596"}, {"0697", "596"}, {"0508", "508"}, {"0", "33"},
};

/* Digits, with a "+" at the head where there is one; NULL when there is anything that no telephone
 * number has. */
static char *
take_digits(const char *typed)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = typed; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c < 128 && g_ascii_isdigit((char)c))
            g_string_append_c(out, (char)c);
        else if (c == '+' && out->len == 0)
            g_string_append_c(out, '+');
        else if (!g_unichar_isspace(c) && (c >= 128 || strchr(".-/()", (int)c) == NULL))
            return NULL;
    }
    return g_strdup(out->str);
}

static char *
from_national(const char *digits)
{
    for (gsize i = 0; i < G_N_ELEMENTS(territories); i++)
        if (g_str_has_prefix(digits, territories[i].head))
            return g_strdup_printf("+%s%s", territories[i].country, digits + 1);
    return NULL;
}

/* "+33 (0)6…" says its 0 twice. */
static void
drop_trunk_zero(GString *number)
{
    static const char *const countries[] = {"+33", "+262", "+590", "+594", "+596", "+508"};
    for (gsize i = 0; i < G_N_ELEMENTS(countries); i++) {
        gsize size = strlen(countries[i]);
        if (g_str_has_prefix(number->str, countries[i]) && number->str[size] == '0')
            g_string_erase(number, (gssize)size, 1);
    }
}

char *
guichet_phone_to_e164(const char *typed)
{
    if (!g_utf8_validate(typed, -1, NULL))
        return NULL;
    g_autofree char *digits = take_digits(typed);
    if (digits == NULL)
        return NULL;
    g_autoptr(GString) number = g_string_new(digits);
    if (g_str_has_prefix(digits, "00"))
        g_string_assign(number, digits + 1), number->str[0] = '+';
    if (number->str[0] == '0' && number->len == 10 && number->str[1] != '0')
        return from_national(number->str);
    drop_trunk_zero(number);
    gsize n = number->len - (number->len > 0);
    gboolean whole = number->str[0] == '+' && number->str[1] != '0' && n >= E164_MIN &&
                     n <= E164_MAX && (!g_str_has_prefix(number->str, "+33") || n == 11);
    return whole ? g_strdup(number->str) : NULL;
}

char *
guichet_phone_to_text(const char *e164)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean french = g_str_has_prefix(e164, "+33") && strlen(e164) == 12;
    g_autofree char *digits = french ? g_strconcat("0", e164 + 3, NULL) : g_strdup(e164);
    gsize first = french ? 2 : 3;
    for (gsize i = 0; digits[i] != '\0'; i++) {
        if (i >= first && (i - first) % 2 == 0)
            g_string_append_c(out, ' ');
        g_string_append_c(out, digits[i]);
    }
    return g_strdup(out->str);
}
