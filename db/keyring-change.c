/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/keyring.h"

#include <glib/gi18n-lib.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/draft.h"
#include "db/journal.h"
#include "db/kiosk.h"

#define CHECK_WORD "guichet"

static char *
check_place(void)
{
    return guichet_crypt_place("kek_check", "", "sealed", "1");
}

static gboolean
refuse_locked(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                _("aucune session n’est ouverte ; identifiez-vous d’abord"));
    return FALSE;
}

gboolean
guichet_keyring_check(GuichetDatabase *database, GuichetSecret *kek, GError **error)
{
    if (kek == NULL)
        return refuse_locked(error);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/check", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step <= 0)
        return step == 0; /* the KEK was never renewed */
    g_autofree char *place = check_place();
    g_autoptr(GBytes) sealed = guichet_query_bytes(query, "sealed");
    g_autoptr(GBytes) plain = guichet_crypt_open(kek, place, sealed, NULL);
    if (plain != NULL)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                _("les clés du poste ont été renouvelées depuis l’ouverture de cette session ; "
                  "identifiez-vous de nouveau"));
    return FALSE;
}

static gboolean
write_check(GuichetDatabase *database, GuichetSecret *kek, GError **error)
{
    g_autofree char *place = check_place();
    g_autoptr(GBytes) sealed =
        guichet_crypt_seal(kek, place, CHECK_WORD, sizeof CHECK_WORD - 1, error);
    g_autoptr(GuichetQuery) query =
        sealed != NULL ? guichet_query_new(database, "keyring/set-check", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_bytes(query, ":sealed", sealed);
    guichet_query_bind_int(query, ":now_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error);
}

static gboolean
refuse_unknown(const char *agent, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("aucun agent « %.64s » n’ouvre ce poste ; « guichetctl station agents » les "
                  "montre"),
                agent);
    return FALSE;
}

/* --- another passphrase or card --- */

gboolean
guichet_keyring_replace(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                        const GuichetCredential *credential, GError **error)
{
    if (kek == NULL)
        return refuse_locked(error);
    if (!guichet_keyring_check_credential(credential, error))
        return FALSE;
    g_autoptr(GuichetSlot) old = NULL;
    if (!guichet_keyring_find(database, agent, &old, error))
        return FALSE;
    GuichetCredential same = *credential;
    same.role = old != NULL ? old->role : GUICHET_USER_ROLE_AGENT;
    g_autoptr(GuichetSlot) slot = guichet_slot_make(agent, &same, kek, error);
    g_autoptr(GuichetTransaction) transaction =
        slot != NULL ? guichet_transaction_begin(database, error) : NULL;
    if (transaction == NULL || !guichet_keyring_check(database, kek, error))
        return FALSE;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/replace", error);
    if (query == NULL)
        return FALSE;
    guichet_slot_bind(slot, query, agent);
    if (!guichet_query_run(query, error))
        return FALSE;
    if (guichet_database_changes(database) != 1)
        return refuse_unknown(agent, error);
    return guichet_journal_append(database, "agent-rewrapped", agent, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- revocation --- */

static gboolean
check_not_last(GuichetDatabase *database, const char *agent, GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(database, agent, &slot, error))
        return FALSE;
    if (slot == NULL || slot->revoked_us != 0)
        return refuse_unknown(agent, error);
    if (slot->role == GUICHET_USER_ROLE_TECHNICIAN)
        return TRUE;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/count", error);
    if (query == NULL || guichet_query_step(query, error) != 1)
        return FALSE;
    if (guichet_query_int(query, "agents") > 1)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("« %s » est le dernier agent de ce poste : sans lui, personne n’ouvrirait plus "
                  "les brouillons ; ajoutez d’abord un collègue"),
                agent);
    return FALSE;
}

gboolean
guichet_keyring_revoke(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                       GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !guichet_keyring_check(database, kek, error) ||
        !check_not_last(database, agent, error))
        return FALSE;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/revoke", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_int(query, ":now_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error) &&
           guichet_journal_append(database, "agent-revoked", agent, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- renewal of the KEK --- */

/* Names of all agents who may open the station (char*). */
static GPtrArray *
list_names(GuichetDatabase *database, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/list", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        if (guichet_query_int(query, "revoked_us") == 0)
            g_ptr_array_add(names, g_strdup(guichet_query_text(query, "name")));
    return step == 0 ? g_steal_pointer(&names) : NULL;
}

static gboolean
renew_slot(GuichetDatabase *database, const char *agent, GuichetSecret *old, GuichetSecret *kek,
           GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(database, agent, &slot, error))
        return FALSE;
    if (slot == NULL || slot->sealed_public == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("l’agent « %s » doit d’abord ouvrir une session avec cette version : rien "
                      "n’a été changé ; sinon, révoquez-le"),
                    agent);
        return FALSE;
    }
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/renew", error);
    if (query == NULL || !guichet_slot_renew(slot, agent, old, kek, error))
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_bytes(query, ":wrapped_kek", slot->wrapped_kek);
    guichet_query_bind_bytes(query, ":sealed_public", slot->sealed_public);
    return guichet_query_run(query, error);
}

static gboolean
renew_slots(GuichetDatabase *database, GuichetSecret *old, GuichetSecret *kek, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(database, error);
    for (guint i = 0; names != NULL && i < names->len; i++)
        if (!renew_slot(database, g_ptr_array_index(names, i), old, kek, error))
            return FALSE;
    return names != NULL;
}

/* --- another role --- */

static gboolean
write_role(GuichetDatabase *database, GuichetSecret *kek, const char *agent, GuichetUserRole role,
           GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(database, agent, &slot, error))
        return FALSE;
    if (slot == NULL || slot->sealed_public == NULL)
        return refuse_unknown(agent, error);
    slot->role = role;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/set-role", error);
    if (query == NULL || !guichet_slot_renew(slot, agent, kek, kek, error))
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_text(query, ":role", guichet_user_role_name(role));
    guichet_query_bind_bytes(query, ":wrapped_kek", slot->wrapped_kek);
    guichet_query_bind_bytes(query, ":sealed_public", slot->sealed_public);
    return guichet_query_run(query, error);
}

gboolean
guichet_keyring_set_role(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                         GuichetUserRole role, GError **error)
{
    if (role == GUICHET_USER_ROLE_CITIZEN) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Un usager n’a pas de compte : ouvrez la borne avec « guichetctl "
                              "station kiosk open »"));
        return FALSE;
    }
    g_autofree char *subject = g_strconcat(agent, " ", guichet_user_role_name(role), NULL);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !guichet_keyring_check(database, kek, error) ||
        (role == GUICHET_USER_ROLE_TECHNICIAN && !check_not_last(database, agent, error)) ||
        !write_role(database, kek, agent, role, error) ||
        !guichet_journal_append(database, "agent-role", subject, error) ||
        !guichet_transaction_commit(transaction, error))
        return FALSE;
    guichet_database_checkpoint(database);
    return TRUE;
}

static gboolean
set_draft_key(GuichetDatabase *database, const char *request, GBytes *wrapped, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/set-draft-key", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_bytes(query, ":wrapped_key", wrapped);
    return guichet_query_run(query, error);
}

/* Wrapped under the new KEK: char* request → GBytes*. Read whole before the first is written. */
static GHashTable *
rewrap_draft_keys(GuichetDatabase *database, GuichetSecret *old, GuichetSecret *kek, GError **error)
{
    g_autoptr(GHashTable) keys =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/draft-keys", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        const char *request = guichet_query_text(query, "request");
        g_autoptr(GBytes) wrapped = guichet_query_bytes(query, "wrapped_key");
        GBytes *again = guichet_draft_rewrap(request, wrapped, old, kek, error);
        if (again == NULL)
            return NULL;
        g_hash_table_insert(keys, g_strdup(request), again);
    }
    return step == 0 ? g_steal_pointer(&keys) : NULL;
}

static gboolean
renew_drafts(GuichetDatabase *database, GuichetSecret *old, GuichetSecret *kek, GError **error)
{
    GHashTableIter iter;
    gpointer request, wrapped;
    g_autoptr(GHashTable) keys = rewrap_draft_keys(database, old, kek, error);
    if (keys == NULL)
        return FALSE;
    g_hash_table_iter_init(&iter, keys);
    while (g_hash_table_iter_next(&iter, &request, &wrapped))
        if (!set_draft_key(database, request, wrapped, error))
            return FALSE;
    return TRUE;
}

GuichetSecret *
guichet_keyring_renew(GuichetDatabase *database, GuichetSecret *kek, GError **error)
{
    g_autoptr(GuichetSecret) fresh = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, error);
    g_autoptr(GuichetTransaction) transaction =
        fresh != NULL ? guichet_transaction_begin(database, error) : NULL;
    if (transaction == NULL || !guichet_keyring_check(database, kek, error) ||
        !renew_slots(database, kek, fresh, error) || !renew_drafts(database, kek, fresh, error) ||
        !guichet_kiosk_renew(database, kek, fresh, error) || !write_check(database, fresh, error) ||
        !guichet_journal_append(database, "keys-renewed", "", error) ||
        !guichet_transaction_commit(transaction, error))
        return NULL;
    guichet_database_checkpoint(database);
    return g_steal_pointer(&fresh);
}
