/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"
#include "db/crypt-envelope.h"
#include "db/crypt.h"

static GuichetSecret *
filled(guint8 byte)
{
    guint8 bytes[32];
    memset(bytes, byte, sizeof bytes);
    return guichet_secret_new(bytes, sizeof bytes);
}

static void
add_agent(Kit *kit, GuichetStore *store, const char *agent, const char *passphrase)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) secret = guichet_secret_new_string(passphrase);
    guichet_store_add_agent(store, agent, kit->station, secret, 14, &error);
    g_assert_no_error(error);
}

static void
assert_name(GuichetStore *store, const char *request_id, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, request_id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, name);
}

/* --- envelopes --- */

static void
an_envelope_opens_for_its_receiver_only(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) public_key = NULL, other_public = NULL;
    g_autoptr(GuichetSecret) mine = guichet_envelope_new_key(&public_key, &error);
    g_autoptr(GuichetSecret) other = guichet_envelope_new_key(&other_public, &error);
    g_autoptr(GuichetSecret) secret = filled(3);
    g_autoptr(GBytes) envelope = guichet_envelope_seal(public_key, "ici", secret, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetSecret) opened = guichet_envelope_open(mine, "ici", envelope, &error);
    g_assert_no_error(error);
    g_assert_true(guichet_secret_equal(opened, secret));
    g_assert_null(guichet_envelope_open(mine, "ailleurs", envelope, NULL));
    g_assert_null(guichet_envelope_open(other, "ici", envelope, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
}

static void
every_changed_byte_of_an_envelope_is_refused(void)
{
    g_autoptr(GBytes) public_key = NULL;
    g_autoptr(GuichetSecret) mine = guichet_envelope_new_key(&public_key, NULL);
    g_autoptr(GuichetSecret) secret = filled(3);
    g_autoptr(GBytes) envelope = guichet_envelope_seal(public_key, "ici", secret, NULL);
    gsize size = g_bytes_get_size(envelope);
    for (gsize i = 0; i < size; i++) {
        guint8 *bytes = g_memdup2(g_bytes_get_data(envelope, NULL), size);
        bytes[i] ^= 1;
        g_autoptr(GBytes) changed = g_bytes_new_take(bytes, size);
        g_assert_null(guichet_envelope_open(mine, "ici", changed, NULL));
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(envelope, 0, i);
        g_assert_null(guichet_envelope_open(mine, "ici", cut, NULL));
    }
    /* a public key of order 1 would make the shared secret known to all */
    guint8 zeroes[32] = {0};
    g_autoptr(GBytes) small = g_bytes_new(zeroes, sizeof zeroes);
    g_assert_null(guichet_envelope_seal(small, "ici", secret, NULL));
}

/* --- a store of the first released schema --- */

static void
take_version_1(Kit *kit)
{
    g_autofree char *fixture = g_build_filename(g_getenv("GUICHET_SOURCE"), "tests", "db",
                                                "fixtures", "station-v1.sql", NULL);
    g_autofree char *sql = NULL;
    g_assert_true(g_file_get_contents(fixture, &sql, NULL, NULL));
    kit_tamper(kit, sql);
    g_clear_pointer(&kit->station, guichet_secret_unref);
    kit->station = guichet_secret_new_string(KIT_FIXTURE_STATION);
}

static char *
any_draft(Kit *kit)
{
    return kit_ask(kit, "SELECT id FROM request WHERE state = 'draft' ORDER BY id LIMIT 1");
}

static void
slots_of_version_1_are_renewed_when_they_open(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    take_version_1(kit);
    g_autoptr(GuichetStore) store = guichet_store_open(kit->path, &error);
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, "autre", NULL));
    g_autofree char *before = kit_ask(kit, "SELECT count(sealed_public) FROM agent");
    g_assert_cmpstr(before, ==, "0");
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_autofree char *after = kit_ask(kit, "SELECT count(sealed_public) FROM agent");
    g_assert_cmpstr(after, ==, "1");
    g_assert_true(guichet_store_renew_keys(store, &error));
    g_assert_no_error(error);
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_autofree char *draft = any_draft(kit);
    assert_name(store, draft, "Dupont");
}

static void
new_keys_lock_nobody_out_who_has_not_come_yet(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    add_agent(kit, store, "agent-2", "deuxième");
    /* as a migration leaves the slot of somebody on leave */
    kit_tamper(kit, "UPDATE agent SET sealed_public = NULL, wrapped_private = NULL"
                    " WHERE name = 'agent-2'");
    g_assert_false(guichet_store_renew_keys(store, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_assert_nonnull(strstr(error->message, "agent-2"));
}

/* --- cards --- */

static gboolean
unlock_card(Kit *kit, GuichetStore *store, const char *agent, guint8 byte, GError **error)
{
    g_autoptr(GuichetSecret) secret = filled(byte);
    return guichet_store_unlock_card(store, agent, kit->station, secret, error);
}

static void
a_card_opens_what_a_passphrase_wrote(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetSecret) secret = filled(42);
    g_autofree char *draft = kit_add_draft(kit, store);
    kit_set_field(store, draft, "name", "Dupont");
    guichet_store_add_card_agent(store, "carte", kit->station, secret, "{\"token\":\"x\"}", &error);
    g_assert_no_error(error);
    g_autofree char *text = guichet_store_find_card(store, "carte", &error);
    g_assert_cmpstr(text, ==, "{\"token\":\"x\"}");
    guichet_store_lock(store);
    g_assert_false(unlock_card(kit, store, "carte", 41, &error)); /* another card */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_clear_error(&error);
    g_assert_true(unlock_card(kit, store, "carte", 42, &error));
    assert_name(store, draft, "Dupont");
}

static gint64
count_failures(Kit *kit)
{
    g_autofree char *failures = kit_ask(kit, "SELECT failures FROM agent WHERE name = 'carte'");
    return g_ascii_strtoll(failures, NULL, 10);
}

static void
a_card_is_counted_before_its_code_is_tried(Kit *kit, gconstpointer data)
{
    static const GuichetPatience strict = {
        .free_attempts = 2, .first_wait_s = 60, .longest_wait_s = 120};
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetSecret) secret = filled(42);
    guichet_store_add_card_agent(store, "carte", kit->station, secret, "{}", &error);
    g_assert_no_error(error);
    guichet_store_set_patience(store, &strict);
    /* no card in the reader: nothing was tried, nothing is counted */
    g_autofree char *first = guichet_store_try_card(store, "carte", &error);
    g_assert_cmpint(count_failures(kit), ==, 1);
    g_assert_true(guichet_store_end_card(store, "carte", FALSE, &error));
    g_assert_cmpint(count_failures(kit), ==, 0);
    /* wrong codes are counted and journalled, and the right one forgives them */
    g_autofree char *second = guichet_store_try_card(store, "carte", &error);
    g_assert_true(guichet_store_end_card(store, "carte", TRUE, &error));
    g_assert_cmpint(count_failures(kit), ==, 1);
    g_autofree char *third = guichet_store_try_card(store, "carte", &error);
    g_assert_true(unlock_card(kit, store, "carte", 42, &error));
    g_assert_cmpint(count_failures(kit), ==, 0);
    for (int i = 0; i < 2; i++) {
        g_autofree char *text = guichet_store_try_card(store, "carte", &error);
        g_assert_true(guichet_store_end_card(store, "carte", TRUE, &error));
    }
    g_assert_no_error(error);
    g_assert_null(guichet_store_try_card(store, "carte", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "attendez 60 s"));
    g_clear_error(&error);
    g_assert_null(guichet_store_try_card(store, "personne", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_autofree char *refused =
        kit_ask(kit, "SELECT group_concat(event || ' ' || subject, ',') FROM journal"
                     " WHERE event LIKE 'login-%'");
    g_assert_cmpstr(refused, ==,
                    "login-refused carte,login-refused carte,login-refused carte,"
                    "login-delayed carte,login-refused ");
}

static void
a_session_whose_card_is_gone_opens_nothing_more(Kit *kit, gconstpointer data)
{
    gint gone = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *draft = kit_add_draft(kit, store);
    kit_set_field(store, draft, "name", "Dupont");
    guichet_store_set_gone(store, &gone);
    assert_name(store, draft, "Dupont");
    g_atomic_int_set(&gone, 1);
    g_assert_null(guichet_store_load_request(store, draft, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_assert_false(guichet_store_is_unlocked(store));
    /* wiped, not hidden: putting the flag back does not open it */
    g_atomic_int_set(&gone, 0);
    g_assert_false(guichet_store_is_unlocked(store));
    guichet_store_set_gone(store, NULL);
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, NULL));
    assert_name(store, draft, "Dupont");
}

static void
each_kind_of_slot_says_what_it_needs(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) card = NULL, passphrase = NULL, none = NULL, error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetSecret) secret = filled(42);
    guichet_store_add_card_agent(store, "carte", kit->station, secret, "{}", &error);
    g_assert_no_error(error);
    g_assert_false(kit_unlock(kit, store, "carte", "x", &card));
    g_assert_error(card, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(card->message, "carte ; insérez-la"));
    g_assert_false(unlock_card(kit, store, KIT_AGENT, 42, &passphrase));
    g_assert_error(passphrase, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(passphrase->message, "phrase de passe"));
    g_assert_null(guichet_store_find_card(store, KIT_AGENT, &none));
    g_assert_error(none, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_autofree char *refused =
        kit_ask(kit, "SELECT count(*) FROM journal WHERE event = 'login-refused'");
    g_assert_cmpstr(refused, ==, "2");
}

/* --- changes --- */

static void
a_changed_passphrase_opens_and_the_old_one_does_not(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *draft = kit_add_draft(kit, store);
    kit_set_field(store, draft, "name", "Dupont");
    g_autoptr(GuichetSecret) fresh = guichet_secret_new_string("une autre phrase");
    g_autoptr(GuichetSecret) empty = guichet_secret_new_string("");
    guichet_store_lock(store);
    g_assert_false(guichet_store_change_passphrase(store, kit->station, fresh, 14, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_assert_false(guichet_store_change_passphrase(store, kit->station, empty, 14, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    g_assert_true(guichet_store_change_passphrase(store, kit->station, fresh, 14, &error));
    g_assert_no_error(error);
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_clear_error(&error);
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, "une autre phrase", &error));
    assert_name(store, draft, "Dupont");
}

static void
a_revoked_agent_is_refused_with_the_reason(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    add_agent(kit, store, "agent-2", "deuxième");
    g_assert_false(guichet_store_revoke_agent(store, KIT_AGENT, &error)); /* oneself */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_assert_false(guichet_store_revoke_agent(store, "personne", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_true(guichet_store_revoke_agent(store, "agent-2", &error));
    g_assert_no_error(error);
    g_autofree char *zeroes =
        kit_ask(kit, "SELECT wrapped_kek = zeroblob(92) AND wrapped_private = zeroblob(60)"
                     " FROM agent WHERE name = 'agent-2'");
    g_assert_cmpstr(zeroes, ==, "1");
    g_assert_false(kit_unlock(kit, store, "agent-2", "deuxième", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "révoqué"));
    g_clear_error(&error);
    g_assert_false(guichet_store_revoke_agent(store, "agent-2", &error)); /* twice */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    /* the name may be given again, by somebody who is logged in */
    add_agent(kit, store, "agent-2", "troisième");
    g_assert_true(kit_unlock(kit, store, "agent-2", "troisième", NULL));
}

static void
the_last_agent_cannot_be_revoked(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    add_agent(kit, store, "agent-2", "deuxième");
    g_autoptr(GuichetStore) second = guichet_store_open(kit->path, &error);
    g_assert_true(kit_unlock(kit, second, "agent-2", "deuxième", &error));
    g_assert_true(guichet_store_revoke_agent(store, "agent-2", &error));
    /* agent-2's session is still open elsewhere: it can't take the last slot with it */
    g_assert_false(guichet_store_revoke_agent(second, KIT_AGENT, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_assert_nonnull(strstr(error->message, "dernier agent"));
}

/* What a revoked agent remembers: the old KEK, and a copy of the disk of that day. */
static void
renewed_keys_shut_out_the_old_ones(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *draft = kit_add_draft(kit, store);
    kit_set_field(store, draft, "name", "Dupont");
    g_autofree char *sealed = kit_add_draft(kit, store);
    kit_seal(store, sealed);
    add_agent(kit, store, "agent-2", "deuxième");
    g_autoptr(GuichetStore) stale = guichet_store_open(kit->path, &error);
    g_assert_true(kit_unlock(kit, stale, "agent-2", "deuxième", &error));
    g_autofree char *key_before = kit_ask(kit, "SELECT hex(wrapped_key) FROM draft_key LIMIT 1");
    g_assert_true(guichet_store_renew_keys(store, &error));
    g_assert_no_error(error);
    g_autofree char *key_after = kit_ask(kit, "SELECT hex(wrapped_key) FROM draft_key LIMIT 1");
    g_assert_cmpstr(key_before, !=, key_after);
    /* the open session goes on; that of the other process ends instead of writing what is lost */
    assert_name(store, draft, "Dupont");
    g_assert_null(guichet_store_load_request(stale, draft, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_autoptr(GuichetRequest) request = guichet_request_new(kit->procedure);
    g_assert_false(guichet_store_add_request(stale, request, kit->procedure, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    /* both agents open it as before, without having been there */
    g_assert_true(kit_unlock(kit, stale, "agent-2", "deuxième", &error));
    assert_name(stale, draft, "Dupont");
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    assert_name(store, draft, "Dupont");
    g_assert_true(guichet_store_check(store, NULL, &error));
    g_assert_no_error(error);
}

static void
a_renewal_that_fails_changes_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *draft = kit_add_draft(kit, store);
    kit_set_field(store, draft, "name", "Dupont");
    add_agent(kit, store, "agent-2", "deuxième");
    /* somebody with the disk puts a public key of his own: he would be given the next KEK */
    kit_tamper(kit, "UPDATE agent SET sealed_public = randomblob(60) WHERE name = 'agent-2'");
    g_autofree char *before =
        kit_ask(kit, "SELECT group_concat(hex(wrapped_kek)) || (SELECT hex(wrapped_key) FROM"
                     " draft_key) FROM agent");
    g_assert_false(guichet_store_renew_keys(store, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
    g_autofree char *after =
        kit_ask(kit, "SELECT group_concat(hex(wrapped_kek)) || (SELECT hex(wrapped_key) FROM"
                     " draft_key) FROM agent");
    g_assert_cmpstr(before, ==, after);
    assert_name(store, draft, "Dupont");
}

static void
lists_agents_with_their_state(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetSecret) secret = filled(42);
    add_agent(kit, store, "agent-2", "deuxième");
    guichet_store_add_card_agent(store, "carte", kit->station, secret, "{}", &error);
    guichet_store_revoke_agent(store, "agent-2", &error);
    kit_unlock(kit, store, KIT_AGENT, "autre", NULL);
    g_autoptr(GPtrArray) agents = guichet_store_list_agents(store, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(agents->len, ==, 3);
    const GuichetAgent *first = agents->pdata[0], *second = agents->pdata[1],
                       *card = agents->pdata[2];
    g_assert_cmpstr(first->name, ==, KIT_AGENT);
    g_assert_cmpint(first->failures, ==, 1);
    g_assert_true(first->renewable);
    g_assert_cmpint(second->revoked_us, >, 0);
    g_assert_true(card->card);
    g_assert_cmpint(card->revoked_us, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/envelope/opens-for-its-receiver-only",
                    an_envelope_opens_for_its_receiver_only);
    g_test_add_func("/db/envelope/every-changed-byte-is-refused",
                    every_changed_byte_of_an_envelope_is_refused);
    kit_add("/db/agents/slots-of-version-1-are-renewed-when-they-open",
            slots_of_version_1_are_renewed_when_they_open);
    kit_add("/db/agents/new-keys-lock-nobody-out-who-has-not-come-yet",
            new_keys_lock_nobody_out_who_has_not_come_yet);
    kit_add("/db/agents/a-card-opens-what-a-passphrase-wrote",
            a_card_opens_what_a_passphrase_wrote);
    kit_add("/db/agents/a-card-is-counted-before-its-code-is-tried",
            a_card_is_counted_before_its_code_is_tried);
    kit_add("/db/agents/a-session-whose-card-is-gone-opens-nothing-more",
            a_session_whose_card_is_gone_opens_nothing_more);
    kit_add("/db/agents/each-kind-of-slot-says-what-it-needs",
            each_kind_of_slot_says_what_it_needs);
    kit_add("/db/agents/a-changed-passphrase-opens-and-the-old-one-does-not",
            a_changed_passphrase_opens_and_the_old_one_does_not);
    kit_add("/db/agents/a-revoked-agent-is-refused-with-the-reason",
            a_revoked_agent_is_refused_with_the_reason);
    kit_add("/db/agents/the-last-agent-cannot-be-revoked", the_last_agent_cannot_be_revoked);
    kit_add("/db/agents/renewed-keys-shut-out-the-old-ones", renewed_keys_shut_out_the_old_ones);
    kit_add("/db/agents/a-renewal-that-fails-changes-nothing",
            a_renewal_that_fails_changes_nothing);
    kit_add("/db/agents/lists-agents-with-their-state", lists_agents_with_their_state);
    return g_test_run();
}
