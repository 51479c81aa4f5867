/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/desk.h"

#include "service/card.h"
#include "service/desk-private.h"
#include "service/vault.h"

gboolean
guichet_desk_change_passphrase(GuichetDesk *self, GuichetSecret *passphrase, guint scrypt_log2n,
                               GError **error)
{
    g_autoptr(GuichetSecret) secret = guichet_desk_may(self, GUICHET_ACTION_LIST, error)
                                          ? guichet_vault_open(self->station, error)
                                          : NULL;
    return secret != NULL &&
           guichet_store_change_passphrase(self->store, secret, passphrase, scrypt_log2n, error);
}

gboolean
guichet_desk_add_agent(GuichetDesk *self, const GuichetLogin *login, guint scrypt_log2n,
                       GError **error)
{
    g_autofree char *text = NULL;
    if (!guichet_desk_may(self, GUICHET_ACTION_AGENTS, error))
        return FALSE;
    g_autoptr(GuichetSecret) secret = guichet_vault_open(self->station, error);
    if (secret == NULL)
        return FALSE;
    if (login->card == NULL)
        return guichet_store_add_agent(self->store, login->agent, secret, login->secret,
                                       scrypt_log2n, error);
    g_autoptr(GuichetSecret) card = guichet_desk_enrol_card(self, login, &text, error);
    return card != NULL &&
           guichet_store_add_card_agent(self->store, login->agent, secret, card, text, error);
}

gboolean
guichet_desk_change_card(GuichetDesk *self, const GuichetLogin *login, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GuichetSecret) secret = guichet_desk_may(self, GUICHET_ACTION_LIST, error)
                                          ? guichet_vault_open(self->station, error)
                                          : NULL;
    g_autoptr(GuichetSecret) card =
        secret != NULL ? guichet_desk_enrol_card(self, login, &text, error) : NULL;
    return card != NULL && guichet_store_change_card(self->store, secret, card, text, error);
}

gboolean
guichet_desk_revoke_agent(GuichetDesk *self, const char *agent, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_AGENTS, error) &&
           guichet_store_revoke_agent(self->store, agent, error);
}

gboolean
guichet_desk_set_agent_role(GuichetDesk *self, const char *agent, GuichetUserRole role,
                            GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_AGENTS, error) &&
           guichet_store_set_agent_role(self->store, agent, role, error);
}

gboolean
guichet_desk_renew_keys(GuichetDesk *self, GError **error)
{
    return guichet_desk_may(self, GUICHET_ACTION_AGENTS, error) &&
           guichet_store_renew_keys(self->store, error);
}
