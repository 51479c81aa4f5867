/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/station.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"

static const char good[] = "{\"profile\":\"station/1\",\"id\":\"mairie-07\",\"name\":\"Mairie\","
                           "\"centre_url\":\"https://centre.example:8443/\",\"tpm\":false,"
                           "\"devices\":{\"camera\":\"v4l2:0\"}}";

/* The station of a folder that holds @text alone. */
static GuichetStation *
load(const char *text, GError **error)
{
    g_autofree char *root = g_dir_make_tmp("station-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(root, "station.json", NULL);
    if (text != NULL)
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    GuichetStation *station = guichet_station_load(root, error);
    g_remove(path);
    g_rmdir(root);
    return station;
}

static void
test_reads(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStation) station = load(good, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_station_get_id(station), ==, "mairie-07");
    g_assert_cmpstr(guichet_station_get_name(station), ==, "Mairie");
    g_assert_cmpstr(guichet_station_get_centre_url(station), ==, "https://centre.example:8443/");
    g_assert_false(guichet_station_has_tpm(station));
    g_assert_cmpstr(guichet_station_get_device(station, "camera"), ==, "v4l2:0");
    g_assert_cmpstr(guichet_station_get_device(station, "scanner"), ==, "auto");
    g_assert_nonnull(guichet_station_get_root(station));
}

static void
test_reads_before_enrolment(void)
{
    g_autoptr(GString) text = g_string_new(good);
    g_string_replace(text, "https://centre.example:8443/", "", 0);
    g_autoptr(GuichetStation) station = load(text->str, NULL);
    g_assert_cmpstr(guichet_station_get_centre_url(station), ==, "");
}

static void
test_refuses(void)
{
    static const struct {
        const char *from;
        const char *to;
        const char *message;
    } edits[] = {
        {"station/1", "station/2", "station.json: /profile: "},
        {"mairie-07", "Mairie-07", "station.json: /id: "},
        {"mairie-07", "m", "station.json: /id: "},
        {"mairie-07", "-m", "station.json: /id: "},
        {"mairie-07", "../etc", "station.json: /id: "},
        {"mairie-07", "a1234567890123456789012345678901234567890123456789012345678901234",
         "station.json: /id: "},
        {"\"Mairie\"", "\"\"", "station.json: /name: "},
        {"\"Mairie\"", "7", "station.json: /name: "},
        {"https://", "http://", "station.json: /centre_url: "},
        {"https://centre.example:8443/", "centre", "station.json: /centre_url: "},
        {"false", "\"no\"", "station.json: /tpm: "},
        {"\"tpm\":false,", "", "station.json: /tpm: "},
        {"{\"camera\":\"v4l2:0\"}", "[]", "station.json: /devices: "},
        {"\"v4l2:0\"", "true", "station.json: /devices/camera: "},
        {"\"tpm\"", "\"colour\":1,\"tpm\"", "station.json: /colour: "},
        {"\"devices\"", "\"id\":\"x\",\"devices\"", "station.json:1: "},
        {"{\"profile\"", "\"profile\"", "station.json:1: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) text = g_string_new(good);
        g_assert_cmpuint(g_string_replace(text, edits[i].from, edits[i].to, 1), ==, 1);
        g_assert_null(load(text->str, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        if (!g_str_has_prefix(error->message, edits[i].message))
            g_error("case %d said %s", (int)i, error->message);
    }
}

static void
test_says_what_to_do_when_absent(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(load(NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "guichetctl station init"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/station/reads", test_reads);
    g_test_add_func("/core/station/reads-before-enrolment", test_reads_before_enrolment);
    g_test_add_func("/core/station/refuses-with-the-place", test_refuses);
    g_test_add_func("/core/station/says-what-to-do-when-absent", test_says_what_to_do_when_absent);
    return g_test_run();
}
