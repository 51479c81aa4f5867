/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "db/keyring.h"
#include "db/kiosk.h"
#include "db/query.h"
#include "db/store-private.h"

gboolean
guichet_store_has_agents(GuichetStore *self, gboolean *has, GError **error)
{
    return guichet_keyring_has_agents(self->database, has, error);
}

gboolean
guichet_store_add_agent(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                        GuichetSecret *passphrase, guint scrypt_log2n, GError **error)
{
    guichet_store_heed(self);
    const GuichetCredential credential = {
        .station = station_secret, .passphrase = passphrase, .scrypt_log2n = scrypt_log2n};
    return guichet_keyring_add(self->database, self->kek, agent, &credential, error);
}

gboolean
guichet_store_add_card_agent(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                             GuichetSecret *card_secret, const char *card_text, GError **error)
{
    guichet_store_heed(self);
    const GuichetCredential credential = {
        .station = station_secret, .card = card_secret, .card_text = card_text};
    return guichet_keyring_add(self->database, self->kek, agent, &credential, error);
}

static gboolean
unlock(GuichetStore *self, const char *agent, const GuichetCredential *credential, GError **error)
{
    GuichetUserRole role;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetSecret) kek =
        guichet_keyring_open(self->database, agent, credential, &self->patience, &role, error);
    if (kek == NULL)
        return FALSE;
    guichet_store_lock(self);
    if (role != GUICHET_USER_ROLE_TECHNICIAN) {
        self->kek = g_steal_pointer(&kek);
        self->kiosk = guichet_kiosk_take_over(self->database, self->kek, &failure);
    }
    if (failure != NULL) {
        guichet_store_lock(self);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    self->role = role;
    self->agent = g_strdup(agent);
    return TRUE;
}

gboolean
guichet_store_unlock(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                     GuichetSecret *passphrase, GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(self->database, agent, &slot, error))
        return FALSE;
    /* a slot of version 1 is made anew with the cost that it had */
    const GuichetCredential credential = {.station = station_secret,
                                          .passphrase = passphrase,
                                          .scrypt_log2n = slot != NULL ? slot->scrypt.log2n : 0};
    return unlock(self, agent, &credential, error);
}

gboolean
guichet_store_unlock_card(GuichetStore *self, const char *agent, GuichetSecret *station_secret,
                          GuichetSecret *card_secret, GError **error)
{
    const GuichetCredential credential = {.station = station_secret, .card = card_secret};
    return unlock(self, agent, &credential, error);
}

char *
guichet_store_find_card(GuichetStore *self, const char *agent, GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(self->database, agent, &slot, error))
        return NULL;
    if (slot != NULL && slot->card && slot->revoked_us == 0)
        return g_steal_pointer(&slot->card_text);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("l’agent « %.64s » n’ouvre pas ce poste avec une carte ; vérifiez le nom, ou "
                  "identifiez-vous par phrase de passe"),
                agent);
    return NULL;
}

char *
guichet_store_try_card(GuichetStore *self, const char *agent, GError **error)
{
    g_autoptr(GuichetSlot) slot =
        guichet_keyring_try_card(self->database, agent, &self->patience, error);
    return slot != NULL ? g_steal_pointer(&slot->card_text) : NULL;
}

gboolean
guichet_store_end_card(GuichetStore *self, const char *agent, gboolean tried, GError **error)
{
    return guichet_keyring_end_card(self->database, agent, tried, error);
}

/* --- the list --- */

static void
agent_free(GuichetAgent *agent)
{
    g_free(agent->name);
    g_free(agent);
}

GPtrArray *
guichet_store_list_agents(GuichetStore *self, GError **error)
{
    g_autoptr(GPtrArray) agents = g_ptr_array_new_with_free_func((GDestroyNotify)agent_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "keyring/list", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        g_autoptr(GBytes) sealed_public = guichet_query_bytes(query, "sealed_public");
        GuichetAgent *agent = g_new0(GuichetAgent, 1);
        agent->name = g_strdup(guichet_query_text(query, "name"));
        if (!guichet_user_role_from_name(guichet_query_text(query, "role"), &agent->role))
            agent->role = GUICHET_USER_ROLE_CITIZEN;
        agent->card = guichet_query_text(query, "card") != NULL;
        agent->renewable = sealed_public != NULL;
        agent->created_us = guichet_query_int(query, "created_us");
        agent->revoked_us = guichet_query_int(query, "revoked_us");
        agent->failures = guichet_query_int(query, "failures");
        g_ptr_array_add(agents, agent);
    }
    return step == 0 ? g_steal_pointer(&agents) : NULL;
}

/* --- changes --- */

gboolean
guichet_store_change_passphrase(GuichetStore *self, GuichetSecret *station_secret,
                                GuichetSecret *passphrase, guint scrypt_log2n, GError **error)
{
    guichet_store_heed(self);
    const GuichetCredential credential = {
        .station = station_secret, .passphrase = passphrase, .scrypt_log2n = scrypt_log2n};
    return guichet_keyring_replace(self->database, self->kek, self->agent, &credential, error);
}

gboolean
guichet_store_change_card(GuichetStore *self, GuichetSecret *station_secret,
                          GuichetSecret *card_secret, const char *card_text, GError **error)
{
    guichet_store_heed(self);
    const GuichetCredential credential = {
        .station = station_secret, .card = card_secret, .card_text = card_text};
    return guichet_keyring_replace(self->database, self->kek, self->agent, &credential, error);
}

gboolean
guichet_store_set_agent_role(GuichetStore *self, const char *agent, GuichetUserRole role,
                             GError **error)
{
    guichet_store_heed(self);
    return guichet_keyring_set_role(self->database, self->kek, agent, role, error);
}

GuichetUserRole
guichet_store_get_role(GuichetStore *self)
{
    return self->role;
}

gboolean
guichet_store_revoke_agent(GuichetStore *self, const char *agent, GError **error)
{
    guichet_store_heed(self);
    if (g_strcmp0(agent, self->agent) != 0)
        return guichet_keyring_revoke(self->database, self->kek, agent, error);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("« %s » ne peut pas se révoquer : un collègue doit le faire"), agent);
    return FALSE;
}

gboolean
guichet_store_renew_keys(GuichetStore *self, GError **error)
{
    guichet_store_heed(self);
    GuichetSecret *kek = guichet_keyring_renew(self->database, self->kek, error);
    if (kek == NULL)
        return FALSE;
    guichet_secret_unref(self->kek);
    self->kek = kek;
    return TRUE;
}

gboolean
guichet_store_last_word(GuichetStore *self, gint64 now_us, gint64 *word_us, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "keyring/last-word", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":now", now_us);
    if (guichet_query_step(query, error) != 1)
        return FALSE;
    *word_us = guichet_query_int(query, "word_us");
    return TRUE;
}

gboolean
guichet_store_last_receipt(GuichetStore *self, gboolean *has, GuichetInstant *instant,
                           GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "keyring/last-receipt", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step < 0)
        return FALSE;
    *has = step == 1;
    if (step == 0)
        return TRUE;
    instant->wall_us = guichet_query_int(query, "wall_us");
    instant->monotonic_us = guichet_query_int(query, "monotonic_us");
    g_strlcpy(instant->boot_id, guichet_query_text(query, "boot_id"), sizeof instant->boot_id);
    return TRUE;
}
