/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/card/card.h"

#include <signal.h>
#include <string.h>

#include "card-kit.h"
#include "core/error.h"

/* The generator of P-256 (FIPS 186-4, D.1.2.3): with it the secret is the x coordinate of the
 * card's own public key, which anybody can read from the card. */
#define GENERATOR                                                                                  \
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"                           \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define PIN "135790"

static const GuichetCardLimits quick = {.open_ms = 1500, .silence_ms = 1500};

typedef struct {
    const char *label, *serial, *key, *pin;
    gboolean last_try;
    gboolean *tried;
    const GuichetCardLimits *limits;
} Attempt;

static GuichetCard *
attempt(const char *module, const Attempt *how, GError **error)
{
    g_autofree char *place = g_strdup_printf("%s:%s", module, how->label ? how->label : "");
    g_autoptr(GuichetCardRef) ref = guichet_card_ref_new_place(place, NULL);
    g_autoptr(GuichetSecret) pin = guichet_secret_new_string(how->pin ? how->pin : PIN);
    gboolean tried = FALSE;
    ref->point = guichet_card_unhex(GENERATOR, GUICHET_CARD_POINT_SIZE);
    if (how->serial != NULL) {
        g_free(ref->serial);
        ref->serial = g_strdup(how->serial);
    }
    if (how->key != NULL) {
        g_bytes_unref(ref->key);
        ref->key = guichet_card_unhex(how->key, GUICHET_CARD_MAX_KEY_ID);
    }
    const GuichetCardAsk ask = {ref, pin, how->last_try, how->limits};
    return guichet_card_open(&ask, how->tried != NULL ? how->tried : &tried, error);
}

static gboolean
set_up(CardKit *kit)
{
    if (!card_kit_available())
        return FALSE;
    card_kit_init(kit);
    card_kit_add(kit, "amelie", PIN);
    return TRUE;
}

static void
assert_refused(const char *module, const Attempt *how, GuichetErrorCode code, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(attempt(module, how, &error));
    g_assert_error(error, GUICHET_ERROR, (int)code);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, says));
    g_assert_null(strchr(error->message, '\n'));
}

/* --- what is kept --- */

static void
what_is_kept_of_a_card_comes_back_the_same(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCardRef) ref = guichet_card_ref_new_place("/usr/lib/x.so:Carte 1", &error);
    ref->point = guichet_card_unhex(GENERATOR, GUICHET_CARD_POINT_SIZE);
    g_free(ref->serial);
    ref->serial = g_strdup("0123");
    g_bytes_unref(ref->key);
    ref->key = g_bytes_new("\x01", 1);
    g_autofree char *text = guichet_card_ref_to_text(ref);
    g_autoptr(GuichetCardRef) again = guichet_card_ref_new_text(text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again->module, ==, "/usr/lib/x.so");
    g_assert_cmpstr(again->label, ==, "Carte 1");
    g_assert_cmpstr(again->serial, ==, "0123");
    g_assert_true(g_bytes_equal(again->key, ref->key));
    g_assert_true(g_bytes_equal(again->point, ref->point));
    static const char *const changes[][2] = {{"carte/1", "carte/2"},
                                             {"\"/usr", "\"usr"},
                                             {"\"0123\"", "\"\""},
                                             {"\"01\"", "\"0\""},
                                             {"\"046b", "\"046"},
                                             {"\"046b", "\"04zz"},
                                             {"\"label\"", "\"étiquette\""},
                                             {"}", ""}};
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_auto(GStrv) parts = g_strsplit(text, changes[i][0], 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *changed = g_strjoinv(changes[i][1], parts);
        g_assert_null(guichet_card_ref_new_text(changed, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_clear_error(&error);
    }
    g_assert_null(guichet_card_ref_new_place("opensc", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
}

/* --- opening --- */

static void
the_secret_is_the_ecdh_of_key_and_point(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    g_autofree char *objects = card_kit_run(&kit, "--token-label amelie -O --type pubkey");
    g_autoptr(GuichetCard) card = attempt(CARD_KIT_MODULE, &(Attempt){0}, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetSecret) secret = guichet_card_take_secret(card);
    g_assert_cmpuint(guichet_secret_size(secret), ==, 32);
    g_autoptr(GBytes) bytes = g_bytes_new(guichet_secret_bytes(secret), 32);
    g_autofree char *x = guichet_card_hex(bytes);
    g_autofree char *point = g_strconcat("EC_POINT:   044104", x, NULL);
    g_assert_nonnull(strstr(objects, point));
    const GuichetCardRef *ref = guichet_card_get_ref(card);
    g_assert_cmpstr(ref->label, ==, "amelie");
    g_assert_cmpuint(strlen(ref->serial), >=, 8);
    g_autofree char *key = guichet_card_hex(ref->key);
    g_assert_cmpstr(key, ==, "01a2");
    g_assert_null(guichet_card_get_certificate(card));
    g_assert_null(guichet_card_take_secret(card));
    /* the same again by what was kept of it */
    g_autoptr(GuichetCard) again = attempt(
        CARD_KIT_MODULE, &(Attempt){.label = "x", .serial = ref->serial, .key = "01a2"}, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetSecret) same = guichet_card_take_secret(again);
    g_assert_true(guichet_secret_equal(secret, same));
    g_clear_pointer(&card, guichet_card_free);
    g_clear_pointer(&again, guichet_card_free);
    card_kit_clear(&kit);
}

static void
a_wrong_code_is_tried_once_and_the_last_try_is_announced(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    gboolean tried = FALSE;
    Attempt wrong = {.pin = "246802", .tried = &tried}, right = {.tried = &tried};
    card_kit_play(&kit, "keep-tries\n");
    assert_refused(kit.tricky, &wrong, GUICHET_ERROR_DENIED, "il reste peu d’essais");
    g_assert_true(tried);
    assert_refused(kit.tricky, &wrong, GUICHET_ERROR_DENIED, "il ne reste qu’un essai");
    /* the right code, too, waits for somebody who knows */
    assert_refused(kit.tricky, &right, GUICHET_ERROR_STATE, "n’a pas été essayé");
    g_assert_false(tried);
    wrong.last_try = right.last_try = TRUE;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCard) card = attempt(kit.tricky, &right, &error);
    g_assert_no_error(error);
    g_clear_pointer(&card, guichet_card_free);
    /* which gave three new ones; now all are lost */
    for (int i = 0; i < 2; i++)
        assert_refused(kit.tricky, &wrong, GUICHET_ERROR_DENIED, "le code est faux");
    assert_refused(kit.tricky, &wrong, GUICHET_ERROR_DENIED, "est maintenant bloquée");
    assert_refused(kit.tricky, &right, GUICHET_ERROR_DENIED, "la carte est bloquée");
    g_assert_false(tried);
    card_kit_clear(&kit);
}

static void
what_is_missing_is_said_exactly(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    gboolean tried = TRUE;
    card_kit_add_empty(&kit, "vide", PIN);
    assert_refused(CARD_KIT_MODULE, &(Attempt){.tried = &tried}, GUICHET_ERROR_ARGUMENT,
                   "plusieurs cartes");
    g_assert_false(tried);
    assert_refused(CARD_KIT_MODULE, &(Attempt){.label = "bruno"}, GUICHET_ERROR_NOT_FOUND,
                   "n’est pas celle qui est attendue (bruno)");
    assert_refused(CARD_KIT_MODULE, &(Attempt){.label = "vide"}, GUICHET_ERROR_NOT_FOUND,
                   "n’a pas la clé");
    assert_refused(CARD_KIT_MODULE, &(Attempt){.label = "amelie", .key = "ff"},
                   GUICHET_ERROR_NOT_FOUND, "n’a pas la clé");
    g_free(card_kit_run(&kit, "--token-label vide --login --pin " PIN " --keypairgen --key-type "
                              "EC:secp384r1 --id 01 --usage-derive"));
    g_free(card_kit_run(&kit, "--token-label vide --login --pin " PIN " --keypairgen --key-type "
                              "EC:prime256v1 --id 02 --usage-derive --extractable"));
    g_free(card_kit_run(&kit, "--token-label vide --login --pin " PIN " --keypairgen --key-type "
                              "rsa:2048 --id 03"));
    assert_refused(CARD_KIT_MODULE, &(Attempt){.label = "vide"}, GUICHET_ERROR_UNSUPPORTED,
                   "aucune clé de cette carte ne convient");
    card_kit_pull(&kit, TRUE);
    assert_refused(kit.tricky, &(Attempt){0}, GUICHET_ERROR_NOT_FOUND, "aucune carte");
    assert_refused("/nonexistent/module.so", &(Attempt){0}, GUICHET_ERROR_UNSUPPORTED,
                   "/nonexistent/module.so");
    assert_refused("/lib/x86_64-linux-gnu/libc.so.6", &(Attempt){0}, GUICHET_ERROR_UNSUPPORTED,
                   "n’est pas un module");
    card_kit_clear(&kit);
}

static const struct {
    const char *trick;
    GuichetErrorCode code;
    gboolean tried; /* the code may have reached the card: counted as an attempt */
} bad_modules[] = {
    {"hang-at-load", GUICHET_ERROR_TIMEOUT, FALSE},
    {"hang-at-login", GUICHET_ERROR_TIMEOUT, TRUE},
    {"crash-at-derive", GUICHET_ERROR_DEVICE, TRUE},
};

static void
a_module_that_hangs_or_crashes_takes_nobody_with_it(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(bad_modules); i++) {
        gboolean tried = FALSE;
        gint64 start = g_get_monotonic_time();
        card_kit_play(&kit, bad_modules[i].trick);
        assert_refused(kit.tricky, &(Attempt){.tried = &tried, .limits = &quick},
                       bad_modules[i].code, "module de la carte");
        g_assert_cmpint(tried, ==, bad_modules[i].tried);
        g_assert_cmpint(g_get_monotonic_time() - start, <, 3 * G_USEC_PER_SEC);
    }
    card_kit_clear(&kit);
}

/* --- watching --- */

typedef struct {
    GMutex mutex;
    GCond cond;
    GError *reason;
    guint times;
} Gone;

static void
on_gone(const GError *reason, gpointer user_data)
{
    Gone *gone = user_data;
    g_mutex_lock(&gone->mutex);
    gone->reason = g_error_copy(reason);
    gone->times++;
    g_cond_signal(&gone->cond);
    g_mutex_unlock(&gone->mutex);
}

static void
await_gone(Gone *gone, GuichetErrorCode code)
{
    gint64 end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
    g_mutex_lock(&gone->mutex);
    while (gone->reason == NULL)
        g_assert_true(g_cond_wait_until(&gone->cond, &gone->mutex, end));
    g_assert_error(gone->reason, GUICHET_ERROR, (int)code);
    g_test_message("%s", gone->reason->message);
    g_clear_error(&gone->reason);
    g_mutex_unlock(&gone->mutex);
}

static void
a_card_that_is_pulled_is_noticed_and_one_that_stays_is_not(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    Gone gone = {0}, stays = {0};
    g_autoptr(GuichetCard) card = attempt(kit.tricky, &(Attempt){0}, &error);
    g_assert_no_error(error);
    guichet_card_watch(card, on_gone, &gone);
    g_usleep(1200 * 1000);
    g_assert_cmpuint(gone.times, ==, 0);
    card_kit_pull(&kit, TRUE);
    await_gone(&gone, GUICHET_ERROR_DEVICE_GONE);
    card_kit_pull(&kit, FALSE);
    g_clear_pointer(&card, guichet_card_free);
    /* and one whose session ends before says nothing */
    card = attempt(kit.tricky, &(Attempt){0}, &error);
    guichet_card_watch(card, on_gone, &stays);
    g_clear_pointer(&card, guichet_card_free);
    g_assert_cmpuint(stays.times, ==, 0);
    g_assert_cmpuint(gone.times, ==, 1);
    card_kit_clear(&kit);
}

static void
a_token_whose_files_are_gone_is_gone(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    Gone gone = {0};
    g_autoptr(GuichetCard) card = attempt(CARD_KIT_MODULE, &(Attempt){0}, &error);
    g_assert_no_error(error);
    guichet_card_watch(card, on_gone, &gone);
    card_kit_take_out(&kit);
    await_gone(&gone, GUICHET_ERROR_DEVICE);
    g_clear_pointer(&card, guichet_card_free);
    card_kit_clear(&kit);
}

static void
silence_counts_as_absence(void)
{
    CardKit kit;
    if (!set_up(&kit))
        return;
    g_autoptr(GError) error = NULL;
    Gone gone = {0};
    g_autoptr(GuichetCard) card = attempt(kit.tricky, &(Attempt){.limits = &quick}, &error);
    g_assert_no_error(error);
    guichet_card_watch(card, on_gone, &gone);
    card_kit_play(&kit, "hang-when-watched\n");
    await_gone(&gone, GUICHET_ERROR_TIMEOUT);
    g_clear_pointer(&card, guichet_card_free);
    card_kit_clear(&kit);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/card/what-is-kept-of-a-card-comes-back-the-same",
                    what_is_kept_of_a_card_comes_back_the_same);
    g_test_add_func("/drivers/card/the-secret-is-the-ecdh-of-key-and-point",
                    the_secret_is_the_ecdh_of_key_and_point);
    g_test_add_func("/drivers/card/a-wrong-code-is-tried-once-and-the-last-try-is-announced",
                    a_wrong_code_is_tried_once_and_the_last_try_is_announced);
    g_test_add_func("/drivers/card/what-is-missing-is-said-exactly",
                    what_is_missing_is_said_exactly);
    g_test_add_func("/drivers/card/a-module-that-hangs-or-crashes-takes-nobody-with-it",
                    a_module_that_hangs_or_crashes_takes_nobody_with_it);
    g_test_add_func("/drivers/card/a-card-that-is-pulled-is-noticed-and-one-that-stays-is-not",
                    a_card_that_is_pulled_is_noticed_and_one_that_stays_is_not);
    g_test_add_func("/drivers/card/a-token-whose-files-are-gone-is-gone",
                    a_token_whose_files_are_gone_is_gone);
    g_test_add_func("/drivers/card/silence-counts-as-absence", silence_counts_as_absence);
    return g_test_run();
}
