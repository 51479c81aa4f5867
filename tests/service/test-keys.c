/* SPDX-License-Identifier: EUPL-1.2 */
/* A station whose secret lies in a TPM, against a real one in software. */
#include <glib/gstdio.h>
#include <string.h>

#include "../drivers/swtpm-kit.h"
#include "core/error.h"
#include "core/paths.h"
#include "service/audit.h"
#include "service/desk.h"
#include "service/enrolment.h"
#include "service/warnings.h"
#include "service/witness.h"
#include "station-fixture.h"

#define SECRET "keys/station.tpm"

typedef struct {
    Swtpm swtpm;
    StationFixture station;
} Kit;

static gboolean
kit_set_up(Kit *kit, gboolean boot_bound)
{
    if (!swtpm_available())
        return FALSE;
    *kit = (Kit){0};
    swtpm_start(&kit->swtpm);
    const GuichetVaultChoice vault = {kit->swtpm.tcti, boot_bound};
    station_fixture_init_vault(&kit->station, &vault);
    return TRUE;
}

static void
kit_tear_down(Kit *kit)
{
    swtpm_clear(&kit->swtpm);
    station_fixture_clear(&kit->station);
}

static gboolean
login(Kit *kit, GError **error)
{
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    g_autoptr(GuichetDesk) desk = guichet_desk_open(kit->station.root, error);
    return desk != NULL && guichet_desk_login(desk, FIXTURE_AGENT, passphrase, error);
}

/* The findings of an audit, joined; "" when sound. */
static char *
audit(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    g_auto(GuichetAudit) seen = {0};
    g_autoptr(GuichetDesk) desk = guichet_desk_open(kit->station.root, &error);
    g_assert_no_error(error);
    guichet_desk_audit(desk, &seen, &error);
    g_assert_no_error(error);
    g_ptr_array_add(seen.findings, NULL);
    return g_strjoinv("\n", (GStrv)seen.findings->pdata);
}

static void
opens_with_its_tpm_and_with_no_other(void)
{
    Kit kit;
    if (!kit_set_up(&kit, FALSE))
        return;
    g_autoptr(GError) other = NULL, none = NULL, error = NULL;
    g_autofree char *plain = guichet_station_path(kit.station.root, "keys/station.secret");
    g_assert_false(g_file_test(plain, G_FILE_TEST_EXISTS));
    g_assert_true(login(&kit, &error));
    g_assert_no_error(error);
    /* the disk in another machine, whose TPM answers at the same place */
    Swtpm stranger = {0}, ours = kit.swtpm;
    swtpm_start(&stranger);
    g_autofree char *path = guichet_station_path(kit.station.root, "station.json");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, ours.tcti, 2);
    g_autofree char *moved = g_strjoinv(stranger.tcti, parts);
    g_assert_true(g_file_set_contents(path, moved, -1, NULL));
    g_assert_false(login(&kit, &other));
    g_assert_error(other, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    /* and with none at all */
    swtpm_stop(&stranger);
    g_assert_false(login(&kit, &none));
    g_assert_error(none, GUICHET_ERROR, GUICHET_ERROR_DEVICE);
    g_assert_nonnull(strstr(none->message, "ne s’ouvre qu’avec son TPM"));
    swtpm_clear(&stranger);
    kit_tear_down(&kit);
}

static void
does_not_open_when_station_json_denies_the_tpm(void)
{
    Kit kit;
    if (!kit_set_up(&kit, FALSE))
        return;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_station_path(kit.station.root, "station.json");
    g_assert_true(g_file_set_contents(path,
                                      "{\"profile\":\"station/1\",\"id\":\"mairie-1\","
                                      "\"name\":\"x\",\"centre_url\":\"\",\"tpm\":false,"
                                      "\"devices\":{}}",
                                      -1, NULL));
    g_assert_false(login(&kit, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH);
    g_autofree char *findings = audit(&kit);
    g_assert_nonnull(strstr(findings, "station.json"));
    kit_tear_down(&kit);
}

static void
a_changed_boot_is_refused_where_it_was_chosen(void)
{
    Kit kit;
    if (!kit_set_up(&kit, TRUE))
        return;
    g_autoptr(GError) error = NULL;
    g_assert_true(login(&kit, &error));
    swtpm_run(&kit.swtpm, "tpm2_pcrextend 7:sha256="
                          "0000000000000000000000000000000000000000000000000000000000000001");
    g_assert_false(login(&kit, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "PCR 7"));
    kit_tear_down(&kit);
}

/* station.db is closed by everybody, so its one file is all of it. */
static void
copy_store(Kit *kit, const char *from, const char *to)
{
    g_autofree char *source = guichet_station_path(kit->station.root, from);
    g_autofree char *target = guichet_station_path(kit->station.root, to);
    g_autofree char *bytes = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(source, &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(target, bytes, (gssize)size, NULL));
}

static void
an_older_copy_of_the_store_is_noticed(void)
{
    Kit kit;
    if (!kit_set_up(&kit, FALSE))
        return;
    g_autoptr(GError) error = NULL;
    g_assert_true(login(&kit, &error));
    g_autofree char *sound = audit(&kit);
    g_assert_cmpstr(sound, ==, "");
    copy_store(&kit, "station.db", "old.db");
    g_assert_true(login(&kit, &error));
    g_autofree char *still_sound = audit(&kit);
    g_assert_cmpstr(still_sound, ==, "");
    copy_store(&kit, "old.db", "station.db");
    g_autofree char *seen = audit(&kit);
    g_assert_nonnull(strstr(seen, "une copie plus ancienne de la base a été remise"));
    /* working on does not make it forgotten */
    g_assert_true(login(&kit, &error));
    g_assert_true(login(&kit, &error));
    g_autofree char *seen_again = audit(&kit);
    g_assert_nonnull(strstr(seen_again, "une copie plus ancienne"));
    g_autoptr(GuichetDesk) desk = station_fixture_login(&kit.station);
    g_autoptr(GPtrArray) warnings = guichet_desk_list_warnings(desk);
    g_assert_cmpuint(warnings->len, ==, 1);
    /* until somebody answers for it */
    g_assert_true(guichet_desk_accept_restore(desk, &error));
    g_assert_false(guichet_desk_accept_restore(desk, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_autofree char *accepted = audit(&kit);
    g_assert_cmpstr(accepted, ==, "");
    kit_tear_down(&kit);
}

/* The one moment at which store and TPM differ in a sound station. */
static void
a_stop_between_store_and_tpm_is_no_alarm(void)
{
    Kit kit;
    if (!kit_set_up(&kit, FALSE))
        return;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_station_path(kit.station.root, "station.db");
    g_assert_true(login(&kit, &error));
    g_autoptr(GuichetStore) store = guichet_store_open(path, &error);
    gboolean has;
    guint64 stored;
    g_assert_true(guichet_store_read_witness(store, &has, &stored, &error));
    g_assert_true(guichet_store_set_witness(store, "witness", stored + 1, &error));
    g_autofree char *sound = audit(&kit);
    g_assert_cmpstr(sound, ==, "");
    g_assert_true(login(&kit, &error));
    g_autofree char *after = audit(&kit);
    g_assert_cmpstr(after, ==, "");
    /* but a TPM that is behind by more was replaced or emptied */
    g_assert_true(guichet_store_set_witness(store, "witness", stored + 9, &error));
    g_autofree char *ahead = audit(&kit);
    g_assert_nonnull(strstr(ahead, "en retard"));
    g_clear_object(&store);
    kit_tear_down(&kit);
}

/* --- warnings --- */

static const struct {
    int days;
    const char *says; /* NULL = nothing */
} ends[] = {
    {70, NULL},
    {59, "prévoyez"},
    {29, "cette semaine"},
    {6, "aujourd’hui"},
};

static void
certificates_are_announced_at_60_30_and_7_days(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        StationFixture station = {0};
        station_fixture_init(&station);
        station.days = ends[i].days;
        station_fixture_enrol(&station);
        g_autoptr(GuichetDesk) desk = station_fixture_login(&station);
        g_autoptr(GPtrArray) warnings = guichet_desk_list_warnings(desk);
        guint found = 0;
        for (guint w = 0; w < warnings->len; w++)
            found += ends[i].says != NULL && strstr(warnings->pdata[w], ends[i].says) != NULL &&
                     strstr(warnings->pdata[w], "racine") == NULL;
        g_assert_cmpuint(found, ==, ends[i].says != NULL ? 3 : 0);
        g_clear_object(&desk);
        station_fixture_clear(&station);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/tpm/opens-with-its-tpm-and-with-no-other",
                    opens_with_its_tpm_and_with_no_other);
    g_test_add_func("/service/tpm/does-not-open-when-station-json-denies-the-tpm",
                    does_not_open_when_station_json_denies_the_tpm);
    g_test_add_func("/service/tpm/a-changed-boot-is-refused-where-it-was-chosen",
                    a_changed_boot_is_refused_where_it_was_chosen);
    g_test_add_func("/service/tpm/an-older-copy-of-the-store-is-noticed",
                    an_older_copy_of_the_store_is_noticed);
    g_test_add_func("/service/tpm/a-stop-between-store-and-tpm-is-no-alarm",
                    a_stop_between_store_and_tpm_is_no_alarm);
    g_test_add_func("/service/warnings/certificates-are-announced-at-60-30-and-7-days",
                    certificates_are_announced_at_60_30_and_7_days);
    return g_test_run();
}
