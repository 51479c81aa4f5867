/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/state.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "db/journal.h"
#include "db/query.h"

gboolean
guichet_state_read(GuichetDatabase *database, const char *request, GuichetRequestState *state,
                   GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/state", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request);
    int step = guichet_query_step(query, error);
    if (step == 1 && guichet_request_state_from_name(guichet_query_text(query, "state"), state))
        return TRUE;
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucune demande « %.40s » sur ce poste ; vérifiez son numéro"), request);
    else if (step == 1)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("demande %s : état inconnu dans la base ; appelez le technicien"), request);
    return FALSE;
}

static gboolean
write_state(GuichetDatabase *database, const char *request, const char *name, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/set-state", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request);
    guichet_query_bind_text(query, ":state", name);
    guichet_query_bind_now(query);
    return guichet_query_run(query, error);
}

gboolean
guichet_state_move_quietly(GuichetDatabase *database, const char *request, GuichetRequestState to,
                           GError **error)
{
    GuichetRequestState from;
    return guichet_state_read(database, request, &from, error) &&
           guichet_request_state_check(from, to, error) &&
           write_state(database, request, guichet_request_state_name(to), error);
}

gboolean
guichet_state_move(GuichetDatabase *database, const char *request, GuichetRequestState to,
                   GError **error)
{
    g_autofree char *event = g_strconcat("request-", guichet_request_state_name(to), NULL);
    return guichet_state_move_quietly(database, request, to, error) &&
           guichet_journal_append(database, event, request, error);
}
