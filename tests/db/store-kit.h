/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <sqlite3.h>

#include "db/store.h"

/** What the tests of db/ share: a folder of their own, a procedure, an agent, a raw connection. */
typedef struct {
    char *folder;
    char *path; /* station.db in it */
    GuichetSecret *station;
    GuichetProcedure *procedure;
} Kit;

#define KIT_AGENT "agent-1"
/* The station secret under which the files of fixtures/ were made. */
#define KIT_FIXTURE_STATION "un secret de poste pour l'essai!"
#define KIT_PASSPHRASE "une phrase secrète"

void kit_set_up(Kit *kit, gconstpointer data);
void kit_tear_down(Kit *kit, gconstpointer data);
/* Adds a case that gets a fresh Kit. */
void kit_add(const char *path, void (*test)(Kit *kit, gconstpointer data));

/* The whole database file. */
GBytes *kit_read_file(Kit *kit);
/* An open, unlocked store; the first call makes it with KIT_AGENT. */
GuichetStore *kit_open(Kit *kit);
gboolean kit_unlock(Kit *kit, GuichetStore *store, const char *agent, const char *passphrase,
                    GError **error);
/* A stored draft; returns its id. */
char *kit_add_draft(Kit *kit, GuichetStore *store);
void kit_set_field(GuichetStore *store, const char *request, const char *field, const char *value);
/* Returns the piece's id. */
char *kit_put_text(GuichetStore *store, const char *request, const char *kind, guint ordinal,
                   const char *text);
/* Seals @request as bundle @number of 64 digits, chained to the one before. */
void kit_seal(GuichetStore *store, const char *request);
/* The identity of bundle @sequence made by kit_seal(). Caller frees. */
char *kit_sha256(gint64 sequence);

/* What somebody with the file, and without our code, does to it; must succeed. */
void kit_tamper(Kit *kit, const char *sql);
/* First column of the first row, as text. */
char *kit_ask(Kit *kit, const char *sql);
/* The same for a column given as hex(). */
GBytes *kit_ask_bytes(Kit *kit, const char *sql);
/* Does any file of the folder hold these bytes? */
gboolean kit_files_hold(Kit *kit, const void *bytes_sought, gsize size_sought);
gboolean kit_files_hold_text(Kit *kit, const char *text);
