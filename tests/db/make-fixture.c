/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * make-fixture FILE
 *
 * Makes a station's store with a full queue, by the code of the day: run it once for each schema
 * version, before the next migration is written; README.md says how its dump becomes a fixture.
 */
#include <stdio.h>

#include "core/error.h"
#include "db/outbox-store.h"
#include "store-kit.h"

static void
seal_one(Kit *kit, GuichetStore *store, const char *name)
{
    g_autofree char *id = kit_add_draft(kit, store);
    kit_set_field(store, id, "name", name);
    g_autofree char *piece = kit_put_text(store, id, "paper", 1, name);
    kit_seal(store, id);
}

/* Five bundles: one waits, one failed to leave, one was received, one is in progress, one erased;
 * then an abandoned draft and two open ones. */
static void
fill(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStore) store = kit_open(kit);
    for (int i = 1; i <= 5; i++)
        seal_one(kit, store, "Scellée");
    g_autofree char *gone = kit_add_draft(kit, store);
    g_assert_true(guichet_store_abandon(store, gone, &error));
    for (int i = 1; i <= 2; i++) {
        g_autofree char *id = kit_add_draft(kit, store);
        kit_set_field(store, id, "name", i == 1 ? "Dupont" : "Nguyễn");
        g_autofree char *first = kit_put_text(store, id, "paper", 1, "première page");
        g_autofree char *second = kit_put_text(store, id, "paper", 2, "seconde page");
    }
    g_autoptr(GuichetOutboxStore) outbox =
        guichet_outbox_store_open(kit->path, kit->folder, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) receipt = g_bytes_new_static("accusé", 7);
    g_autoptr(GBytes) message = g_bytes_new_static("message", 7);
    for (gint64 sequence = 1; sequence <= 4; sequence++) {
        g_autofree char *sha256 = kit_sha256(sequence);
        g_assert_true(
            guichet_outbox_record_attempt(GUICHET_OUTBOX(outbox), sha256, NULL, 0, &error));
        if (sequence == 4)
            g_assert_true(guichet_outbox_record_attempt(GUICHET_OUTBOX(outbox), sha256,
                                                        "pas de réseau", 1, &error));
        else
            g_assert_true(
                guichet_outbox_record_receipt(GUICHET_OUTBOX(outbox), sha256, receipt, &error));
    }
    g_autofree char *second = kit_sha256(2);
    const GuichetMessage status = {.number = 1,
                                   .bundle_sha256 = second,
                                   .state = (char *)"in-progress",
                                   .text = (char *)"Instruction en cours"};
    g_assert_true(guichet_outbox_apply(GUICHET_OUTBOX(outbox), &status, message, &error));
    g_autofree char *erased = kit_ask(kit, "SELECT request FROM outbox WHERE sequence = 1");
    g_autofree char *file = guichet_store_erase_bundle(store, erased, &error);
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Kit kit = {NULL};
    if (argc != 2) {
        fprintf(stderr, "usage: make-fixture FILE\n");
        return 2;
    }
    kit_set_up(&kit, NULL);
    guichet_secret_unref(kit.station);
    kit.station = guichet_secret_new_string(KIT_FIXTURE_STATION);
    fill(&kit);
    g_autoptr(GuichetStore) store = kit_open(&kit);
    g_assert_true(guichet_store_backup(store, argv[1], &error));
    g_clear_object(&store);
    kit_tear_down(&kit, NULL);
    return 0;
}
