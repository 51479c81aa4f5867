/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/kiosk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/crypt.h"
#include "db/journal.h"
#include "db/keyring.h"
#include "db/query.h"

#define TICKET_SALT "guichet/1 ticket" /* 16 bytes: the key is random already */

static char *
slot_place(void)
{
    return guichet_crypt_place("kiosk", "", "wrapped_key", "1");
}

static char *
sealed_place(void)
{
    return guichet_crypt_place("kiosk", "", "sealed_key", "1");
}

static GuichetSecret *
derive_slot_key(GuichetSecret *station_secret, GBytes *salt, GError **error)
{
    return guichet_crypt_hkdf(station_secret, NULL, salt, "guichet/1|kiosk|slot|1", error);
}

/* The row, or step 0 when there never was a kiosk. */
static GuichetQuery *
find(GuichetDatabase *database, int *step, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "kiosk/find", error);
    *step = query != NULL ? guichet_query_step(query, error) : -1;
    return *step >= 0 ? g_steal_pointer(&query) : NULL;
}

gboolean
guichet_kiosk_is_open(GuichetDatabase *database, gboolean *is_open, GError **error)
{
    int step;
    g_autoptr(GuichetQuery) query = find(database, &step, error);
    if (query == NULL)
        return FALSE;
    *is_open = step == 1 && guichet_query_int(query, "is_open") != 0;
    return TRUE;
}

/* --- the slot --- */

GuichetSecret *
guichet_kiosk_take_over(GuichetDatabase *database, GuichetSecret *kek, GError **error)
{
    int step;
    g_autoptr(GuichetQuery) query = find(database, &step, error);
    if (query == NULL || step == 0)
        return NULL;
    g_autofree char *place = sealed_place();
    g_autoptr(GBytes) sealed = guichet_query_bytes(query, "sealed_key");
    return guichet_crypt_unwrap(kek, place, sealed, error);
}

static gboolean
write_slot(GuichetDatabase *database, GuichetSecret *key, GuichetSecret *kek,
           GuichetSecret *station_secret, GError **error)
{
    g_autofree char *in_slot = slot_place();
    g_autofree char *in_kek = sealed_place();
    g_autoptr(GBytes) salt = guichet_crypt_random(GUICHET_CRYPT_SALT_SIZE, error);
    g_autoptr(GuichetSecret) slot_key =
        salt != NULL ? derive_slot_key(station_secret, salt, error) : NULL;
    g_autoptr(GBytes) wrapped =
        slot_key != NULL ? guichet_crypt_wrap(slot_key, in_slot, key, error) : NULL;
    g_autoptr(GBytes) sealed = wrapped != NULL ? guichet_crypt_wrap(kek, in_kek, key, error) : NULL;
    g_autoptr(GuichetQuery) query =
        sealed != NULL ? guichet_query_new(database, "kiosk/open", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":now_us", guichet_instant_now().wall_us);
    guichet_query_bind_bytes(query, ":salt", salt);
    guichet_query_bind_bytes(query, ":wrapped_key", wrapped);
    guichet_query_bind_bytes(query, ":sealed_key", sealed);
    return guichet_query_run(query, error);
}

gboolean
guichet_kiosk_open(GuichetDatabase *database, GuichetSecret *kek, GuichetSecret *station_secret,
                   GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !guichet_keyring_check(database, kek, error))
        return FALSE;
    g_autoptr(GuichetSecret) key = guichet_kiosk_take_over(database, kek, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (key == NULL)
        key = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, error);
    return key != NULL && write_slot(database, key, kek, station_secret, error) &&
           guichet_journal_append(database, "kiosk-opened", "", error) &&
           guichet_transaction_commit(transaction, error);
}

static gboolean
run(GuichetDatabase *database, const char *name, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, name, error);
    return query != NULL && guichet_query_run(query, error);
}

gboolean
guichet_kiosk_close(GuichetDatabase *database, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !run(database, "kiosk/close", error) ||
        !guichet_journal_append(database, "kiosk-closed", "", error) ||
        !guichet_transaction_commit(transaction, error))
        return FALSE;
    guichet_database_checkpoint(database);
    return TRUE;
}

gboolean
guichet_kiosk_renew(GuichetDatabase *database, GuichetSecret *old, GuichetSecret *kek,
                    GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetSecret) key = guichet_kiosk_take_over(database, old, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (key == NULL)
        return TRUE;
    g_autofree char *place = sealed_place();
    g_autoptr(GBytes) sealed = guichet_crypt_wrap(kek, place, key, error);
    g_autoptr(GuichetQuery) query =
        sealed != NULL ? guichet_query_new(database, "kiosk/reseal", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_bytes(query, ":sealed_key", sealed);
    return guichet_query_run(query, error);
}

/* --- the kiosk's session --- */

gboolean
guichet_kiosk_check(GuichetDatabase *database, GError **error)
{
    gboolean is_open;
    if (!guichet_kiosk_is_open(database, &is_open, error))
        return FALSE;
    if (!is_open)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                            _("la borne a été fermée par un agent ; adressez-vous au guichet"));
    return is_open;
}

GuichetSecret *
guichet_kiosk_unlock(GuichetDatabase *database, GuichetSecret *station_secret, GError **error)
{
    int step;
    g_autoptr(GuichetQuery) query = find(database, &step, error);
    if (query == NULL)
        return NULL;
    if (step == 0 || guichet_query_int(query, "is_open") == 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                            _("cette borne n’est pas ouverte : un agent l’ouvre avec « guichetctl "
                              "station kiosk open »"));
        return NULL;
    }
    g_autofree char *place = slot_place();
    g_autoptr(GBytes) salt = guichet_query_bytes(query, "salt");
    g_autoptr(GBytes) wrapped = guichet_query_bytes(query, "wrapped_key");
    g_autoptr(GuichetSecret) slot_key = derive_slot_key(station_secret, salt, error);
    return slot_key != NULL ? guichet_crypt_unwrap(slot_key, place, wrapped, error) : NULL;
}

/* --- tickets --- */

static GBytes *
hash_ticket(GuichetSecret *key, const char *ticket, GError **error)
{
    g_autofree char *info = g_strconcat("guichet/1|kiosk|ticket|", ticket, NULL);
    g_autoptr(GBytes) salt = g_bytes_new_static(TICKET_SALT, sizeof TICKET_SALT - 1);
    g_autoptr(GuichetSecret) hash = guichet_crypt_hkdf(key, NULL, salt, info, error);
    return hash != NULL ? g_bytes_new(guichet_secret_bytes(hash), guichet_secret_size(hash)) : NULL;
}

gboolean
guichet_kiosk_add_ticket(GuichetDatabase *database, GuichetSecret *key, const char *request,
                         const char *ticket, GError **error)
{
    g_autoptr(GBytes) hash = hash_ticket(key, ticket, error);
    g_autoptr(GuichetQuery) query =
        hash != NULL ? guichet_query_new(database, "kiosk/insert-ticket", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_bytes(query, ":hash", hash);
    return guichet_query_run(query, error);
}

static gboolean
set_failures(GuichetDatabase *database, gint64 failures, const GuichetInstant *now, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "kiosk/set-failures", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":failures", failures);
    guichet_query_bind_text(query, ":boot_id", now->boot_id);
    guichet_query_bind_int(query, ":monotonic_us", now->monotonic_us);
    return guichet_query_run(query, error);
}

/* Wrong guesses that are not forgotten yet, and µs since the last one. */
static gboolean
count_failures(GuichetDatabase *database, const GuichetInstant *now, gint64 *failures,
               gint64 *since_us, GError **error)
{
    int step;
    g_autoptr(GuichetQuery) query = find(database, &step, error);
    if (query == NULL || step != 1)
        return FALSE;
    gboolean same_boot = strcmp(guichet_query_text(query, "failed_boot_id"), now->boot_id) == 0;
    gint64 last_us = same_boot ? guichet_query_int(query, "failed_monotonic_us") : 0;
    *since_us = now->monotonic_us - last_us;
    *failures = MAX(0, guichet_query_int(query, "failures") -
                           *since_us / ((gint64)GUICHET_KIOSK_FORGET_S * G_USEC_PER_SEC));
    return TRUE;
}

/* Counts a guess before it is made, or refuses it. */
static gboolean
admit_guess(GuichetDatabase *database, gint64 *failures, GError **error)
{
    GuichetInstant now = guichet_instant_now();
    gint64 since_us;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !guichet_kiosk_check(database, error) ||
        !count_failures(database, &now, failures, &since_us, error))
        return FALSE;
    if (*failures >= GUICHET_KIOSK_FREE_GUESSES) {
        gint64 wait_s =
            GUICHET_KIOSK_FORGET_S - since_us / G_USEC_PER_SEC % (gint64)GUICHET_KIOSK_FORGET_S;
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("Trop d’essais. Attendez %d secondes, ou demandez à un agent."), (int)wait_s);
        return FALSE;
    }
    return set_failures(database, *failures + 1, &now, error) &&
           guichet_transaction_commit(transaction, error);
}

static char *
look_up(GuichetDatabase *database, GuichetSecret *key, const char *ticket, GError **error)
{
    g_autoptr(GBytes) hash = hash_ticket(key, ticket, error);
    g_autoptr(GuichetQuery) query =
        hash != NULL ? guichet_query_new(database, "kiosk/find-ticket", error) : NULL;
    if (query == NULL)
        return NULL;
    guichet_query_bind_bytes(query, ":hash", hash);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                            _("Ce ticket n’est pas connu ici. Regardez-le et recommencez, ou "
                              "demandez à un agent."));
    return step == 1 ? g_strdup(guichet_query_text(query, "request")) : NULL;
}

char *
guichet_kiosk_find_ticket(GuichetDatabase *database, GuichetSecret *key, const char *ticket,
                          gboolean counted, GError **error)
{
    gint64 failures = 0;
    if (!counted)
        return look_up(database, key, ticket, error);
    if (!admit_guess(database, &failures, error))
        return NULL;
    g_autofree char *request = look_up(database, key, ticket, error);
    GuichetInstant now = guichet_instant_now();
    g_autoptr(GuichetTransaction) transaction =
        request != NULL ? guichet_transaction_begin(database, error) : NULL;
    if (transaction == NULL || !set_failures(database, failures, &now, error) ||
        !guichet_journal_append(database, "ticket-used", request, error) ||
        !guichet_transaction_commit(transaction, error))
        return NULL;
    return g_steal_pointer(&request);
}
