/* SPDX-License-Identifier: EUPL-1.2 */
#include "town.h"

#include "db/outbox-store.h"

static void
say(GuichetOutbox *outbox, GuichetMessage message)
{
    static gint64 number;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = g_bytes_new_static("DER", 3);

    message.number = ++number;
    guichet_outbox_apply(outbox, &message, der, &error);
    g_assert_no_error(error);
}

char *
town_deposit(StationFixture *fixture, GuichetDesk *desk)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *draft = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, draft, &error);

    g_assert_no_error(error);
    station_fixture_receive(fixture, sealed);
    return g_strdup(sealed->bundle_sha256);
}

static void
book(GuichetOutbox *outbox, guint i)
{
    g_autofree char *reference = g_strdup_printf("RDV-%02u", i);

    say(outbox, (GuichetMessage){.kind = GUICHET_MESSAGE_APPOINTMENT,
                                 .reference = reference,
                                 .procedure_id = (char *)(i % 2 ? "passport" : "identity-card"),
                                 .state = (char *)"booked",
                                 /* never over midnight, whenever it runs */
                                 .at_us = guichet_instant_now().wall_us + i,
                                 .minutes = 20,
                                 .persons = 1 + i % 3});
}

void
town_fill_day(StationFixture *fixture, GuichetDesk *desk)
{
    char *pieces[] = {(char *)"piece", NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *asked = town_deposit(fixture, desk), *ready = town_deposit(fixture, desk);
    g_autofree char *digest = guichet_message_title_digest(TOWN_TITLE);
    g_autofree char *path = g_build_filename(fixture->root, "station.db", NULL);
    g_autofree char *folder = g_build_filename(fixture->root, "outbox", NULL);
    g_autoptr(GuichetOutbox) outbox =
        GUICHET_OUTBOX(guichet_outbox_store_open(path, folder, &error));
    gint64 now = guichet_instant_now().wall_us;

    g_assert_no_error(error);
    say(outbox, (GuichetMessage){.kind = GUICHET_MESSAGE_SUPPLEMENT,
                                 .bundle_sha256 = asked,
                                 .at_us = now + 9 * G_TIME_SPAN_DAY,
                                 .pieces = pieces,
                                 .text = (char *)"La page est floue."});
    say(outbox, (GuichetMessage){.kind = GUICHET_MESSAGE_TITLE_READY,
                                 .bundle_sha256 = ready,
                                 .at_us = now + 80 * G_TIME_SPAN_DAY,
                                 .title_sha256 = digest,
                                 .text = (char *)"Le passeport est arrivé."});
    for (guint i = 0; i < TOWN_APPOINTMENTS; i++)
        book(outbox, i);
    g_free(station_fixture_draft(desk));
}
