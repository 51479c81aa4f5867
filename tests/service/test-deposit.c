/* SPDX-License-Identifier: EUPL-1.2 */
/* What goes into a bundle, and what becomes of bundles that no row speaks of. */
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "station-fixture.h"
#include "sync/bundle/bundle.h"

/* --- only what the screen shows --- */

/* "other-case" with a field that is shown only once the name is given. */
static void
hide_the_contact(StationFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "procedures/other-case.json", NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    g_auto(GStrv) parts = g_strsplit(text, "\"id\": \"contact\",", 2);
    g_assert_nonnull(parts[1]);
    g_autofree char *changed = g_strjoinv(
        "\"id\": \"contact\", \"visible_if\": {\"!=\": [{\"var\": \"fields.name\"}, null]},",
        parts);
    g_assert_true(g_file_set_contents(path, changed, -1, &error));
}

static char *
sealed_demande(StationFixture *fixture, GuichetDesk *desk, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = station_fixture_draft(desk);
    guichet_desk_set_field(desk, id, "contact", "06 12 34 56 78", &error);
    guichet_desk_set_field(desk, id, "name", name, &error);
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bundle = station_fixture_read_bundle(fixture, sealed);
    g_autofree char *root = g_build_filename(fixture->root, "trust/root.crt", NULL);
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root, NULL, &error);
    g_autoptr(GPtrArray) members = guichet_bundle_open(bundle, trust, guichet_instant_now().wall_us,
                                                       fixture->seal_key, fixture->seal, &error);
    g_assert_no_error(error);
    const GuichetBundleMember *demande = g_ptr_array_index(members, 0);
    gsize size;
    const char *text = g_bytes_get_data(demande->content, &size);
    return g_strndup(text, size);
}

static void
test_hidden_fields_stay_out(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    station_fixture_enrol(&fixture);
    hide_the_contact(&fixture);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    g_autofree char *shown = sealed_demande(&fixture, desk, "Dupont");
    g_assert_nonnull(strstr(shown, "06 12 34 56 78"));
    g_autofree char *hidden = sealed_demande(&fixture, desk, "");
    g_assert_nonnull(strstr(hidden, "tracteur"));
    g_assert_null(strstr(hidden, "06 12 34 56 78"));
    g_assert_null(strstr(hidden, "contact"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/deposit/a-hidden-field-is-not-sealed", test_hidden_fields_stay_out);
    return g_test_run();
}
