/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/courier.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "sync/station/courier-private.h"

void
guichet_courier_out_clear(GuichetCourierOut *out)
{
    g_free(out->stick);
    g_free(out->reason);
    *out = (GuichetCourierOut){0};
}

void
guichet_courier_home_clear(GuichetCourierHome *home)
{
    g_free(home->reason);
    *home = (GuichetCourierHome){0};
}

gboolean
guichet_courier_step(const GuichetCourierWatch *watch, guint done, guint all, GError **error)
{
    if (watch == NULL)
        return TRUE;
    if (watch->progress != NULL)
        watch->progress(done, all, watch->data);
    if (watch->cancellable == NULL || !g_cancellable_is_cancelled(watch->cancellable))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED,
                _("Arrêté à votre demande : rien n’est perdu, recommencez quand vous voulez"));
    return FALSE;
}

void
guichet_courier_note(char **reason, const GError *failure)
{
    if (*reason == NULL)
        *reason = g_strdup(failure->message);
}

gboolean
guichet_courier_clear_received(const GuichetSyncContext *context, GuichetStick *stick,
                               GError **error)
{
    g_autofree char *way = guichet_stick_way(context->station, FALSE);
    g_autoptr(GPtrArray) entries = guichet_outbox_list(context->outbox, FALSE, error);
    g_autoptr(GPtrArray) names =
        entries != NULL ? guichet_stick_list(stick, way, COURIER_BUNDLE_SUFFIX, error) : NULL;
    if (names == NULL)
        return FALSE;
    g_autoptr(GHashTable) here = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(here, g_ptr_array_index(names, i));
    for (guint i = 0; i < entries->len; i++) {
        const GuichetOutboxEntry *entry = g_ptr_array_index(entries, i);
        g_autofree char *name = g_strconcat(entry->sha256, COURIER_BUNDLE_SUFFIX, NULL);
        if (entry->received && g_hash_table_contains(here, name) &&
            !guichet_stick_remove(stick, way, name, error))
            return FALSE;
    }
    return TRUE;
}
