/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/completeness.h"
#include "core/role.h"
#include "core/secret.h"
#include "core/session-policy.h"
#include "core/station.h"
#include "db/store.h"

/**
 * The desk: every use-case of a station, one call each, the same for the window and for
 * guichetctl. Synchronous functions block on the disk and belong to one thread at a time; a
 * window calls them through guichet_desk_call_async(), which runs them in order on one worker
 * thread of the desk.
 */
#define GUICHET_TYPE_DESK (guichet_desk_get_type())
G_DECLARE_FINAL_TYPE(GuichetDesk, guichet_desk, GUICHET, DESK, GObject)

/* Opens an initialised station (station.json, keys, store). */
GuichetDesk *guichet_desk_open(const char *root, GError **error);
GuichetStation *guichet_desk_get_station(GuichetDesk *self); /* borrowed, immutable */

/* As whom this program works: before the session opens. The use-cases below refuse with
 * GUICHET_ERROR_DENIED what the role may not do (core/role.h). GUICHET_USER_ROLE_N, the default:
 * whatever role the agent has who logs in. Nobody may log in to more than his own. */
void guichet_desk_set_role(GuichetDesk *self, GuichetUserRole role);
GuichetUserRole guichet_desk_get_role(GuichetDesk *self);
gboolean guichet_desk_may(GuichetDesk *self, GuichetAction action, GError **error);

/* May the role take a request of @procedure to its end? Who takes no photo and no prints, or gives
 * no title, may not, and GUICHET_ERROR_DENIED says who does; a citizen only begins, so anything. */
gboolean guichet_desk_may_work_on(GuichetDesk *self, GuichetProcedure *procedure, GError **error);

typedef gpointer (*GuichetDeskFunc)(GuichetDesk *self, gpointer data, GCancellable *cancellable,
                                    GError **error);
/* @func runs on the worker; what it returns comes back from _finish, owned by the caller
 * (@result_free frees it if nobody takes it). NULL means failure and *error is set. */
void guichet_desk_call_async(GuichetDesk *self, GuichetDeskFunc func, gpointer data,
                             GDestroyNotify data_free, GDestroyNotify result_free,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gpointer guichet_desk_call_finish(GuichetDesk *self, GAsyncResult *result, GError **error);

/* --- session (session.c) --- */
typedef struct {
    const char *agent;
    GuichetSecret *secret; /* passphrase, or the code of the agent's card */
    const char *card;      /* MODULE[:TOKEN]; NULL: what the agent's slot says */
    gboolean last_try;     /* the agent knows that the card has one try left */
    gboolean unwatched;    /* the card may be taken out, to make room for another one */
} GuichetLogin;
/* GUICHET_ERROR_DENIED for what is wrong, revoked or too long offline; for a card also what
 * guichet_card_open() says, GUICHET_ERROR_STATE being: one try is left, ask again with last_try. */
gboolean guichet_desk_open_session(GuichetDesk *self, const GuichetLogin *login, GError **error);
/* The same by name and secret alone. */
gboolean guichet_desk_login(GuichetDesk *self, const char *agent, GuichetSecret *passphrase,
                            GError **error);
/* FALSE also for an unknown agent. */
gboolean guichet_desk_uses_card(GuichetDesk *self, const char *agent);
void guichet_desk_logout(GuichetDesk *self);
typedef enum {
    GUICHET_LOCK_IDLE,
    GUICHET_LOCK_CARD_REMOVED,
} GuichetLockReason;
/* A log-out that the journal explains. Drafts are as the last acknowledged change left them. */
void guichet_desk_lock(GuichetDesk *self, GuichetLockReason reason);
gboolean guichet_desk_is_open(GuichetDesk *self);
/* Delays and card modules (borrowed, immutable). NULL when the file is broken: a log-in says how.
 */
const GuichetSessionPolicy *guichet_desk_get_session_policy(GuichetDesk *self);
/* Signal "card-removed" (sentence), in the main context: the card that opened the session is gone,
 * or nobody knows any more; the desk locks behind the calls that the handlers make. Without a
 * handler at log-in (no window) the store locks itself at its next use. */
/* What was to be said at the last log-in (char*, borrowed): the centre too long silent, drafts that
 * will be abandoned, clocks that disagree, a card's certificate; may be empty. For the agent. */
GPtrArray *guichet_desk_get_notices(GuichetDesk *self);

/* --- agents (agents.c); all need a session --- */
/* A new passphrase for the agent in session. */
gboolean guichet_desk_change_passphrase(GuichetDesk *self, GuichetSecret *passphrase,
                                        guint scrypt_log2n, GError **error);
/* A new agent, whose session opens with a passphrase or a card (@login's: agent, secret, card). The
 * first agent of a station needs no session. */
gboolean guichet_desk_add_agent(GuichetDesk *self, const GuichetLogin *login, guint scrypt_log2n,
                                GError **error);
/* The session opens with @login's card from now on, no longer with the passphrase. */
gboolean guichet_desk_change_card(GuichetDesk *self, const GuichetLogin *login, GError **error);
/* Not oneself, not the last one (GUICHET_ERROR_STATE). Renew the keys next. */
gboolean guichet_desk_revoke_agent(GuichetDesk *self, const char *agent, GError **error);
/* Mediator, technician, agent again (db/store.h). */
gboolean guichet_desk_set_agent_role(GuichetDesk *self, const char *agent, GuichetUserRole role,
                                     GError **error);
gboolean guichet_desk_renew_keys(GuichetDesk *self, GError **error);

/* --- requests --- */
/* Procedures in force, sorted by title (GuichetProcedure*). */
GPtrArray *guichet_desk_list_procedures(GuichetDesk *self, GError **error);
GuichetRequest *guichet_desk_new_request(GuichetDesk *self, const char *procedure_id,
                                         GError **error);
/* Newest first; drafts carry their fields when a session is open (GuichetRequest*). */
GPtrArray *guichet_desk_list_requests(GuichetDesk *self, GError **error);
/* A page of them (db/store.h), as quick with fifty thousand. */
GPtrArray *guichet_desk_find_requests(GuichetDesk *self, const GuichetRequestFilter *filter,
                                      GError **error);
/* This and the piece's are looks at personal data: the journal gets the agent and the number. */
GuichetRequest *guichet_desk_load_request(GuichetDesk *self, const char *id, GError **error);
GuichetProcedure *guichet_desk_load_procedure(GuichetDesk *self, const char *request_id,
                                              GError **error);
/* Normalises and stores; on a refused value nothing is stored and the error names the field. */
gboolean guichet_desk_set_field(GuichetDesk *self, const char *request_id, const char *field,
                                const char *value, GError **error);
gboolean guichet_desk_set_step(GuichetDesk *self, const char *request_id, const char *step,
                               GError **error);
/* Appends a page of @kind (single-page kinds: replaces). Content is sniffed; only media types of
 * the family are taken. Returns the piece as stored (without content). */
GuichetPiece *guichet_desk_add_piece(GuichetDesk *self, const char *request_id, const char *kind,
                                     GBytes *content, const char *device, const char *attributes,
                                     GError **error);
/* "Impossible because …": a reason id of the procedure. */
GuichetPiece *guichet_desk_declare_impossible(GuichetDesk *self, const char *request_id,
                                              const char *kind, const char *reason, GError **error);
gboolean guichet_desk_remove_piece(GuichetDesk *self, const char *request_id, const char *piece_id,
                                   GError **error);
GuichetPiece *guichet_desk_load_piece(GuichetDesk *self, const char *request_id,
                                      const char *piece_id, GError **error);
GPtrArray *guichet_desk_check(GuichetDesk *self, const char *request_id, GError **error);
gboolean guichet_desk_abandon(GuichetDesk *self, const char *request_id, GError **error);

/* What a citizen said on reading a step's answers back: in the journal with the time and the agent,
 * as "<agent> <request> <step>" (reading.c). */
typedef enum {
    GUICHET_READING_RIGHT,
    GUICHET_READING_WRONG,
    GUICHET_READING_LAPSED, /* was right, and was changed since */
} GuichetReading;
gboolean guichet_desk_record_reading(GuichetDesk *self, const char *request_id, const char *step,
                                     GuichetReading reading, GError **error);

/* --- deposit --- */
/* Complete draft → durable bundle → sealed. GUICHET_ERROR_INCOMPLETE lists the first gap. */
GuichetRequest *guichet_desk_seal(GuichetDesk *self, const char *request_id, GError **error);
/* The citizen's proof: one A4 page, PDF. Any sealed request, any time. */
GBytes *guichet_desk_make_slip(GuichetDesk *self, const char *request_id, GError **error);
/* What the slip's code says (sync/bundle/statement.h), to show it on a screen. Caller frees. */
char *guichet_desk_load_statement(GuichetDesk *self, const char *request_id, GError **error);
/* The centre's receipt (DER); GUICHET_ERROR_NOT_FOUND while there is none. */
GBytes *guichet_desk_load_receipt(GuichetDesk *self, const char *request_id, GError **error);
/* Erases a bundle whose receipt is stored. */
gboolean guichet_desk_erase(GuichetDesk *self, const char *request_id, GError **error);

/* --- sync, in plain sight --- */
gboolean guichet_desk_count(GuichetDesk *self, GuichetStoreCounts *counts, GError **error);
