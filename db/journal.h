/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/**
 * The audit journal: append-only and hash-chained (private to db/). Layout of the hashed bytes:
 * SCHEMA.md, "journal". Every change of state and every log-in is appended in the transaction of
 * the change itself, by the caller's open write transaction.
 */
#define GUICHET_JOURNAL_MAX_EVENT 64
#define GUICHET_JOURNAL_MAX_SUBJECT 256

/* @subject: an id, never personal data; "" when there is none. */
gboolean guichet_journal_append(GuichetDatabase *database, const char *event, const char *subject,
                                GError **error);
/* The last entry's number and hash (hex, caller frees); 0 and 64 zeroes before the first. */
gboolean guichet_journal_read_head(GuichetDatabase *database, gint64 *entries, char **head,
                                   GError **error);
/* Walks the whole chain in one snapshot. GUICHET_ERROR_CORRUPT names the first bad entry.
 * @head: hex of the last hash, caller frees. */
gboolean guichet_journal_verify(GuichetDatabase *database, gint64 *entries, char **head,
                                GError **error);
/* The last @entries only, against the head: in time that does not grow with the journal. */
gboolean guichet_journal_verify_tail(GuichetDatabase *database, guint entries, GError **error);
