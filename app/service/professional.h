/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/professionals.h"
#include "service/desk.h"

/**
 * Is this a professional whom the State allows to register vehicles? Looked up by name and place or
 * by SIREN in the signed pack ROOT/packs/professionals. The answer is about a list of a day: it
 * never says that somebody is a fraud.
 */
#define GUICHET_PACK_PROFESSIONALS "packs/professionals"
#define GUICHET_PROFESSIONALS_SHOWN 8

typedef enum {
    GUICHET_PROFESSIONAL_LISTED,   /* in the signed pack, which is fresh */
    GUICHET_PROFESSIONAL_UNLISTED, /* not in the signed pack of that day */
    GUICHET_PROFESSIONAL_TOO_OLD,  /* the pack is too old to say */
    GUICHET_PROFESSIONAL_UNSIGNED, /* the pack is nobody's word: a sample */
    GUICHET_PROFESSIONAL_NO_PACK,  /* none, or a broken one */
    GUICHET_PROFESSIONAL_N_VERDICTS
} GuichetProfessionalVerdict;

typedef struct {
    GuichetProfessionalVerdict verdict;
    GuichetProfessionals *pack; /* that @found points into, or NULL */
    GPtrArray *found;  /* const GuichetProfessional*, at most GUICHET_PROFESSIONALS_SHOWN */
    char *title, *day; /* of the pack; "" without one */
    int days, valid_days;
    char *sentence; /* the answer in plain French, one or two sentences */
    char *advice;   /* what to do next */
} GuichetProfessionalCheck;

void guichet_professional_check_clear(GuichetProfessionalCheck *check);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetProfessionalCheck, guichet_professional_check_clear)

/* "listed", "unlisted", "too-old", "unsigned", "no-pack". Static. */
const char *guichet_professional_verdict_name(GuichetProfessionalVerdict verdict);
/* @who: a SIREN, a SIRET, or words of a name; @place: postcode, commune or "".
 * GUICHET_ERROR_ARGUMENT when @who is empty, or is a number that cannot be a SIREN: it says why. */
gboolean guichet_desk_check_professional(GuichetDesk *self, const char *who, const char *place,
                                         GuichetProfessionalCheck *check, GError **error);

/* The sample, when a station is made; an absent folder is no pack. */
gboolean guichet_professionals_put(const char *root, const char *folder, GError **error);
/* A newer one, from a stick: refused unless the centre signed it and it is not older than what is
 * there (GUICHET_ERROR_SIGNATURE, _STATE). */
gboolean guichet_desk_install_professionals(GuichetDesk *self, const char *folder, GError **error);
