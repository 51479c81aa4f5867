/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/diagnostic.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/diagnostic-private.h"
#include "service/diagnostic-words.h"
#include "service/page.h"
#include "station-fixture.h"

#define MODULE_PIXELS 4
#define QUIET_MODULES 4
#define LARGEST_VERSION 25

/* --- words --- */

static void
test_every_cause_of_every_family_has_words(void)
{
    for (guint family = 0; family <= GUICHET_DEVICE_SCANNER; family++)
        for (guint cause = GUICHET_CAUSE_ABSENT; cause < GUICHET_CAUSE_N; cause++) {
            const GuichetCauseWords *words = guichet_cause_words(family, cause);
            g_autofree char *said = guichet_fill_words(words->conclusion, "ceci", "cela");
            g_assert_nonnull(words->remedy);
            g_assert_cmpint(words->state, !=, GUICHET_FINDING_OK);
            g_assert_null(strchr(said, '{'));
            g_assert_true(g_str_has_suffix(said, "."));
        }
}

static void
test_what_a_device_says_is_no_place_of_ours(void)
{
    g_autofree char *said = guichet_fill_words("a {subject} b {detail}", "{detail}", "x");
    g_assert_cmpstr(said, ==, "a  detail  b x");
}

/* --- logs --- */

static const struct {
    const char *line;
    gboolean may;
} lines[] = {
    {"2026-11-22T10:42:07+0000 poste guichet-syncd[812]: 3 liasses reçues par le centre", TRUE},
    {"2026-11-22T10:42:07+0000 poste guichet-syncd[812]: centre injoignable à https://c:8443",
     TRUE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: session de Amélie ouverte", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: session de AMÉLIE ouverte", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: écrire à a.b@exemple.fr", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: appeler 06 12 34 56 78", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: appeler 0612345678", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: titre 12AB34567890", FALSE},
    {"2026-11-22T10:42:07+0000 poste guichet[1]: \xff", FALSE},
};

static void
test_lines_that_could_name_somebody_stay_here(void)
{
    GuichetAgent agent = {.name = (char *)"amélie"};
    g_autoptr(GPtrArray) agents = g_ptr_array_new();
    g_ptr_array_add(agents, &agent);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (guichet_diagnostic_may_tell(lines[i].line, agents) != lines[i].may)
            g_error("%s", lines[i].line);
}

/* --- devices --- */

static const struct {
    const char *name;
    GQuark (*domain)(void);
    int code;
    const char *reference;
    GuichetFindingState state;
} failures[] = {
    {"a-jam", guichet_retry_quark, GUICHET_RETRY_JAM, "DIAG-SCAN-12", GUICHET_FINDING_ATTENTION},
    {"an-unplug", guichet_error_quark, GUICHET_ERROR_DEVICE_GONE, "DIAG-SCAN-11",
     GUICHET_FINDING_FAULT},
    {"a-hang", guichet_error_quark, GUICHET_ERROR_TIMEOUT, "DIAG-SCAN-13", GUICHET_FINDING_FAULT},
    {"a-cancel", guichet_error_quark, GUICHET_ERROR_CANCELLED, "DIAG-SCAN-14",
     GUICHET_FINDING_ATTENTION},
};

static void
test_a_failed_trial(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GuichetExamination) seen = guichet_examination_new(GUICHET_DEVICE_SCANNER);
    g_autoptr(GError) error = g_error_new(failures[i].domain(), failures[i].code, "Voilà.");
    const GuichetDeviceTrial trial = {.family = GUICHET_DEVICE_SCANNER,
                                      .chosen = "auto",
                                      .examination = seen,
                                      .capture_error = error};
    g_autoptr(GuichetPart) part = guichet_diagnose_device(&trial);
    g_assert_cmpstr(guichet_part_get_worst(part)->reference, ==, failures[i].reference);
    g_assert_cmpint(guichet_part_get_state(part), ==, failures[i].state);
    g_assert_cmpstr(guichet_part_get_worst(part)->remedy, !=, "");
}

static void
test_a_coarse_picture_is_said(void)
{
    g_autoptr(GBytes) content = g_bytes_new_static("picture", 7);
    GuichetCapture capture = {.content = content,
                              .attributes = (char *)"{\"width\":800,\"height\":1100,\"dpi\":100}"};
    const GuichetDeviceTrial trial = {.family = GUICHET_DEVICE_SCANNER,
                                      .chosen = "auto",
                                      .capture = &capture,
                                      .milliseconds = 1234};
    g_autoptr(GuichetPart) part = guichet_diagnose_device(&trial);
    g_assert_cmpstr(guichet_part_get_worst(part)->reference, ==, "DIAG-SCAN-15");
    g_assert_cmpint(guichet_part_get_state(part), ==, GUICHET_FINDING_ATTENTION);
}

static void
test_the_last_good_day_is_kept_a_family(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_assert_cmpint(guichet_device_last_good(fixture.root, GUICHET_DEVICE_CAMERA), ==, 0);
    guichet_device_note_good(fixture.root, GUICHET_DEVICE_SCANNER);
    guichet_device_note_good(fixture.root, GUICHET_DEVICE_CAMERA);
    g_assert_cmpint(guichet_device_last_good(fixture.root, GUICHET_DEVICE_SCANNER), >, 0);
    g_assert_cmpint(guichet_device_last_good(fixture.root, GUICHET_DEVICE_CAMERA), >, 0);
    g_assert_cmpint(guichet_device_last_good(fixture.root, GUICHET_DEVICE_FINGERPRINT), ==, 0);
    g_autofree char *path = guichet_station_path(fixture.root, "run/devices.json");
    g_assert_true(g_file_set_contents(path, "{\"scanner\": \"hier\"", -1, NULL));
    g_assert_cmpint(guichet_device_last_good(fixture.root, GUICHET_DEVICE_SCANNER), ==, 0);
}

/* --- the network --- */

static void
test_the_first_broken_step_is_the_finding(void)
{
    for (guint broken = GUICHET_PROBE_NAME; broken < GUICHET_PROBE_N; broken++) {
        GuichetProbe probe = {0};
        g_autofree char *reference = g_strdup_printf("DIAG-NET-%02u", broken + 1);
        for (guint i = 0; i < GUICHET_PROBE_N; i++) {
            probe.steps[i].said = (char *)"";
            probe.steps[i].outcome = i < broken    ? GUICHET_PROBE_PASSED
                                     : i == broken ? GUICHET_PROBE_FAILED
                                                   : GUICHET_PROBE_NOT_TRIED;
        }
        g_autoptr(GuichetPart) part = guichet_diagnose_network("https://c", &probe, NULL);
        g_assert_cmpuint(part->findings->len, ==, 1);
        g_assert_cmpstr(guichet_part_get_worst(part)->reference, ==, reference);
    }
}

static void
test_a_probe_that_nobody_takes(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetProbe) probe = guichet_diagnostic_ask_probe(fixture.root, NULL, &error);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT);
    g_assert_null(probe);
    g_autofree char *ask = guichet_station_path(fixture.root, GUICHET_PROBE_ASK);
    g_assert_false(g_file_test(ask, G_FILE_TEST_EXISTS));
    g_autoptr(GuichetPart) part = guichet_diagnose_network("https://c", NULL, error);
    g_assert_cmpstr(guichet_part_get_worst(part)->reference, ==, "DIAG-NET-06");
}

/* --- the report --- */

static GuichetDiagnostic *
look(GuichetDesk *desk, guint findings)
{
    GuichetDiagnostic *diagnostic = guichet_diagnostic_new(desk);
    GuichetPart *part = guichet_part_new(GUICHET_PART_CERTIFICATES);
    guichet_part_say(part, 0, GUICHET_FINDING_OK, "Bien.", NULL);
    for (guint i = 0; i < findings; i++)
        guichet_part_say(part, 50 + i,
                         i % 2 == 0 ? GUICHET_FINDING_ATTENTION : GUICHET_FINDING_FAULT, "Mal.",
                         "Mieux.");
    guichet_diagnostic_put(diagnostic, part);
    return diagnostic;
}

static void
write_picture(const char *path, QRcode *qr)
{
    int side = (qr->width + 2 * QUIET_MODULES) * MODULE_PIXELS;
    g_autoptr(GString) picture = g_string_new(NULL);
    g_string_printf(picture, "P5\n%d %d\n255\n", side, side);
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            int column = x / MODULE_PIXELS - QUIET_MODULES, row = y / MODULE_PIXELS - QUIET_MODULES;
            gboolean dark = column >= 0 && row >= 0 && column < qr->width && row < qr->width &&
                            (qr->data[row * qr->width + column] & 1) != 0;
            g_string_append_c(picture, dark ? '\0' : '\xff');
        }
    g_assert_true(g_file_set_contents(path, picture->str, (gssize)picture->len, NULL));
}

static char *
read_by_zbar(const char *folder, QRcode *qr)
{
    g_autofree char *path = g_build_filename(folder, "code.pgm", NULL);
    g_autofree char *command =
        g_strdup_printf("zbarimg --quiet --raw --oneshot -Sdisable -Sqrcode.enable %s", path);
    char *text = NULL;
    int status = 0;
    write_picture(path, qr);
    g_assert_true(g_spawn_command_line_sync(command, &text, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    return text;
}

/* Forty findings and some: the largest code there is. */
static void
test_the_largest_code_fits_and_is_read_by_another_reader(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    g_autofree char *zbar = g_find_program_in_path("zbarimg");
    g_autofree char *code = NULL;
    g_autoptr(GBytes) file = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetDiagnostic) diagnostic = look(desk, 48);
    g_assert_true(guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, &error));
    g_assert_no_error(error);
    g_assert_nonnull(strstr(code, ",+\n"));
    g_assert_cmpuint(strlen(code), <=, GUICHET_DIAGNOSTIC_CODE_MAX_BYTES);
    QRcode *qr = guichet_page_encode(code, strlen(code), "diagnostic", &error);
    g_assert_no_error(error);
    g_test_message("%zu bytes, version %d", strlen(code), qr->version);
    g_assert_cmpint(qr->version, <=, LARGEST_VERSION);
    g_autofree char *read = zbar != NULL ? read_by_zbar(fixture.folder, qr) : g_strdup(code);
    QRcode_free(qr);
    g_autofree char *path = guichet_station_path(fixture.root, "keys/sign.crt");
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, &error);
    g_autoptr(GuichetDiagnosticCode) known =
        guichet_diagnostic_verify_code(read, strlen(read), certificate, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(known->station, ==, "mairie-1");
    g_assert_cmpint(known->state, ==, GUICHET_FINDING_FAULT);
    g_assert_cmpuint(g_strv_length(known->findings), ==, 41);
    g_assert_cmpstr(known->findings[0], ==, "DIAG-CERT-51!");
    if (zbar == NULL)
        g_test_skip("zbarimg is not installed");
}

static void
test_a_code_without_findings(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    g_autofree char *code = NULL;
    g_autoptr(GBytes) file = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetDiagnostic) diagnostic = look(desk, 0);
    g_assert_true(guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, &error));
    g_autofree char *path = guichet_station_path(fixture.root, "keys/sign.crt");
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, &error);
    g_autoptr(GuichetDiagnosticCode) known =
        guichet_diagnostic_verify_code(code, strlen(code), certificate, &error);
    g_assert_no_error(error);
    g_assert_cmpint(known->state, ==, GUICHET_FINDING_OK);
    g_assert_cmpuint(g_strv_length(known->findings), ==, 0);
}

static void
test_before_the_enrolment_nothing_is_signed(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    g_autofree char *code = NULL;
    g_autoptr(GBytes) file = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetDiagnostic) diagnostic = look(desk, 1);
    g_assert_false(guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_assert_null(file);
    g_assert_null(code);
}

/* Another station below the same root signs a report about this one. */
static void
test_a_report_about_another_station_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {NULL};
    g_autofree char *code = NULL;
    g_autoptr(GBytes) file = NULL;
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autofree char *root = guichet_station_path(fixture.root, "trust/root.crt");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetDiagnostic) diagnostic = look(desk, 1);
    g_free(diagnostic->station);
    diagnostic->station = g_strdup("mairie-2");
    g_assert_true(guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, &error));
    g_autoptr(JsonNode) node =
        guichet_diagnostic_verify(file, trust, guichet_instant_now().wall_us, &error);
    g_assert_null(node);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
}

static void
test_parts_of_a_new_station(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(StationFixture) fixture = {.days = 5};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(fixture.root, &error);
    g_autoptr(GuichetPart) certificates = guichet_desk_diagnose(desk, GUICHET_PART_CERTIFICATES);
    g_assert_cmpstr(guichet_part_get_worst(certificates)->reference, ==, "DIAG-CERT-01");
    g_assert_cmpint(guichet_part_get_state(certificates), ==, GUICHET_FINDING_FAULT);
    g_assert_cmpuint(certificates->facts->len, ==, 4);
    g_autofree char *key = guichet_station_path(fixture.root, "keys/sign.key");
    g_autoptr(GuichetPart) keys = guichet_desk_diagnose(desk, GUICHET_PART_KEYS);
    g_assert_cmpint(guichet_part_get_state(keys), ==, GUICHET_FINDING_OK);
    g_assert_cmpint(g_unlink(key), ==, 0);
    g_autoptr(GuichetPart) without = guichet_desk_diagnose(desk, GUICHET_PART_KEYS);
    g_assert_cmpstr(guichet_part_get_worst(without)->reference, ==, "DIAG-CLES-02");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/diagnostic/every-cause-of-every-family-has-words",
                    test_every_cause_of_every_family_has_words);
    g_test_add_func("/service/diagnostic/what-a-device-says-is-no-place-of-ours",
                    test_what_a_device_says_is_no_place_of_ours);
    g_test_add_func("/service/diagnostic/lines-that-could-name-somebody-stay-here",
                    test_lines_that_could_name_somebody_stay_here);
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path =
            g_strconcat("/service/diagnostic/a-trial-with-", failures[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_a_failed_trial);
    }
    g_test_add_func("/service/diagnostic/a-coarse-picture-is-said", test_a_coarse_picture_is_said);
    g_test_add_func("/service/diagnostic/the-last-good-day-is-kept-a-family",
                    test_the_last_good_day_is_kept_a_family);
    g_test_add_func("/service/diagnostic/the-first-broken-step-is-the-finding",
                    test_the_first_broken_step_is_the_finding);
    g_test_add_func("/service/diagnostic/a-probe-that-nobody-takes",
                    test_a_probe_that_nobody_takes);
    g_test_add_func("/service/diagnostic/the-largest-code-fits-and-is-read-by-another-reader",
                    test_the_largest_code_fits_and_is_read_by_another_reader);
    g_test_add_func("/service/diagnostic/a-code-without-findings", test_a_code_without_findings);
    g_test_add_func("/service/diagnostic/before-the-enrolment-nothing-is-signed",
                    test_before_the_enrolment_nothing_is_signed);
    g_test_add_func("/service/diagnostic/a-report-about-another-station-is-refused",
                    test_a_report_about_another_station_is_refused);
    g_test_add_func("/service/diagnostic/parts-of-a-new-station", test_parts_of_a_new_station);
    return g_test_run();
}
