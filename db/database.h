/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/**
 * One SQLite connection, opened the one safe way (private to db/).
 *
 * The pragmas are those of WAL with synchronous=FULL, the pair that lost nothing in simulated
 * power cuts; each one is read back after it was set, and a connection on which one did not take
 * is not handed out. Thread-confined; the depot store puts a mutex around it.
 */
typedef struct _GuichetDatabase GuichetDatabase;

/** What a file must be: its application_id, and the SQL text of migrations 1 … n. */
typedef struct {
    guint32 application_id;
    const char *const *migrations; /* NULL-terminated; user_version is the count applied */
} GuichetSchema;

const GuichetSchema *guichet_schema_station(void); /* static */
const GuichetSchema *guichet_schema_depot(void);   /* static */

typedef enum {
    GUICHET_DATABASE_CREATE,   /* make the file (mode 0660) or migrate it where needed */
    GUICHET_DATABASE_EXISTING, /* the schema must be there and current */
} GuichetDatabaseMode;

/* Takes a bounded look at the file (start-check.h). A file that is refused is left byte for byte as
 * it was. GUICHET_ERROR_NEWER, CORRUPT (damaged, or no database at all), MISMATCH (another
 * program's), NOT_FOUND and STATE (missing, or older than us, under EXISTING), READ_ONLY, BUSY, IO
 * … */
GuichetDatabase *guichet_database_open(const char *path, const GuichetSchema *schema,
                                       GuichetDatabaseMode mode, GError **error);
void guichet_database_free(GuichetDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetDatabase, guichet_database_free)

sqlite3 *guichet_database_handle(GuichetDatabase *self);  /* borrowed */
const char *guichet_database_path(GuichetDatabase *self); /* borrowed */
/* Rows changed by the last INSERT, UPDATE or DELETE. */
gint64 guichet_database_changes(GuichetDatabase *self);

/* Turns an SQLite result into *error by the table in database.c. Always FALSE. After a failed
 * fsync the connection refuses every further transaction: what the disk holds is unknown until
 * the file is opened afresh. */
gboolean guichet_database_fail(GuichetDatabase *self, int result, GError **error);
/* A statement to step through and to give back, reset, for the next who asks: the connection keeps
 * one of each. @sql is known by its address, so it lives as long as the program. */
sqlite3_stmt *guichet_database_take(GuichetDatabase *self, const char *sql, GError **error);
void guichet_database_give_back(GuichetDatabase *self, const char *sql, sqlite3_stmt *statement);
/* Several statements without parameters (migrations, BEGIN …). */
gboolean guichet_database_execute(GuichetDatabase *self, const char *sql, GError **error);
/* First column of the first row of a statement without parameters, as text. Caller frees. */
char *guichet_database_ask(GuichetDatabase *self, const char *sql, GError **error);
/* secure_delete is ON: whatever is deleted is zeroed. FALSE leaves freed pages as they are (FAST)
 * while the ciphertext of pieces is deleted, whose key is destroyed in the same transaction or
 * soon after: zeroing 5 MB as well made a seal six times as long. */
gboolean guichet_database_zero_freed_pages(GuichetDatabase *self, gboolean zero, GError **error);
/* Copies the WAL into the file when it has grown past 4 MiB. A transaction does it before it
 * begins, unless it was done since: whoever waits for a commit never waits for this. */
void guichet_database_tidy(GuichetDatabase *self);
/* Copies the WAL into the file and empties it; best effort, since a reader may hold it. */
void guichet_database_checkpoint(GuichetDatabase *self);

/** A transaction that is rolled back at the end of its scope unless it was committed. */
typedef struct _GuichetTransaction GuichetTransaction;

/* BEGIN IMMEDIATE: the write lock is taken now or BUSY is said now, never half way. */
GuichetTransaction *guichet_transaction_begin(GuichetDatabase *database, GError **error);
/* One snapshot for several reads. */
GuichetTransaction *guichet_transaction_begin_read(GuichetDatabase *database, GError **error);
/* Durable when it returns TRUE. */
gboolean guichet_transaction_commit(GuichetTransaction *self, GError **error);
void guichet_transaction_free(GuichetTransaction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTransaction, guichet_transaction_free)
