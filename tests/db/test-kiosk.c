/* SPDX-License-Identifier: EUPL-1.2 */
/* What the key that the station secret opens alone is good for, and what not. */
#include "store-kit.h"

#include "core/error.h"
#include "core/ticket.h"

static GuichetStore *
open_store(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    GuichetStore *store = guichet_store_open(kit->path, &error);

    g_assert_no_error(error);
    return store;
}

static char *
add_at_kiosk(Kit *kit, GuichetStore *store, const char *ticket)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_request_new(kit->procedure);

    guichet_store_add_ticketed(store, request, kit->procedure, ticket, &error);
    g_assert_no_error(error);
    return g_strdup(request->id);
}

static void
the_kiosk_reads_its_own_alone(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetRequest) desk = guichet_request_new(kit->procedure);
    g_autofree char *ticket = guichet_ticket_new(&error);

    g_assert_true(guichet_store_add_request(store, desk, kit->procedure, &error));
    g_assert_true(guichet_store_open_kiosk(store, kit->station, &error));
    g_autoptr(GuichetStore) alone = open_store(kit);
    g_assert_true(guichet_store_unlock_kiosk(alone, kit->station, &error));
    g_autofree char *mine = add_at_kiosk(kit, alone, ticket);
    g_autoptr(GuichetRequest) read = guichet_store_load_request(alone, mine, &error);
    g_assert_no_error(error);
    g_assert_true(read->kiosk);
    g_assert_null(guichet_store_load_request(alone, desk->id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_assert_false(guichet_store_renew_keys(alone, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_autoptr(GuichetRequest) taken_over = guichet_store_load_request(store, mine, &error);
    g_assert_no_error(error);
    g_assert_true(taken_over->kiosk);
}

static void
another_station_secret_opens_nothing(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autoptr(GuichetSecret) other = guichet_secret_new_random(32, &error);

    g_assert_true(guichet_store_open_kiosk(store, kit->station, &error));
    g_autoptr(GuichetStore) alone = open_store(kit);
    g_assert_false(guichet_store_unlock_kiosk(alone, other, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE);
    g_assert_false(guichet_store_is_unlocked(alone));
}

static void
closing_ends_the_session(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_autofree char *ticket = guichet_ticket_new(&error);

    g_assert_true(guichet_store_open_kiosk(store, kit->station, &error));
    g_autoptr(GuichetStore) alone = open_store(kit);
    g_assert_true(guichet_store_unlock_kiosk(alone, kit->station, &error));
    g_autofree char *mine = add_at_kiosk(kit, alone, ticket);
    g_assert_true(guichet_store_close_kiosk(store, &error));
    g_assert_null(guichet_store_load_request(alone, mine, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_assert_false(guichet_store_unlock_kiosk(alone, kit->station, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_autofree char *zeroes =
        kit_ask(kit, "SELECT hex(wrapped_key) = hex(zeroblob(length(wrapped_key))) FROM kiosk");
    g_assert_cmpstr(zeroes, ==, "1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/kiosk/reads-its-own-alone", the_kiosk_reads_its_own_alone);
    kit_add("/db/kiosk/another-station-secret-opens-nothing", another_station_secret_opens_nothing);
    kit_add("/db/kiosk/closing-ends-the-session", closing_ends_the_session);
    return g_test_run();
}
