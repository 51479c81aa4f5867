/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/reading.h"

#include "core/error.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

#define NEWEST 5000 /* journal entries: days of a busy desk */

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

static void
read_back_free(gpointer data)
{
    GuichetReadBack *back = data;
    g_free(back->step);
    g_free(back);
}

static gboolean
is_known(GPtrArray *backs, const char *step)
{
    for (guint i = 0; i < backs->len; i++)
        if (g_str_equal(((GuichetReadBack *)g_ptr_array_index(backs, i))->step, step))
            return TRUE;
    return FALSE;
}

/* "<agent> <request> <step>": the newest of a step counts. */
static void
take_entry(GPtrArray *backs, const GuichetJournalEntry *entry, const char *request_id)
{
    for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
        if (!g_str_equal(entry->event, events[i]))
            continue;
        g_auto(GStrv) words = g_strsplit(entry->subject, " ", 3);
        if (g_strv_length(words) != 3 || !g_str_equal(words[1], request_id) ||
            is_known(backs, words[2]))
            continue;
        GuichetReadBack *back = g_new0(GuichetReadBack, 1);
        *back = (GuichetReadBack){g_strdup(words[2]), (GuichetReading)i, entry->wall_us};
        g_ptr_array_add(backs, back);
    }
}

GPtrArray *
guichet_desk_list_readings(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    g_autoptr(GPtrArray) entries = guichet_store_list_journal(self->store, NEWEST, error);
    if (entries == NULL)
        return NULL;
    g_autoptr(GPtrArray) backs = g_ptr_array_new_with_free_func(read_back_free);
    for (guint i = 0; i < entries->len; i++)
        take_entry(backs, g_ptr_array_index(entries, i), request_id);
    return g_steal_pointer(&backs);
}
