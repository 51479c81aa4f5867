/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/theme.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#define PROFILE "theme/1"
#define TEXT_CONTRAST 4.5 /* WCAG 2.1, 1.4.3 */
#define EDGE_CONTRAST 3.0 /* 1.4.11 */
#define MAX_WORDS 200

static const char *const roles[] = {
    "page",         "card",       "field",     "line",         "strong_line",
    "text",         "soft_text",  "accent",    "accent_hover", "on_accent",
    "accent_soft",  "header",     "on_header", "header_line",  "focus",
    "error",        "error_soft", "warning",   "warning_soft", "success",
    "success_soft", "info",       "info_soft", "hand",         NULL,
};

static const struct {
    const char *ink, *ground;
    double least;
} pairs[] = {
    {"text", "page", TEXT_CONTRAST},
    {"text", "card", TEXT_CONTRAST},
    {"text", "field", TEXT_CONTRAST},
    {"soft_text", "page", TEXT_CONTRAST},
    {"soft_text", "card", TEXT_CONTRAST},
    {"soft_text", "field", TEXT_CONTRAST},
    {"error", "page", TEXT_CONTRAST},
    {"error", "card", TEXT_CONTRAST},
    {"accent", "page", TEXT_CONTRAST},
    {"accent", "card", TEXT_CONTRAST},
    {"on_accent", "accent", TEXT_CONTRAST},
    {"on_accent", "accent_hover", TEXT_CONTRAST},
    {"on_header", "header", TEXT_CONTRAST},
    {"text", "accent_soft", TEXT_CONTRAST},
    {"soft_text", "accent_soft", TEXT_CONTRAST},
    {"error", "error_soft", TEXT_CONTRAST},
    {"warning", "warning_soft", TEXT_CONTRAST},
    {"success", "success_soft", TEXT_CONTRAST},
    {"info", "info_soft", TEXT_CONTRAST},
    {"text", "error_soft", TEXT_CONTRAST},
    {"text", "warning_soft", TEXT_CONTRAST},
    {"text", "success_soft", TEXT_CONTRAST},
    {"text", "info_soft", TEXT_CONTRAST},
    {"strong_line", "page", EDGE_CONTRAST},
    {"strong_line", "card", EDGE_CONTRAST},
    {"focus", "page", EDGE_CONTRAST},
    {"focus", "card", EDGE_CONTRAST},
};

/* --- colours --- */

static double
luminance(const char *colour)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        int value =
            g_ascii_xdigit_value(colour[1 + 2 * i]) * 16 + g_ascii_xdigit_value(colour[2 + 2 * i]);
        double part = value / 255.0;

        sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double
guichet_theme_contrast(const char *a, const char *b)
{
    double first = luminance(a), second = luminance(b);

    return (MAX(first, second) + 0.05) / (MIN(first, second) + 0.05);
}

static gboolean
is_colour(const char *text)
{
    return strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static gboolean
check_pairs(JsonObject *palette, const char *where, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        double contrast =
            guichet_theme_contrast(json_object_get_string_member(palette, pairs[i].ink),
                                   json_object_get_string_member(palette, pairs[i].ground));

        if (contrast >= pairs[i].least)
            continue;
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("%s : %s sur %s n’a qu’un contraste de %.2f, il en faut %.1f ; changez l’une "
                      "des deux couleurs"),
                    where, pairs[i].ink, pairs[i].ground, contrast, pairs[i].least);
        return FALSE;
    }
    return TRUE;
}

/* "@define-color page_color #…;" for each role; NULL unless all are there and can be read. */
static char *
make_palette(JsonObject *manifest, const char *member, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: /%s", GUICHET_THEME_MANIFEST, member);
    g_autoptr(GString) css = g_string_new(NULL);
    JsonObject *palette = guichet_json_object(manifest, member, GUICHET_THEME_MANIFEST, error);

    if (palette == NULL || !guichet_json_only(palette, roles, where, error))
        return NULL;
    for (guint i = 0; roles[i] != NULL; i++) {
        const char *colour = guichet_json_string(palette, roles[i], where, error);

        if (colour == NULL)
            return NULL;
        if (!is_colour(colour)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                        _("%s/%s : une couleur s’écrit #rrvvbb"), where, roles[i]);
            return NULL;
        }
        g_string_append_printf(css, "@define-color %s_color %s;\n", roles[i], colour);
    }
    if (!check_pairs(palette, where, error))
        return NULL;
    return g_string_free(g_steal_pointer(&css), FALSE);
}

/* --- files --- */

static gboolean
has_known_type(const char *name)
{
    return (g_str_has_prefix(name, "fonts/") &&
            (g_str_has_suffix(name, ".ttf") || g_str_has_suffix(name, ".otf"))) ||
           g_str_equal(name, "logo.svg") || g_str_equal(name, "logo.png");
}

static gboolean
is_plain(const char *name)
{
    return strstr(name, "..") == NULL &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") ==
               strlen(name);
}

static gboolean
check_file(const char *folder, const char *name, const char *sha256, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *found = NULL;
    g_autoptr(GBytes) bytes = NULL;

    if (!is_plain(name) || !has_known_type(name)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("« %s » n’a pas sa place dans un thème : fonts/*.ttf ou *.otf, "
                      "logo.svg ou logo.png"),
                    name);
        return FALSE;
    }
    bytes = guichet_read_file(path, GUICHET_THEME_MAX_BYTES, error);
    if (bytes == NULL)
        return FALSE;
    found = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    if (g_str_equal(found, sha256))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("« %s » n’est pas le fichier que dit le thème : demandez le thème de nouveau"),
                name);
    return FALSE;
}

static gboolean
read_files(GuichetTheme *self, JsonObject *manifest, const char *folder, GError **error)
{
    JsonObject *files = guichet_json_object(manifest, "files", GUICHET_THEME_MANIFEST, error);
    g_autoptr(GList) names = files != NULL ? json_object_get_members(files) : NULL;

    if (files == NULL)
        return FALSE;
    if (g_list_length(names) > GUICHET_THEME_MAX_FILES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Le thème a plus de %d fichiers : retirez ceux qui ne servent pas"),
                    GUICHET_THEME_MAX_FILES);
        return FALSE;
    }
    for (GList *l = names; l != NULL; l = l->next) {
        const char *sha256 =
            guichet_json_string(files, l->data, GUICHET_THEME_MANIFEST ": /files", error);

        if (sha256 == NULL || !check_file(folder, l->data, sha256, error))
            return FALSE;
        g_ptr_array_add(self->files, g_strdup(l->data));
        if (g_str_has_prefix(l->data, "logo."))
            self->logo = g_ptr_array_index(self->files, self->files->len - 1);
    }
    return TRUE;
}

/* --- the manifest --- */

/* One line of words, as it is shown; a font's family goes into a setting too. */
static gboolean
read_words(JsonObject *manifest, const char *member, char **words, GError **error)
{
    const char *text = guichet_json_string(manifest, member, GUICHET_THEME_MANIFEST, error);

    if (text == NULL)
        return FALSE;
    if (*text == '\0' || strlen(text) > MAX_WORDS || strpbrk(text, "\n\r\t") != NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("%s: /%s : une ligne de 1 à %d octets est attendue"), GUICHET_THEME_MANIFEST,
                    member, MAX_WORDS);
        return FALSE;
    }
    *words = g_strdup(text);
    return TRUE;
}

static gboolean
read_manifest(GuichetTheme *self, JsonObject *manifest, const char *folder, GError **error)
{
    static const char *const members[] = {"profile", "name", "licence", "entitled", "font",
                                          "light",   "dark", "files",   NULL};
    const char *profile = guichet_json_string(manifest, "profile", GUICHET_THEME_MANIFEST, error);

    if (profile == NULL ||
        !guichet_json_only(manifest, members, GUICHET_THEME_MANIFEST ": ", error))
        return FALSE;
    if (!g_str_equal(profile, PROFILE)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                    _("Le thème est d’un profil inconnu (%s) : il faut %s"), profile, PROFILE);
        return FALSE;
    }
    if (!read_words(manifest, "name", &self->name, error) ||
        !read_words(manifest, "licence", &self->licence, error) ||
        !read_words(manifest, "entitled", &self->entitled, error))
        return FALSE;
    if (json_object_has_member(manifest, "font") &&
        !read_words(manifest, "font", &self->font, error))
        return FALSE;
    self->light_css = make_palette(manifest, "light", error);
    self->dark_css = self->light_css != NULL ? make_palette(manifest, "dark", error) : NULL;
    return self->dark_css != NULL && read_files(self, manifest, folder, error);
}

GuichetTheme *
guichet_theme_load(const char *folder, GError **error)
{
    g_autoptr(GuichetTheme) self = g_new0(GuichetTheme, 1);
    g_autofree char *path = g_build_filename(folder, GUICHET_THEME_MANIFEST, NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_JSON_MAX_BYTES, error);
    g_autoptr(JsonNode) node = NULL;

    self->files = g_ptr_array_new_with_free_func(g_free);
    if (bytes == NULL)
        return NULL;
    node = guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                              GUICHET_THEME_MANIFEST, error);
    if (node == NULL || !read_manifest(self, json_node_get_object(node), folder, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
guichet_theme_free(GuichetTheme *self)
{
    g_free(self->name);
    g_free(self->licence);
    g_free(self->entitled);
    g_free(self->font);
    g_free(self->light_css);
    g_free(self->dark_css);
    g_clear_pointer(&self->files, g_ptr_array_unref);
    g_free(self);
}

/* --- installing --- */

static gboolean
copy_file(const char *root, const char *folder, const char *name, GError **error)
{
    g_autofree char *from = g_build_filename(folder, name, NULL);
    g_autofree char *to = g_build_filename(root, GUICHET_THEME_FOLDER, name, NULL);
    g_autofree char *parent = g_path_get_dirname(to);
    g_autoptr(GBytes) bytes = guichet_read_file(from, GUICHET_THEME_MAX_BYTES, error);

    if (bytes == NULL)
        return FALSE;
    if (g_mkdir_with_parents(parent, 0755) != 0) {
        guichet_set_error_from_errno(error, errno, _("Le dossier du thème ne se fait pas :"),
                                     parent);
        return FALSE;
    }
    return guichet_write_file_durably(to, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                      0644, error);
}

gboolean
guichet_theme_install(const char *root, const char *folder, GError **error)
{
    g_autoptr(GuichetTheme) theme = guichet_theme_load(folder, error);

    if (theme == NULL)
        return FALSE;
    for (guint i = 0; i < theme->files->len; i++)
        if (!copy_file(root, folder, g_ptr_array_index(theme->files, i), error))
            return FALSE;
    return copy_file(root, folder, GUICHET_THEME_MANIFEST, error);
}
