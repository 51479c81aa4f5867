/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/language.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const char *current; /* interned, or NULL for French */
static GPrivate kept = G_PRIVATE_INIT(NULL);

void
guichet_language_set(const char *code)
{
    gsize length = code != NULL ? strspn(code, "abcdefghijklmnopqrstuvwxyz") : 0;
    gboolean known = (length == 2 || length == 3) && strchr("_.@", code[length]) != NULL;
    g_autofree char *language = known ? g_strndup(code, length) : NULL;
    g_atomic_pointer_set(&current, g_intern_string(language));
}

const char *
guichet_language_get(void)
{
    const char *language = g_atomic_pointer_get(&current);
    return language != NULL && g_private_get(&kept) == NULL ? language : "fr";
}

const char *
guichet_language_translate(const char *french)
{
    /* gettext answers an empty text with the head of its catalogue */
    return *french != '\0' && g_private_get(&kept) == NULL ? _(french) : french;
}

gboolean
guichet_language_keep_french(gboolean keep)
{
    gboolean before = g_private_get(&kept) != NULL;
    g_private_set(&kept, GINT_TO_POINTER(keep));
    return before;
}
