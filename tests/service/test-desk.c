/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "service/enrolment.h"
#include "station-fixture.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/statement.h"

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)

static const char png[] = FIXTURE_PICTURE;

static GBytes *
picture(void)
{
    return g_bytes_new_static(png, sizeof png);
}

static void
test_comes_back(void)
{
    g_auto(StationFixture) fixture = {NULL};
    GError *error = NULL;
    station_fixture_init(&fixture);
    g_autofree char *id = NULL;
    {
        g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
        id = station_fixture_draft(desk);
        g_assert_true(guichet_desk_set_step(desk, id, "summary", &error));
    }
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(request->step, ==, "summary");
    g_assert_cmpstr(guichet_request_get_field(request, "description"), ==,
                    "Ma mère a hérité d’un tracteur.");
    g_assert_cmpuint(request->pieces->len, ==, 1);
    GuichetPiece *listed = g_ptr_array_index(request->pieces, 0);
    g_autoptr(GuichetPiece) piece = guichet_desk_load_piece(desk, id, listed->id, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(piece->content, NULL), g_bytes_get_size(piece->content), png,
                    sizeof png);
}

static void
test_locked(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_assert_no_error(error);
    g_assert_null(guichet_desk_new_request(desk, "passport", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED);
    g_clear_error(&error);
    g_autoptr(GuichetSecret) wrong = guichet_secret_new_string("pas la bonne");
    g_assert_false(guichet_desk_login(desk, FIXTURE_AGENT, wrong, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_false(guichet_desk_is_open(desk));
}

typedef struct {
    const char *kind;
    const char *bytes;
    gsize size;
    int code;
} PieceCase;

static void
test_refused_pieces(void)
{
    static const PieceCase cases[] = {
        {"no-such-piece", png, sizeof png, GUICHET_ERROR_NOT_FOUND},
        {"photo", "%PDF-1.4", 8, GUICHET_ERROR_MALFORMED},
        {"photo", "\x00\x01\x02", 3, GUICHET_ERROR_MALFORMED},
        {"photo", "", 0, GUICHET_ERROR_MALFORMED},
        {"right-index", "\xff\xd8\xff\xe0", 4, GUICHET_ERROR_MALFORMED},
    };
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    GError *none = NULL;
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &none);
    g_assert_no_error(none);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = g_bytes_new_static(cases[i].bytes, cases[i].size);
        g_assert_null(
            guichet_desk_add_piece(desk, request->id, cases[i].kind, bytes, "x", NULL, &error));
        g_assert_error(error, GUICHET_ERROR, cases[i].code);
    }
    g_autoptr(GError) error = NULL;
    g_autofree guint8 *huge = g_malloc0(GUICHET_PIECE_MAX_BYTES + 1);
    memcpy(huge, png, sizeof png);
    g_autoptr(GBytes) bytes = g_bytes_new_static(huge, GUICHET_PIECE_MAX_BYTES + 1);
    g_assert_null(guichet_desk_add_piece(desk, request->id, "photo", bytes, "x", NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_autoptr(GuichetRequest) after = guichet_desk_load_request(desk, request->id, &none);
    g_assert_cmpuint(after->pieces->len, ==, 0);
}

static void
test_single_page_replaces(void)
{
    g_auto(StationFixture) fixture = {NULL};
    GError *error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);
    g_assert_no_error(error);
    for (int i = 0; i < 3; i++) {
        g_autoptr(GBytes) bytes = picture();
        g_autoptr(GuichetPiece) piece =
            guichet_desk_add_piece(desk, request->id, "photo", bytes, "x", NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(piece->ordinal, ==, 1);
    }
    g_autoptr(GuichetRequest) after = guichet_desk_load_request(desk, request->id, &error);
    g_assert_cmpuint(after->pieces->len, ==, 1);
}

static void
test_impossible_needs_a_known_reason(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);
    g_assert_no_error(error);
    g_assert_null(guichet_desk_declare_impossible(desk, request->id, "right-index",
                                                  "no-such-reason", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    g_autoptr(GuichetProcedure) procedure = guichet_desk_load_procedure(desk, request->id, &error);
    GuichetPieceSpec *spec = guichet_procedure_find_piece(procedure, "right-index");
    const char *reason = ((GuichetChoice *)g_ptr_array_index(spec->impossible, 0))->id;
    g_autoptr(GuichetPiece) piece =
        guichet_desk_declare_impossible(desk, request->id, "right-index", reason, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(piece->impossible_reason, ==, reason);
}

static void
test_incomplete_is_refused(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);
    g_assert_null(guichet_desk_seal(desk, request->id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_INCOMPLETE);
}

static void
test_not_enrolled_keeps_the_draft(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_assert_null(guichet_desk_seal(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_DRAFT);
    g_assert_cmpuint(request->pieces->len, ==, 1);
}

/* The centre opens what the desk sealed and finds the page as it was. */
static void
test_seals_for_the_centre(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(sealed->state, ==, GUICHET_REQUEST_SEALED);
    g_assert_cmpuint(sealed->pieces->len, ==, 0);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(&fixture, sealed);
    g_autofree char *root_path = g_build_filename(fixture.root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root_path, NULL, &error);
    g_autoptr(GPtrArray) members = guichet_bundle_open(bundle, trust, guichet_instant_now().wall_us,
                                                       fixture.seal_key, fixture.seal, &error);
    g_assert_no_error(error);
    gboolean found = FALSE;
    for (guint i = 0; i < members->len; i++) {
        GuichetBundleMember *member = g_ptr_array_index(members, i);
        if (g_str_has_suffix(member->name, ".png")) {
            found = TRUE;
            g_assert_cmpmem(g_bytes_get_data(member->content, NULL),
                            g_bytes_get_size(member->content), png, sizeof png);
        }
    }
    g_assert_true(found);
}

static void
test_sealed_stays_sealed(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_assert_null(guichet_desk_seal(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_assert_false(guichet_desk_set_field(desk, id, "description", "autre", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_assert_false(guichet_desk_erase(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
}

static void
test_bundles_form_a_chain(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *root_path = g_build_filename(fixture.root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root_path, NULL, &error);
    g_autofree char *previous = NULL;
    for (gint64 sequence = 1; sequence <= 3; sequence++) {
        g_autofree char *id = station_fixture_draft(desk);
        g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
        g_assert_no_error(error);
        g_autoptr(GBytes) bundle = station_fixture_read_bundle(&fixture, sealed);
        g_autoptr(GuichetBundleHeader) header = NULL;
        g_assert_true(guichet_bundle_verify(bundle, trust, guichet_instant_now().wall_us, &header,
                                            NULL, &error));
        g_assert_cmpint(header->sequence, ==, sequence);
        g_assert_cmpstr(header->previous, ==, previous);
        g_assert_cmpstr(header->station, ==, "mairie-1");
        g_assert_false(header->tpm);
        g_free(g_steal_pointer(&previous));
        previous = g_strdup(sealed->bundle_sha256);
    }
}

static void
test_orphans_are_removed(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_clear_object(&desk);
    g_autofree char *orphan = g_build_filename(fixture.root, "outbox", "00000002-ab.asice", NULL);
    g_autofree char *torn = g_build_filename(fixture.root, "outbox", "00000003-cd.asice.tmp", NULL);
    g_file_set_contents(orphan, "x", 1, NULL);
    g_file_set_contents(torn, "x", 1, NULL);
    desk = station_fixture_login(&fixture);
    g_assert_false(g_file_test(orphan, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(torn, G_FILE_TEST_EXISTS));
    g_autoptr(GBytes) bundle =
        station_fixture_read_bundle(&fixture, sealed); /* the real one is still there */
    g_assert_cmpuint(g_bytes_get_size(bundle), >, 0);
}

static void
test_expired_centre_is_refused(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    gint64 now = guichet_instant_now().wall_us;
    g_autofree char *csr =
        guichet_key_make_csr(fixture.seal_key, GUICHET_ROLE_CENTRE_SEAL, "centre", &error);
    station_fixture_issue(&fixture, "centre-seal.crt", csr, GUICHET_ROLE_CENTRE_SEAL,
                          now - 10 * DAY_US, now - DAY_US);
    g_autofree char *pem = guichet_certificate_to_pem(fixture.seal);
    g_autofree char *path = g_build_filename(fixture.root, "trust/centre-seal.crt", NULL);
    g_assert_true(g_file_set_contents(path, pem, -1, NULL));
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_assert_null(guichet_desk_seal(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED);
    g_clear_error(&error);
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
    g_assert_cmpint(request->state, ==, GUICHET_REQUEST_DRAFT);
}

static void
test_enrolment_checks_everything(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    gint64 now = guichet_instant_now().wall_us;
    const char *fingerprint = guichet_certificate_get_fingerprint(fixture.ca);
    /* another root than the one told */
    g_assert_false(guichet_station_enrol(fixture.root, fixture.answer, "00", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
    g_clear_error(&error);
    /* a certificate for a key that is not ours */
    g_autoptr(GuichetKey) foreign = guichet_key_generate(&error);
    g_autofree char *csr =
        guichet_key_make_csr(foreign, GUICHET_ROLE_STATION_SIGN, "mairie-1", &error);
    station_fixture_issue(&fixture, "station-sign.crt", csr, GUICHET_ROLE_STATION_SIGN,
                          now - DAY_US, now + DAY_US);
    g_assert_false(guichet_station_enrol(fixture.root, fixture.answer, fingerprint, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    g_clear_error(&error);
    /* a certificate of another role */
    station_fixture_issue(&fixture, "station-sign.crt", csr, GUICHET_ROLE_STATION_TLS, now - DAY_US,
                          now + DAY_US);
    g_assert_false(guichet_station_enrol(fixture.root, fixture.answer, fingerprint, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED);
}

static void
test_slip_speaks_of_the_bundle(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(desk);
    g_assert_null(guichet_desk_make_slip(desk, id, &error));
    g_assert_nonnull(error); /* nothing was deposited yet */
    g_clear_error(&error);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_autoptr(GBytes) slip = guichet_desk_make_slip(desk, id, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(slip, NULL), 5, "%PDF-", 5);
    g_assert_null(guichet_desk_load_receipt(desk, id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

/* --- asynchronous calls --- */

static gpointer
append_digit(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    static GString *seen = NULL;
    if (seen == NULL)
        seen = g_string_new(NULL);
    g_string_append_c(seen, GPOINTER_TO_INT(data));
    if (GPOINTER_TO_INT(data) == '9') {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL, seen->str);
        return NULL;
    }
    return g_strdup(seen->str);
}

static void
on_last(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;
    g_assert_null(guichet_desk_call_finish(GUICHET_DESK(source), result, &error));
    *(GError **)user_data = error;
}

static void
test_calls_run_in_order(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) last = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    for (int digit = '0'; digit <= '8'; digit++)
        guichet_desk_call_async(desk, append_digit, GINT_TO_POINTER(digit), NULL, g_free, NULL,
                                NULL, NULL);
    guichet_desk_call_async(desk, append_digit, GINT_TO_POINTER('9'), NULL, g_free, NULL, on_last,
                            &last);
    while (last == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(last->message, ==, "0123456789");
}

/* --- two programs at one desk --- */

enum { PAGES_EACH = 8 };

typedef struct {
    GuichetDesk *desk;
    const char *request;
} Program;

static gpointer
add_pages(gpointer data)
{
    const Program *program = data;
    g_autoptr(GBytes) content = picture();
    for (guint i = 0; i < PAGES_EACH; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetPiece) page = guichet_desk_add_piece(program->desk, program->request,
                                                              "piece", content, "a", NULL, &error);
        g_assert_no_error(error);
        g_assert_nonnull(page);
    }
    return NULL;
}

static void
test_pages_of_two_programs_all_stay(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) first = station_fixture_login(&fixture);
    g_autoptr(GuichetDesk) second = station_fixture_login(&fixture);
    g_autofree char *id = station_fixture_draft(first);
    Program programs[] = {{first, id}, {second, id}};
    GThread *other = g_thread_new("second", add_pages, &programs[1]);
    add_pages(&programs[0]);
    g_thread_join(other);
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(first, id, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(request->pieces->len, ==, 1 + 2 * PAGES_EACH);
    for (guint i = 0; i < request->pieces->len; i++)
        g_assert_cmpuint(((GuichetPiece *)g_ptr_array_index(request->pieces, i))->ordinal, ==,
                         i + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/desk/a-draft-comes-back-to-the-same-step", test_comes_back);
    g_test_add_func("/service/desk/nothing-opens-without-the-passphrase", test_locked);
    g_test_add_func("/service/desk/refuses-what-is-not-the-piece", test_refused_pieces);
    g_test_add_func("/service/desk/a-single-page-piece-is-replaced", test_single_page_replaces);
    g_test_add_func("/service/desk/pages-of-two-programs-all-stay",
                    test_pages_of_two_programs_all_stay);
    g_test_add_func("/service/desk/impossible-needs-a-known-reason",
                    test_impossible_needs_a_known_reason);
    g_test_add_func("/service/deposit/an-incomplete-draft-is-not-sealed",
                    test_incomplete_is_refused);
    g_test_add_func("/service/deposit/a-station-not-enrolled-keeps-the-draft",
                    test_not_enrolled_keeps_the_draft);
    g_test_add_func("/service/deposit/only-the-centre-opens-the-bundle", test_seals_for_the_centre);
    g_test_add_func("/service/deposit/a-sealed-request-changes-no-more", test_sealed_stays_sealed);
    g_test_add_func("/service/deposit/bundles-form-a-chain", test_bundles_form_a_chain);
    g_test_add_func("/service/deposit/orphan-files-are-removed", test_orphans_are_removed);
    g_test_add_func("/service/deposit/an-expired-centre-is-refused",
                    test_expired_centre_is_refused);
    g_test_add_func("/service/deposit/the-slip-speaks-of-the-bundle",
                    test_slip_speaks_of_the_bundle);
    g_test_add_func("/service/enrolment/checks-root-key-and-role",
                    test_enrolment_checks_everything);
    g_test_add_func("/service/desk/calls-run-in-order", test_calls_run_in_order);
    return g_test_run();
}
