/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/fold.h"

#include <string.h>

/* Letters that no decomposition opens. */
static const struct {
    gunichar letter;
    const char *plain;
} letters[] = {
    {0xe6, "ae"}, {0x153, "oe"}, {0xdf, "ss"}, {0xf8, "o"},  {0xf0, "d"},
    {0xfe, "th"}, {0x142, "l"},  {0x111, "d"}, {0x131, "i"},
};

static const char *
find_letter(gunichar lower)
{
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
        if (letters[i].letter == lower)
            return letters[i].plain;
    return NULL;
}

static gboolean
is_apostrophe(gunichar c)
{
    return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02bc || c == 0x60 || c == 0xb4;
}

static gboolean
is_hyphen(gunichar c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* The plain letters of @c, which is lower case. */
static void
append_plain(GString *out, gunichar c)
{
    const char *known = find_letter(c);
    gunichar parts[8];
    gsize n = known == NULL ? g_unichar_fully_decompose(c, FALSE, parts, G_N_ELEMENTS(parts)) : 0;
    if (known != NULL)
        g_string_append(out, known);
    for (gsize i = 0; i < n; i++)
        if (!g_unichar_ismark(parts[i]))
            g_string_append_unichar(out, parts[i]);
}

static void
append_gap(GString *out)
{
    if (out->len > 0 && out->str[out->len - 1] != ' ')
        g_string_append_c(out, ' ');
}

static char *
fold(const char *text)
{
    g_autofree char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = composed != NULL ? composed : ""; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_unichar_tolower(g_utf8_get_char(p));
        if (g_unichar_isalnum(c))
            append_plain(out, c);
        else if (!g_unichar_ismark(c))
            append_gap(out);
    }
    if (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    return g_strdup(out->str);
}

/* "st etienne" and "saint etienne" are one name; so are "ste" and "sainte". */
static char *
open_saints(const char *folded)
{
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        const char *whole = strcmp(*word, "st") == 0    ? "saint"
                            : strcmp(*word, "ste") == 0 ? "sainte"
                                                        : NULL;
        if (whole != NULL && word[1] != NULL) {
            g_free(*word);
            *word = g_strdup(whole);
        }
    }
    return g_strjoinv(" ", words);
}

char *
guichet_fold_place(const char *text)
{
    g_autofree char *folded = fold(text);
    return open_saints(folded);
}

char *
guichet_tidy_name(const char *typed)
{
    g_autofree char *composed = g_utf8_normalize(typed, -1, G_NORMALIZE_NFC);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = composed != NULL ? composed : ""; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_isspace(c))
            append_gap(out);
        else if (is_hyphen(c))
            g_string_append_c(out, '-');
        else
            g_string_append_unichar(out, is_apostrophe(c) ? 0x2019 : c);
    }
    return g_strstrip(g_strdup(out->str));
}
