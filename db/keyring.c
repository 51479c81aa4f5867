/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/keyring.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/crypt.h"
#include "db/journal.h"
#include "db/query.h"
#include "db/store.h"

#define MAX_DOUBLINGS 16
#define AGENT_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-"

gboolean
guichet_keyring_has_agents(GuichetDatabase *database, gboolean *has, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/count", error);
    if (query == NULL || guichet_query_step(query, error) != 1)
        return FALSE;
    *has = guichet_query_int(query, "agents") > 0;
    return TRUE;
}

static gboolean
is_agent_name(const char *agent)
{
    gsize size = strlen(agent);
    return size >= 1 && size <= GUICHET_KEYRING_MAX_AGENT && strspn(agent, AGENT_LETTERS) == size;
}

/* --- adding --- */

gboolean
guichet_keyring_check_credential(const GuichetCredential *credential, GError **error)
{
    const char *reason = NULL;
    if (credential->card != NULL && strlen(credential->card_text) > GUICHET_KEYRING_MAX_CARD_TEXT)
        reason = _("description de la carte trop longue ; changez d’étiquette de carte");
    else if (credential->card == NULL && guichet_secret_size(credential->passphrase) == 0)
        reason = _("phrase de passe vide ; choisissez-en une");
    else if (guichet_secret_size(credential->station) < GUICHET_KEYRING_MIN_STATION_SECRET)
        reason = _("secret du poste trop court ; relancez « guichetctl station init »");
    if (reason != NULL)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT, reason);
    return reason == NULL;
}

static gboolean
check_new_agent(const char *agent, const GuichetCredential *credential, GError **error)
{
    if (strcmp(agent, GUICHET_KIOSK_NAME) == 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %s » est le nom de la borne dans le journal ; choisissez un autre nom"),
                    agent);
        return FALSE;
    }
    if (is_agent_name(agent))
        return guichet_keyring_check_credential(credential, error);
    g_set_error_literal(
        error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
        _("identifiant d’agent refusé ; 1 à 64 lettres sans accent, chiffres, . _ @ -"));
    return FALSE;
}

static gboolean
insert_slot(GuichetDatabase *database, const char *agent, const GuichetSlot *slot, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_slot_bind(slot, query, agent);
    guichet_query_bind_int(query, ":now_us", guichet_instant_now().wall_us);
    if (!guichet_query_run(query, error))
        return FALSE;
    if (guichet_database_changes(database) == 1)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                _("l’agent « %s » existe déjà sur ce poste ; choisissez un autre nom"), agent);
    return FALSE;
}

static gboolean
check_first(GuichetDatabase *database, GError **error)
{
    gboolean has;
    if (!guichet_keyring_has_agents(database, &has, error))
        return FALSE;
    if (has)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                    _("ce poste a déjà un agent ; il doit ouvrir sa session pour en ajouter un"));
    return !has;
}

gboolean
guichet_keyring_add(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                    const GuichetCredential *credential, GError **error)
{
    if (!check_new_agent(agent, credential, error))
        return FALSE;
    g_autoptr(GuichetSecret) enclosed = NULL;
    if (kek != NULL)
        enclosed = guichet_secret_ref(kek);
    else
        enclosed = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, error);
    g_autoptr(GuichetSlot) slot =
        enclosed != NULL ? guichet_slot_make(agent, credential, enclosed, error) : NULL;
    g_autoptr(GuichetTransaction) transaction =
        slot != NULL ? guichet_transaction_begin(database, error) : NULL;
    if (transaction == NULL)
        return FALSE;
    if (kek == NULL ? !check_first(database, error) : !guichet_keyring_check(database, kek, error))
        return FALSE;
    return insert_slot(database, agent, slot, error) &&
           guichet_journal_append(database, "agent-added", agent, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- opening --- */

static GuichetQuery *
find_slot(GuichetDatabase *database, const char *agent, int *step, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(database, agent != NULL ? "keyring/find" : "keyring/any", error);
    if (query == NULL)
        return NULL;
    if (agent != NULL)
        guichet_query_bind_text(query, ":name", agent);
    *step = guichet_query_step(query, error);
    return *step >= 0 ? g_steal_pointer(&query) : NULL;
}

gboolean
guichet_keyring_find(GuichetDatabase *database, const char *agent, GuichetSlot **slot,
                     GError **error)
{
    int step = -1;
    g_autoptr(GuichetQuery) query = find_slot(database, agent, &step, error);
    if (query == NULL)
        return FALSE;
    *slot = step == 1 ? guichet_slot_read(query, TRUE) : NULL;
    return TRUE;
}

static gboolean
deny(gboolean by_card, GError **error)
{
    g_set_error_literal(
        error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
        by_card ? _("cette carte n’ouvre pas la session de cet agent ; vérifiez le nom, ou prenez "
                    "l’autre carte")
                : _("identifiant ou phrase de passe incorrects ; vérifiez la saisie puis "
                    "recommencez"));
    return FALSE;
}

/* The agent's slot, or with known = FALSE that of anybody. */
static GuichetSlot *
read_slot(GuichetDatabase *database, const char *agent, GError **error)
{
    g_autoptr(GuichetSlot) slot = NULL;
    if (!guichet_keyring_find(database, agent, &slot, error))
        return NULL;
    if (slot != NULL)
        return g_steal_pointer(&slot);
    int step = -1;
    g_autoptr(GuichetQuery) query = find_slot(database, NULL, &step, error);
    if (query == NULL)
        return NULL;
    if (step == 1)
        return guichet_slot_read(query, FALSE);
    deny(FALSE, error);
    return NULL;
}

/* What can be told without trying: these slots do not open, whatever is typed. */
static gboolean
check_slot(const GuichetSlot *slot, const char *agent, gboolean by_card, GError **error)
{
    if (!slot->known)
        return TRUE;
    if (slot->revoked_us != 0) {
        g_autofree char *when = guichet_time_to_iso8601(slot->revoked_us);
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("l’agent « %s » a été révoqué sur ce poste le %.10s ; un collègue peut "
                      "reprendre ses brouillons"),
                    agent, when);
    } else if (slot->card && !by_card) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("l’agent « %s » ouvre sa session avec sa carte ; insérez-la"), agent);
    } else if (!slot->card && by_card) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("l’agent « %s » ouvre sa session avec sa phrase de passe, sans carte"),
                    agent);
    } else {
        return TRUE;
    }
    return FALSE;
}

/* Seconds still to wait, 0 when an attempt is allowed. */
static gint64
remaining_wait(const GuichetSlot *slot, const GuichetPatience *patience, const GuichetInstant *now)
{
    if (slot->failures < patience->free_attempts)
        return 0;
    gint64 doublings = MIN(slot->failures - patience->free_attempts, MAX_DOUBLINGS);
    gint64 wait = MIN((gint64)patience->first_wait_s << doublings, patience->longest_wait_s);
    gboolean same_boot = strcmp(slot->failed_boot_id, now->boot_id) == 0;
    /* after a restart at least the time since the start has passed, and no more is known */
    gint64 since = same_boot ? now->monotonic_us - slot->failed_monotonic_us : now->monotonic_us;
    return MAX(0, wait - since / G_USEC_PER_SEC);
}

static gboolean
charge(GuichetDatabase *database, const char *agent, const GuichetInstant *now, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/charge", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_text(query, ":boot_id", now->boot_id);
    guichet_query_bind_int(query, ":monotonic_us", now->monotonic_us);
    return guichet_query_run(query, error);
}

/* Counts the attempt before it is made, or refuses it; @patience NULL: it was counted already. */
static GuichetSlot *
admit(GuichetDatabase *database, const char *agent, gboolean by_card,
      const GuichetPatience *patience, GError **error)
{
    GuichetInstant now = guichet_instant_now();
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    g_autoptr(GuichetSlot) slot = transaction != NULL ? read_slot(database, agent, error) : NULL;
    if (slot == NULL)
        return NULL;
    g_autoptr(GError) reason = NULL;
    if (!check_slot(slot, agent, by_card, &reason)) {
        if (guichet_journal_append(database, "login-refused", agent, error) &&
            guichet_transaction_commit(transaction, error))
            g_propagate_error(error, g_steal_pointer(&reason));
        return NULL;
    }
    gboolean counted = slot->known && patience != NULL;
    gint64 wait = counted ? remaining_wait(slot, patience, &now) : 0;
    if (wait > 0) {
        if (guichet_journal_append(database, "login-delayed", agent, error) &&
            guichet_transaction_commit(transaction, error))
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                        _("trop d’essais manqués ; attendez %d s puis recommencez"), (int)wait);
        return NULL;
    }
    if (counted &&
        (!charge(database, agent, &now, error) || !guichet_transaction_commit(transaction, error)))
        return NULL;
    return g_steal_pointer(&slot);
}

static gboolean
forgive(GuichetDatabase *database, const char *agent, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/forgive", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    return guichet_query_run(query, error);
}

static gboolean
record(GuichetDatabase *database, const char *agent, gboolean known, gboolean opened,
       GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    /* what an unknown person typed is not kept: it may be a passphrase in the wrong box */
    return transaction != NULL && (!opened || forgive(database, agent, error)) &&
           guichet_journal_append(database, opened ? "login" : "login-refused", known ? agent : "",
                                  error) &&
           guichet_transaction_commit(transaction, error);
}

GuichetSecret *
guichet_keyring_open(GuichetDatabase *database, const char *agent,
                     const GuichetCredential *credential, const GuichetPatience *patience,
                     GuichetUserRole *role, GError **error)
{
    gboolean by_card = credential->card != NULL;
    g_autoptr(GuichetSlot) slot = admit(database, agent, by_card, by_card ? NULL : patience, error);
    if (slot == NULL)
        return NULL;
    g_autoptr(GError) reason = NULL;
    g_autoptr(GuichetSecret) kek = guichet_slot_open(slot, agent, credential, &reason);
    if (kek == NULL && !g_error_matches(reason, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return NULL;
    }
    gboolean opened = slot->known && kek != NULL;
    if (!record(database, agent, slot->known, opened, error))
        return NULL;
    if (!opened) {
        deny(by_card, error);
        return NULL;
    }
    if (slot->wrapped_private == NULL &&
        !guichet_keyring_replace(database, kek, agent, credential, error))
        return NULL;
    *role = slot->role;
    return g_steal_pointer(&kek);
}

/* --- cards --- */

GuichetSlot *
guichet_keyring_try_card(GuichetDatabase *database, const char *agent,
                         const GuichetPatience *patience, GError **error)
{
    g_autoptr(GuichetSlot) slot = admit(database, agent, TRUE, patience, error);
    if (slot == NULL || slot->known)
        return g_steal_pointer(&slot);
    if (record(database, agent, FALSE, FALSE, error))
        deny(TRUE, error);
    return NULL;
}

gboolean
guichet_keyring_end_card(GuichetDatabase *database, const char *agent, gboolean tried,
                         GError **error)
{
    if (tried)
        return record(database, agent, TRUE, FALSE, error);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    g_autoptr(GuichetQuery) query =
        transaction != NULL ? guichet_query_new(database, "keyring/excuse", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    return guichet_query_run(query, error) && guichet_transaction_commit(transaction, error);
}
