/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include "db/database.h"

/**
 * A draft's key and fields (private to db/); all inside the caller's transaction.
 *
 * The key (DEK) is random, one a request, wrapped under the KEK. The fields are one JSON object
 * sealed under it; its version grows with each write and is part of what is authenticated.
 */
typedef struct {
    char *request;
    GuichetSecret *key;
    gint64 version;
    GBytes *fields; /* sealed */
} GuichetDraft;

void guichet_draft_free(GuichetDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetDraft, guichet_draft_free)

/* Makes the key and the row: under @kek, or at the kiosk, where it is NULL, under @kiosk. @fields:
 * char* → char*. */
gboolean guichet_draft_create(GuichetDatabase *database, GuichetSecret *kek, GuichetSecret *kiosk,
                              const char *request, GHashTable *fields, GError **error);
/* The request's key under another KEK. */
GBytes *guichet_draft_rewrap(const char *request, GBytes *wrapped, GuichetSecret *old,
                             GuichetSecret *kek, GError **error);
/* GUICHET_ERROR_LOCKED when the key that the draft is under is NULL or no longer in force,
 * NOT_FOUND, STATE when the request is no draft. */
GuichetDraft *guichet_draft_open(GuichetDatabase *database, GuichetSecret *kek,
                                 GuichetSecret *kiosk, const char *request, GError **error);
/* New table, char* → char*. */
GHashTable *guichet_draft_read_fields(const GuichetDraft *self, GError **error);
/* Empty values are left out: "" means not answered. */
gboolean guichet_draft_write_fields(GuichetDraft *self, GuichetDatabase *database,
                                    GHashTable *fields, GError **error);
/* Zeroes the wrapped key, deletes the pieces and the fields. */
gboolean guichet_draft_destroy(GuichetDatabase *database, const char *request, GError **error);
