/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/policy.h"

#include <string.h>

#include "config.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "core/policy-read.h"

#include <glib/gi18n-lib.h>

#define MAX_HOURS 720
#define MAX_OFF_PER_RUNNING 3
#define MAX_GRACE_DAYS 365

void
guichet_retention_policy_free(GuichetRetentionPolicy *policy)
{
    if (policy == NULL)
        return;
    g_free(policy->draft_why);
    g_free(policy->received_why);
    g_free(policy->receipts_why);
    g_free(policy->journal_why);
    g_free(policy);
}

static gboolean
read_drafts(GuichetRetentionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"hours", "warn_hours", "off_per_running", "why", NULL};
    g_autofree char *where = g_strconcat(what, "/drafts", NULL);
    JsonObject *object = guichet_json_object(root, "drafts", what, error);
    return object != NULL && guichet_json_only(object, members, where, error) &&
           guichet_policy_read_number(object, "hours", 1, MAX_HOURS, where, &policy->draft_hours,
                                      error) &&
           guichet_policy_read_number(object, "warn_hours", 0, policy->draft_hours, where,
                                      &policy->draft_warning_hours, error) &&
           guichet_policy_read_number(object, "off_per_running", 0, MAX_OFF_PER_RUNNING, where,
                                      &policy->draft_off_per_running, error) &&
           (policy->draft_why = guichet_policy_read_why(object, where, error)) != NULL;
}

static gboolean
read_received(GuichetRetentionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"grace_days", "why", NULL};
    g_autofree char *where = g_strconcat(what, "/received_bundles", NULL);
    JsonObject *object = guichet_json_object(root, "received_bundles", what, error);
    return object != NULL && guichet_json_only(object, members, where, error) &&
           guichet_policy_read_number(object, "grace_days", 0, MAX_GRACE_DAYS, where,
                                      &policy->received_grace_days, error) &&
           (policy->received_why = guichet_policy_read_why(object, where, error)) != NULL;
}

/* What is kept as long as the station itself: said with its reason, and nothing else is offered. */
static char *
read_kept(JsonObject *root, const char *member, const char *what, GError **error)
{
    static const char *const members[] = {"keep", "why", NULL};
    g_autofree char *where = g_strdup_printf("%s/%s", what, member);
    JsonObject *object = guichet_json_object(root, member, what, error);
    if (object == NULL || !guichet_json_only(object, members, where, error))
        return NULL;
    const char *keep = guichet_json_string(object, "keep", where, error);
    if (keep == NULL)
        return NULL;
    if (strcmp(keep, "station-life") == 0)
        return guichet_policy_read_why(object, where, error);
    guichet_policy_refuse(where, "keep", _("« station-life » est attendu"), error);
    return NULL;
}

static gboolean
read_policy(GuichetRetentionPolicy *policy, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"profile",          "date",     "source",  "drafts",
                                          "received_bundles", "receipts", "journal", NULL};
    return guichet_policy_read_head(root, members, "retention/1", what, error) &&
           read_drafts(policy, root, what, error) && read_received(policy, root, what, error) &&
           (policy->receipts_why = read_kept(root, "receipts", what, error)) != NULL &&
           (policy->journal_why = read_kept(root, "journal", what, error)) != NULL;
}

GuichetRetentionPolicy *
guichet_retention_policy_new(const void *bytes, gsize size, const char *what, GError **error)
{
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node = guichet_json_parse(bytes, size, what, error);
    if (node == NULL)
        return NULL;
    g_autoptr(GuichetRetentionPolicy) policy = g_new0(GuichetRetentionPolicy, 1);
    return read_policy(policy, json_node_get_object(node), where, error) ? g_steal_pointer(&policy)
                                                                         : NULL;
}

GuichetRetentionPolicy *
guichet_retention_policy_load(const char *root, char **from, GError **error)
{
    g_autofree char *own = guichet_station_path(root, GUICHET_RETENTION_FILE);
    g_autofree char *path = g_file_test(own, G_FILE_TEST_EXISTS)
                                ? g_steal_pointer(&own)
                                : g_build_filename(GUICHET_DATADIR, GUICHET_RETENTION_FILE, NULL);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_POLICY_MAX_BYTES, &failure);
    if (bytes == NULL) {
        g_set_error(error, GUICHET_ERROR, failure->code,
                    _("Pas de durées de conservation (%s) : rien n’est effacé tout seul ; copiez "
                      "retention.json dans %s/policy"),
                    failure->message, root);
        return NULL;
    }
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    GuichetRetentionPolicy *policy = guichet_retention_policy_new(data, size, path, error);
    if (policy != NULL && from != NULL)
        *from = g_steal_pointer(&path);
    return policy;
}
