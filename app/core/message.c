/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/message.h"

#include <string.h>

#include "core/digest.h"

static const char *const kind_names[GUICHET_MESSAGE_N_KINDS] = {
    [GUICHET_MESSAGE_STATUS] = "status",
    [GUICHET_MESSAGE_SUPPLEMENT] = "supplement",
    [GUICHET_MESSAGE_TITLE_READY] = "title-ready",
    [GUICHET_MESSAGE_APPOINTMENT] = "appointment",
};

void
guichet_message_free(GuichetMessage *message)
{
    if (message == NULL)
        return;
    g_free(message->station);
    g_free(message->bundle_sha256);
    g_free(message->state);
    g_free(message->text);
    g_strfreev(message->pieces);
    g_free(message->title_sha256);
    g_free(message->reference);
    g_free(message->procedure_id);
    g_free(message);
}

const char *
guichet_message_kind_name(GuichetMessageKind kind)
{
    g_return_val_if_fail((guint)kind < GUICHET_MESSAGE_N_KINDS, NULL);
    return kind_names[kind];
}

gboolean
guichet_message_kind_from_name(const char *name, GuichetMessageKind *kind)
{
    for (guint i = 0; i < GUICHET_MESSAGE_N_KINDS; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (GuichetMessageKind)i;
            return TRUE;
        }
    }
    return FALSE;
}

char *
guichet_message_title_digest(const char *number)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *at = number; *at != '\0'; at++)
        if (g_ascii_isalnum(*at))
            g_string_append_c(text, g_ascii_toupper(*at));
    return guichet_sha256_hex(text->str, text->len);
}
