/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/consent.h"

#include "core/clock.h"
#include "core/error.h"
#include "core/language.h"
#include "core/paths.h"
#include "core/reserve.h"
#include "service-resources.h"
#include "service/desk-private.h"
#include "service/mandate-sheet.h"

#include <glib/gi18n-lib.h>

/* --- policy --- */

GuichetConsentPolicy *
guichet_desk_load_consent_policy(GuichetDesk *self, GError **error)
{
    g_autofree char *path =
        guichet_station_path(guichet_station_get_root(self->station), GUICHET_CONSENT_POLICY_FILE);
    g_autoptr(GBytes) bytes = g_file_test(path, G_FILE_TEST_EXISTS)
                                  ? guichet_read_file(path, GUICHET_CONSENT_POLICY_MAX_BYTES, error)
                                  : g_resource_lookup_data(guichet_service_get_resource(),
                                                           "/fr/guichet/service/consent.json",
                                                           G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return bytes != NULL ? guichet_consent_policy_new(bytes, "consent.json", error) : NULL;
}

gboolean
guichet_desk_asks_consent(GuichetDesk *self, gboolean *asks, GError **error)
{
    g_autoptr(GuichetConsentPolicy) policy = guichet_desk_load_consent_policy(self, error);
    if (policy == NULL)
        return FALSE;
    *asks = guichet_consent_policy_asks(policy, self->role);
    return TRUE;
}

gboolean
guichet_desk_add_consent_gaps(GuichetDesk *self, GuichetRequest *request, GPtrArray *gaps,
                              GError **error)
{
    g_autoptr(GuichetConsentPolicy) policy = guichet_desk_load_consent_policy(self, error);
    if (policy == NULL)
        return FALSE;
    if (guichet_consent_policy_asks(policy, self->role))
        guichet_consent_add_gaps(request, policy->why, gaps);
    return TRUE;
}

/* --- noting it --- */

static char *
find_today(void)
{
    g_autoptr(GDateTime) now =
        g_date_time_new_from_unix_local(guichet_instant_now().wall_us / G_USEC_PER_SEC);
    return g_date_time_format(now, "%Y-%m-%d");
}

static const char *
or_else(const char *text, const char *otherwise)
{
    return text != NULL && *text != '\0' ? text : otherwise;
}

gboolean
guichet_desk_set_consent(GuichetDesk *self, const char *request_id, const GuichetConsent *consent,
                         GError **error)
{
    /* a citizen alone speaks for himself */
    if (!guichet_desk_may(self, GUICHET_ACTION_DEPOSIT, error) ||
        !guichet_desk_may_touch(self, request_id, error))
        return FALSE;
    if (self->agent == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                            _("Aucune session n’est ouverte : l’accord n’est pas noté"));
        return FALSE;
    }
    g_autoptr(GuichetConsentPolicy) policy = guichet_desk_load_consent_policy(self, error);
    if (policy == NULL)
        return FALSE;
    g_autofree char *today = find_today();
    g_auto(GuichetConsent) settled = {.who = g_strdup(consent->who),
                                      .way = consent->way,
                                      .capacity = g_strdup(consent->capacity),
                                      .scope = g_strdup(or_else(consent->scope, policy->scope)),
                                      .date = g_strdup(or_else(consent->date, today)),
                                      .helper = g_strdup(self->agent)};
    if (!guichet_consent_settle(&settled, today, error) ||
        !guichet_reserve_check(guichet_station_get_root(self->station), 0, error))
        return FALSE;
    g_autoptr(GHashTable) fields = guichet_consent_to_fields(&settled);
    g_autofree char *subject =
        g_strdup_printf("%s %s", request_id, guichet_consent_way_name(settled.way));
    return guichet_store_set_fields(self->store, request_id, fields, error) &&
           guichet_desk_journal_act(self, "consent-noted", subject, error);
}

/* --- on paper --- */

static GBytes *
make_mandate(GuichetDesk *self, const char *request_id, const char *who, GError **error)
{
    g_autoptr(GuichetProcedure) procedure =
        guichet_store_load_procedure(self->store, request_id, error);
    g_autoptr(GuichetConsentPolicy) policy =
        procedure != NULL ? guichet_desk_load_consent_policy(self, error) : NULL;
    if (policy == NULL)
        return NULL;
    const GuichetMandate mandate = {.policy = policy,
                                    .station_name = guichet_station_get_name(self->station),
                                    .procedure = guichet_procedure_get_title(procedure),
                                    .who = who,
                                    .helper = self->agent,
                                    .today_us = guichet_instant_now().wall_us};
    return guichet_mandate_sheet_make(&mandate, error);
}

/* An official paper: French, whatever the screen speaks. */
GBytes *
guichet_desk_make_mandate(GuichetDesk *self, const char *request_id, const char *who,
                          GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    gboolean before = guichet_language_keep_french(TRUE);
    GBytes *page = make_mandate(self, request_id, who, error);
    guichet_language_keep_french(before);
    return page;
}
