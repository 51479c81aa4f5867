/* SPDX-License-Identifier: EUPL-1.2 */
#include "town.h"

#include "core/paths.h"
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

static void
add_piece(GuichetDesk *desk, const char *id, const char *kind, const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests/faults/plan", file, NULL);
    g_autoptr(GBytes) content = guichet_read_file(path, GUICHET_PIECE_MAX_BYTES, &error);

    g_assert_no_error(error);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, id, kind, content, "file", "{}", &error);
    g_assert_no_error(error);
}

char *
town_fill_passport(GuichetDesk *desk)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) plan = g_key_file_new();
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests/faults/plan/passport.ini", NULL);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);

    g_assert_no_error(error);
    g_assert_true(g_key_file_load_from_file(plan, path, G_KEY_FILE_NONE, NULL));
    g_auto(GStrv) fields = g_key_file_get_keys(plan, "fields", NULL, NULL);
    g_auto(GStrv) kinds = g_key_file_get_keys(plan, "pieces", NULL, NULL);
    for (guint i = 0; fields[i] != NULL; i++) {
        g_autofree char *value = g_key_file_get_string(plan, "fields", fields[i], NULL);

        guichet_desk_set_field(desk, request->id, fields[i], value, &error);
        g_assert_no_error(error);
    }
    for (guint i = 0; kinds[i] != NULL; i++) {
        g_auto(GStrv) files = g_key_file_get_string_list(plan, "pieces", kinds[i], NULL, NULL);

        for (guint n = 0; files[n] != NULL; n++)
            add_piece(desk, request->id, kinds[i], files[n]);
    }
    return g_strdup(request->id);
}
