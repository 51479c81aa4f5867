/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"
#include "db/crypt.h"

/* --- crypt --- */

static GuichetSecret *
filled(guint8 byte, gsize size)
{
    g_autofree guint8 *bytes = g_malloc(size);
    memset(bytes, byte, size);
    return guichet_secret_new(bytes, size);
}

static void
assert_hex(GuichetSecret *secret, const char *expected)
{
    g_autoptr(GString) hex = g_string_new(NULL);
    for (gsize i = 0; i < guichet_secret_size(secret); i++)
        g_string_append_printf(hex, "%02x", guichet_secret_bytes(secret)[i]);
    g_assert_cmpstr(hex->str, ==, expected);
}

static GBytes *
counting_salt(void)
{
    guint8 salt[16];
    for (guint8 i = 0; i < sizeof salt; i++)
        salt[i] = i;
    return g_bytes_new(salt, sizeof salt);
}

/* Expected values: Python's hashlib.scrypt and hmac. */
static void
derivations_agree_with_another_implementation(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) salt = counting_salt();
    GuichetScrypt parameters = {14, 8, 1, salt};
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(KIT_PASSPHRASE);
    g_autoptr(GuichetSecret) scrypt = guichet_crypt_scrypt(passphrase, &parameters, &error);
    g_assert_no_error(error);
    assert_hex(scrypt, "eb2aef3287ecbb1f31c090f6f58dc7349897e973b85c2cc44fc35b50a975fd00");
    g_autoptr(GuichetSecret) station = filled(7, 32);
    g_autoptr(GuichetSecret) agent = filled(9, 32);
    g_autoptr(GuichetSecret) key = guichet_crypt_hkdf(station, agent, salt, "info", &error);
    g_assert_no_error(error);
    assert_hex(key, "b13431e2543585bccfcc33ce64105558bb43755e32f56456c45ce3433de4661a");
}

static const struct {
    guint log2n, r, p;
    gsize salt;
} bad_scrypt[] = {
    {13, 8, 1, 16}, {21, 8, 1, 16}, {14, 1, 1, 16}, {14, 8, 2, 16},
    {14, 8, 1, 8},  {14, 8, 1, 65}, {63, 8, 1, 16}, {14, 1 << 20, 1, 16},
};

static void
scrypt_refuses_weak_and_costly_parameters(void)
{
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string("x");
    for (gsize i = 0; i < G_N_ELEMENTS(bad_scrypt); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) salt =
            g_bytes_new_take(g_malloc0(bad_scrypt[i].salt), bad_scrypt[i].salt);
        GuichetScrypt parameters = {bad_scrypt[i].log2n, bad_scrypt[i].r, bad_scrypt[i].p, salt};
        g_assert_null(guichet_crypt_scrypt(passphrase, &parameters, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    }
}

static void
every_changed_bit_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) key = filled(1, GUICHET_CRYPT_KEY_SIZE);
    g_autoptr(GuichetSecret) other = filled(2, GUICHET_CRYPT_KEY_SIZE);
    g_autoptr(GBytes) sealed = guichet_crypt_seal(key, "ici", "clair", 5, &error);
    g_autoptr(GBytes) twin = guichet_crypt_seal(key, "ici", "clair", 5, &error);
    gsize size = g_bytes_get_size(sealed);
    g_assert_cmpuint(size, ==, 5 + GUICHET_CRYPT_OVERHEAD);
    g_assert_false(g_bytes_equal(sealed, twin)); /* another nonce each time */
    g_autoptr(GBytes) plain = guichet_crypt_open(key, "ici", sealed, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(plain, NULL), g_bytes_get_size(plain), "clair", 5);
    for (gsize bit = 0; bit < 8 * size; bit++) {
        guint8 *bytes = g_memdup2(g_bytes_get_data(sealed, NULL), size);
        bytes[bit / 8] ^= (guint8)(1 << bit % 8);
        g_autoptr(GBytes) changed = g_bytes_new_take(bytes, size);
        g_assert_null(guichet_crypt_open(key, "ici", changed, NULL));
    }
    for (gsize shorter = 0; shorter < size; shorter++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(sealed, 0, shorter);
        g_assert_null(guichet_crypt_open(key, "ici", cut, NULL));
    }
    g_assert_null(guichet_crypt_open(key, "ailleurs", sealed, NULL));
    g_assert_null(guichet_crypt_open(other, "ici", sealed, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
}

static void
nothing_at_all_can_be_sealed(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) key = filled(1, GUICHET_CRYPT_KEY_SIZE);
    g_autoptr(GBytes) sealed = guichet_crypt_seal(key, "ici", NULL, 0, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) plain = guichet_crypt_open(key, "ici", sealed, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(plain), ==, 0);
}

/* --- agents --- */

static void
add_agent(Kit *kit, GuichetStore *store, const char *agent, const char *passphrase, GError **error)
{
    g_autoptr(GuichetSecret) secret = guichet_secret_new_string(passphrase);
    guichet_store_add_agent(store, agent, kit->station, secret, 14, error);
}

static void
a_wrong_passphrase_and_an_unknown_agent_look_alike(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) wrong = NULL, unknown = NULL, station = NULL, error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    guichet_store_lock(store);
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, "autre", &wrong));
    g_assert_false(kit_unlock(kit, store, "MON MOT DE PASSE", KIT_PASSPHRASE, &unknown));
    g_assert_error(wrong, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_error(unknown, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_cmpstr(wrong->message, ==, unknown->message);
    g_assert_false(guichet_store_is_unlocked(store));
    /* the right passphrase on a disk moved to another station */
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(KIT_PASSPHRASE);
    g_autoptr(GuichetSecret) elsewhere = filled(5, 32);
    g_assert_false(guichet_store_unlock(store, KIT_AGENT, elsewhere, passphrase, &station));
    g_assert_error(station, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_autofree char *refused =
        kit_ask(kit, "SELECT group_concat(subject) FROM journal WHERE event = 'login-refused'");
    g_assert_cmpstr(refused, ==, KIT_AGENT ",," KIT_AGENT);
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_assert_cmpstr(guichet_store_get_agent(store), ==, KIT_AGENT);
    /* a refusal does not close the session that is open */
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, "autre", NULL));
    g_assert_true(guichet_store_is_unlocked(store));
}

static void
a_second_agent_reads_the_drafts_of_the_first(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", "Dupont");
    add_agent(kit, store, "agent-2", "deuxième", &error);
    g_assert_no_error(error);
    add_agent(kit, store, "agent-2", "encore", &error);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
    g_clear_error(&error);
    guichet_store_lock(store);
    add_agent(kit, store, "agent-3", "troisième", &error);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_assert_true(kit_unlock(kit, store, "agent-2", "deuxième", &error));
    g_autoptr(GuichetRequest) request = guichet_store_load_request(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(request, "name"), ==, "Dupont");
}

static const struct {
    const char *agent, *passphrase;
    guint log2n;
    int code;
} bad_agents[] = {
    {"", "x", 14, GUICHET_ERROR_ARGUMENT},      {"a|b", "x", 14, GUICHET_ERROR_ARGUMENT},
    {"a b", "x", 14, GUICHET_ERROR_ARGUMENT},   {"é", "x", 14, GUICHET_ERROR_ARGUMENT},
    {"a\nb", "x", 14, GUICHET_ERROR_ARGUMENT},  {"agent-2", "", 14, GUICHET_ERROR_ARGUMENT},
    {"agent-2", "x", 13, GUICHET_ERROR_LIMIT},  {"agent-2", "x", 21, GUICHET_ERROR_LIMIT},
    {"agent-2", "x", 400, GUICHET_ERROR_LIMIT},
};

static void
refuses_agents_that_make_no_sense(Kit *kit, gconstpointer data)
{
    g_autoptr(GuichetStore) store = kit_open(kit);
    for (gsize i = 0; i < G_N_ELEMENTS(bad_agents); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetSecret) secret = guichet_secret_new_string(bad_agents[i].passphrase);
        g_assert_false(guichet_store_add_agent(store, bad_agents[i].agent, kit->station, secret,
                                               bad_agents[i].log2n, &error));
        g_assert_error(error, GUICHET_ERROR, bad_agents[i].code);
    }
    g_autofree char *agents = kit_ask(kit, "SELECT count(*) FROM agent");
    g_assert_cmpstr(agents, ==, "1");
}

static void
a_doctored_slot_does_not_open(Kit *kit, gconstpointer data)
{
    static const char *const doctored[] = {
        "UPDATE agent SET wrapped_kek = (SELECT wrapped_kek FROM agent WHERE name = 'agent-2')"
        " WHERE name = 'agent-1'",
        "UPDATE agent SET salt = zeroblob(16)",
        "UPDATE agent SET wrapped_kek = zeroblob(60)",
        "UPDATE agent SET wrapped_kek = x''",
        "UPDATE agent SET scrypt_log2n = 15",
        "UPDATE agent SET scrypt_log2n = 2",
        "UPDATE agent SET scrypt_r = 1000000000",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(doctored); i++) {
        Kit other = {0};
        kit_set_up(&other, NULL);
        g_autoptr(GuichetStore) store = kit_open(&other);
        add_agent(&other, store, "agent-2", "deuxième", NULL);
        guichet_store_lock(store);
        kit_tamper(&other, doctored[i]);
        g_test_message("%s", doctored[i]);
        g_assert_false(kit_unlock(&other, store, KIT_AGENT, KIT_PASSPHRASE, NULL));
        g_assert_false(guichet_store_is_unlocked(store));
        g_clear_object(&store);
        kit_tear_down(&other, NULL);
    }
}

static void
guessing_is_slowed_and_no_clock_shortens_it(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    add_agent(kit, store, "agent-2", "deuxième", &error);
    for (guint i = 0; i < 5; i++)
        g_assert_false(kit_unlock(kit, store, KIT_AGENT, "autre", NULL));
    /* from here on even the right one waits, and waiting costs no further failure */
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "attendez"));
    g_clear_error(&error);
    g_autofree char *failures = kit_ask(kit, "SELECT failures FROM agent WHERE name = 'agent-1'");
    g_assert_cmpstr(failures, ==, "5");
    g_autofree char *delayed =
        kit_ask(kit, "SELECT count(*) FROM journal WHERE event = 'login-delayed'");
    g_assert_cmpstr(delayed, ==, "1");
    /* a colleague is not held up */
    g_assert_true(kit_unlock(kit, store, "agent-2", "deuxième", &error));
    /* six seconds later by the clock that nobody sets */
    kit_tamper(kit, "UPDATE agent SET failed_monotonic_us = failed_monotonic_us - 6000000");
    g_assert_true(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_autofree char *forgiven = kit_ask(kit, "SELECT failures FROM agent WHERE name = 'agent-1'");
    g_assert_cmpstr(forgiven, ==, "0");
    /* after many failures, six seconds are not enough */
    kit_tamper(kit, "UPDATE agent SET failures = 9, failed_boot_id = (SELECT boot_id FROM journal),"
                    " failed_monotonic_us = (SELECT max(monotonic_us) FROM journal) - 6000000");
    g_assert_false(kit_unlock(kit, store, KIT_AGENT, KIT_PASSPHRASE, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/crypt/derivations-agree-with-another-implementation",
                    derivations_agree_with_another_implementation);
    g_test_add_func("/db/crypt/scrypt-refuses-weak-and-costly-parameters",
                    scrypt_refuses_weak_and_costly_parameters);
    g_test_add_func("/db/crypt/every-changed-bit-is-refused", every_changed_bit_is_refused);
    g_test_add_func("/db/crypt/nothing-at-all-can-be-sealed", nothing_at_all_can_be_sealed);
    kit_add("/db/keyring/a-wrong-passphrase-and-an-unknown-agent-look-alike",
            a_wrong_passphrase_and_an_unknown_agent_look_alike);
    kit_add("/db/keyring/a-second-agent-reads-the-drafts-of-the-first",
            a_second_agent_reads_the_drafts_of_the_first);
    kit_add("/db/keyring/refuses-agents-that-make-no-sense", refuses_agents_that_make_no_sense);
    kit_add("/db/keyring/a-doctored-slot-does-not-open", a_doctored_slot_does_not_open);
    kit_add("/db/keyring/guessing-is-slowed-and-no-clock-shortens-it",
            guessing_is_slowed_and_no_clock_shortens_it);
    return g_test_run();
}
