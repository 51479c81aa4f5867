/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/piece.h"
#include "core/procedure.h"

/** A request (demande) and its life (DESIGN §4). */
typedef enum {
    GUICHET_REQUEST_DRAFT,
    GUICHET_REQUEST_SEALED,
    GUICHET_REQUEST_SENDING,
    GUICHET_REQUEST_RECEIVED,
    GUICHET_REQUEST_IN_PROGRESS,
    GUICHET_REQUEST_SUPPLEMENT_ASKED,
    GUICHET_REQUEST_SUPPLEMENT_SEALED, /* a request that joins it was sealed */
    GUICHET_REQUEST_REFUSED,
    GUICHET_REQUEST_TITLE_READY,
    GUICHET_REQUEST_HANDED_OVER,
    GUICHET_REQUEST_DESTROYED,
    GUICHET_REQUEST_ERASED,
    GUICHET_REQUEST_ABANDONED, /* a draft given up or expired; its key is destroyed */
    GUICHET_REQUEST_N_STATES
} GuichetRequestState;

/* "draft", "sealed", "in-progress" … Static. */
const char *guichet_request_state_name(GuichetRequestState state);
/* French, for a screen: "Brouillon", "À envoyer" … Static, translated. */
const char *guichet_request_state_label(GuichetRequestState state);
gboolean guichet_request_state_from_name(const char *name, GuichetRequestState *state);
/* The transition table. An illegal transition is GUICHET_ERROR_STATE and must not be taken. */
gboolean guichet_request_state_check(GuichetRequestState from, GuichetRequestState to,
                                     GError **error);

typedef struct {
    char *id; /* ULID */
    char *procedure_id;
    guint procedure_revision;
    char *procedure_sha256;
    GuichetRequestState state;
    GuichetInstant created;
    gint64 updated_us;
    char *step;         /* id of the step to come back to */
    GHashTable *fields; /* char* id → char* value; empty once sealed */
    GPtrArray *pieces;  /* GuichetPiece* without content, by kind then ordinal; empty once sealed */
    char *bundle_sha256; /* once sealed, else NULL */
    gint64 sequence;     /* once sealed, else 0 */
    char *status_text;   /* last word of the centre, or NULL */
    char *parent;        /* the request that this one joins (a supplement, a hand-over), or NULL */
    gboolean kiosk;      /* begun by the citizen at a self-service kiosk */
} GuichetRequest;

GuichetRequest *guichet_request_new(GuichetProcedure *procedure);
void guichet_request_free(GuichetRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetRequest, guichet_request_free)
/* "" when not answered. Borrowed. */
const char *guichet_request_get_field(GuichetRequest *request, const char *id);
/* Pieces of @kind, in order (GuichetPiece*, borrowed); free the array. */
GPtrArray *guichet_request_get_pieces(GuichetRequest *request, const char *kind);
/* The data that rules see: {"fields": {id: typed value or null}, "today": "YYYY-MM-DD",
 * "pieces": {kind: count}, "impossible": {kind: reason id or null}, "tables": {id: {key: value}}},
 * the rows of tables being those of today. The answer to a hidden question is null. */
JsonNode *guichet_request_rule_data(GuichetRequest *request, GuichetProcedure *procedure,
                                    gint64 today_us);
