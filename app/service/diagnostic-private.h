/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk-private.h"
#include "service/diagnostic.h"

/** What the files that look at parts share. */
GuichetPart *guichet_part_new(GuichetPartKind kind);
/* @number of the reference, 0 … 99. Takes @conclusion and @remedy (NULL = ""). */
void guichet_part_find(GuichetPart *part, guint number, GuichetFindingState state, char *conclusion,
                       char *remedy);
/* The same of sentences that are not the caller's to give away. */
void guichet_part_say(GuichetPart *part, guint number, GuichetFindingState state,
                      const char *conclusion, const char *remedy);
/* Takes @value; nothing when it is NULL or "". */
void guichet_part_know(GuichetPart *part, const char *id, const char *label, char *value);
/* Adds finding 0, "@conclusion", unless something was found. */
void guichet_part_settle(GuichetPart *part, const char *conclusion);

/* diagnostic-log.c: may @line leave the station? FALSE when it names an agent (char*), holds an
 * address, or a long number that is no time. */
gboolean guichet_diagnostic_may_tell(const char *line, GPtrArray *agents);
/* Entries of the journal's end by event. */
guint guichet_diagnostic_count_events(GuichetDesk *desk, const char *event);

/* Parts, one function each. */
GuichetPart *guichet_diagnose_keys(GuichetDesk *desk);
GuichetPart *guichet_diagnose_disk(GuichetDesk *desk);
GuichetPart *guichet_diagnose_clock(GuichetDesk *desk);
GuichetPart *guichet_diagnose_certificates(GuichetDesk *desk);
GuichetPart *guichet_diagnose_sync(GuichetDesk *desk);
GuichetPart *guichet_diagnose_data(GuichetDesk *desk);
GuichetPart *guichet_diagnose_services(GuichetDesk *desk);
GuichetPart *guichet_diagnose_programs(GuichetDesk *desk);
