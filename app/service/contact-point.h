/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The station as the contact point of those who have neither e-mail nor telephone: what its papers
 * say of where and when to come back, in the language of now.
 */
typedef struct {
    char *name;    /* of the station */
    char *address; /* or NULL: not known */
    char *phone;   /* or NULL */
    char *hours;   /* "lundi à jeudi : 8 h 30 à 12 h, 13 h 30 à 17 h 30 ; …", or NULL */
} GuichetStationPlace;

void guichet_station_place_clear(GuichetStationPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetStationPlace, guichet_station_place_clear)

/* Never fails: of a broken or absent policy/contact-point.json the name alone is left. */
void guichet_station_place_load(const char *root, const char *name, GuichetStationPlace *place);
