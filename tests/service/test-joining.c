/* SPDX-License-Identifier: EUPL-1.2 */
/* What the centre asks and sends, and the requests that answer it. */
#include <string.h>

#include "core/error.h"
#include "db/outbox-store.h"
#include "service/consent.h"
#include "service/joining.h"
#include "station-fixture.h"
#include "sync/bundle/bundle.h"

typedef struct {
    StationFixture fixture;
    GuichetDesk *desk;
    GuichetOutbox *outbox;
    char *id;
    char *sha256;
    gint64 number; /* of the last message */
} Town;

/* A station whose one request the centre has received. */
static void
town_init(Town *town)
{
    g_autoptr(GError) error = NULL;
    station_fixture_init(&town->fixture);
    station_fixture_enrol(&town->fixture);
    town->desk = station_fixture_login(&town->fixture);
    g_autofree char *draft = station_fixture_draft(town->desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(town->desk, draft, &error);
    g_assert_no_error(error);
    town->id = g_strdup(sealed->id);
    town->sha256 = g_strdup(sealed->bundle_sha256);
    g_autofree char *store = g_build_filename(town->fixture.root, "station.db", NULL);
    g_autofree char *folder = g_build_filename(town->fixture.root, "outbox", NULL);
    town->outbox = GUICHET_OUTBOX(guichet_outbox_store_open(store, folder, &error));
    g_assert_no_error(error);
    station_fixture_receive(&town->fixture, sealed);
}

static void
town_clear(Town *town)
{
    g_clear_object(&town->outbox);
    g_clear_object(&town->desk);
    g_free(town->id);
    g_free(town->sha256);
    station_fixture_clear(&town->fixture);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Town, town_clear)

static void
say(Town *town, GuichetMessage message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = g_bytes_new_static("DER", 3);
    message.number = ++town->number;
    guichet_outbox_apply(town->outbox, &message, der, &error);
    g_assert_no_error(error);
}

static void
ask_for(Town *town, const char *piece)
{
    char *pieces[] = {(char *)piece, NULL};
    say(town, (GuichetMessage){.kind = GUICHET_MESSAGE_SUPPLEMENT,
                               .bundle_sha256 = town->sha256,
                               .at_us = guichet_instant_now().wall_us + G_TIME_SPAN_DAY,
                               .pieces = pieces,
                               .text = (char *)"La page est illisible"});
}

static GuichetRequestState
state_of(Town *town, const char *id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(town->desk, id, &error);
    g_assert_no_error(error);
    return request->state;
}

static void
test_supplement(void)
{
    g_auto(Town) town = {.number = 0};
    g_autoptr(GError) error = NULL;
    town_init(&town);
    g_assert_null(guichet_desk_join(town.desk, town.id, NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE); /* nothing was asked */
    g_clear_error(&error);
    ask_for(&town, "piece");
    g_autoptr(GuichetRequest) draft = guichet_desk_join(town.desk, town.id, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(draft->procedure_id, ==, "other-case-supplement");
    g_autoptr(GuichetRequest) same = guichet_desk_join(town.desk, town.id, NULL, &error);
    g_assert_cmpstr(same->id, ==, draft->id); /* one draft, however often it is asked for */
    g_autoptr(GuichetProcedure) procedure =
        guichet_desk_load_procedure(town.desk, draft->id, &error);
    g_assert_cmpuint(guichet_procedure_get_fields(procedure)->len, ==, 0);
    g_assert_cmpuint(guichet_procedure_get_pieces(procedure)->len, ==, 1);
    g_assert_cmpuint(guichet_procedure_get_steps(procedure)->len, ==, 2);
    g_assert_null(guichet_desk_seal(town.desk, draft->id, &error)); /* what was asked is missing */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_INCOMPLETE);
    g_clear_error(&error);
    g_autoptr(GBytes) content = g_bytes_new_static(FIXTURE_PICTURE, sizeof FIXTURE_PICTURE);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(town.desk, draft->id, "piece", content, "test", "{}", &error);
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(town.desk, draft->id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(state_of(&town, town.id), ==, GUICHET_REQUEST_SUPPLEMENT_SEALED);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(&town.fixture, sealed);
    g_autofree char *root = g_build_filename(town.fixture.root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_assert_true(
        guichet_bundle_verify(bundle, trust, guichet_instant_now().wall_us, &header, NULL, &error));
    g_assert_cmpstr(header->joined, ==, town.sha256);
}

static void
test_unknown_piece(void)
{
    g_auto(Town) town = {.number = 0};
    g_autoptr(GError) error = NULL;
    town_init(&town);
    ask_for(&town, "horoscope");
    g_assert_null(guichet_desk_join(town.desk, town.id, NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "horoscope"));
}

static void
test_title(void)
{
    g_auto(Town) town = {.number = 0};
    g_autoptr(GError) error = NULL;
    gboolean matches = FALSE;
    town_init(&town);
    g_autofree char *digest = guichet_message_title_digest("14AB12345");
    say(&town, (GuichetMessage){.kind = GUICHET_MESSAGE_TITLE_READY,
                                .bundle_sha256 = town.sha256,
                                .at_us = guichet_instant_now().wall_us + G_TIME_SPAN_DAY,
                                .title_sha256 = digest,
                                .text = (char *)"Passeport arrivé"});
    g_assert_true(guichet_desk_check_title(town.desk, town.id, "14 ab 12345", &matches, &error));
    g_assert_true(matches);
    g_assert_true(guichet_desk_check_title(town.desk, town.id, "14AB12346", &matches, &error));
    g_assert_false(matches);
    g_assert_null(guichet_desk_join(town.desk, town.id, "passport", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT); /* it joins nothing */
    g_clear_error(&error);
    g_autoptr(GuichetRequest) draft =
        guichet_desk_join(town.desk, town.id, "title-handover", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(draft->parent, ==, town.id);
    g_assert_cmpint(state_of(&town, town.id), ==, GUICHET_REQUEST_TITLE_READY);
}

/* Whoever may seal but not give a title does not give it by sealing a colleague's draft. */
static void
test_title_given(void)
{
    g_auto(Town) town = {.number = 0};
    g_autoptr(GError) error = NULL;
    static const char *const answers[][2] = {
        {"situation", "passport"},     {"surname", "Exemple"},  {"first-names", "Zoé"},
        {"birth-date", "2022-02-03"},  {"collector", "parent"}, {"title-correct", "true"},
        {"print-comparison", "match"}, {"old-title", "none"},   {"outcome", "handed"},
        {"title-number", "14AB12345"}};
    static const char *const papers[] = {"discharge", "collector-identity"};
    town_init(&town);
    g_autofree char *digest = guichet_message_title_digest("14AB12345");
    say(&town, (GuichetMessage){.kind = GUICHET_MESSAGE_TITLE_READY,
                                .bundle_sha256 = town.sha256,
                                .at_us = guichet_instant_now().wall_us + G_TIME_SPAN_DAY,
                                .title_sha256 = digest,
                                .text = (char *)"Passeport arrivé"});
    g_autoptr(GuichetRequest) draft =
        guichet_desk_join(town.desk, town.id, "title-handover", &error);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        guichet_desk_set_field(town.desk, draft->id, answers[i][0], answers[i][1], &error);
    for (gsize i = 0; i < G_N_ELEMENTS(papers); i++)
        guichet_piece_free(guichet_desk_declare_impossible(town.desk, draft->id, papers[i],
                                                           "unobtainable", &error));
    g_assert_no_error(error);
    guichet_desk_set_role(town.desk, GUICHET_USER_ROLE_MEDIATOR);
    const GuichetConsent consent = {.who = (char *)"Zoé", .way = GUICHET_CONSENT_PRESENT};
    g_assert_true(guichet_desk_set_consent(town.desk, draft->id, &consent, &error));
    g_assert_null(guichet_desk_seal(town.desk, draft->id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_clear_error(&error);
    g_assert_cmpint(state_of(&town, town.id), ==, GUICHET_REQUEST_TITLE_READY);
    guichet_desk_set_role(town.desk, GUICHET_USER_ROLE_AGENT);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(town.desk, draft->id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(state_of(&town, town.id), ==, GUICHET_REQUEST_HANDED_OVER);
}

static void
test_day(void)
{
    g_auto(Town) town = {.number = 0};
    g_autoptr(GError) error = NULL;
    gint64 now = guichet_instant_now().wall_us;
    town_init(&town);
    ask_for(&town, "piece");
    g_autofree char *draft = station_fixture_draft(town.desk);
    for (guint i = 0; i < 2; i++)
        say(&town, (GuichetMessage){.kind = GUICHET_MESSAGE_APPOINTMENT,
                                    .reference = (char *)(i == 0 ? "A1" : "B2"),
                                    .procedure_id = (char *)"passport",
                                    .state = (char *)"booked",
                                    .at_us = now + i * 3 * G_TIME_SPAN_DAY,
                                    .minutes = 20,
                                    .persons = 1});
    g_assert_true(guichet_desk_mark_appointment(town.desk, "A1", "missed", &error));
    g_auto(GuichetDay) day = {NULL};
    g_assert_true(guichet_desk_load_day(town.desk, now, &day, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(day.appointments->len, ==, 1);
    const GuichetAppointment *appointment = g_ptr_array_index(day.appointments, 0);
    g_assert_cmpstr(appointment->state, ==, "missed");
    g_assert_cmpuint(day.drafts->len, ==, 1);
    g_assert_cmpuint(day.supplements->len, ==, 1);
    g_assert_cmpuint(day.titles->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/joining/a-supplement-captures-only-what-was-asked", test_supplement);
    g_test_add_func("/service/joining/a-piece-that-the-procedure-lacks-is-named",
                    test_unknown_piece);
    g_test_add_func("/service/joining/a-title-is-compared-by-its-number", test_title);
    g_test_add_func("/service/joining/only-who-may-give-a-title-seals-that-it-was",
                    test_title_given);
    g_test_add_func("/service/joining/a-day-has-its-appointments-and-its-work", test_day);
    return g_test_run();
}
