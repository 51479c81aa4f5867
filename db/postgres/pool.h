/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

/**
 * Connections to one PostgreSQL, shared by threads (private to db/postgres/). A connection is one
 * thread's from taking to giving back; one that has broken is made anew when it is taken next.
 *
 * Failures by SQLSTATE (PostgreSQL 15, Appendix A): class 08, 57 and a lost connection →
 * GUICHET_ERROR_NETWORK: nothing was acknowledged, and a repeat is free; 53100 → FULL; 40 → BUSY;
 * 25006 → READ_ONLY; 28, 42501 → DENIED; the rest → IO with the server's own sentence.
 */
typedef struct _GuichetPgPool GuichetPgPool;

/* @conninfo: as libpq takes it, URI or keywords (PostgreSQL 15, 34.1.1). Connects once, so that a
 * wrong address is told at the start. */
GuichetPgPool *guichet_pg_pool_new(const char *conninfo, guint max, GError **error);
void guichet_pg_pool_free(GuichetPgPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPgPool, guichet_pg_pool_free)

/* Waits for a free one. */
PGconn *guichet_pg_pool_take(GuichetPgPool *self, GError **error);
void guichet_pg_pool_give(GuichetPgPool *self, PGconn *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* Text parameters and a result in binary; @sql has $1 … $n. NULL with the error unless the server
 * answers a command or rows. */
typedef struct {
    const char *values[8];
    int lengths[8];
    int formats[8]; /* 1: a bytea */
    int n;
} GuichetPgParameters;

/* NULL binds SQL NULL; the text must live until the query has run. */
void guichet_pg_bind_text(GuichetPgParameters *parameters, const char *text);
void guichet_pg_bind_bytes(GuichetPgParameters *parameters, GBytes *bytes);
/* @buffer of at least 24 bytes keeps the digits. */
void guichet_pg_bind_int(GuichetPgParameters *parameters, char *buffer, gint64 number);

PGresult *guichet_pg_query(PGconn *connection, const char *sql,
                           const GuichetPgParameters *parameters, GError **error);
/* A statement without parameters and rows, or several of them ("BEGIN"). */
gboolean guichet_pg_run(PGconn *connection, const char *sql, GError **error);

/* Columns of a row, read by name; the result is in text form but for bytea. */
gint64 guichet_pg_int(const PGresult *result, int row, const char *column);
const char *guichet_pg_text(const PGresult *result, int row, const char *column); /* or NULL */
GBytes *guichet_pg_bytes(const PGresult *result, int row, const char *column);
