/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/advice.h"

#include <string.h>

#include "core/address.h"

#include <glib/gi18n-lib.h>

/* --- places --- */

/* "01/01/2017" of "2017-01-01". */
static char *
to_french_day(const char *day)
{
    return strlen(day) == 10 ? g_strdup_printf("%.2s/%.2s/%.4s", day + 8, day + 5, day)
                             : g_strdup(day);
}

/* A place that is no more: since when, and what it has become. */
static char *
explain_vanished(GuichetPlaces *places, const GuichetPlace *place)
{
    g_autofree char *day = to_french_day(place->until);
    const GuichetPlace *now =
        place->successor != NULL ? guichet_places_find(places, place->successor) : NULL;
    if (now != NULL && now != place && strcmp(now->name, place->name) == 0)
        return g_strdup_printf(_("%s a changé de code le %s : aujourd’hui %s. Gardez celui qui "
                                 "valait à la date de naissance."),
                               place->name, day, now->code);
    if (now != NULL && now != place)
        return g_strdup_printf(
            _("%s n’existe plus depuis le %s, aujourd’hui %s (%s). C’est bien le "
              "nom d’alors qui s’écrit pour une naissance."),
            place->name, day, now->name, now->code);
    return g_strdup_printf(_("%s n’existe plus depuis le %s. C’est bien le nom d’alors qui s’écrit "
                             "pour une naissance."),
                           place->name, day);
}

/* Paris, Lyon and Marseille: civil status is kept by arrondissement. */
static gboolean
has_arrondissements(const GuichetPlace *place)
{
    static const char *const cities[] = {"75056", "69123", "13055"};
    for (gsize i = 0; i < G_N_ELEMENTS(cities); i++)
        if (strcmp(place->code, cities[i]) == 0)
            return TRUE;
    return FALSE;
}

static char *
advise_place(GuichetPlaces *places, guint kind, const char *value)
{
    if (places == NULL || guichet_places_count(places) == 0)
        return NULL;
    const GuichetPlace *place = guichet_places_recognise(places, kind, value);
    if (place == NULL)
        return g_strdup(kind == GUICHET_PLACE_COMMUNE
                            ? _("Commune inconnue du référentiel de ce poste : gardée telle que "
                                "tapée. À l’étranger, c’est normal.")
                            : _("Pays inconnu du référentiel de ce poste : gardé tel que tapé."));
    if (place->until != NULL)
        return explain_vanished(places, place);
    const GuichetPlace *whole =
        place->parent != NULL ? guichet_places_find(places, place->parent) : NULL;
    if (whole != NULL && !has_arrondissements(whole))
        return g_strdup_printf(_("%s fait aujourd’hui partie de %s (%s) : ce nom reste celui d’une "
                                 "naissance d’avant la fusion."),
                               place->name, whole->name, whole->code);
    return has_arrondissements(place)
               ? g_strdup_printf(
                     _("Précisez l’arrondissement s’il est connu, par exemple « %s 3 »."),
                     place->name)
               : NULL;
}

/* --- the others --- */

static char *
advise_name(const char *value)
{
    for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_isalpha(c) && !g_unichar_ismark(c) && !g_unichar_isspace(c) && c != '-' &&
            c != ',' && c != '.' && c != '\'' && c != 0x2019)
            return g_strdup_printf(_("« %.*s » est rare dans un nom : vérifiez sur l’acte."),
                                   (int)(g_utf8_next_char(p) - p), p);
    }
    return NULL;
}

static char *
advise_phone(const char *value)
{
    return *value == '+' && strspn(value + 1, "0123456789") == strlen(value + 1)
               ? NULL
               : g_strdup(
                     _("Numéro gardé tel que tapé : il n’a pas la forme d’un numéro français à "
                       "10 chiffres, ni d’un numéro étranger qui commence par + ou 00."));
}

static char *
advise_email(const char *value)
{
    static const char shape[] = "^[^\\s@]+@[^\\s@]+\\.[^\\s@.]+$";
    return g_regex_match_simple(shape, value, G_REGEX_DEFAULT, 0)
               ? NULL
               : g_strdup(_("Adresse gardée telle que tapée : elle n’a pas la forme "
                            "nom@exemple.fr, un message n’y arrivera sans doute pas."));
}

static char *
advise_address(const char *value, char **proposal)
{
    g_autoptr(GPtrArray) advice = guichet_address_advise(value);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < advice->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (char *)advice->pdata[i]);
    if (advice->len > 0)
        *proposal = guichet_address_propose(value);
    return advice->len > 0 ? g_strdup(text->str) : NULL;
}

static char *
advise_date(const GuichetField *field, const char *value)
{
    g_autofree char *whole = guichet_date_complete(value);
    return field->partial && strcmp(whole, value) != 0
               ? g_strdup(_("Date incomplète, comme à l’état civil : les âges sont comptés au "
                            "dernier jour possible."))
               : NULL;
}

char *
guichet_field_advise(const GuichetField *field, GuichetPlaces *places, const char *value,
                     char **proposal)
{
    *proposal = NULL;
    if (*value == '\0')
        return NULL;
    switch (field->type) {
    case GUICHET_FIELD_DATE:
        return advise_date(field, value);
    case GUICHET_FIELD_NAME:
        return advise_name(value);
    case GUICHET_FIELD_COMMUNE:
        return advise_place(places, GUICHET_PLACE_COMMUNE, value);
    case GUICHET_FIELD_COUNTRY:
        return advise_place(places, GUICHET_PLACE_COUNTRY, value);
    case GUICHET_FIELD_PHONE:
        return advise_phone(value);
    case GUICHET_FIELD_EMAIL:
        return advise_email(value);
    case GUICHET_FIELD_ADDRESS:
        return advise_address(value, proposal);
    default:
        return NULL;
    }
}
