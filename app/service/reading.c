/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/error.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

static const char *const events[] = {
    [GUICHET_READING_RIGHT] = "reading-right",
    [GUICHET_READING_WRONG] = "reading-wrong",
    [GUICHET_READING_LAPSED] = "reading-lapsed",
};

gboolean
guichet_desk_record_reading(GuichetDesk *self, const char *request_id, const char *step,
                            GuichetReading reading, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    if (!guichet_desk_is_open(self)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                            _("Aucune session n’est ouverte : la relecture n’est pas notée"));
        return FALSE;
    }
    g_autofree char *subject = g_strdup_printf("%s %s", request_id, step);
    return guichet_desk_journal_act(self, events[reading], subject, error);
}
