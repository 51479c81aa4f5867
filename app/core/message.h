/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A numbered word of the centre to one station, whose signature was verified elsewhere
 * (sync/bundle/message.h, FORMAT.md §8). None holds personal data: the store keeps it in clear, and
 * who comes to an appointment says so at the desk.
 */
typedef enum {
    GUICHET_MESSAGE_STATUS,      /* where a deposit stands */
    GUICHET_MESSAGE_SUPPLEMENT,  /* pieces of a deposit are to be captured anew */
    GUICHET_MESSAGE_TITLE_READY, /* a title waits for its holder */
    GUICHET_MESSAGE_APPOINTMENT, /* booked, moved or cancelled elsewhere */
    GUICHET_MESSAGE_N_KINDS
} GuichetMessageKind;

#define GUICHET_MESSAGE_MAX_PIECES 16
#define GUICHET_MESSAGE_MAX_MINUTES (8 * 60)
#define GUICHET_MESSAGE_MAX_PERSONS 20

typedef struct {
    char *station;
    gint64 number; /* per station, from 1 */
    gint64 issued_us;
    gint64 expires_us;
    GuichetMessageKind kind;
    char *bundle_sha256; /* all but the appointment: about which deposit */
    char *state;   /* status: "in-progress", "refused" …; appointment: "booked", "cancelled" */
    char *text;    /* all but the appointment: French, for the agent */
    gint64 at_us;  /* supplement: the deadline; title: to be collected before; appointment:
                      its beginning; else 0 */
    char **pieces; /* supplement: ids of the procedure's pieces */
    char *title_sha256; /* title: of its number, as guichet_message_title_digest() makes it */
    char *reference;    /* appointment: the number that the citizen was given */
    char *procedure_id; /* appointment */
    guint minutes;      /* appointment: how long */
    guint persons;      /* appointment: how many requests */
} GuichetMessage;

void guichet_message_free(GuichetMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetMessage, guichet_message_free)

/* "status", "supplement" … Static. */
const char *guichet_message_kind_name(GuichetMessageKind kind);
gboolean guichet_message_kind_from_name(const char *name, GuichetMessageKind *kind);
/* SHA-256, hex, of a title's number in upper case without blanks and dashes: what is compared
 * with the title in hand, so that the number itself need not lie in the store. Caller frees. */
char *guichet_message_title_digest(const char *number);
