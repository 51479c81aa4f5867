/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/sync.h"

#include "core/paths.h"
#include "db/outbox-store.h"
#include "sync/station/session.h"

static GuichetOutboxStore *
open_outbox(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autofree char *folder = guichet_station_path(root, "outbox");
    return guichet_outbox_store_open(path, folder, error);
}

static GuichetSyncSession *
open_session(const char *root, GError **error)
{
    g_autoptr(GuichetSyncSession) session = guichet_sync_session_new(root, error);
    g_autoptr(GuichetOutboxStore) outbox = session != NULL ? open_outbox(root, error) : NULL;
    if (outbox == NULL)
        return NULL;
    guichet_sync_session_set_outbox(session, GUICHET_OUTBOX(outbox));
    return g_steal_pointer(&session);
}

gboolean
guichet_station_sync(const char *root, gboolean force, GuichetSyncResult *result, GError **error)
{
    g_autoptr(GuichetSyncSession) session = open_session(root, error);
    return session != NULL && guichet_sync_session_run(session, force, NULL, result, error);
}

gboolean
guichet_station_export(const char *root, const char *folder, const GuichetCourierWatch *watch,
                       GuichetCourierOut *out, GError **error)
{
    g_autofree char *key_path = guichet_station_path(root, "keys/sign.key");
    g_autofree char *certificate_path = guichet_station_path(root, "keys/sign.crt");
    g_autoptr(GuichetSyncSession) session = open_session(root, error);
    g_autoptr(GuichetKey) key = session != NULL ? guichet_key_load(key_path, error) : NULL;
    g_autoptr(GuichetCertificate) certificate =
        key != NULL ? guichet_certificate_load(certificate_path, error) : NULL;
    return certificate != NULL &&
           guichet_sync_session_export(session, key, certificate, folder, watch, out, error);
}

gboolean
guichet_station_import(const char *root, const char *folder, const GuichetCourierWatch *watch,
                       GuichetCourierHome *home, GError **error)
{
    g_autoptr(GuichetSyncSession) session = open_session(root, error);
    return session != NULL && guichet_sync_session_import(session, folder, watch, home, error);
}

GPtrArray *
guichet_station_list_trips(const char *root, gboolean away_only, GError **error)
{
    g_autoptr(GuichetOutboxStore) outbox = open_outbox(root, error);
    return outbox != NULL ? guichet_outbox_list_trips(GUICHET_OUTBOX(outbox), away_only, error)
                          : NULL;
}

GPtrArray *
guichet_station_list_outbox(const char *root, GError **error)
{
    g_autoptr(GuichetOutboxStore) outbox = open_outbox(root, error);
    return outbox != NULL ? guichet_outbox_list(GUICHET_OUTBOX(outbox), FALSE, error) : NULL;
}
