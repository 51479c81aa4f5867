/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/address.h"

#include <string.h>

#include <glib/gi18n-lib.h>

char *
guichet_address_tidy(const char *typed)
{
    g_auto(GStrv) lines = g_strsplit(typed, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++)
        if (*g_strstrip(*line) != '\0')
            g_string_append_printf(out, "%s%s", out->len > 0 ? "\n" : "", *line);
    return g_strdup(out->str);
}

/* "33000 BORDEAUX": five digits and a locality. */
static gboolean
is_locality(const char *line)
{
    return strspn(line, "0123456789") == 5 && line[5] == ' ' && line[6] != '\0';
}

GPtrArray *
guichet_address_advise(const char *address)
{
    GPtrArray *advice = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *tidy = guichet_address_tidy(address);
    g_auto(GStrv) lines = g_strsplit(tidy, "\n", -1);
    guint n = g_strv_length(lines);
    if (n > GUICHET_ADDRESS_LINES)
        g_ptr_array_add(advice, g_strdup_printf(_("%u lignes : la Poste en lit %d au plus."), n,
                                                GUICHET_ADDRESS_LINES));
    for (guint i = 0; i < n; i++) {
        glong length = g_utf8_strlen(lines[i], -1);
        if (length > GUICHET_ADDRESS_COLUMNS)
            g_ptr_array_add(advice,
                            g_strdup_printf(_("« %s » a %ld caractères : %d au plus, abrégez le "
                                              "type de voie (BD, AV, PL) ou le titre."),
                                            lines[i], length, GUICHET_ADDRESS_COLUMNS));
    }
    if (n > 1 && !is_locality(lines[n - 1]))
        g_ptr_array_add(advice,
                        g_strdup(_("La dernière ligne est le code postal et la localité, par "
                                   "exemple 33000 BORDEAUX ; hors de France, le pays.")));
    return advice;
}

/* --- a shorter form --- */

static const struct {
    const char *word, *brief;
} abbreviations[] = {
    {"allée", "ALL"},     {"appartement", "APP"}, {"avenue", "AV"},      {"bâtiment", "BAT"},
    {"boulevard", "BD"},  {"capitaine", "CNE"},   {"carrefour", "CAR"},  {"chemin", "CHE"},
    {"cité", "CITE"},     {"colonel", "CEL"},     {"commandant", "CDT"}, {"docteur", "DR"},
    {"escalier", "ESC"},  {"étage", "ETG"},       {"faubourg", "FG"},    {"général", "GAL"},
    {"immeuble", "IMM"},  {"impasse", "IMP"},     {"lieutenant", "LT"},  {"lotissement", "LOT"},
    {"maréchal", "MAL"},  {"passage", "PAS"},     {"place", "PL"},       {"président", "PDT"},
    {"professeur", "PR"}, {"quai", "QU"},         {"quartier", "QUA"},   {"résidence", "RES"},
    {"route", "RTE"},     {"saint", "ST"},        {"sainte", "STE"},     {"square", "SQ"},
    {"zone", "ZONE"},
};

static const char *
find_abbreviation(const char *word)
{
    g_autofree char *lower = g_utf8_strdown(word, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(abbreviations); i++)
        if (strcmp(lower, abbreviations[i].word) == 0)
            return abbreviations[i].brief;
    return NULL;
}

/* Word by word from the left, no further than it has to. */
static char *
shorten(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autofree char *joined = g_strdup(line);
    for (char **word = words; *word != NULL && g_utf8_strlen(joined, -1) > GUICHET_ADDRESS_COLUMNS;
         word++) {
        const char *brief = find_abbreviation(*word);
        if (brief == NULL)
            continue;
        g_free(*word);
        *word = g_strdup(brief);
        g_free(joined);
        joined = g_strjoinv(" ", words);
    }
    return g_steal_pointer(&joined);
}

char *
guichet_address_propose(const char *address)
{
    g_autofree char *tidy = guichet_address_tidy(address);
    g_auto(GStrv) lines = g_strsplit(tidy, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *brief = shorten(*line);
        g_free(*line);
        *line = brief;
    }
    g_autofree char *proposal = g_strjoinv("\n", lines);
    return strcmp(proposal, tidy) != 0 ? g_steal_pointer(&proposal) : NULL;
}
