/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/request.h"
#include "core/role.h"
#include "core/secret.h"

/**
 * The station's store: one SQLite file (WAL, synchronous=FULL), drafts encrypted under a key per
 * request. Thread-confined: one thread uses one GuichetStore; several processes may each have
 * one. Every writing function returns only when its work is durable on the disk.
 * Schema, invariants, key slots: SCHEMA.md.
 */
#define GUICHET_TYPE_STORE (guichet_store_get_type())
G_DECLARE_FINAL_TYPE(GuichetStore, guichet_store, GUICHET, STORE, GObject)

/* Creates or migrates; GUICHET_ERROR_NEWER for a newer schema, CORRUPT when the bounded look
 * of SCHEMA.md (Opening) finds it so. */
GuichetStore *guichet_store_open(const char *path, GError **error);
/* The same of a store that must be there: GUICHET_ERROR_NOT_FOUND, and nothing is made in its
 * place. */
GuichetStore *guichet_store_open_existing(const char *path, GError **error);
/* Keeps everybody from opening it until the descriptor is closed; GUICHET_ERROR_BUSY while somebody
 * has it open. -1 without an error: there is none. It may be damaged. */
int guichet_store_hold(const char *path, GError **error);
/* Was the file not closed by whoever used it last, or does the journal's end look wrong? TRUE until
 * the next guichet_store_check(). */
gboolean guichet_store_is_unclean(GuichetStore *self);

/* --- key slots (DESIGN §5), store-agents.c --- */
typedef struct {
    guint free_attempts;  /* wrong ones without a wait */
    guint first_wait_s;   /* then doubled each time … */
    guint longest_wait_s; /* … up to this */
} GuichetPatience;
/* What policy says of wrong attempts; until then 5 free ones, 5 s, 15 min. */
void guichet_store_set_patience(GuichetStore *self, const GuichetPatience *patience);
/* As soon as *@gone is not 0 the session is over: the store is locked at its next use. Read
 * atomically; NULL = no more. */
void guichet_store_set_gone(GuichetStore *self, const gint *gone);
/* First agent: makes the KEK. Later agents: needs an unlocked store. @scrypt_log2n 14 … 20. */
gboolean guichet_store_add_agent(GuichetStore *self, const char *agent,
                                 GuichetSecret *station_secret, GuichetSecret *passphrase,
                                 guint scrypt_log2n, GError **error);
/* The same with a card: @card_secret is the 32 bytes that it gives, @card_text what it needs to
 * give them again (public, drivers/card/card.h). */
gboolean guichet_store_add_card_agent(GuichetStore *self, const char *agent,
                                      GuichetSecret *station_secret, GuichetSecret *card_secret,
                                      const char *card_text, GError **error);
/* GUICHET_ERROR_DENIED for unknown agent or wrong passphrase alike; each failure is journalled. */
gboolean guichet_store_unlock(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                              GuichetSecret *passphrase, GError **error);
/* A card's log-in has three parts: try_card counts the attempt and gives the card's text, then the
 * card tries its code, then unlock_card; or end_card when the card gave nothing. */
char *guichet_store_try_card(GuichetStore *self, const char *agent, GError **error);
/* @tried: the card has seen the code: the failure is journalled and stays counted. */
gboolean guichet_store_end_card(GuichetStore *self, const char *agent, gboolean tried,
                                GError **error);
gboolean guichet_store_unlock_card(GuichetStore *self, const char *agent,
                                   GuichetSecret *station_secret, GuichetSecret *card_secret,
                                   GError **error);
/* The card's text of an agent who has one. GUICHET_ERROR_DENIED for all others. Caller frees. */
char *guichet_store_find_card(GuichetStore *self, const char *agent, GError **error);
void guichet_store_lock(GuichetStore *self);
gboolean guichet_store_is_unlocked(GuichetStore *self);
const char *guichet_store_get_agent(GuichetStore *self); /* NULL when locked */
gboolean guichet_store_has_agents(GuichetStore *self, gboolean *has, GError **error);

typedef struct {
    char *name;
    GuichetUserRole role;
    gboolean card;      /* else a passphrase */
    gboolean renewable; /* FALSE: has not logged in since version 1 of the store */
    gint64 created_us;
    gint64 revoked_us; /* 0 = may open the station */
    gint64 failures;   /* since the last log-in */
} GuichetAgent;
/* By name (GuichetAgent*), revoked ones too. */
GPtrArray *guichet_store_list_agents(GuichetStore *self, GError **error);
/* A new passphrase for the agent whose session is open. */
gboolean guichet_store_change_passphrase(GuichetStore *self, GuichetSecret *station_secret,
                                         GuichetSecret *passphrase, guint scrypt_log2n,
                                         GError **error);
/* The same, from now on with a card. */
gboolean guichet_store_change_card(GuichetStore *self, GuichetSecret *station_secret,
                                   GuichetSecret *card_secret, const char *card_text,
                                   GError **error);
/* Destroys the slot. GUICHET_ERROR_STATE for the last agent and for oneself. Renew the keys
 * next: whoever was revoked may remember the old one. */
gboolean guichet_store_revoke_agent(GuichetStore *self, const char *agent, GError **error);
/* Another role for a colleague: the slot is made anew, nobody's passphrase is needed. A
 * technician's slot holds a key that opens nothing. GUICHET_ERROR_STATE for the last agent. */
gboolean guichet_store_set_agent_role(GuichetStore *self, const char *agent, GuichetUserRole role,
                                      GError **error);
/* Of the agent who opened the session, as his slot has it; the citizen's when locked. */
GuichetUserRole guichet_store_get_role(GuichetStore *self);
/* A new KEK: the keys of all open drafts and all slots in one transaction. Other processes' open
 * sessions end with GUICHET_ERROR_LOCKED. GUICHET_ERROR_STATE names an agent who is not renewable.
 */
gboolean guichet_store_renew_keys(GuichetStore *self, GError **error);
/* When the centre last gave a signed word (a receipt, a feed message), wall µs; 0 = never. What was
 * noted later than @now_us is left out: the clock ran ahead then. */
gboolean guichet_store_last_word(GuichetStore *self, gint64 now_us, gint64 *word_us,
                                 GError **error);
/* The last receipt as the journal has it, by which no clock can be wrong; *@has FALSE: none. */
gboolean guichet_store_last_receipt(GuichetStore *self, gboolean *has, GuichetInstant *instant,
                                    GError **error);

/* --- the unattended kiosk (store-kiosk.c): a key of its own, opened by the station secret alone,
 * for nothing but what is begun there --- */
#define GUICHET_KIOSK_NAME "borne" /* in the journal; no agent may be called so */
gboolean guichet_store_kiosk_is_open(GuichetStore *self, gboolean *is_open, GError **error);
/* In an agent's session. */
gboolean guichet_store_open_kiosk(GuichetStore *self, GuichetSecret *station_secret,
                                  GError **error);
gboolean guichet_store_close_kiosk(GuichetStore *self, GError **error);
/* The citizen's session: opens drafts that were begun at the kiosk, no others. */
gboolean guichet_store_unlock_kiosk(GuichetStore *self, GuichetSecret *station_secret,
                                    GError **error);
/* A new draft and its ticket (digits of core/ticket.h), in one transaction. */
gboolean guichet_store_add_ticketed(GuichetStore *self, GuichetRequest *request,
                                    GuichetProcedure *procedure, const char *ticket,
                                    GError **error);
/* The request of a ticket. GUICHET_ERROR_NOT_FOUND; at the kiosk DENIED after too many guesses
 * (db/kiosk.h). Caller frees. */
char *guichet_store_find_ticket(GuichetStore *self, const char *ticket, GError **error);

/* --- the witness of the journal (store-witness.c): the value of a counter in the TPM --- */
gboolean guichet_store_read_witness(GuichetStore *self, gboolean *has, guint64 *counter,
                                    GError **error);
/* Journals @event with @counter and keeps it, in one transaction. */
gboolean guichet_store_set_witness(GuichetStore *self, const char *event, guint64 counter,
                                   GError **error);

/* --- requests --- (draft contents need an unlocked store: GUICHET_ERROR_LOCKED) */
gboolean guichet_store_add_request(GuichetStore *self, GuichetRequest *request,
                                   GuichetProcedure *procedure, GError **error);
/* Newest first (GuichetRequest*), clear columns only: fields and pieces are empty. */
GPtrArray *guichet_store_list_requests(GuichetStore *self, GError **error);
/* A page of that list, in time that does not grow with the number of requests. @search is the
 * beginning of a request's number or of a bundle's SHA-256 (6 characters or more, and only one
 * bundle), or a bundle's sequence number in digits; nothing found is an empty list. */
#define GUICHET_REQUEST_PAGE 200
typedef struct {
    guint limit;                      /* 0 = GUICHET_REQUEST_PAGE */
    const char *before;               /* older than this request; NULL = from the newest */
    const GuichetRequestState *state; /* only these; NULL = all */
    const char *search;               /* or NULL */
} GuichetRequestFilter;
GPtrArray *guichet_store_find_requests(GuichetStore *self, const GuichetRequestFilter *filter,
                                       GError **error);
GuichetRequest *guichet_store_load_request(GuichetStore *self, const char *id, GError **error);
/* The procedure file that the request was made under. */
GuichetProcedure *guichet_store_load_procedure(GuichetStore *self, const char *request_id,
                                               GError **error);
/* Sets the given fields (char* → char*), leaves the others; one transaction. Draft only. */
gboolean guichet_store_set_fields(GuichetStore *self, const char *request_id, GHashTable *fields,
                                  GError **error);
gboolean guichet_store_set_step(GuichetStore *self, const char *request_id, const char *step,
                                GError **error);
/* What a request holds already; needs no key, and reads no content. */
typedef struct {
    guint pieces;     /* of all kinds */
    gsize bytes;      /* of all kinds */
    guint pages;      /* of the kind asked for, with a content */
    guint impossible; /* of the kind asked for, with a reason instead */
} GuichetPieceCounts;
gboolean guichet_store_count_pieces(GuichetStore *self, const char *request_id, const char *kind,
                                    GuichetPieceCounts *counts, GError **error);
/* Adds; a piece of the same kind and ordinal is replaced in the same transaction. Draft only.
 * A sha256 of NULL is filled in. */
gboolean guichet_store_put_piece(GuichetStore *self, const char *request_id, GuichetPiece *piece,
                                 GError **error);
/* The same for a page that replaces none: GUICHET_ERROR_EXISTS when another program has taken its
 * ordinal meanwhile (number it anew). */
gboolean guichet_store_add_page(GuichetStore *self, const char *request_id, GuichetPiece *piece,
                                GError **error);
/* Removes; higher ordinals of the kind move down by one. */
gboolean guichet_store_remove_piece(GuichetStore *self, const char *request_id,
                                    const char *piece_id, GError **error);
GuichetPiece *guichet_store_load_piece(GuichetStore *self, const char *request_id,
                                       const char *piece_id, GError **error);
/* Gives up a draft: its key and rows are destroyed; the row stays with state "abandoned". */
gboolean guichet_store_abandon(GuichetStore *self, const char *request_id, GError **error);

/* --- what the centre's feed brought (store-day.c); needs no key --- */
typedef struct {
    char *reference; /* the number that the citizen was given */
    gint64 starts_us;
    guint minutes, persons;
    char *procedure_id;
    char *state; /* "booked", "cancelled"; noted by the desk: "arrived", "missed" */
} GuichetAppointment;
void guichet_appointment_free(GuichetAppointment *appointment);
/* From @first_us on, before @behind_us, by time (GuichetAppointment*). */
GPtrArray *guichet_store_list_appointments(GuichetStore *self, gint64 first_us, gint64 behind_us,
                                           GError **error);
/* @state: "booked" (a slip of the hand taken back), "arrived" or "missed". GUICHET_ERROR_STATE for
 * a cancelled one. */
gboolean guichet_store_mark_appointment(GuichetStore *self, const char *reference,
                                        const char *state, GError **error);

/* What is asked for once a request is in state supplement-asked. */
typedef struct {
    gint64 deadline_us;
    GStrv pieces; /* ids of the procedure's pieces */
} GuichetSupplement;
void guichet_supplement_free(GuichetSupplement *supplement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetSupplement, guichet_supplement_free)
GuichetSupplement *guichet_store_find_supplement(GuichetStore *self, const char *request_id,
                                                 GError **error);
/* What waits for its holder in state title-ready. */
typedef struct {
    gint64 collect_before_us; /* then it is destroyed */
    char *title_sha256;       /* guichet_message_title_digest() of its number */
} GuichetTitle;
void guichet_title_free(GuichetTitle *title);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTitle, guichet_title_free)
/* Both: GUICHET_ERROR_NOT_FOUND when the centre said it by a bare status. */
GuichetTitle *guichet_store_find_title(GuichetStore *self, const char *request_id, GError **error);
/* The newest request that joins @parent and is a draft, or NULL without an error. Caller frees. */
char *guichet_store_find_joining_draft(GuichetStore *self, const char *parent, GError **error);

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
    const char *statement;         /* signed deposit statement, for the slip */
    gint64 updated_us;             /* of the request that was sealed; 0 = not compared */
    const char *parent;            /* the request that it joins, or NULL */
    GuichetRequestState parent_to; /* what that one becomes */
} GuichetSealRecord;
/* After the file is durable. One transaction: outbox row, state sealed, draft rows and the
 * request's key destroyed, the parent's new state, journal entries. GUICHET_ERROR_BUSY if the
 * sequence was taken meanwhile (rebuild with the next one); GUICHET_ERROR_STATE if the request
 * changed after it was loaded: what came then is not in the bundle, and would be destroyed with the
 * draft. */
gboolean guichet_store_record_seal(GuichetStore *self, const GuichetSealRecord *record,
                                   GError **error);
/* Empties the WAL, in which the wrapped key of a sealed draft still stands after the commit. Not
 * needed for durability, so it is not part of record_seal: call it once the person has their
 * answer, and before the process ends. Silent when another process reads: the next one does it. */
void guichet_store_settle(GuichetStore *self);
/* Copies the WAL into the file once it is longer than 4 MiB. The next change would do it first;
 * done while nobody waits, it costs nobody anything. */
void guichet_store_tidy(GuichetStore *self);
/* The signed statement of a sealed request. Caller frees. */
char *guichet_store_load_statement(GuichetStore *self, const char *request_id, GError **error);
/* The receipt's DER, or NULL with GUICHET_ERROR_NOT_FOUND while there is none. */
GBytes *guichet_store_load_receipt(GuichetStore *self, const char *request_id, GError **error);
/* Marks as erased and returns the bundle's file name to unlink; GUICHET_ERROR_STATE without a
 * stored receipt. Caller frees. */
char *guichet_store_erase_bundle(GuichetStore *self, const char *request_id, GError **error);
/* Names in outbox/ that rows refer to (char*), for the clean-up of orphans. */
GPtrArray *guichet_store_list_bundle_files(GuichetStore *self, GError **error);

/* --- custody: to prove and to mend --- */
typedef struct {
    gint64 sequence;
    char *request_id;
    char *sha256;
    char *file; /* name inside outbox/ */
    gsize size;
    GBytes *receipt;    /* DER, or NULL */
    gint64 received_us; /* by the time floor (core/trusted-time.h) */
    gboolean erased;    /* the file is gone, after a receipt */
} GuichetBundleRecord;
void guichet_bundle_record_free(GuichetBundleRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetBundleRecord, guichet_bundle_record_free)
/* The first bundle after sequence @after; NULL without an error at the end. */
GuichetBundleRecord *guichet_store_next_bundle(GuichetStore *self, gint64 after, GError **error);
/* The same among those whose file is still here although a receipt came at @received_before or
 * earlier. */
GuichetBundleRecord *guichet_store_next_erasable(GuichetStore *self, gint64 after,
                                                 gint64 received_before, GError **error);
/* Marks the file as erased; the request keeps its state, so that the centre's later words still
 * find it. The caller has verified the receipt anew, and unlinks the file afterwards.
 * GUICHET_ERROR_STATE without a receipt. */
gboolean guichet_store_release_bundle(GuichetStore *self, const char *request_id, GError **error);
/* A valid bundle of this station that no row speaks of: an older copy of the store was put back.
 * One transaction: @procedure, a request in state sealed (record->request_id names it), the outbox
 * row, journal entry "bundle-adopted". Beyond the last sequence only, gaps allowed; the next one
 * must name our last as its previous. GUICHET_ERROR_STATE otherwise. */
gboolean guichet_store_adopt_bundle(GuichetStore *self, const GuichetSealRecord *record,
                                    gint64 sealed_us, GuichetProcedure *procedure, GError **error);
/* Does the journal hold @event about @subject? */
gboolean guichet_store_journal_has(GuichetStore *self, const char *event, const char *subject,
                                   gboolean *has, GError **error);
typedef struct {
    gint64 sequence, wall_us;
    char *event, *subject; /* a subject may name an agent or a request */
} GuichetJournalEntry;
/* The last @limit entries (GuichetJournalEntry*), newest first; not verified. */
GPtrArray *guichet_store_list_journal(GuichetStore *self, guint limit, GError **error);
/* Hash of entry @entry, hex; NULL without an error when there is none. */
char *guichet_store_find_journal_hash(GuichetStore *self, gint64 entry, GError **error);

/* One start of the machine as the journal saw it, oldest first (GuichetBoot*). */
typedef struct {
    char boot_id[37];
    gint64 began_us; /* wall time of the start, by the clock of the time */
    gint64 last_us;  /* CLOCK_BOOTTIME of its last entry */
} GuichetBoot;
GPtrArray *guichet_store_list_boots(GuichetStore *self, GError **error);
typedef struct {
    char *request_id;
    GuichetInstant touched; /* last worked on */
} GuichetDraftAge;
void guichet_draft_age_free(GuichetDraftAge *age);
/* All open drafts (GuichetDraftAge*); needs no key. */
GPtrArray *guichet_store_list_draft_ages(GuichetStore *self, GError **error);

/* --- upkeep --- */
/* Gives at most @pages free pages back to the disk and empties the WAL. While a draft is open
 * nothing is given back: moving pages would leave copies of a living key behind. */
gboolean guichet_store_compact(GuichetStore *self, guint pages, GError **error);
/* Every page: integrity_check, foreign_key_check, the invariants of SCHEMA.md, journal chain. TRUE
 * = sound, *report is "". GUICHET_ERROR_CORRUPT: *report is set all the same, with a line a
 * finding. */
gboolean guichet_store_check(GuichetStore *self, char **report, GError **error);
gboolean guichet_store_backup(GuichetStore *self, const char *path, GError **error);
typedef struct {
    gint64 entries;
    char *head; /* SHA-256 hex of the last entry */
} GuichetJournalState;
void guichet_journal_state_clear(GuichetJournalState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetJournalState, guichet_journal_state_clear)
/* The last entry only, unverified. */
gboolean guichet_store_read_journal_head(GuichetStore *self, GuichetJournalState *state,
                                         GError **error);
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
