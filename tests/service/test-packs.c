/* SPDX-License-Identifier: EUPL-1.2 */
/* Communes at a real station: installed, told of, known by the drafts; and a desk without them. */
#include "service/packs.h"

#include <glib/gstdio.h>
#include <string.h>

#include "station-fixture.h"

static char *
pack_path(StationFixture *fixture, const char *name)
{
    return g_build_filename(fixture->root, GUICHET_PACK_COMMUNES, name, NULL);
}

static void
remove_pack(StationFixture *fixture)
{
    g_autofree char *folder = pack_path(fixture, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = pack_path(fixture, name);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
}

static void
set_field(GuichetDesk *desk, GuichetRequest *request, const char *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    guichet_desk_set_field(desk, request->id, field, value, &error);
    g_assert_no_error(error);
}

/* Of a request as it is stored now. */
static void
assert_field(GuichetDesk *desk, GuichetRequest *request, const char *field, const char *value,
             const char *typed)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) now = guichet_desk_load_request(desk, request->id, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_request_get_field(now, field), ==, value);
    g_autofree char *beside = guichet_field_typed_id(field);
    const char *kept = guichet_request_get_field(now, beside);
    g_assert_cmpstr(*kept != '\0' ? kept : value, ==, typed);
}

static void
test_told(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_auto(GuichetPack) pack = {NULL};
    guichet_desk_describe_pack(desk, &pack);
    g_assert_cmpstr(pack.title, ==, "Échantillon de démonstration");
    g_assert_cmpstr(pack.day, ==, "2026-11-22");
    g_assert_cmpuint(pack.places, >, 20);
    g_assert_null(pack.fault);
}

static void
test_fields(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);
    g_assert_no_error(error);
    set_field(desk, request, "birth-place", "bordeaux");
    assert_field(desk, request, "birth-place", "Bordeaux (33063)", "bordeaux");
    set_field(desk, request, "birth-place", "Nulle-Part");
    assert_field(desk, request, "birth-place", "Nulle-Part", "Nulle-Part");
    set_field(desk, request, "phone", "06 12 34 56 78");
    assert_field(desk, request, "phone", "+33612345678", "06 12 34 56 78");
    set_field(desk, request, "surname", "d'Été-Le Goff");
    assert_field(desk, request, "surname", "d’Été-Le Goff", "d'Été-Le Goff");
    set_field(desk, request, "surname", "");
    assert_field(desk, request, "surname", "", "");
    set_field(desk, request, "birth-date", "00/06/1950");
    assert_field(desk, request, "birth-date", "1950-06-00", "1950-06-00");
}

/* Neither an absent pack nor a broken one refuses an answer. */
static void
test_without(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    remove_pack(&fixture);
    for (int broken = 0; broken < 2; broken++) {
        g_autofree char *path = pack_path(&fixture, "v_commune_2026.csv");
        g_assert_true(!broken ||
                      g_file_set_contents(path, "TYPECOM,COM,LIBELLE,COMPARENT\n\"", -1, NULL));
        g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
        g_auto(GuichetPack) pack = {NULL};
        guichet_desk_describe_pack(desk, &pack);
        g_assert_cmpuint(pack.places, ==, 0);
        g_assert_cmpstr(pack.title, ==, "");
        g_assert_cmpint(pack.fault != NULL, ==, broken);
        g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, "passport", &error);
        g_assert_no_error(error);
        set_field(desk, request, "birth-place", "bordeaux");
        assert_field(desk, request, "birth-place", "bordeaux", "bordeaux");
    }
}

static void
test_broken_is_not_installed(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autofree char *path = g_build_filename(fixture.answer, "v_commune_2026.csv", NULL);
    g_assert_true(g_file_set_contents(path, "TYPECOM,COM,LIBELLE,COMPARENT\n\"", -1, NULL));
    g_assert_false(guichet_pack_install(fixture.root, fixture.answer, &error));
    g_assert_nonnull(strstr(error->message, "v_commune_2026.csv"));
    g_autofree char *copy = pack_path(&fixture, "v_commune_2026.csv");
    g_assert_false(g_file_test(copy, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/packs/tells-which-and-how-old", test_told);
    g_test_add_func("/service/packs/known-by-the-drafts", test_fields);
    g_test_add_func("/service/packs/a-desk-without-refuses-nothing", test_without);
    g_test_add_func("/service/packs/a-broken-one-is-not-installed", test_broken_is_not_installed);
    return g_test_run();
}
