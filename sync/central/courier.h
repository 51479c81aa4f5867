/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/central/centre.h"

/**
 * A courier stick at the centre (../bundle/FORMAT.md §11): every bundle on it goes the way of an
 * upload (ingest.h), whatever the station's list says of it; receipts, reasons of refusal and the
 * feed go back on the same stick. Repeating is harmless.
 */
typedef struct {
    char *station; /* NULL: neither list nor bundle says whose the folder is */
    gint64 trip;   /* 0: its list is missing or unreadable */
    guint received, held;
    guint missing; /* listed, and not on the stick */
    guint messages;
    GPtrArray *refusals; /* char* "sha256 reason" */
    char *reason;        /* the first thing that went wrong beside refusals, or NULL */
} GuichetVisit;
void guichet_visit_free(GuichetVisit *visit);

/* One GuichetVisit for each station's folder. NULL when the stick, or the centre itself, fails:
 * what was received until then has its receipt, and a repeat goes on. */
GPtrArray *guichet_centre_import(GuichetCentre *centre, const char *folder, GError **error);
