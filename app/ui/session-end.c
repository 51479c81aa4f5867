/* SPDX-License-Identifier: EUPL-1.2 */
#include "session-end.h"

#include <glib/gi18n-lib.h>

static gpointer
work_logout(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    guichet_desk_logout(desk);
    return desk;
}

static gpointer
work_lock_idle(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    guichet_desk_lock(desk, GUICHET_LOCK_IDLE);
    return desk;
}

void
guichet_session_end_async(GuichetDesk *desk, GuichetSessionEnd how, GAsyncReadyCallback callback,
                          gpointer user_data)
{
    static const GuichetDeskFunc works[] = {[GUICHET_SESSION_END_LOGOUT] = work_logout,
                                            [GUICHET_SESSION_END_IDLE] = work_lock_idle,
                                            [GUICHET_SESSION_END_CARD] = NULL};

    if (works[how] != NULL)
        guichet_desk_call_async(desk, works[how], NULL, NULL, NULL, NULL, callback, user_data);
}

char *
guichet_session_end_describe(GuichetSessionEnd how, const char *reason)
{
    if (how == GUICHET_SESSION_END_LOGOUT)
        return NULL;
    if (how == GUICHET_SESSION_END_IDLE)
        return g_strdup(_("Session verrouillée, personne n’était là. Tout est gardé : ouvrez-la de "
                          "nouveau, vous revenez au même dossier."));
    return g_strdup_printf(_("Session verrouillée : %s. Tout est gardé : votre carte et votre code "
                             "ramènent au même dossier."),
                           reason);
}

void
guichet_resume_note(GuichetResume *self, const char *agent, const char *request)
{
    g_clear_pointer(&self->request, g_free);
    if (request == NULL)
        return;
    self->request = g_strdup(request);
    g_free(self->agent);
    self->agent = g_strdup(agent);
}

char *
guichet_resume_take(GuichetResume *self, const char *agent)
{
    g_autofree char *request = g_steal_pointer(&self->request);

    return g_strcmp0(agent, self->agent) == 0 ? g_steal_pointer(&request) : NULL;
}

void
guichet_resume_clear(GuichetResume *self)
{
    g_clear_pointer(&self->agent, g_free);
    g_clear_pointer(&self->request, g_free);
}
