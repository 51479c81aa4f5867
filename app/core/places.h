/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Communes and countries, those of today and those that are no more, from the official files
 * (format: assets/packs/README.md). Search as one types, by folded prefix, postal code or INSEE
 * code. Immutable once loaded; thread safe to share. Nothing here decides: a place that is not
 * found is stored as it was typed.
 */
typedef struct _GuichetPlaces GuichetPlaces;

typedef enum {
    GUICHET_PLACE_COMMUNE = 1 << 0, /* also arrondissements of Paris, Lyon, Marseille */
    GUICHET_PLACE_COUNTRY = 1 << 1,
} GuichetPlaceKind;

typedef struct {
    GuichetPlaceKind kind;
    char *code;           /* INSEE: "33063", "2A004", "99109" */
    char *name;           /* "L’Haÿ-les-Roses" */
    char *parent;         /* code of the commune that it is a part of, or NULL */
    char *until;          /* the day from which it is no more, or NULL */
    char *successor;      /* code of what it became, or NULL */
    GPtrArray *postcodes; /* char*, may be empty */
} GuichetPlace;

/* Every *.csv of @folder whose columns are known; others are ignored. A broken file fails the
 * whole; an absent folder is empty. */
GuichetPlaces *guichet_places_load(const char *folder, GError **error);
/* Of none: nothing is found in it. */
GuichetPlaces *guichet_places_new_empty(void);
GuichetPlaces *guichet_places_ref(GuichetPlaces *self);
void guichet_places_unref(GuichetPlaces *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPlaces, guichet_places_unref)

guint guichet_places_count(GuichetPlaces *self);
/* At most @limit that begin with what is typed (GuichetPlace*, borrowed; free the array): exact
 * names first, then those of today, then those that are no more, by name. @kinds: or of kinds. */
GPtrArray *guichet_places_search(GuichetPlaces *self, guint kinds, const char *typed, guint limit);
/* The one place of today, else of the past, that is meant without doubt: by its code, or its whole
 * name when no other has it. NULL otherwise. */
const GuichetPlace *guichet_places_recognise(GuichetPlaces *self, guint kinds, const char *typed);
/* Of today, else of the past; NULL when there is none. */
const GuichetPlace *guichet_places_find(GuichetPlaces *self, const char *code);
/* As it is stored: "Bordeaux (33063)". Caller frees. */
char *guichet_place_to_value(const GuichetPlace *place);
/* For a suggestion: "Annecy-le-Vieux (74011), 74940 — jusqu’au 01/01/2017, aujourd’hui Annecy".
 * Caller frees. */
char *guichet_places_describe(GuichetPlaces *self, const GuichetPlace *place);
