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

gboolean
guichet_station_sync(const char *root, gboolean force, GuichetSyncResult *result, GError **error)
{
    g_autoptr(GuichetSyncSession) session = guichet_sync_session_new(root, error);
    g_autoptr(GuichetOutboxStore) outbox = session != NULL ? open_outbox(root, error) : NULL;
    if (outbox == NULL)
        return FALSE;
    guichet_sync_session_set_outbox(session, GUICHET_OUTBOX(outbox));
    return guichet_sync_session_run(session, force, NULL, result, error);
}

GPtrArray *
guichet_station_list_outbox(const char *root, GError **error)
{
    g_autoptr(GuichetOutboxStore) outbox = open_outbox(root, error);
    return outbox != NULL ? guichet_outbox_list(GUICHET_OUTBOX(outbox), FALSE, error) : NULL;
}
