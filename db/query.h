/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/**
 * Statements by name (private to db/).
 *
 * db/sql/<file>.sql holds statements, each after a line "-- name: <name>"; its name here is
 * "<file>/<name>". Parameters and columns are named as well; a name that is not in the statement
 * is a programmer's error.
 */
typedef struct _GuichetQuery GuichetQuery;

GuichetQuery *guichet_query_new(GuichetDatabase *database, const char *name, GError **error);
void guichet_query_free(GuichetQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetQuery, guichet_query_free)

/* A failed binding is kept and reported by the next step. NULL binds SQL NULL. */
void guichet_query_bind_text(GuichetQuery *self, const char *parameter, const char *text);
void guichet_query_bind_int(GuichetQuery *self, const char *parameter, gint64 number);
/* :updated_us, :boot_id and :monotonic_us: the present instant. */
void guichet_query_bind_now(GuichetQuery *self);
void guichet_query_bind_bytes(GuichetQuery *self, const char *parameter, GBytes *bytes); /* refs */

/* So many zero bytes, to be filled by a GuichetBlob in the same transaction. */
void guichet_query_bind_room(GuichetQuery *self, const char *parameter, gsize size);

/* 1 = a row is there, 0 = the end, -1 = failed. */
int guichet_query_step(GuichetQuery *self, GError **error);
/* Steps to the end, ignoring rows. */
gboolean guichet_query_run(GuichetQuery *self, GError **error);

/* Columns of the present row. Text is borrowed until the next step. */
gint64 guichet_query_int(GuichetQuery *self, const char *column);
const char *guichet_query_text(GuichetQuery *self, const char *column); /* NULL for SQL NULL */
GBytes *guichet_query_bytes(GuichetQuery *self, const char *column); /* copy; NULL for SQL NULL */

/**
 * A value of the row inserted last, filled from its beginning in parts: large bytes go into the
 * pages of the file without a copy of the whole. Belongs into the transaction of the INSERT.
 */
typedef struct _GuichetBlob GuichetBlob;

GuichetBlob *guichet_blob_open(GuichetDatabase *database, const char *table, const char *column,
                               GError **error);
/* A GuichetCryptSink. */
gboolean guichet_blob_write(gpointer self, const guint8 *part, gsize size, GError **error);
void guichet_blob_free(GuichetBlob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetBlob, guichet_blob_free)
