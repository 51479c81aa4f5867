/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"

/**
 * Enrolment of a station: two certificate requests in, an answer folder out. This needs the
 * root's key (pki/keys/root.key), which the server never reads.
 */
typedef struct {
    const char *csr_folder;    /* has sign.csr and tls.csr */
    const char *name;          /* "Mairie de Démo, guichet 1" */
    const char *answer_folder; /* made if needed: station-sign.crt, station-tls.crt, root.crt,
                                * centre-seal.crt, centre.json */
    const char *url;           /* told to the station; NULL = the centre's own */
    guint days;                /* of the certificates, 1 … 3650 */
} GuichetEnrolment;

/* *@station: the id (CN) that both requests ask for; caller frees. Enrolling the same station
 * again replaces its certificates. Writing the answer comes last: without it nothing is usable. */
gboolean guichet_enrol(GuichetCentre *centre, const GuichetEnrolment *enrolment, char **station,
                       GError **error);
