/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui-locale.h"

#include <libintl.h>
#include <locale.h>

#include "config.h"
#include "core/language.h"

#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_ISOLATE "\xe2\x81\xa9"

const GuichetLocale guichet_locales[] = {
    {"fr", "Français", "fr_FR.UTF-8", GTK_TEXT_DIR_LTR},
    {"en", "English", "en_GB.UTF-8", GTK_TEXT_DIR_LTR},
    {"ar", "العربية", "ar_MA.UTF-8", GTK_TEXT_DIR_RTL},
    {NULL, NULL, NULL, GTK_TEXT_DIR_NONE},
};

static const GuichetLocale *current = &guichet_locales[0];

/* glibc: raised after LANGUAGE has changed, so that gettext looks its catalogues up again
 * (GNU gettext manual, "Triggering gettext operations"). */
extern int _nl_msg_cat_cntr;

/* Messages in the language's own locale where the system has it (assistive tools ask for its
 * name); else gettext goes by LANGUAGE alone, which it ignores in the locale "C". */
static void
apply(const GuichetLocale *language)
{
    current = language;
    if (setlocale(LC_MESSAGES, language->locale) == NULL)
        setlocale(LC_MESSAGES, "C.UTF-8");
    /* the variable is there since the start: glibc swaps one pointer, and frees no old value */
    g_setenv("LANGUAGE", language->code, TRUE);
    _nl_msg_cat_cntr++;
    guichet_language_set(language->code);
}

void
guichet_locale_start(void)
{
    const char *folder = g_getenv("GUICHET_LOCALEDIR");

    gtk_disable_setlocale(); /* which would undo what follows */
    setlocale(LC_ALL, "");
    if (setlocale(LC_CTYPE, NULL) == NULL || g_str_equal(setlocale(LC_CTYPE, NULL), "C"))
        setlocale(LC_CTYPE, "C.UTF-8");
    bindtextdomain(GETTEXT_PACKAGE, folder != NULL ? folder : GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    apply(&guichet_locales[0]);
}

void
guichet_locale_set(const char *code)
{
    for (const GuichetLocale *row = guichet_locales; row->code != NULL; row++) {
        if (!g_str_equal(row->code, code))
            continue;
        apply(row);
        gtk_widget_set_default_direction(row->direction);
    }
}

const GuichetLocale *
guichet_locale_get(void)
{
    return current;
}

void
guichet_locale_from_left(GtkWidget *widget)
{
    gtk_widget_set_direction(widget, GTK_TEXT_DIR_LTR);
    gtk_widget_add_css_class(widget, "from-left");
}

char *
guichet_locale_isolate(const char *text)
{
    if (current->direction != GTK_TEXT_DIR_RTL || *text == '\0')
        return g_strdup(text);
    return g_strconcat(FIRST_STRONG_ISOLATE, text, POP_ISOLATE, NULL);
}
