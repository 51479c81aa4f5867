/* SPDX-License-Identifier: EUPL-1.2 */
/* A signed list at a real station: what it answers, fresh, old, changed, unsigned and absent. */
#include "service/professional.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "station-fixture.h"
#include "sync/bundle/cms.h"

#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)
#define TABLE "SIREN;RAISON_SOCIALE;CODE_POSTAL;COMMUNE\n000000018;Garage de l’Étoile;69003;LYON\n"

typedef struct {
    GuichetKey *key;
    GuichetCertificate *certificate;
} Signer;

static void
signer_clear(Signer *signer)
{
    guichet_key_free(signer->key);
    guichet_certificate_unref(signer->certificate);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signer, signer_clear)

static Signer
make_signer(StationFixture *fixture, GuichetRole role)
{
    g_autoptr(GError) error = NULL;
    gint64 now = guichet_instant_now().wall_us;
    Signer signer = {.key = guichet_key_generate(&error)};
    g_autofree char *csr = guichet_key_make_csr(signer.key, role, "centre", &error);
    signer.certificate = guichet_ca_issue(fixture->ca_key, fixture->ca, csr, role, now - DAY_US,
                                          now + DAY_US, NULL, NULL, &error);
    g_assert_no_error(error);
    return signer;
}

static char *
day_before(int days)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) then = g_date_time_add_days(now, -days);
    return g_date_time_format(then, "%Y-%m-%d");
}

static void
write_file(const char *folder, const char *name, const void *bytes, gssize size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, bytes, size, NULL));
}

/* A list that is @days old, signed by @signer (NULL: by nobody). */
static char *
make_pack(StationFixture *fixture, const char *name, int days, const Signer *signer)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *sha256 = guichet_sha256_hex(TABLE, strlen(TABLE));
    g_autofree char *day = day_before(days);
    g_autofree char *head =
        g_strdup_printf("{\"profile\":\"pack/1\",\"title\":\"Essai\",\"date\":\"%s\","
                        "\"source\":\"essai\",\"valid_days\":90,\"files\":{\"liste.csv\":\"%s\"}}",
                        day, sha256);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    write_file(folder, "liste.csv", TABLE, -1);
    write_file(folder, "pack.json", head, -1);
    if (signer != NULL) {
        g_autoptr(GBytes) der =
            guichet_cms_sign(signer->key, signer->certificate, head, strlen(head), TRUE, &error);
        g_assert_no_error(error);
        write_file(folder, "pack.p7s", g_bytes_get_data(der, NULL), (gssize)g_bytes_get_size(der));
    }
    return folder;
}

static void
expect(GuichetDesk *desk, const char *who, const char *place, GuichetProfessionalVerdict verdict,
       guint found)
{
    g_autoptr(GError) error = NULL;
    g_auto(GuichetProfessionalCheck) check = {0};
    guichet_desk_check_professional(desk, who, place, &check, &error);
    g_assert_no_error(error);
    g_test_message("%s: %s %s", who, check.sentence, check.advice);
    g_assert_cmpint(check.verdict, ==, verdict);
    g_assert_cmpuint(check.found->len, ==, found);
    g_assert_true(*check.sentence != '\0' && *check.advice != '\0');
    g_assert_null(strstr(check.sentence, "fraude"));
    g_assert_null(strstr(check.advice, "fraude"));
}

static GuichetDesk *
open_fixture(StationFixture *fixture)
{
    station_fixture_init(fixture);
    station_fixture_enrol(fixture);
    return station_fixture_login(fixture);
}

static void
install(GuichetDesk *desk, const char *folder)
{
    g_autoptr(GError) error = NULL;
    guichet_desk_install_professionals(desk, folder, &error);
    g_assert_no_error(error);
}

static void
refuse(GuichetDesk *desk, const char *folder, int code)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(guichet_desk_install_professionals(desk, folder, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, GUICHET_ERROR, code);
}

static void
test_signed(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture);
    g_auto(Signer) centre = make_signer(&fixture, GUICHET_ROLE_CENTRE_RECEIPT);
    g_autofree char *folder = make_pack(&fixture, "neuve", 3, &centre);
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_UNSIGNED, 2); /* the sample's two */
    install(desk, folder);
    expect(desk, "etoile", "lyon", GUICHET_PROFESSIONAL_LISTED, 1);
    expect(desk, "000 000 018", "", GUICHET_PROFESSIONAL_LISTED, 1);
    expect(desk, "732 829 320 00074", "", GUICHET_PROFESSIONAL_UNLISTED, 0);
    expect(desk, "dupré", "", GUICHET_PROFESSIONAL_UNLISTED, 0);
    expect(desk, "etoile", "brest", GUICHET_PROFESSIONAL_UNLISTED, 0);
}

static void
test_old(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture);
    g_auto(Signer) centre = make_signer(&fixture, GUICHET_ROLE_CENTRE_RECEIPT);
    g_autofree char *last = make_pack(&fixture, "juste", 90, &centre);
    g_autofree char *old = make_pack(&fixture, "vieille", 91, &centre);
    g_autofree char *fresh = make_pack(&fixture, "neuve", 0, &centre);
    install(desk, old);
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_TOO_OLD, 1);
    install(desk, last);
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_LISTED, 1);
    install(desk, fresh);
    refuse(desk, last, GUICHET_ERROR_STATE); /* never back */
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_LISTED, 1);
}

/* The centre's word and nobody else's, for these bytes and no others. */
static void
test_not_the_centres(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_auto(StationFixture) stranger = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture);
    station_fixture_init(&stranger);
    g_auto(Signer) centre = make_signer(&fixture, GUICHET_ROLE_CENTRE_RECEIPT);
    g_auto(Signer) other_role = make_signer(&fixture, GUICHET_ROLE_STATION_SIGN);
    g_auto(Signer) other_root = make_signer(&stranger, GUICHET_ROLE_CENTRE_RECEIPT);
    g_autofree char *unsigned_one = make_pack(&fixture, "nue", 0, NULL);
    g_autofree char *role = make_pack(&fixture, "role", 0, &other_role);
    g_autofree char *root = make_pack(&fixture, "racine", 0, &other_root);
    g_autofree char *row = make_pack(&fixture, "ligne", 0, &centre);
    g_autofree char *head = make_pack(&fixture, "tete", 0, &centre);
    g_autofree char *more = make_pack(&fixture, "plus", 0, &centre);
    g_autofree char *less = make_pack(&fixture, "moins", 0, &centre);
    g_autofree char *gone = g_build_filename(less, "liste.csv", NULL);
    write_file(row, "liste.csv", TABLE "000000026;Faux Garage;69003;LYON\n", -1);
    write_file(head, "pack.json", "{\"profile\":\"pack/1\"}", -1);
    write_file(more, "autre.csv", "SIREN;RAISON_SOCIALE;COMMUNE\n000000026;Faux;LYON\n", -1);
    g_unlink(gone);
    refuse(desk, unsigned_one, GUICHET_ERROR_SIGNATURE);
    refuse(desk, role, GUICHET_ERROR_UNTRUSTED);
    refuse(desk, root, GUICHET_ERROR_UNTRUSTED);
    refuse(desk, row, GUICHET_ERROR_MISMATCH);
    refuse(desk, head, GUICHET_ERROR_MALFORMED);
    refuse(desk, more, GUICHET_ERROR_MISMATCH);
    refuse(desk, less, GUICHET_ERROR_MISMATCH);
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_UNSIGNED, 2); /* nothing was put in */
}

static void
test_changed_on_the_disk(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture);
    g_auto(Signer) centre = make_signer(&fixture, GUICHET_ROLE_CENTRE_RECEIPT);
    g_autofree char *folder = make_pack(&fixture, "neuve", 0, &centre);
    g_autofree char *own = g_build_filename(fixture.root, GUICHET_PACK_PROFESSIONALS, NULL);
    install(desk, folder);
    write_file(own, "liste.csv", TABLE "000000026;Faux Garage;69003;LYON\n", -1);
    expect(desk, "faux garage", "", GUICHET_PROFESSIONAL_NO_PACK, 0);
    for (guint i = 0; i < 3; i++) {
        static const char *const files[] = {"liste.csv", "pack.json", "pack.p7s"};
        g_autofree char *path = g_build_filename(own, files[i], NULL);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(own), ==, 0);
    expect(desk, "etoile", "", GUICHET_PROFESSIONAL_NO_PACK, 0);
}

static void
test_questions(void)
{
    static const char *const bad[] = {"", "   ", "000000019", "12345678", "123456"};
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GuichetDesk) desk = open_fixture(&fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GuichetProfessionalCheck) check = {0};
        g_assert_false(guichet_desk_check_professional(desk, bad[i], "", &check, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/professional/a-signed-list-answers", test_signed);
    g_test_add_func("/service/professional/an-old-list-does-not-and-never-comes-back", test_old);
    g_test_add_func("/service/professional/only-the-centres-word", test_not_the_centres);
    g_test_add_func("/service/professional/changed-or-gone-is-no-list", test_changed_on_the_disk);
    g_test_add_func("/service/professional/a-wrong-number-is-explained", test_questions);
    return g_test_run();
}
