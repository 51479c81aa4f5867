/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Uploads under way, as files: spool/<station key>/<sha256>.<length>.part, where the station key
 * is the first 32 hex digits of the SHA-256 of the station's id. The name says the length, the
 * size is the offset: there is nothing else that a kill could leave out of step. A whole bundle
 * is depots/<2 hex>/<sha256>.asice.
 *
 * Lock: flock(2) on the file, held by a GuichetUpload from opening to freeing; it follows the
 * file through its rename, and another process or thread gets GUICHET_ERROR_BUSY.
 */
#define GUICHET_SPOOL_MAX_PARTIAL 64 /* uploads under way of one station */
#define GUICHET_SPOOL_KEEP_US (7 * G_TIME_SPAN_DAY)

typedef struct {
    char *path;
    char *sha256;
    int fd;
    gsize length;
    gsize offset;
    gboolean stored; /* it lies in depots/ already, without a row (the server was killed) */
} GuichetUpload;

void guichet_upload_free(GuichetUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetUpload, guichet_upload_free)

/* 64 lower-case hex digits? */
gboolean guichet_spool_is_sha256(const char *text);

/* The upload of @station, locked: GUICHET_ERROR_NOT_FOUND when there is none. Also finds a file
 * in depots/: the caller has looked for a row first, and looks again under the lock. */
GuichetUpload *guichet_spool_open(const char *root, const char *station, const char *sha256,
                                  GError **error);
/* Opens or makes it; an unfinished one of another length is replaced. GUICHET_ERROR_LIMIT beyond
 * GUICHET_SPOOL_MAX_PARTIAL. */
GuichetUpload *guichet_spool_create(const char *root, const char *station, const char *sha256,
                                    gsize length, GError **error);
/* Length and offset without the lock, for HEAD beside a running PATCH. */
gboolean guichet_spool_peek(const char *root, const char *station, const char *sha256,
                            gsize *length, gsize *offset, GError **error);

/* GUICHET_ERROR_LIMIT beyond the announced length; FULL, IO. What was written stays counted. */
gboolean guichet_upload_append(GuichetUpload *self, const void *bytes, gsize size, GError **error);
/* Removes the file. */
gboolean guichet_upload_discard(GuichetUpload *self, GError **error);
/* Durable move to depots/ (fsync, rename, fsync of the folders). No-op when stored already. */
gboolean guichet_upload_store(GuichetUpload *self, const char *root, GError **error);

/* "depots/ab/abcd….asice"; caller frees. */
char *guichet_spool_deposit_path(const char *sha256);
/* Removes uploads without a byte for GUICHET_SPOOL_KEEP_US; returns how many. */
guint guichet_spool_sweep(const char *root, gint64 now_us);
