/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/card/card.h"
#include "service/desk.h"

typedef struct _GuichetCardWatch GuichetCardWatch; /* card.c */

/* The parts of the desk that its own files share. */
struct _GuichetDesk {
    GObject parent_instance;

    GuichetStation *station;
    GuichetStore *store;
    GuichetUserRole role;   /* as whom this program works now */
    GuichetUserRole wanted; /* as whom it was started; GUICHET_USER_ROLE_N: as the agent is */
    char *mine;             /* the one draft that a citizen has open, or NULL */
    GHashTable *procedures; /* request id → GuichetProcedure, as the request was made under */
    const char *language;   /* that they were loaded in */
    gint64 clock_offset_us; /* of the wall clock over the monotonic one, when it was last noted */
    gint device_faults;     /* atomic: families that failed when last asked (statistics.h) */
    gboolean unsettled;     /* a seal has left its wrapped key in the WAL */
    GHashTable *viewed;     /* char*: views of this session that are in the journal already */
    GPtrArray *notices;     /* char*: what retention had to say at the last log-in */
    GuichetPlaces *places;  /* loaded when first asked for (packs.c) */
    char *pack_fault;       /* why they did not load, or NULL */
    GThreadPool *worker;    /* one thread, made by the first asynchronous call */

    GuichetSessionPolicy *policy; /* NULL: the file is broken, nobody gets in */
    char *agent;                  /* in session, or NULL */
    guint session;                /* counts them, so that a late word about an old one is known */
    GuichetCard *card;            /* that opened the session, or NULL */
    GuichetCardWatch *card_watch; /* or NULL */
};

/* After the log-in: the agent's role, or the narrower one that was asked for, or
 * GUICHET_ERROR_DENIED. */
gboolean guichet_desk_take_role(GuichetDesk *self, GError **error);
/* May the role work on this draft? A citizen only on his own (kiosk.h). */
gboolean guichet_desk_may_touch(GuichetDesk *self, const char *request_id, GError **error);
/* Adds what the consent of the person lacks, where policy asks it of the role (consent.h). */
gboolean guichet_desk_add_consent_gaps(GuichetDesk *self, GuichetRequest *request, GPtrArray *gaps,
                                       GError **error);
/* Somebody will do something about a card that is removed. */
gboolean guichet_desk_has_listener(GuichetDesk *self);
void guichet_desk_emit_card_removed(GuichetDesk *self, const char *sentence);
/* ROOT/policy/session.json, or what is compiled in where a station has none. */
GuichetSessionPolicy *guichet_desk_load_session_policy(const char *root, GError **error);

/* Communes and countries; empty when their pack does not load (packs.h tells). Borrowed. */
GuichetPlaces *guichet_desk_peek_places(GuichetDesk *self);
GuichetProcedure *guichet_desk_procedure_of(GuichetDesk *self, const char *request_id,
                                            GError **error); /* borrowed */
/* In force, by id; caller unrefs. */
GuichetProcedure *guichet_desk_find_procedure(GuichetDesk *self, const char *id, GError **error);

/* For the seal of a request that has a parent (joining.c). */
typedef struct {
    char *bundle; /* the parent's, SHA-256; NULL without a parent */
    GuichetRequestState to;
    gboolean moves; /* does the parent become @to? */
} GuichetJoined;
static inline void
guichet_joined_clear(GuichetJoined *joined)
{
    g_free(joined->bundle);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetJoined, guichet_joined_clear)
gboolean guichet_desk_find_joined(GuichetDesk *self, GuichetRequest *request, GuichetJoined *joined,
                                  GError **error);

/* @request says that a title was given (handover.c): GUICHET_ERROR_MISMATCH unless it is the one
 * that the centre sent, where the centre said which. */
gboolean guichet_desk_check_handed(GuichetDesk *self, GuichetRequest *request, GError **error);

/* Held while outbox/ changes: sealing, cleaning, copying the store. A file descriptor, -1 = not
 * held. Without @wait, -1 without an error says that somebody else has it. */
typedef int GuichetSealLock;
GuichetSealLock guichet_seal_lock_take(GuichetDesk *self, gboolean wait, GError **error);
void guichet_seal_lock_release(GuichetSealLock *lock);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetSealLock, guichet_seal_lock_release)

/* "00000007-<sha256>.asice"; caller frees. */
char *guichet_outbox_name(gint64 sequence, const char *sha256);
/* Below ROOT/outbox; @name NULL = the folder. Caller frees. */
char *guichet_desk_outbox_path(GuichetDesk *self, const char *name);

/* Files of outbox/ that no row speaks of: seals that were cut short are removed, bundles that a
 * restored older copy of the store has forgotten are adopted or set aside in ROOT/aside/ (rules:
 * README.md). Does nothing while another process seals. */
gboolean guichet_desk_clean_outbox(GuichetDesk *self, GError **error);

/* Appends "<agent> <id>" under @event; agent "-" without a session. */
/* The agent in session answers for the bundles that came with a copy put back (audit.h, @adopted):
 * each is journalled. *@accepted says how many. */
gboolean guichet_desk_accept_adopted(GuichetDesk *self, guint *accepted, GError **error);
gboolean guichet_desk_journal_act(GuichetDesk *self, const char *event, const char *id,
                                  GError **error);
/* A clock that is behind the time floor, or has jumped since it was last noted: told in the notices
 * and in the journal (events clock-behind, clock-jumped; the subject says by how many seconds). */
void guichet_desk_note_clock(GuichetDesk *self);
/* The same for a look at personal data, once a session for the same @id; nothing without a
 * session, which shows none. What cannot be journalled is not shown. */
gboolean guichet_desk_journal_view(GuichetDesk *self, const char *event, const char *id,
                                   GError **error);
