/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/sync.h"

#include "core/error.h"
#include "core/paths.h"
#include "core/station.h"
#include "db/outbox-store.h"

#include <glib/gi18n-lib.h>

static GuichetOutboxStore *
open_outbox(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autofree char *folder = guichet_station_path(root, "outbox");
    return guichet_outbox_store_open(path, folder, error);
}

gboolean
guichet_station_sync(const char *root, gboolean force, GuichetSyncResult *result, GError **error)
{
    g_autofree char *certificate = guichet_station_path(root, "keys/tls.crt");
    g_autofree char *key = guichet_station_path(root, "keys/tls.key");
    g_autofree char *ca = guichet_station_path(root, "trust/centre-tls-ca.crt");
    g_autofree char *root_path = guichet_station_path(root, "trust/root.crt");
    g_autoptr(GuichetStation) station = guichet_station_load(root, error);
    if (station == NULL)
        return FALSE;
    if (*guichet_station_get_centre_url(station) == '\0') {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                            _("Ce poste n’est pas encore enrôlé : « guichetctl station enrol »"));
        return FALSE;
    }
    g_autoptr(GuichetOutboxStore) outbox = open_outbox(root, error);
    g_autoptr(GuichetTrust) trust =
        outbox != NULL ? guichet_trust_load(root_path, NULL, error) : NULL;
    if (trust == NULL)
        return FALSE;
    GuichetSyncContext context = {.centre_url = guichet_station_get_centre_url(station),
                                  .station = guichet_station_get_id(station),
                                  .tls_certificate_path = certificate,
                                  .tls_key_path = key,
                                  .tls_ca_path = ca,
                                  .trust = trust,
                                  .outbox = GUICHET_OUTBOX(outbox)};
    return guichet_sync_round(&context, force, NULL, result, error);
}

GPtrArray *
guichet_station_list_outbox(const char *root, GError **error)
{
    g_autoptr(GuichetOutboxStore) outbox = open_outbox(root, error);
    return outbox != NULL ? guichet_outbox_list(GUICHET_OUTBOX(outbox), FALSE, error) : NULL;
}
