/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/places.h"

/** Private to core/places: the index, filled by places-load.c. */

typedef struct {
    char *text; /* folded name, code or postal code */
    const GuichetPlace *place;
} PlaceKey;

struct _GuichetPlaces {
    gatomicrefcount refs;
    GPtrArray *places;   /* GuichetPlace* */
    GHashTable *by_code; /* code → GuichetPlace*: of today, else of the past */
    GArray *keys;        /* PlaceKey, sorted */
};

GuichetPlaces *places_new(void);
void places_build_index(GuichetPlaces *self);
