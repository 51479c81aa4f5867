/* SPDX-License-Identifier: EUPL-1.2 */
/* A mediator at a real station: whose consent, how, in which bundle; and what only an agent does.
 */
#include "service/consent.h"

#include <string.h>

#include "core/completeness.h"
#include "core/error.h"
#include "core/json.h"
#include "service/kiosk.h"
#include "station-fixture.h"
#include "sync/bundle/bundle.h"

#define WHO "Jeanne Dupont-Été"

static GuichetDesk *
log_in_as(StationFixture *fixture, GuichetUserRole role)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    GuichetDesk *desk = guichet_desk_open(fixture->root, &error);
    g_assert_no_error(error);
    guichet_desk_set_role(desk, role);
    g_assert_true(guichet_desk_login(desk, FIXTURE_AGENT, passphrase, &error));
    return desk;
}

static GuichetDesk *
open_fixture(StationFixture *fixture, GuichetUserRole role)
{
    station_fixture_init(fixture);
    station_fixture_enrol(fixture);
    return log_in_as(fixture, role);
}

static void
note(GuichetDesk *desk, const char *id, GuichetConsentWay way)
{
    g_autoptr(GError) error = NULL;
    const GuichetConsent consent = {.who = (char *)WHO, .way = way, .capacity = (char *)"tutrice"};
    guichet_desk_set_consent(desk, id, &consent, &error);
    g_assert_no_error(error);
}

static void
refuse_seal(GuichetDesk *desk, const char *id, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(guichet_desk_seal(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_INCOMPLETE);
    g_assert_nonnull(strstr(error->message, word));
}

static JsonObject *
open_demande(StationFixture *fixture, GuichetRequest *sealed, guint *n_members)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(fixture, sealed);
    g_autofree char *root = g_build_filename(fixture->root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GPtrArray) members = guichet_bundle_open(bundle, trust, guichet_instant_now().wall_us,
                                                       fixture->seal_key, fixture->seal, &error);
    g_assert_no_error(error);
    const GuichetBundleMember *demande = g_ptr_array_index(members, 0);
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(demande->content, NULL),
                           g_bytes_get_size(demande->content), "demande.json", &error);
    g_assert_no_error(error);
    *n_members = members->len;
    return json_node_dup_object(node);
}

static void
test_not_without_it(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autofree char *id = station_fixture_draft(desk);
    guint members;
    refuse_seal(desk, id, "quelqu’un d’autre");
    note(desk, id, GUICHET_CONSENT_PRESENT);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_autoptr(JsonObject) demande = open_demande(&fixture, sealed, &members);
    JsonObject *consent = json_object_get_object_member(demande, "accord");
    g_assert_nonnull(consent);
    g_assert_cmpstr(json_object_get_string_member(consent, "qui"), ==, WHO);
    g_assert_cmpstr(json_object_get_string_member(consent, "comment"), ==, "present");
    g_assert_cmpstr(json_object_get_string_member(consent, "note_par"), ==, FIXTURE_AGENT);
    g_assert_nonnull(strstr(json_object_get_string_member(consent, "portee"), "déposer"));
    g_assert_false(json_object_has_member(consent, "qualite"));
    JsonObject *fields = json_object_get_object_member(demande, "champs");
    g_assert_false(json_object_has_member(fields, "~consent-who"));
}

static void
test_an_agent_needs_none(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_AGENT);
    g_autofree char *id = station_fixture_draft(desk), *other = station_fixture_draft(desk);
    guint members;
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_autoptr(JsonObject) demande = open_demande(&fixture, sealed, &members);
    g_assert_false(json_object_has_member(demande, "accord"));
    note(desk, other, GUICHET_CONSENT_REPRESENTATIVE); /* he may note one */
    g_autoptr(GuichetRequest) with = guichet_desk_seal(desk, other, &error);
    g_assert_no_error(error);
    g_autoptr(JsonObject) told = open_demande(&fixture, with, &members);
    JsonObject *consent = json_object_get_object_member(told, "accord");
    g_assert_cmpstr(json_object_get_string_member(consent, "qualite"), ==, "tutrice");
}

static void
test_a_mandate_is_scanned(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GBytes) page = g_bytes_new_static(FIXTURE_PICTURE, sizeof FIXTURE_PICTURE);
    guint members;
    note(desk, id, GUICHET_CONSENT_MANDATE);
    refuse_seal(desk, id, "Mandat");
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, id, GUICHET_CONSENT_PIECE, page, "essai", NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_autoptr(JsonObject) demande = open_demande(&fixture, sealed, &members);
    g_assert_cmpuint(members, ==, 4); /* the request, its procedure, its piece, the mandate */
    g_autoptr(GBytes) slip = guichet_desk_make_slip(desk, id, &error);
    g_assert_no_error(error);
    g_assert_nonnull(slip);
}

/* The journal knows which request and how, and no name. */
static void
test_the_journal_names_nobody(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autofree char *id = station_fixture_draft(desk);
    g_autofree char *path = g_build_filename(fixture.root, "station.db", NULL);
    gsize found = 0;
    note(desk, id, GUICHET_CONSENT_PRESENT);
    for (int wal = 0; wal < 2; wal++) {
        g_autofree char *file = g_strconcat(path, wal ? "-wal" : "", NULL);
        g_autofree char *bytes = NULL;
        gsize size;
        if (!g_file_get_contents(file, &bytes, &size, NULL))
            continue;
        g_assert_null(memmem(bytes, size, WHO, strlen(WHO)));
        found += memmem(bytes, size, "consent-noted", strlen("consent-noted")) != NULL;
    }
    g_assert_cmpuint(found, >, 0); /* the control: this is where it would stand */
}

static void
test_refusals(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autofree char *id = station_fixture_draft(desk);
    const GuichetConsent bad[] = {
        {.who = (char *)"", .way = GUICHET_CONSENT_PRESENT},
        {.who = (char *)WHO, .way = GUICHET_CONSENT_REPRESENTATIVE},
        {.who = (char *)WHO, .way = GUICHET_CONSENT_PRESENT, .date = (char *)"2999-01-01"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(guichet_desk_set_consent(desk, id, &bad[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
    refuse_seal(desk, id, "Accord");
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture.root, GUICHET_CONSENT_POLICY_FILE, NULL);
    g_assert_true(g_file_set_contents(path, "{}", -1, NULL));
    g_assert_null(guichet_desk_seal(desk, id, &error)); /* a broken policy lets nothing through */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

static void
test_the_mandate_on_paper(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autofree char *id = station_fixture_draft(desk);
    const char *const names[] = {"", WHO};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) page = guichet_desk_make_mandate(desk, id, names[i], &error);
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(page, NULL), 5, "%PDF-", 5);
    }
}

/* --- what an agent alone does --- */

static void
test_no_features(void)
{
    static const char *const refused[] = {"passport", "identity-card", "digital-identity",
                                          "title-handover", "title-destruction"};
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) agent = open_fixture(&fixture, GUICHET_USER_ROLE_AGENT);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) draft = guichet_desk_new_request(agent, "passport", &error);
    g_assert_no_error(error);
    g_autoptr(GuichetProcedure) own = guichet_desk_load_procedure(agent, draft->id, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetDesk) desk = log_in_as(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) denied = NULL;
        g_assert_null(guichet_desk_new_request(desk, refused[i], &denied));
        g_assert_error(denied, GUICHET_ERROR, GUICHET_ERROR_DENIED);
        g_assert_nonnull(strstr(denied->message, "agent"));
    }
    g_autoptr(GError) denied = NULL;
    g_assert_null(guichet_desk_load_procedure(desk, draft->id, &denied));
    g_assert_error(denied, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_autoptr(GuichetRequest) succession =
        guichet_desk_new_request(desk, "vehicle-succession", &error);
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/consent/a-mediator-cannot-seal-without", test_not_without_it);
    g_test_add_func("/service/consent/an-agent-needs-none", test_an_agent_needs_none);
    g_test_add_func("/service/consent/a-mandate-is-scanned", test_a_mandate_is_scanned);
    g_test_add_func("/service/consent/the-journal-names-nobody", test_the_journal_names_nobody);
    g_test_add_func("/service/consent/refused-with-a-remedy", test_refusals);
    g_test_add_func("/service/consent/the-mandate-on-paper", test_the_mandate_on_paper);
    g_test_add_func("/service/mediator/photo-and-prints-are-an-agents", test_no_features);
    return g_test_run();
}
