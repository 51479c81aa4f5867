/* SPDX-License-Identifier: EUPL-1.2 */
#include "comfort.h"

#include <fontconfig/fontconfig.h>

#define BASE_DPI (96 * 1024) /* gtk-xft-dpi counts 1024ths of a dot per inch */

static GtkCssProvider *palette;
static int text_percent = 100;
static gboolean is_dark;

static GuichetTheme *theme; /* or NULL: the neutral one */

static void
load_palette(void)
{
    if (theme != NULL) {
        gtk_css_provider_load_from_data(palette, is_dark ? theme->dark_css : theme->light_css, -1);
        return;
    }
    gtk_css_provider_load_from_resource(palette, is_dark ? "/fr/guichet/style/palette-dark.css"
                                                         : "/fr/guichet/style/palette-light.css");
}

void
guichet_comfort_apply(GdkDisplay *display)
{
    g_autoptr(GtkCssProvider) rules = gtk_css_provider_new();
    GtkSettings *settings = gtk_settings_get_for_display(display);

    /* 12 points make 1 rem = 16 px, which the style counts in; no motion; one icon theme */
    g_object_set(settings, "gtk-font-name", "Inter 12", "gtk-enable-animations", FALSE,
                 "gtk-xft-dpi", BASE_DPI * text_percent / 100, NULL);
    palette = gtk_css_provider_new();
    load_palette();
    gtk_css_provider_load_from_resource(rules, "/fr/guichet/style/guichet.css");
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(palette),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(rules),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(display), "/fr/guichet/icons");
}

void
guichet_comfort_take_theme(GuichetTheme *taken)
{
    g_autofree char *font =
        g_strdup_printf("%s 12", taken != NULL && taken->font != NULL ? taken->font : "Inter");

    g_clear_pointer(&theme, guichet_theme_free);
    theme = taken;
    load_palette();
    g_object_set(gtk_settings_get_default(), "gtk-font-name", font, NULL);
}

void
guichet_comfort_add_fonts(const GuichetTheme *checked, const char *folder)
{
    for (guint i = 0; i < checked->files->len; i++) {
        g_autofree char *path =
            g_build_filename(folder, g_ptr_array_index(checked->files, i), NULL);

        if (g_str_has_prefix(g_ptr_array_index(checked->files, i), "fonts/"))
            FcConfigAppFontAddFile(NULL, (const FcChar8 *)path);
    }
}

void
guichet_comfort_set_text_percent(int percent)
{
    text_percent = percent;
    /* pages listen to this setting and lay themselves out again */
    g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", BASE_DPI * percent / 100, NULL);
}

int
guichet_comfort_get_text_percent(void)
{
    return text_percent;
}

void
guichet_comfort_set_dark(gboolean dark)
{
    is_dark = dark;
    g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", dark, NULL);
    load_palette();
}

gboolean
guichet_comfort_is_dark(void)
{
    return is_dark;
}
