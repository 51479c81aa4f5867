/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/language.h"

#include <string.h>

static const char *current; /* interned, or NULL for French */

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
    return language != NULL ? language : "fr";
}
