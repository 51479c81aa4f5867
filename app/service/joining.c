/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/joining.h"

#include <string.h>

#include "core/error.h"
#include "core/message.h"
#include "core/reserve.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

/* --- joining --- */

static gboolean
check_parent(const GuichetRequest *parent, GuichetRequestState needed, GError **error)
{
    if (parent->state == needed)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("La demande n° %s est « %s » : il faut qu’elle soit « %s »"), parent->id,
                guichet_request_state_label(parent->state), guichet_request_state_label(needed));
    return FALSE;
}

static GuichetProcedure *
make_supplement(GuichetDesk *self, const char *parent, GError **error)
{
    g_autoptr(GuichetSupplement) asked = guichet_store_find_supplement(self->store, parent, error);
    GuichetProcedure *procedure =
        asked != NULL ? guichet_desk_procedure_of(self, parent, error) : NULL;
    return procedure != NULL ? guichet_procedure_new_supplement(
                                   procedure, (const char *const *)asked->pieces, error)
                             : NULL;
}

static GuichetProcedure *
find_joining(GuichetDesk *self, const char *procedure_id, GError **error)
{
    g_autoptr(GuichetProcedure) procedure = guichet_desk_find_procedure(self, procedure_id, error);
    if (procedure == NULL || guichet_procedure_joins(procedure))
        return g_steal_pointer(&procedure);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("La démarche « %s » ne se joint pas à une autre demande"),
                guichet_procedure_get_title(procedure));
    return NULL;
}

static GuichetRequest *
add_joining(GuichetDesk *self, const char *parent, GuichetProcedure *procedure, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    request->parent = g_strdup(parent);
    if (!guichet_reserve_check(guichet_station_get_root(self->station), 0, error) ||
        !guichet_store_add_request(self->store, request, procedure, error))
        return NULL;
    g_hash_table_insert(self->procedures, g_strdup(request->id), guichet_procedure_ref(procedure));
    return g_steal_pointer(&request);
}

GuichetRequest *
guichet_desk_join(GuichetDesk *self, const char *parent, const char *procedure_id, GError **error)
{
    gboolean is_supplement = procedure_id == NULL;
    if (!guichet_desk_may(self, is_supplement ? GUICHET_ACTION_DRAFT : GUICHET_ACTION_HAND_OVER,
                          error) ||
        !guichet_desk_may(self, GUICHET_ACTION_LIST, error)) /* it is about another request */
        return NULL;
    g_autoptr(GError) failure = NULL;
    g_autofree char *draft = guichet_store_find_joining_draft(self->store, parent, &failure);
    if (draft != NULL)
        return guichet_desk_load_request(self, draft, error);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    g_autoptr(GuichetRequest) request = guichet_store_load_request(self->store, parent, error);
    if (request == NULL || !check_parent(request,
                                         is_supplement ? GUICHET_REQUEST_SUPPLEMENT_ASKED
                                                       : GUICHET_REQUEST_TITLE_READY,
                                         error))
        return NULL;
    g_autoptr(GuichetProcedure) procedure = is_supplement ? make_supplement(self, parent, error)
                                                          : find_joining(self, procedure_id, error);
    return procedure != NULL && guichet_desk_may_work_on(self, procedure, error)
               ? add_joining(self, parent, procedure, error)
               : NULL;
}

GuichetSupplement *
guichet_desk_find_supplement(GuichetDesk *self, const char *request_id, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_LIST, error)
               ? guichet_store_find_supplement(self->store, request_id, error)
               : NULL;
}

GuichetTitle *
guichet_desk_find_title(GuichetDesk *self, const char *request_id, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_LIST, error)
               ? guichet_store_find_title(self->store, request_id, error)
               : NULL;
}

gboolean
guichet_desk_check_title(GuichetDesk *self, const char *request_id, const char *number,
                         gboolean *matches, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_HAND_OVER, error))
        return FALSE;
    g_autoptr(GuichetTitle) title = guichet_store_find_title(self->store, request_id, error);
    if (title == NULL)
        return FALSE;
    g_autofree char *digest = guichet_message_title_digest(number);
    *matches = strcmp(digest, title->title_sha256) == 0;
    return TRUE;
}

/* --- the seal of a joining request (deposit.c) --- */

gboolean
guichet_desk_find_joined(GuichetDesk *self, GuichetRequest *request, GuichetJoined *joined,
                         GError **error)
{
    const char *name = NULL;
    if (request->parent == NULL)
        return TRUE;
    g_autoptr(GuichetRequest) parent =
        guichet_store_load_request(self->store, request->parent, error);
    GuichetProcedure *procedure =
        parent != NULL ? guichet_desk_procedure_of(self, request->id, error) : NULL;
    if (procedure == NULL)
        return FALSE;
    g_autoptr(JsonNode) data =
        guichet_request_rule_data(request, procedure, guichet_instant_now().wall_us);
    if (!guichet_procedure_join(procedure, data, &name, error))
        return FALSE;
    GuichetRequestState to = GUICHET_REQUEST_N_STATES;
    gboolean moves = name != NULL && guichet_request_state_from_name(name, &to);
    /* a colleague's draft, sealed by who may not give a title, would give it all the same */
    gboolean gives =
        moves && (to == GUICHET_REQUEST_HANDED_OVER || to == GUICHET_REQUEST_DESTROYED);
    if (gives && !guichet_desk_may(self, GUICHET_ACTION_HAND_OVER, error))
        return FALSE;
    if (moves && to == GUICHET_REQUEST_HANDED_OVER &&
        !guichet_desk_check_handed(self, request, error))
        return FALSE;
    joined->bundle = g_strdup(parent->bundle_sha256);
    joined->moves = moves;
    joined->to = to;
    return TRUE;
}

/* --- a day --- */

void
guichet_day_clear(GuichetDay *day)
{
    g_clear_pointer(&day->appointments, g_ptr_array_unref);
    g_clear_pointer(&day->drafts, g_ptr_array_unref);
    g_clear_pointer(&day->supplements, g_ptr_array_unref);
    g_clear_pointer(&day->titles, g_ptr_array_unref);
}

static GPtrArray *
find_in_state(GuichetDesk *self, GuichetRequestState state, GError **error)
{
    const GuichetRequestFilter filter = {.state = &state};
    return guichet_desk_find_requests(self, &filter, error);
}

static void
bounds_of_day(gint64 at_us, gint64 *first_us, gint64 *behind_us)
{
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(at_us / G_USEC_PER_SEC);
    g_autoptr(GDateTime) first =
        g_date_time_new_local(g_date_time_get_year(at), g_date_time_get_month(at),
                              g_date_time_get_day_of_month(at), 0, 0, 0);
    g_autoptr(GDateTime) behind = g_date_time_add_days(first, 1);
    *first_us = g_date_time_to_unix(first) * G_USEC_PER_SEC;
    *behind_us = g_date_time_to_unix(behind) * G_USEC_PER_SEC;
}

gboolean
guichet_desk_load_day(GuichetDesk *self, gint64 at_us, GuichetDay *day, GError **error)
{
    g_auto(GuichetDay) found = {NULL};
    gint64 first_us, behind_us;
    bounds_of_day(at_us, &first_us, &behind_us);
    found.drafts = find_in_state(self, GUICHET_REQUEST_DRAFT, error);
    if (found.drafts == NULL ||
        (found.supplements = find_in_state(self, GUICHET_REQUEST_SUPPLEMENT_ASKED, error)) ==
            NULL ||
        (found.titles = find_in_state(self, GUICHET_REQUEST_TITLE_READY, error)) == NULL ||
        (found.appointments =
             guichet_store_list_appointments(self->store, first_us, behind_us, error)) == NULL)
        return FALSE;
    *day = found;
    found = (GuichetDay){NULL};
    return TRUE;
}

gboolean
guichet_desk_mark_appointment(GuichetDesk *self, const char *reference, const char *state,
                              GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_LIST, error) &&
           guichet_store_mark_appointment(self->store, reference, state, error);
}
