/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A theme pack: the colours, fonts and logo of a body that is entitled to them, in place of
 * the neutral ones. A folder with theme.json and the files that it names (format:
 * assets/style/FORMAT.md). Nothing of it is trusted: colours are values of the roles that the style
 * knows, files are of known types and match the SHA-256 of the manifest, every text pair has a
 * contrast of at least 4.5:1. No rule of a pack ever reaches the style.
 */
#define GUICHET_THEME_FOLDER "theme" /* below the station's root */
#define GUICHET_THEME_MANIFEST "theme.json"
#define GUICHET_THEME_MAX_FILES 64
#define GUICHET_THEME_MAX_BYTES (4 * 1024 * 1024) /* of one file */

typedef struct {
    char *name;
    char *licence;
    char *entitled;  /* whose pack it is, as the manifest says */
    char *font;      /* family, or NULL for the neutral one */
    char *light_css; /* "@define-color …" lines, made here from checked values */
    char *dark_css;
    GPtrArray *files; /* char*: names within the folder; fonts/, logo.* */
    char *logo;       /* name of one of them, or NULL */
} GuichetTheme;

/* NULL with GUICHET_ERROR_MALFORMED, _LIMIT, _MISMATCH (a file is not the one of the manifest) or
 * _ARGUMENT (a contrast is too small), the pair and its figure in the sentence. */
GuichetTheme *guichet_theme_load(const char *folder, GError **error);
void guichet_theme_free(GuichetTheme *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTheme, guichet_theme_free)

/* Checks @folder, then copies manifest and files below @root/theme, the manifest last. */
gboolean guichet_theme_install(const char *root, const char *folder, GError **error);

/* WCAG 2.1 contrast of two "#rrggbb", 1 to 21. */
double guichet_theme_contrast(const char *a, const char *b);
