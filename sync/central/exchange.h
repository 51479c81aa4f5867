/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <microhttpd.h>

#include "sync/central/centre.h"
#include "sync/central/spool.h"

/**
 * One HTTP request and its answer (PROTOCOL.md). libmicrohttpd hands a request over in pieces:
 * the headers (begin), the body bit by bit (written to the upload at once, never gathered), the
 * end, where the answer is given. One thread at a time has a given exchange.
 */
typedef struct _GuichetExchange GuichetExchange;

typedef struct {
    const char *method;
    const char *path; /* exact, or ending in '/': a SHA-256 follows */
    gboolean tus;     /* must carry Tus-Resumable: 1.0.0 */
    /* Before the body: FALSE after guichet_exchange_refuse(). NULL = nothing to do. */
    gboolean (*begin)(GuichetExchange *self);
    enum MHD_Result (*end)(GuichetExchange *self);
} GuichetRoute;

struct _GuichetExchange {
    GuichetCentre *centre;
    struct MHD_Connection *connection;
    const char *station;
    const GuichetRoute *route;
    char *sha256;          /* from the path or the metadata */
    GuichetUpload *upload; /* locked until the answer */
    gboolean receiving;    /* the body belongs to the upload, else it is dropped */
    gboolean held;         /* the centre has the bundle already */
    gsize length, offset;  /* when there is no upload */
    gsize dropped;
    guint status; /* of a refusal; 0 = none */
    GError *refusal;
};

/* NULL-terminated by a NULL method. */
extern const GuichetRoute guichet_tus_routes[];
extern const GuichetRoute guichet_read_routes[];

/* Remembers the answer to give in place of the route's own; takes @failure. Returns FALSE. */
gboolean guichet_exchange_refuse(GuichetExchange *self, guint status, GError *failure);
const char *guichet_exchange_header(GuichetExchange *self, const char *name);

/* Sends, and lets go of the upload. @headers: NULL-terminated pairs name, value; NULL = none. */
enum MHD_Result guichet_exchange_reply(GuichetExchange *self, guint status,
                                       const char *const *headers, const char *type,
                                       const void *body, gsize size);
/* Sends the remembered refusal. */
enum MHD_Result guichet_exchange_reply_refusal(GuichetExchange *self);
/* The status that fits an error of the spool or of ingest.h. */
guint guichet_exchange_status_of(const GError *failure);

/* MHD_AccessHandlerCallback; @cls is the GuichetCentre. */
enum MHD_Result guichet_exchange_handle(void *cls, struct MHD_Connection *connection,
                                        const char *url, const char *method, const char *version,
                                        const char *data, size_t *size, void **state);
/* MHD_RequestCompletedCallback. */
void guichet_exchange_completed(void *cls, struct MHD_Connection *connection, void **state,
                                enum MHD_RequestTerminationCode code);

/* Digits only, at most @max. */
gboolean guichet_exchange_parse_number(const char *text, guint64 max, guint64 *value);
