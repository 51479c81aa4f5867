/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Professionals whom the State allows to register vehicles for others (« professionnels habilités
 * », code de la route R322-1): a table of outside (assets/packs/README.md), read once, immutable.
 */
typedef struct {
    char *siren;    /* nine digits */
    char *name;     /* raison sociale */
    char *sign;     /* enseigne, or "" */
    char *postcode; /* or "" */
    char *city;
    char *number; /* of the habilitation, or "" */
} GuichetProfessional;

typedef struct _GuichetProfessionals GuichetProfessionals;

/* The CSV files of @folder that have the columns; others are ignored. A row whose SIREN cannot be
 * one fails the whole with its line: a list with holes would accuse people.
 * GUICHET_ERROR_MALFORMED or _LIMIT. */
GuichetProfessionals *guichet_professionals_load(const char *folder, GError **error);
void guichet_professionals_free(GuichetProfessionals *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetProfessionals, guichet_professionals_free)
guint guichet_professionals_count(GuichetProfessionals *self);

/* By SIREN (nine digits), or by words of the name and the sign, folded for accents, each of which
 * must begin a word there; @place ("" = anywhere) does the same in postcode and city. At most
 * @limit, in the order of the table (const GuichetProfessional*, borrowed); free the array. */
GPtrArray *guichet_professionals_find(GuichetProfessionals *self, const char *siren,
                                      const char *words, const char *place, guint limit);
