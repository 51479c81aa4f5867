/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/kiosk-policy.h"

#include <string.h>

#include "config.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define MAX_BYTES (64 * 1024)
#define LEAST_S 20 /* WCAG 2.1, 2.2.1 */
#define MOST_S 3600

static gboolean
refuse(GError **error, const char *what, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s: %s", what, reason);
    return FALSE;
}

static gboolean
read_policy(JsonObject *root, const char *where, GuichetKioskPolicy *policy, GError **error)
{
    static const char *const members[] = {"profile",      "date", "unattended", "idle_seconds",
                                          "warn_seconds", "why",  "source",     NULL};
    gint64 idle, warn;
    if (!guichet_json_only(root, members, where, error))
        return FALSE;
    const char *profile = guichet_json_string(root, "profile", where, error);
    if (profile == NULL)
        return FALSE;
    if (strcmp(profile, "kiosk/1") != 0)
        return refuse(error, where, _("« kiosk/1 » est attendu comme profil"));
    JsonNode *unattended = json_object_get_member(root, "unattended");
    if (unattended == NULL || json_node_get_value_type(unattended) != G_TYPE_BOOLEAN)
        return refuse(error, where, _("« unattended » : true ou false est attendu"));
    const char *why = guichet_json_string(root, "why", where, error);
    if (why == NULL || guichet_json_string(root, "date", where, error) == NULL ||
        guichet_json_string(root, "source", where, error) == NULL ||
        !guichet_json_int(root, "idle_seconds", LEAST_S, MOST_S, where, &idle, error) ||
        !guichet_json_int(root, "warn_seconds", LEAST_S, idle, where, &warn, error))
        return FALSE;
    if (*why == '\0')
        return refuse(error, where, _("« why » : la raison est attendue"));
    *policy = (GuichetKioskPolicy){json_node_get_boolean(unattended), (guint)idle, (guint)warn};
    return TRUE;
}

gboolean
guichet_kiosk_policy_load(const char *root, GuichetKioskPolicy *policy, GError **error)
{
    g_autofree char *own = guichet_station_path(root, GUICHET_KIOSK_FILE);
    const char *installed = GUICHET_DATADIR "/" GUICHET_KIOSK_FILE;
    const char *path = g_file_test(own, G_FILE_TEST_EXISTS) ? own : installed;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) bytes = guichet_read_file(path, MAX_BYTES, &failure);
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND)) {
        *policy = (GuichetKioskPolicy){FALSE, 90, 30};
        return TRUE;
    }
    if (bytes == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), path, error);
    return node != NULL && read_policy(json_node_get_object(node), path, policy, error);
}
