/* SPDX-License-Identifier: EUPL-1.2 */
/* Theme packs: a made-up one is taken; each broken one is refused with the reason. */
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/theme.h"

static const char logo[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/* The neutral palettes of the house, as the pack of an invented body would write its own. */
static char *
read_palette(const char *name)
{
    g_autofree char *path =
        g_strdup_printf("%s/assets/style/palette-%s.css", g_getenv("GUICHET_SOURCE"), name);
    g_autoptr(GRegex) line = g_regex_new("@define-color (\\w+)_color (#[0-9a-f]{6});", 0, 0, NULL);
    g_autoptr(GString) json = g_string_new("{");
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (g_regex_match(line, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *role = g_match_info_fetch(match, 1);
        g_autofree char *colour = g_match_info_fetch(match, 2);

        g_string_append_printf(json, "%s\"%s\":\"%s\"", json->len > 1 ? "," : "", role, colour);
    }
    return g_strdup_printf("%s}", json->str);
}

static char *
make_manifest(void)
{
    g_autofree char *light = read_palette("light"), *dark = read_palette("dark");
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, logo, -1);

    return g_strdup_printf("{\"profile\":\"theme/1\",\"name\":\"Thème d’Essaiville\","
                           "\"licence\":\"CC0-1.0\",\"entitled\":\"Commune d’Essaiville\","
                           "\"font\":\"Essai Sans\",\"light\":%s,\"dark\":%s,"
                           "\"files\":{\"logo.svg\":\"%s\"}}",
                           light, dark, sha256);
}

static char *
make_folder(const char *manifest)
{
    char *folder = g_dir_make_tmp("guichet-theme-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, GUICHET_THEME_MANIFEST, NULL);
    g_autofree char *picture = g_build_filename(folder, "logo.svg", NULL);

    g_assert_true(g_file_set_contents(path, manifest, -1, NULL));
    g_assert_true(g_file_set_contents(picture, logo, -1, NULL));
    return folder;
}

static void
remove_folder(const char *folder)
{
    static const char *const names[] = {"theme/theme.json", "theme/logo.svg", "theme",
                                        "theme.json",       "logo.svg",       ""};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);

        g_remove(path);
    }
}

static void
test_a_sound_pack_is_taken(void)
{
    g_autofree char *manifest = make_manifest();
    g_autofree char *folder = make_folder(manifest);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTheme) theme = guichet_theme_load(folder, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(theme->name, ==, "Thème d’Essaiville");
    g_assert_cmpstr(theme->logo, ==, "logo.svg");
    g_assert_cmpstr(theme->font, ==, "Essai Sans");
    g_assert_nonnull(strstr(theme->light_css, "@define-color page_color #f3f4f2;"));
    g_assert_true(guichet_theme_install(folder, folder, &error));
    g_assert_no_error(error);
    remove_folder(folder);
}

static const struct {
    const char *from, *to; /* one change of the sound manifest */
    int code;
    const char *said;
} broken[] = {
    {"theme/1", "theme/9", GUICHET_ERROR_UNSUPPORTED, "profil"},
    {"\"name\":", "\"nom\":", GUICHET_ERROR_MALFORMED, "nom"},
    {"\"licence\":\"CC0-1.0\",", "", GUICHET_ERROR_MALFORMED, "licence"},
    {"\"page\":\"#f3f4f2\"", "\"page\":\"url(x)\"", GUICHET_ERROR_MALFORMED, "#rrvvbb"},
    {"\"page\":\"#f3f4f2\"", "\"page\":\"#f3f4f2;\"", GUICHET_ERROR_MALFORMED, "#rrvvbb"},
    {"\"page\":", "\"pages\":", GUICHET_ERROR_MALFORMED, "pages"},
    {"\"text\":\"#1c2421\"", "\"text\":\"#999999\"", GUICHET_ERROR_ARGUMENT, "contraste"},
    {"\"focus\":\"#b5520b\"", "\"focus\":\"#eeeeee\"", GUICHET_ERROR_ARGUMENT, "focus"},
    {"logo.svg", "logo.js", GUICHET_ERROR_MALFORMED, "logo.js"},
    {"logo.svg", "fonts/../../x.ttf", GUICHET_ERROR_MALFORMED, "x.ttf"},
    {"logo.svg", "logo.png", GUICHET_ERROR_NOT_FOUND, "logo.png"},
    {"\"files\":{\"logo.svg\":\"", "\"files\":{\"logo.svg\":\"0", GUICHET_ERROR_MISMATCH,
     "logo.svg"},
};

static void
test_broken_packs_are_refused(void)
{
    g_autofree char *sound = make_manifest();

    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        const char *at = strstr(sound, broken[i].from);
        g_autofree char *manifest = g_strdup_printf("%.*s%s%s", (int)(at - sound), sound,
                                                    broken[i].to, at + strlen(broken[i].from));
        g_autofree char *folder = make_folder(manifest);
        g_autoptr(GError) error = NULL;

        g_assert_null(guichet_theme_load(folder, &error));
        g_test_message("%s", error->message);
        g_assert_error(error, GUICHET_ERROR, broken[i].code);
        g_assert_nonnull(strstr(error->message, broken[i].said));
        remove_folder(folder);
    }
}

static void
test_contrast_is_that_of_the_standard(void)
{
    g_assert_cmpfloat_with_epsilon(guichet_theme_contrast("#000000", "#ffffff"), 21.0, 0.01);
    g_assert_cmpfloat(guichet_theme_contrast("#777777", "#ffffff"), <, 4.5);
    g_assert_cmpfloat(guichet_theme_contrast("#767676", "#ffffff"), >, 4.5);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/theme/a-sound-pack-is-taken", test_a_sound_pack_is_taken);
    g_test_add_func("/core/theme/broken-packs-are-refused", test_broken_packs_are_refused);
    g_test_add_func("/core/theme/contrast-is-that-of-the-standard",
                    test_contrast_is_that_of_the_standard);
    return g_test_run();
}
