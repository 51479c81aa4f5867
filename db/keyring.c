/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/keyring.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/crypt.h"
#include "db/journal.h"
#include "db/query.h"

#define FIRST_WAIT_S 5
#define AGENT_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-"

typedef struct {
    gboolean known; /* FALSE: another agent's slot, tried only so that refusing takes as long */
    GuichetScrypt scrypt;
    GBytes *wrapped_kek;
    gint64 failures;
    char *failed_boot_id;
    gint64 failed_monotonic_us;
} Slot;

static void
slot_free(Slot *self)
{
    g_clear_pointer(&self->scrypt.salt, g_bytes_unref);
    g_clear_pointer(&self->wrapped_kek, g_bytes_unref);
    g_free(self->failed_boot_id);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slot, slot_free)

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

/* The parameters are part of the place: a slot whose row was doctored does not open. */
static char *
slot_place(const char *agent, const GuichetScrypt *scrypt)
{
    g_autofree char *version = g_strdup_printf("1,%u,%u,%u", scrypt->log2n, scrypt->r, scrypt->p);
    return guichet_crypt_place("agent", agent, "wrapped_kek", version);
}

static GuichetSecret *
derive_slot_key(const char *agent, const GuichetScrypt *scrypt, GuichetSecret *station_secret,
                GuichetSecret *passphrase, GError **error)
{
    g_autofree char *info = guichet_crypt_place("agent", agent, "slot", "1");
    g_autoptr(GuichetSecret) agent_secret = guichet_crypt_scrypt(passphrase, scrypt, error);
    return agent_secret != NULL
               ? guichet_crypt_hkdf(station_secret, agent_secret, scrypt->salt, info, error)
               : NULL;
}

/* --- adding --- */

static gboolean
check_new_agent(const char *agent, GuichetSecret *station_secret, GuichetSecret *passphrase,
                GError **error)
{
    const char *reason = NULL;
    if (!is_agent_name(agent))
        reason = _("identifiant d’agent refusé ; 1 à 64 lettres sans accent, chiffres, . _ @ -");
    else if (guichet_secret_size(passphrase) == 0)
        reason = _("phrase secrète vide ; choisissez-en une");
    else if (guichet_secret_size(station_secret) < GUICHET_KEYRING_MIN_STATION_SECRET)
        reason = _("secret du poste trop court ; relancez « guichetctl station init »");
    if (reason != NULL)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT, reason);
    return reason == NULL;
}

static gboolean
insert_slot(GuichetDatabase *database, const char *agent, const GuichetScrypt *scrypt,
            GBytes *wrapped_kek, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":name", agent);
    guichet_query_bind_int(query, ":created_us", guichet_instant_now().wall_us);
    guichet_query_bind_int(query, ":scrypt_log2n", scrypt->log2n);
    guichet_query_bind_int(query, ":scrypt_r", scrypt->r);
    guichet_query_bind_int(query, ":scrypt_p", scrypt->p);
    guichet_query_bind_bytes(query, ":salt", scrypt->salt);
    guichet_query_bind_bytes(query, ":wrapped_kek", wrapped_kek);
    return guichet_query_run(query, error);
}

static gboolean
store_slot(GuichetDatabase *database, gboolean first, const char *agent,
           const GuichetScrypt *scrypt, GBytes *wrapped_kek, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    gboolean has;
    if (transaction == NULL || !guichet_keyring_has_agents(database, &has, error))
        return FALSE;
    if (first && has) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                    _("ce poste a déjà un agent ; il doit ouvrir sa session pour en ajouter un"));
        return FALSE;
    }
    return insert_slot(database, agent, scrypt, wrapped_kek, error) &&
           guichet_journal_append(database, "agent-added", agent, error) &&
           guichet_transaction_commit(transaction, error);
}

gboolean
guichet_keyring_add(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                    GuichetSecret *station_secret, GuichetSecret *passphrase, guint scrypt_log2n,
                    GError **error)
{
    if (!check_new_agent(agent, station_secret, passphrase, error))
        return FALSE;
    g_autoptr(GBytes) salt = guichet_crypt_random(GUICHET_CRYPT_SALT_SIZE, error);
    g_autoptr(GuichetSecret) wrapped = NULL;
    if (kek != NULL)
        wrapped = guichet_secret_ref(kek);
    else
        wrapped = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, salt != NULL ? error : NULL);
    if (salt == NULL || wrapped == NULL)
        return FALSE;
    GuichetScrypt scrypt = {scrypt_log2n, 8, 1, salt};
    g_autoptr(GuichetSecret) slot_key =
        derive_slot_key(agent, &scrypt, station_secret, passphrase, error);
    g_autofree char *place = slot_place(agent, &scrypt);
    g_autoptr(GBytes) slot =
        slot_key != NULL ? guichet_crypt_wrap(slot_key, place, wrapped, error) : NULL;
    return slot != NULL && store_slot(database, kek == NULL, agent, &scrypt, slot, error);
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

static gboolean
deny(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                _("identifiant ou phrase secrète incorrects ; vérifiez la saisie puis "
                  "recommencez"));
    return FALSE;
}

/* The agent's slot, or with known = FALSE that of anybody. */
static Slot *
read_slot(GuichetDatabase *database, const char *agent, GError **error)
{
    int step = -1;
    g_autoptr(Slot) slot = g_new0(Slot, 1);
    g_autoptr(GuichetQuery) query = find_slot(database, agent, &step, error);
    slot->known = step == 1;
    if (query != NULL && !slot->known) {
        guichet_query_free(query);
        query = find_slot(database, NULL, &step, error);
    }
    if (query == NULL)
        return NULL;
    if (step == 0) {
        deny(error);
        return NULL;
    }
    slot->scrypt.log2n = (guint)guichet_query_int(query, "scrypt_log2n");
    slot->scrypt.r = (guint)guichet_query_int(query, "scrypt_r");
    slot->scrypt.p = (guint)guichet_query_int(query, "scrypt_p");
    slot->scrypt.salt = guichet_query_bytes(query, "salt");
    slot->wrapped_kek = guichet_query_bytes(query, "wrapped_kek");
    slot->failures = guichet_query_int(query, "failures");
    slot->failed_boot_id = g_strdup(guichet_query_text(query, "failed_boot_id"));
    slot->failed_monotonic_us = guichet_query_int(query, "failed_monotonic_us");
    return g_steal_pointer(&slot);
}

/* Seconds still to wait, 0 when an attempt is allowed. */
static gint64
remaining_wait(const Slot *slot, const GuichetInstant *now)
{
    if (slot->failures < GUICHET_KEYRING_FREE_FAILURES)
        return 0;
    gint64 doublings = MIN(slot->failures - GUICHET_KEYRING_FREE_FAILURES, 8);
    gint64 wait = MIN((gint64)FIRST_WAIT_S << doublings, GUICHET_KEYRING_MAX_WAIT_S);
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

/* Counts the attempt before it is made, or refuses it. */
static Slot *
admit(GuichetDatabase *database, const char *agent, GError **error)
{
    GuichetInstant now = guichet_instant_now();
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    g_autoptr(Slot) slot = transaction != NULL ? read_slot(database, agent, error) : NULL;
    if (slot == NULL)
        return NULL;
    gint64 wait = slot->known ? remaining_wait(slot, &now) : 0;
    if (wait > 0) {
        if (guichet_journal_append(database, "login-delayed", agent, error) &&
            guichet_transaction_commit(transaction, error))
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                        _("trop d’essais manqués ; attendez %d s puis recommencez"), (int)wait);
        return NULL;
    }
    if (slot->known &&
        (!charge(database, agent, &now, error) || !guichet_transaction_commit(transaction, error)))
        return NULL;
    return g_steal_pointer(&slot);
}

static gboolean
record(GuichetDatabase *database, const char *agent, gboolean known, gboolean opened,
       GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL)
        return FALSE;
    if (opened) {
        g_autoptr(GuichetQuery) query = guichet_query_new(database, "keyring/forgive", error);
        if (query == NULL)
            return FALSE;
        guichet_query_bind_text(query, ":name", agent);
        if (!guichet_query_run(query, error))
            return FALSE;
    }
    /* what an unknown person typed is not kept: it may be a passphrase in the wrong box */
    return guichet_journal_append(database, opened ? "login" : "login-refused", known ? agent : "",
                                  error) &&
           guichet_transaction_commit(transaction, error);
}

GuichetSecret *
guichet_keyring_open(GuichetDatabase *database, const char *agent, GuichetSecret *station_secret,
                     GuichetSecret *passphrase, GError **error)
{
    g_autoptr(Slot) slot = admit(database, agent, error);
    if (slot == NULL)
        return NULL;
    g_autoptr(GuichetSecret) slot_key =
        derive_slot_key(agent, &slot->scrypt, station_secret, passphrase, error);
    if (slot_key == NULL)
        return NULL;
    g_autofree char *place = slot_place(agent, &slot->scrypt);
    g_autoptr(GuichetSecret) kek = guichet_crypt_unwrap(slot_key, place, slot->wrapped_kek, NULL);
    gboolean opened =
        slot->known && kek != NULL && guichet_secret_size(kek) == GUICHET_CRYPT_KEY_SIZE;
    if (!record(database, agent, slot->known, opened, error))
        return NULL;
    if (!opened) {
        deny(error);
        return NULL;
    }
    return g_steal_pointer(&kek);
}
