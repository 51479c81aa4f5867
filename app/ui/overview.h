/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "today.h"

/**
 * What the station holds, for the lists and the always visible sync state: requests, counters,
 * procedures. Refreshed on the desk's worker, on demand and every few seconds.
 *
 * Signal "changed": something that is shown has changed (never for a refresh that changes
 * nothing, so that lists keep their focus).
 */
#define GUICHET_TYPE_OVERVIEW (guichet_overview_get_type())
G_DECLARE_FINAL_TYPE(GuichetOverview, guichet_overview, GUICHET, OVERVIEW, GObject)

GuichetOverview *guichet_overview_new(void);
/* NULL when the session closes: everything is forgotten, names above all. */
void guichet_overview_set_desk(GuichetOverview *self, GuichetDesk *desk);
void guichet_overview_refresh(GuichetOverview *self);
/* Where the work of a page is done; NULL while nobody is logged in. Borrowed. */
GuichetDesk *guichet_overview_get_desk(GuichetOverview *self);
/* The newest, and of the older ones the drafts, those to send, complete or hand over and those
 * searched for: a page of each (db/store.h), newest first (GuichetRequest*). Procedures by title
 * (GuichetProcedure*). Borrowed, may be empty until the first "changed". */
GPtrArray *guichet_overview_get_requests(GuichetOverview *self);
GPtrArray *guichet_overview_get_procedures(GuichetOverview *self);
/* What will stop the station one day (char*), borrowed; read at the log-in and now and then. */
GPtrArray *guichet_overview_get_notices(GuichetOverview *self);
/* The station keeps its secret without a TPM: a state that is always shown. */
gboolean guichet_overview_lacks_tpm(GuichetOverview *self);
/* Also fetches what is not among the newest and begins with @text, a number; "" = no more. */
void guichet_overview_search(GuichetOverview *self, const char *text);
/* Today's, by time (GuichetAppointment*); borrowed. */
GPtrArray *guichet_overview_get_appointments(GuichetOverview *self);
/* What the centre asks for @request_id, or until when its title waits: borrowed, or NULL. */
const char *guichet_overview_get_due(GuichetOverview *self, const char *request_id);
const GuichetStoreCounts *guichet_overview_get_counts(GuichetOverview *self);
/* The request of that id, borrowed, or NULL. */
GuichetRequest *guichet_overview_find(GuichetOverview *self, const char *id);
/* Takes @request, found in the store beyond the lists, until the next refresh. */
void guichet_overview_add(GuichetOverview *self, GuichetRequest *request);
/* Title of a procedure, or its id when it is no longer in force. */
const char *guichet_overview_get_title(GuichetOverview *self, const char *procedure_id);
/* "3 à envoyer · dernier envoi 10:42 · pas de réseau : gardé ici"; caller frees. */
char *guichet_overview_describe_sync(GuichetOverview *self);
/* Made by hand, for tests and pictures. Takes both arrays; the notices stay as they were. */
void guichet_overview_set_content(GuichetOverview *self, GPtrArray *requests, GPtrArray *procedures,
                                  const GuichetStoreCounts *counts);
/* The same for the notices: takes the array. */
void guichet_overview_set_notices(GuichetOverview *self, GPtrArray *notices, gboolean no_tpm);
/* The same for the day; takes @today. */
void guichet_overview_set_today(GuichetOverview *self, GuichetToday *today);
