/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/desk.h"

#include "core/error.h"
#include "core/paths.h"
#include "service-resources.h"
#include "service/card.h"
#include "service/desk-private.h"
#include "service/enrolment.h"
#include "service/kiosk.h"
#include "service/offline.h"
#include "service/retention.h"
#include "service/witness.h"

#include <glib/gi18n-lib.h>

#define LOGIN_ERASES 20 /* files at most: the night does the rest */

/* --- policy --- */

GuichetSessionPolicy *
guichet_desk_load_session_policy(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_SESSION_POLICY_FILE);
    g_autoptr(GBytes) bytes = g_file_test(path, G_FILE_TEST_EXISTS)
                                  ? guichet_read_file(path, GUICHET_SESSION_POLICY_MAX_BYTES, error)
                                  : g_resource_lookup_data(guichet_service_get_resource(),
                                                           "/fr/guichet/service/session.json",
                                                           G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return bytes != NULL ? guichet_session_policy_new(g_bytes_get_data(bytes, NULL),
                                                      g_bytes_get_size(bytes), path, error)
                         : NULL;
}

const GuichetSessionPolicy *
guichet_desk_get_session_policy(GuichetDesk *self)
{
    return self->policy;
}

static gboolean
check_policy(GuichetDesk *self, GError **error)
{
    if (self->policy == NULL)
        self->policy =
            guichet_desk_load_session_policy(guichet_station_get_root(self->station), error);
    if (self->policy == NULL)
        return FALSE;
    const GuichetPatience patience = {.free_attempts = self->policy->free_attempts,
                                      .first_wait_s = self->policy->first_wait_seconds,
                                      .longest_wait_s = self->policy->longest_wait_seconds};
    guichet_store_set_patience(self->store, &patience);
    return TRUE;
}

/* --- notices --- */

/* An agent gets in even where retention cannot be applied; then that is the notice. */
static void
take_notices(GuichetDesk *self)
{
    g_autoptr(GError) failure = NULL;
    g_auto(GuichetRetention) retention = {NULL};
    if (!guichet_desk_apply_retention(self, LOGIN_ERASES, &retention, &failure)) {
        retention.warnings = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(retention.warnings, g_strdup(failure->message));
    }
    g_clear_pointer(&self->notices, g_ptr_array_unref);
    self->notices = g_steal_pointer(&retention.warnings);
}

/* A store that was put back opens all the same, so that the citizen at the desk is served: the
 * audit, the journal and the screen say so. */
static void
call_witness(GuichetDesk *self)
{
    g_autoptr(GError) failure = NULL;
    if (guichet_desk_witness(self, &failure))
        return;
    g_ptr_array_add(self->notices, g_strdup(failure->message));
    guichet_store_journal(self->store, "witness-missed", "", NULL);
}

GPtrArray *
guichet_desk_get_notices(GuichetDesk *self)
{
    return self->notices;
}

/* --- opening --- */

gboolean
guichet_desk_uses_card(GuichetDesk *self, const char *agent)
{
    g_autofree char *text = guichet_store_find_card(self->store, agent, NULL);
    return text != NULL;
}

static gboolean
check_heard(GuichetDesk *self, const char *agent, char **notice, GError **error)
{
    g_autoptr(GError) refusal = NULL;
    if (guichet_desk_check_offline(self, notice, &refusal))
        return TRUE;
    if (!g_error_matches(refusal, GUICHET_ERROR, GUICHET_ERROR_DENIED) ||
        guichet_store_journal(self->store, "login-offline",
                              guichet_desk_uses_card(self, agent) ? agent : "", error))
        g_propagate_error(error, g_steal_pointer(&refusal));
    return FALSE;
}

static gboolean
unlock(GuichetDesk *self, const GuichetLogin *login, GError **error)
{
    g_autoptr(GuichetSecret) secret =
        guichet_station_load_secret(guichet_station_get_root(self->station), error);
    if (secret == NULL)
        return FALSE;
    if (login->card != NULL || guichet_desk_uses_card(self, login->agent))
        return guichet_desk_open_by_card(self, login, secret, error);
    return guichet_store_unlock(self->store, login->agent, secret, login->secret, error);
}

/* The key goes first; then there is time to write about it. */
static void
end_session(GuichetDesk *self, const char *reason)
{
    g_autofree char *agent = g_steal_pointer(&self->agent);
    guichet_store_lock(self->store);
    guichet_desk_release_card(self);
    guichet_desk_leave(self);
    guichet_desk_set_role(self, self->wanted);
    self->session++;
    if (agent == NULL || reason == NULL)
        return;
    g_autofree char *subject = g_strdup_printf("%s %s", agent, reason);
    g_autoptr(GError) error = NULL;
    if (!guichet_store_journal(self->store, "session-locked", subject, &error))
        g_warning("%s", error->message);
}

gboolean
guichet_desk_open_session(GuichetDesk *self, const GuichetLogin *login, GError **error)
{
    g_autofree char *offline = NULL;
    guichet_desk_logout(self);
    if (!check_policy(self, error) || !check_heard(self, login->agent, &offline, error) ||
        !unlock(self, login, error))
        return FALSE;
    if (!guichet_desk_take_role(self, error)) {
        end_session(self, NULL);
        return FALSE;
    }
    self->agent = g_strdup(login->agent);
    take_notices(self);
    guichet_desk_note_clock(self);
    call_witness(self);
    char *card = guichet_desk_warn_of_card(self);
    if (offline != NULL)
        g_ptr_array_insert(self->notices, 0, g_steal_pointer(&offline));
    if (card != NULL)
        g_ptr_array_add(self->notices, card);
    return TRUE;
}

gboolean
guichet_desk_login(GuichetDesk *self, const char *agent, GuichetSecret *passphrase, GError **error)
{
    const GuichetLogin login = {.agent = agent, .secret = passphrase};
    return guichet_desk_open_session(self, &login, error);
}

gboolean
guichet_desk_is_open(GuichetDesk *self)
{
    return guichet_store_is_unlocked(self->store);
}

/* --- locking --- */

void
guichet_desk_lock(GuichetDesk *self, GuichetLockReason reason)
{
    end_session(self, reason == GUICHET_LOCK_IDLE ? "idle" : "card-removed");
}

void
guichet_desk_logout(GuichetDesk *self)
{
    end_session(self, guichet_desk_is_card_gone(self) ? "card-removed" : NULL);
}
