/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/request.h"
#include "core/secret.h"

/**
 * The station's store: one SQLite file (WAL, synchronous=FULL), drafts encrypted under a key per
 * request. Thread-confined: one thread uses one GuichetStore; several processes may each have
 * one. Every writing function returns only when its work is durable on the disk.
 * Schema, invariants, key slots: SCHEMA.md.
 */
#define GUICHET_TYPE_STORE (guichet_store_get_type())
G_DECLARE_FINAL_TYPE(GuichetStore, guichet_store, GUICHET, STORE, GObject)

/* Creates or migrates; GUICHET_ERROR_NEWER for a newer schema, CORRUPT when quick_check says so. */
GuichetStore *guichet_store_open(const char *path, GError **error);

/* --- key slots (DESIGN §5) --- */
/* First agent: makes the KEK. Later agents: needs an unlocked store. @scrypt_log2n 14 … 20. */
gboolean guichet_store_add_agent(GuichetStore *self, const char *agent,
                                 GuichetSecret *station_secret, GuichetSecret *passphrase,
                                 guint scrypt_log2n, GError **error);
/* GUICHET_ERROR_DENIED for unknown agent or wrong passphrase alike; each failure is journalled. */
gboolean guichet_store_unlock(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                              GuichetSecret *passphrase, GError **error);
void guichet_store_lock(GuichetStore *self);
gboolean guichet_store_is_unlocked(GuichetStore *self);
const char *guichet_store_get_agent(GuichetStore *self); /* NULL when locked */
gboolean guichet_store_has_agents(GuichetStore *self, gboolean *has, GError **error);

/* --- requests --- (draft contents need an unlocked store: GUICHET_ERROR_LOCKED) */
gboolean guichet_store_add_request(GuichetStore *self, GuichetRequest *request,
                                   GuichetProcedure *procedure, GError **error);
/* Newest first (GuichetRequest*), clear columns only: fields and pieces are empty. */
GPtrArray *guichet_store_list_requests(GuichetStore *self, GError **error);
GuichetRequest *guichet_store_load_request(GuichetStore *self, const char *id, GError **error);
/* The procedure file that the request was made under. */
GuichetProcedure *guichet_store_load_procedure(GuichetStore *self, const char *request_id,
                                               GError **error);
/* Sets the given fields (char* → char*), leaves the others; one transaction. Draft only. */
gboolean guichet_store_set_fields(GuichetStore *self, const char *request_id, GHashTable *fields,
                                  GError **error);
gboolean guichet_store_set_step(GuichetStore *self, const char *request_id, const char *step,
                                GError **error);
/* Adds; a piece of the same kind and ordinal is replaced in the same transaction. Draft only. */
gboolean guichet_store_put_piece(GuichetStore *self, const char *request_id,
                                 const GuichetPiece *piece, GError **error);
/* Removes; higher ordinals of the kind move down by one. */
gboolean guichet_store_remove_piece(GuichetStore *self, const char *request_id,
                                    const char *piece_id, GError **error);
GuichetPiece *guichet_store_load_piece(GuichetStore *self, const char *request_id,
                                       const char *piece_id, GError **error);
/* Gives up a draft: its key and rows are destroyed; the row stays with state "abandoned". */
gboolean guichet_store_abandon(GuichetStore *self, const char *request_id, GError **error);

/* --- sealing --- */
/* Next sequence number and the SHA-256 of the previous bundle (NULL for the first). */
gboolean guichet_store_next_sequence(GuichetStore *self, gint64 *sequence, char **previous,
                                     GError **error);
typedef struct {
    const char *request_id;
    gint64 sequence;
    const char *previous; /* or NULL */
    const char *sha256;
    const char *file; /* name inside outbox/ */
    gsize size;
    const char *statement; /* signed deposit statement, for the slip */
} GuichetSealRecord;
/* After the file is durable. One transaction: outbox row, state sealed, draft rows and the
 * request's key destroyed, journal entry. GUICHET_ERROR_BUSY if the sequence was taken meanwhile
 * (rebuild with the next one). */
gboolean guichet_store_record_seal(GuichetStore *self, const GuichetSealRecord *record,
                                   GError **error);
/* The signed statement of a sealed request. Caller frees. */
char *guichet_store_load_statement(GuichetStore *self, const char *request_id, GError **error);
/* The receipt's DER, or NULL with GUICHET_ERROR_NOT_FOUND while there is none. */
GBytes *guichet_store_load_receipt(GuichetStore *self, const char *request_id, GError **error);
/* Marks as erased and returns the bundle's file name to unlink; GUICHET_ERROR_STATE without a
 * stored receipt. Caller frees. */
char *guichet_store_erase_bundle(GuichetStore *self, const char *request_id, GError **error);
/* Names in outbox/ that rows refer to (char*), for the clean-up of orphans. */
GPtrArray *guichet_store_list_bundle_files(GuichetStore *self, GError **error);

/* --- upkeep --- */
/* integrity_check, foreign_key_check, the invariants of SCHEMA.md, journal chain. TRUE = sound,
 * *report is "". GUICHET_ERROR_CORRUPT: *report is set all the same, with a line a finding. */
gboolean guichet_store_check(GuichetStore *self, char **report, GError **error);
gboolean guichet_store_backup(GuichetStore *self, const char *path, GError **error);
typedef struct {
    gint64 entries;
    char *head; /* SHA-256 hex of the last entry */
} GuichetJournalState;
/* Walks the whole hash chain. GUICHET_ERROR_CORRUPT names the first bad entry. */
gboolean guichet_store_verify_journal(GuichetStore *self, GuichetJournalState *state,
                                      GError **error);
/* Appends "<event>" with ids only, no personal data. */
gboolean guichet_store_journal(GuichetStore *self, const char *event, const char *subject,
                               GError **error);
/* Counters for the always visible sync state. */
typedef struct {
    guint drafts, waiting, received;
    gint64 oldest_waiting_us; /* 0 = none */
    char *last_error;         /* of the oldest waiting one, or NULL */
} GuichetStoreCounts;
gboolean guichet_store_count(GuichetStore *self, GuichetStoreCounts *counts, GError **error);
