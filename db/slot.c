/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/slot.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "db/crypt-envelope.h"

void
guichet_slot_free(GuichetSlot *self)
{
    if (self == NULL)
        return;
    g_free(self->card_text);
    g_free(self->failed_boot_id);
    g_clear_pointer(&self->scrypt.salt, g_bytes_unref);
    g_clear_pointer(&self->wrapped_kek, g_bytes_unref);
    g_clear_pointer(&self->wrapped_private, g_bytes_unref);
    g_clear_pointer(&self->sealed_public, g_bytes_unref);
    g_free(self);
}

GuichetSlot *
guichet_slot_read(GuichetQuery *query, gboolean known)
{
    GuichetSlot *self = g_new0(GuichetSlot, 1);
    self->known = known;
    /* a name that is not one reads as the least: the slot then does not open */
    if (!guichet_user_role_from_name(guichet_query_text(query, "role"), &self->role))
        self->role = GUICHET_USER_ROLE_CITIZEN;
    self->card_text = g_strdup(guichet_query_text(query, "card"));
    self->card = self->card_text != NULL;
    self->scrypt.log2n = (guint)guichet_query_int(query, "scrypt_log2n");
    self->scrypt.r = (guint)guichet_query_int(query, "scrypt_r");
    self->scrypt.p = (guint)guichet_query_int(query, "scrypt_p");
    self->scrypt.salt = guichet_query_bytes(query, "salt");
    self->wrapped_kek = guichet_query_bytes(query, "wrapped_kek");
    self->wrapped_private = guichet_query_bytes(query, "wrapped_private");
    self->sealed_public = guichet_query_bytes(query, "sealed_public");
    self->created_us = guichet_query_int(query, "created_us");
    self->revoked_us = guichet_query_int(query, "revoked_us");
    self->failures = guichet_query_int(query, "failures");
    self->failed_boot_id = g_strdup(guichet_query_text(query, "failed_boot_id"));
    self->failed_monotonic_us = guichet_query_int(query, "failed_monotonic_us");
    return self;
}

/* The parameters are part of the place: a slot whose row was doctored does not open. */
static char *
private_place(const GuichetSlot *self, const char *agent)
{
    const GuichetScrypt *scrypt = &self->scrypt;
    g_autofree char *version =
        self->card ? g_strdup("2,card")
                   : g_strdup_printf("2,%u,%u,%u", scrypt->log2n, scrypt->r, scrypt->p);
    return guichet_crypt_place("agent", agent, "wrapped_private", version);
}

static char *
kek_place_of_version_1(const GuichetSlot *self, const char *agent)
{
    const GuichetScrypt *scrypt = &self->scrypt;
    g_autofree char *version = g_strdup_printf("1,%u,%u,%u", scrypt->log2n, scrypt->r, scrypt->p);
    return guichet_crypt_place("agent", agent, "wrapped_kek", version);
}

/* The role is part of the place: a row whose role was changed does not open. */
static char *
kek_place(const GuichetSlot *self, const char *agent)
{
    g_autofree char *version = self->role == GUICHET_USER_ROLE_AGENT
                                   ? g_strdup("2")
                                   : g_strconcat("2,", guichet_user_role_name(self->role), NULL);
    return guichet_crypt_place("agent", agent, "wrapped_kek", version);
}

static char *
public_place(const char *agent)
{
    return guichet_crypt_place("agent", agent, "sealed_public", "2");
}

static GuichetSecret *
derive_slot_key(const GuichetSlot *self, const char *agent, const GuichetCredential *credential,
                GError **error)
{
    g_autofree char *info = guichet_crypt_place("agent", agent, "slot", "1");
    g_autoptr(GuichetSecret) secret = NULL;
    if (credential->card != NULL)
        secret = guichet_secret_ref(credential->card);
    else
        secret = guichet_crypt_scrypt(credential->passphrase, &self->scrypt, error);
    return secret != NULL
               ? guichet_crypt_hkdf(credential->station, secret, self->scrypt.salt, info, error)
               : NULL;
}

/* --- making --- */

static gboolean
enclose(GuichetSlot *self, const char *agent, GBytes *public_key, GuichetSecret *kek,
        GError **error)
{
    g_autofree char *in_envelope = kek_place(self, agent);
    g_autofree char *in_public = public_place(agent);
    g_autoptr(GuichetSecret) enclosed = NULL;
    if (self->role == GUICHET_USER_ROLE_TECHNICIAN)
        enclosed = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, error);
    else
        enclosed = guichet_secret_ref(kek);
    g_autoptr(GBytes) envelope =
        enclosed != NULL ? guichet_envelope_seal(public_key, in_envelope, enclosed, error) : NULL;
    g_autoptr(GBytes) sealed =
        envelope != NULL ? guichet_crypt_seal(kek, in_public, g_bytes_get_data(public_key, NULL),
                                              g_bytes_get_size(public_key), error)
                         : NULL;
    if (sealed == NULL)
        return FALSE;
    g_clear_pointer(&self->wrapped_kek, g_bytes_unref);
    g_clear_pointer(&self->sealed_public, g_bytes_unref);
    self->wrapped_kek = g_steal_pointer(&envelope);
    self->sealed_public = g_steal_pointer(&sealed);
    return TRUE;
}

GuichetSlot *
guichet_slot_make(const char *agent, const GuichetCredential *credential, GuichetSecret *kek,
                  GError **error)
{
    g_autoptr(GuichetSlot) self = g_new0(GuichetSlot, 1);
    g_autoptr(GBytes) public_key = NULL;
    self->known = TRUE;
    self->role = credential->role;
    self->card = credential->card != NULL;
    self->card_text = self->card ? g_strdup(credential->card_text) : NULL;
    if (!self->card)
        self->scrypt = (GuichetScrypt){credential->scrypt_log2n, 8, 1, NULL};
    self->scrypt.salt = guichet_crypt_random(GUICHET_CRYPT_SALT_SIZE, error);
    if (self->scrypt.salt == NULL)
        return NULL;
    g_autoptr(GuichetSecret) slot_key = derive_slot_key(self, agent, credential, error);
    g_autoptr(GuichetSecret) private_key =
        slot_key != NULL ? guichet_envelope_new_key(&public_key, error) : NULL;
    if (private_key == NULL || !enclose(self, agent, public_key, kek, error))
        return NULL;
    g_autofree char *place = private_place(self, agent);
    self->wrapped_private = guichet_crypt_wrap(slot_key, place, private_key, error);
    return self->wrapped_private != NULL ? g_steal_pointer(&self) : NULL;
}

gboolean
guichet_slot_renew(GuichetSlot *self, const char *agent, GuichetSecret *old, GuichetSecret *kek,
                   GError **error)
{
    g_autofree char *place = public_place(agent);
    g_autoptr(GBytes) public_key = guichet_crypt_open(old, place, self->sealed_public, error);
    if (public_key == NULL)
        return FALSE;
    if (g_bytes_get_size(public_key) != GUICHET_ENVELOPE_KEY_SIZE) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("la clé de l’agent « %s » est abîmée ; révoquez-le puis ajoutez-le de "
                      "nouveau"),
                    agent);
        return FALSE;
    }
    return enclose(self, agent, public_key, kek, error);
}

void
guichet_slot_bind(const GuichetSlot *self, GuichetQuery *query, const char *agent)
{
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_text(query, ":kind", self->card ? "card" : "passphrase");
    guichet_query_bind_text(query, ":role", guichet_user_role_name(self->role));
    guichet_query_bind_text(query, ":card", self->card_text);
    guichet_query_bind_int(query, ":scrypt_log2n", self->scrypt.log2n);
    guichet_query_bind_int(query, ":scrypt_r", self->scrypt.r);
    guichet_query_bind_int(query, ":scrypt_p", self->scrypt.p);
    guichet_query_bind_bytes(query, ":salt", self->scrypt.salt);
    guichet_query_bind_bytes(query, ":wrapped_kek", self->wrapped_kek);
    guichet_query_bind_bytes(query, ":wrapped_private", self->wrapped_private);
    guichet_query_bind_bytes(query, ":sealed_public", self->sealed_public);
}

/* --- opening --- */

static GuichetSecret *
open_with(const GuichetSlot *self, const char *agent, GuichetSecret *slot_key, GError **error)
{
    if (self->wrapped_private == NULL) {
        g_autofree char *place = kek_place_of_version_1(self, agent);
        return guichet_crypt_unwrap(slot_key, place, self->wrapped_kek, error);
    }
    g_autofree char *place = private_place(self, agent);
    g_autofree char *in_envelope = kek_place(self, agent);
    g_autoptr(GuichetSecret) private_key =
        guichet_crypt_unwrap(slot_key, place, self->wrapped_private, error);
    return private_key != NULL
               ? guichet_envelope_open(private_key, in_envelope, self->wrapped_kek, error)
               : NULL;
}

GuichetSecret *
guichet_slot_open(const GuichetSlot *self, const char *agent, const GuichetCredential *credential,
                  GError **error)
{
    g_autoptr(GuichetSecret) slot_key = derive_slot_key(self, agent, credential, error);
    g_autoptr(GuichetSecret) kek =
        slot_key != NULL ? open_with(self, agent, slot_key, error) : NULL;
    if (kek == NULL)
        return NULL;
    if (guichet_secret_size(kek) == GUICHET_CRYPT_KEY_SIZE)
        return g_steal_pointer(&kek);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                _("la clé du poste a une mauvaise taille ; appelez le technicien"));
    return NULL;
}
