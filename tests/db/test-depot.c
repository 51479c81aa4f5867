/* SPDX-License-Identifier: EUPL-1.2 */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"
#include "db/depot-store.h"

static GuichetDepot *
open_depot(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *fingerprint = kit_sha256(1001);
    GuichetDepotStore *store = guichet_depot_store_open(kit->path, &error);
    g_assert_no_error(error);
    guichet_depot_add_station(GUICHET_DEPOT(store), "poste-1", "Mairie", fingerprint, "PEM",
                              &error);
    g_assert_no_error(error);
    return GUICHET_DEPOT(store);
}

static GuichetDeposit *
make_deposit(gint64 bundle, const char *station, gint64 sequence, const char *receipt)
{
    GuichetDeposit *deposit = g_new0(GuichetDeposit, 1);
    deposit->sha256 = kit_sha256(bundle);
    deposit->station = g_strdup(station);
    deposit->sequence = sequence;
    deposit->previous = sequence > 1 ? kit_sha256(bundle - 1) : NULL;
    deposit->size = 4096;
    deposit->received_us = 42;
    deposit->path = g_strdup_printf("bundles/%s.asice", deposit->sha256);
    deposit->receipt = receipt != NULL ? g_bytes_new(receipt, strlen(receipt)) : NULL;
    return deposit;
}

static void
gives_back_what_was_deposited(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDepot) depot = open_depot(kit);
    g_autoptr(GuichetDeposit) deposit = make_deposit(2, "poste-1", 2, "DER");
    g_assert_true(guichet_depot_insert(depot, deposit, &error));
    g_clear_object(&depot);
    depot = open_depot(kit);
    g_autoptr(GuichetDeposit) found = guichet_depot_find(depot, deposit->sha256, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(found->station, ==, "poste-1");
    g_assert_cmpint(found->sequence, ==, 2);
    g_assert_cmpstr(found->previous, ==, deposit->previous);
    g_assert_cmpuint(found->size, ==, 4096);
    g_assert_cmpint(found->received_us, ==, 42);
    g_assert_cmpstr(found->path, ==, deposit->path);
    g_assert_true(g_bytes_equal(found->receipt, deposit->receipt));
    g_autofree char *unknown = kit_sha256(3);
    g_assert_null(guichet_depot_find(depot, unknown, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

/* In this order: bundle, station, sequence, receipt; -1 = taken. */
static const struct {
    gint64 bundle;
    const char *station;
    gint64 sequence;
    const char *receipt;
    int code;
} deposits[] = {
    {1, "poste-1", 1, "premier", -1},
    {1, "poste-1", 1, "second", -1},
    {2, "poste-1", 1, "DER", GUICHET_ERROR_EXISTS},
    {1, "poste-1", 2, "DER", GUICHET_ERROR_MISMATCH},
    {1, "poste-2", 1, "DER", GUICHET_ERROR_MISMATCH},
    {3, "inconnu", 1, "DER", GUICHET_ERROR_NOT_FOUND},
    {3, "poste-1", 0, "DER", GUICHET_ERROR_ARGUMENT},
    {3, "poste-1", 3, NULL, GUICHET_ERROR_ARGUMENT},
    {4, "poste-2", 1, "DER", -1},
    {5, "poste-1", 2, "DER", -1},
};

static void
takes_each_bundle_and_each_number_once(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDepot) depot = open_depot(kit);
    g_autofree char *fingerprint = kit_sha256(1002);
    g_assert_true(
        guichet_depot_add_station(depot, "poste-2", "Mairie", fingerprint, "PEM", &error));
    for (gsize i = 0; i < G_N_ELEMENTS(deposits); i++) {
        g_autoptr(GuichetDeposit) deposit = make_deposit(deposits[i].bundle, deposits[i].station,
                                                         deposits[i].sequence, deposits[i].receipt);
        g_test_message("deposit %d", (int)i);
        gboolean taken = guichet_depot_insert(depot, deposit, &error);
        g_assert_true(taken == (deposits[i].code < 0));
        if (!taken)
            g_assert_error(error, GUICHET_ERROR, deposits[i].code);
        g_clear_error(&error);
    }
    g_autofree char *sha256 = kit_sha256(1);
    g_autoptr(GuichetDeposit) first = guichet_depot_find(depot, sha256, &error);
    g_assert_cmpmem(g_bytes_get_data(first->receipt, NULL), g_bytes_get_size(first->receipt),
                    "premier", 7);
    g_autoptr(GPtrArray) all = guichet_depot_list(depot, NULL, &error);
    g_autoptr(GPtrArray) ours = guichet_depot_list(depot, "poste-1", &error);
    g_assert_cmpuint(all->len, ==, 3);
    g_assert_cmpuint(ours->len, ==, 2);
    g_assert_cmpint(((GuichetDeposit *)ours->pdata[1])->sequence, ==, 2);
}

static void
finds_a_station_by_its_certificate(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDepot) depot = open_depot(kit);
    g_autofree char *old = kit_sha256(1001);
    g_autofree char *new = kit_sha256(1003);
    g_autofree char *station = guichet_depot_find_station(depot, old, &error);
    g_assert_cmpstr(station, ==, "poste-1");
    g_assert_true(guichet_depot_add_station(depot, "poste-1", "Mairie", new, "PEM2", &error));
    g_autofree char *renewed = guichet_depot_find_station(depot, new, &error);
    g_assert_cmpstr(renewed, ==, "poste-1");
    g_autofree char *pem = guichet_depot_find_certificate(depot, "poste-1", &error);
    g_assert_cmpstr(pem, ==, "PEM2");
    g_assert_null(guichet_depot_find_certificate(depot, "poste-9", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(guichet_depot_find_station(depot, old, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(guichet_depot_add_station(depot, "poste-2", "Autre", new, "PEM", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
}

static GBytes *
sign_number(gint64 number, gpointer data, GError **error)
{
    if (data != NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO, "clé absente");
        return NULL;
    }
    return g_bytes_new(&number, sizeof number);
}

static void
feed_numbers_have_no_gap(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDepot) depot = open_depot(kit);
    g_assert_cmpint(guichet_depot_append_feed(depot, "poste-1", sign_number, NULL, &error), ==, 1);
    g_assert_cmpint(guichet_depot_append_feed(depot, "poste-1", sign_number, kit, &error), ==, -1);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CRYPTO);
    g_clear_error(&error);
    g_assert_cmpint(guichet_depot_append_feed(depot, "poste-1", sign_number, NULL, &error), ==, 2);
    g_assert_cmpint(guichet_depot_append_feed(depot, "poste-1", sign_number, NULL, &error), ==, 3);
    g_assert_cmpint(guichet_depot_append_feed(depot, "inconnu", sign_number, NULL, &error), ==, -1);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_autoptr(GPtrArray) items = guichet_depot_read_feed(depot, "poste-1", 1, 10, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(items->len, ==, 2);
    GuichetFeedItem *second = items->pdata[0];
    gint64 signed_number = 2;
    g_assert_cmpint(second->number, ==, 2);
    g_assert_cmpmem(g_bytes_get_data(second->message, NULL), g_bytes_get_size(second->message),
                    &signed_number, sizeof signed_number);
    g_autoptr(GPtrArray) one = guichet_depot_read_feed(depot, "poste-1", 0, 1, &error);
    g_assert_cmpuint(one->len, ==, 1);
}

#define THREADS 4
#define PER_THREAD 8

static gpointer
append_many(gpointer depot)
{
    for (guint i = 0; i < PER_THREAD; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(guichet_depot_append_feed(depot, "poste-1", sign_number, NULL, &error), >,
                        0);
        g_assert_no_error(error);
    }
    return NULL;
}

static void
several_threads_may_use_it(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDepot) depot = open_depot(kit);
    GThread *threads[THREADS];
    for (guint i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("append", append_many, depot);
    for (guint i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    g_autoptr(GPtrArray) items = guichet_depot_read_feed(depot, "poste-1", 0, 1000, &error);
    g_assert_cmpuint(items->len, ==, THREADS * PER_THREAD);
    for (guint i = 0; i < items->len; i++)
        g_assert_cmpint(((GuichetFeedItem *)items->pdata[i])->number, ==, i + 1);
}

static void
refuses_the_database_of_a_station(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    g_assert_null(guichet_depot_store_open(kit->path, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/depot/gives-back-what-was-deposited", gives_back_what_was_deposited);
    kit_add("/db/depot/takes-each-bundle-and-each-number-once",
            takes_each_bundle_and_each_number_once);
    kit_add("/db/depot/finds-a-station-by-its-certificate", finds_a_station_by_its_certificate);
    kit_add("/db/depot/feed-numbers-have-no-gap", feed_numbers_have_no_gap);
    kit_add("/db/depot/several-threads-may-use-it", several_threads_may_use_it);
    kit_add("/db/depot/refuses-the-database-of-a-station", refuses_the_database_of_a_station);
    return g_test_run();
}
