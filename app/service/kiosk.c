/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/kiosk.h"

#include "core/error.h"
#include "core/reserve.h"
#include "core/ticket.h"
#include "service/desk-private.h"
#include "service/vault.h"

#include <glib/gi18n-lib.h>

gboolean
guichet_desk_read_kiosk(GuichetDesk *self, GuichetKioskState *state, GError **error)
{
    GuichetKioskState read;
    if (!guichet_kiosk_policy_load(guichet_station_get_root(self->station), &read.policy, error) ||
        !guichet_store_kiosk_is_open(self->store, &read.is_open, error))
        return FALSE;
    *state = read;
    return TRUE;
}

static gboolean
check_policy(GuichetDesk *self, GError **error)
{
    GuichetKioskPolicy policy;
    const char *root = guichet_station_get_root(self->station);
    if (!guichet_kiosk_policy_load(root, &policy, error))
        return FALSE;
    if (!policy.unattended)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("La règle de ce poste ne permet pas de borne sans agent : mettez "
                      "« unattended » à true dans %s/" GUICHET_KIOSK_FILE ", avec sa raison"),
                    root);
    return policy.unattended;
}

gboolean
guichet_desk_open_kiosk(GuichetDesk *self, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_AGENTS, error) || !check_policy(self, error))
        return FALSE;
    g_autoptr(GuichetSecret) secret = guichet_vault_open(self->station, error);
    return secret != NULL && guichet_store_open_kiosk(self->store, secret, error);
}

gboolean
guichet_desk_close_kiosk(GuichetDesk *self, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error) &&
           guichet_store_close_kiosk(self->store, error);
}

/* --- in the citizen's role --- */

gboolean
guichet_desk_enter_kiosk(GuichetDesk *self, GError **error)
{
    if (self->role != GUICHET_USER_ROLE_CITIZEN) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                            _("La borne ne s’ouvre qu’au rôle d’usager : --role citizen"));
        return FALSE;
    }
    if (!check_policy(self, error))
        return FALSE;
    g_autoptr(GuichetSecret) secret = guichet_vault_open(self->station, error);
    return secret != NULL && guichet_store_unlock_kiosk(self->store, secret, error);
}

static void
take(GuichetDesk *self, const char *id)
{
    guichet_desk_leave(self);
    self->mine = g_strdup(id);
}

GuichetRequest *
guichet_desk_begin_alone(GuichetDesk *self, const char *procedure_id, char **ticket, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DRAFT, error) ||
        !guichet_reserve_check(guichet_station_get_root(self->station), 0, error))
        return NULL;
    g_autoptr(GuichetProcedure) procedure = guichet_desk_find_procedure(self, procedure_id, error);
    g_autofree char *digits = procedure != NULL ? guichet_ticket_new(error) : NULL;
    if (digits == NULL)
        return NULL;
    g_autoptr(GuichetRequest) request = guichet_request_new(procedure);
    if (!guichet_store_add_ticketed(self->store, request, procedure, digits, error))
        return NULL;
    take(self, request->id);
    *ticket = g_steal_pointer(&digits);
    return g_steal_pointer(&request);
}

GuichetRequest *
guichet_desk_resume(GuichetDesk *self, const char *ticket, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_DRAFT, error))
        return NULL;
    g_autofree char *digits = guichet_ticket_parse(ticket, error);
    g_autofree char *id =
        digits != NULL ? guichet_store_find_ticket(self->store, digits, error) : NULL;
    if (id == NULL)
        return NULL;
    take(self, id);
    return guichet_desk_load_request(self, id, error);
}

void
guichet_desk_leave(GuichetDesk *self)
{
    if (self->mine != NULL)
        g_hash_table_remove(self->procedures, self->mine);
    g_clear_pointer(&self->mine, g_free);
    g_hash_table_remove_all(self->viewed);
}

/* --- at the desk --- */

char *
guichet_desk_find_ticket(GuichetDesk *self, const char *ticket, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_LIST, error))
        return NULL;
    g_autofree char *digits = guichet_ticket_parse(ticket, error);
    return digits != NULL ? guichet_store_find_ticket(self->store, digits, error) : NULL;
}
