/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/role.h"
#include "core/secret.h"
#include "db/crypt.h"
#include "db/query.h"

/**
 * One key slot as its row has it (private to db/): how an agent's two halves give the KEK.
 *
 *   agent secret = scrypt(passphrase), or the 32 bytes that the agent's card gives
 *   slot key     = HKDF-SHA256(station secret || agent secret)
 *   private key  = opened with the slot key;  KEK = opened with the private key
 *
 * Renewing the KEK needs the public key only, which is kept sealed under the KEK, so that nobody
 * who writes to the disk can slip in one of his own. A slot of version 1 holds the KEK under the
 * slot key itself, and is renewed the next time that its agent opens it.
 */
typedef struct {
    GuichetSecret *station;    /* borrowed */
    GuichetSecret *passphrase; /* borrowed; or */
    GuichetSecret *card;       /* borrowed, GUICHET_CRYPT_KEY_SIZE bytes */
    const char *card_text;     /* what the card needs to give them again; when making a slot */
    guint scrypt_log2n;        /* when making a slot with a passphrase */
    GuichetUserRole role;      /* when making a slot */
} GuichetCredential;

typedef struct {
    gboolean known; /* FALSE: another agent's slot, tried only so that refusing takes as long */
    gboolean card;
    GuichetUserRole role; /* a technician's slot holds a key that opens nothing */
    char *card_text;      /* or NULL */
    GuichetScrypt scrypt;
    GBytes *wrapped_kek, *wrapped_private, *sealed_public; /* the last two NULL in version 1 */
    gint64 created_us, revoked_us;
    gint64 failures;
    char *failed_boot_id;
    gint64 failed_monotonic_us;
} GuichetSlot;

void guichet_slot_free(GuichetSlot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetSlot, guichet_slot_free)

/* From the present row of keyring/find or keyring/any. */
GuichetSlot *guichet_slot_read(GuichetQuery *query, gboolean known);
/* A new slot around @kek. */
GuichetSlot *guichet_slot_make(const char *agent, const GuichetCredential *credential,
                               GuichetSecret *kek, GError **error);
/* The same private key around another KEK; @old opens the public key. */
gboolean guichet_slot_renew(GuichetSlot *self, const char *agent, GuichetSecret *old,
                            GuichetSecret *kek, GError **error);
/* Binds what keyring/insert and keyring/replace have in common. */
void guichet_slot_bind(const GuichetSlot *self, GuichetQuery *query, const char *agent);
/* The KEK. GUICHET_ERROR_SIGNATURE when the credential is not the one. */
GuichetSecret *guichet_slot_open(const GuichetSlot *self, const char *agent,
                                 const GuichetCredential *credential, GError **error);
