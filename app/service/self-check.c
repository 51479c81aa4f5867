/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/self-check.h"

#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "db/store.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

#define PROFILE "store-check/1"
#define FILE_MAX_BYTES (64 * 1024)
#define FINDINGS_MAX 40
#define HOUR_US ((gint64)3600 * G_USEC_PER_SEC)
#define DUE_US (36 * HOUR_US)         /* a night was missed */
#define OVERDUE_US (5 * 24 * HOUR_US) /* worth a word: a long weekend is not */

void
guichet_self_check_clear(GuichetSelfCheck *check)
{
    g_clear_pointer(&check->findings, g_ptr_array_unref);
}

/* --- the file --- */

static gboolean
parse(GBytes *bytes, GuichetSelfCheck *check)
{
    static const char where[] = GUICHET_SELF_CHECK_FILE;
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), where, NULL);
    JsonObject *object = node != NULL ? json_node_get_object(node) : NULL;
    if (object == NULL ||
        g_strcmp0(guichet_json_string(object, "profile", where, NULL), PROFILE) != 0)
        return FALSE;
    gint64 checked_us;
    JsonArray *findings = guichet_json_array(object, "findings", where, NULL);
    if (findings == NULL ||
        !guichet_json_int(object, "checked_us", 0, G_MAXINT64, where, &checked_us, NULL))
        return FALSE;
    check->checked_us = checked_us;
    for (guint i = 0; i < MIN(json_array_get_length(findings), FINDINGS_MAX); i++) {
        JsonNode *line = json_array_get_element(findings, i);
        if (JSON_NODE_HOLDS_VALUE(line) && json_node_get_value_type(line) == G_TYPE_STRING)
            g_ptr_array_add(check->findings, g_strdup(json_node_get_string(line)));
    }
    return TRUE;
}

void
guichet_self_check_read(const char *root, GuichetSelfCheck *check)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_SELF_CHECK_FILE);
    g_autoptr(GBytes) bytes = guichet_read_file(path, FILE_MAX_BYTES, NULL);
    *check = (GuichetSelfCheck){.findings = g_ptr_array_new_with_free_func(g_free)};
    if (bytes != NULL && !parse(bytes, check))
        g_debug("%s does not read", path);
}

gboolean
guichet_self_check_record(const char *root, const char *report, GError **error)
{
    g_autofree char *path = guichet_station_path(root, GUICHET_SELF_CHECK_FILE);
    g_auto(GStrv) lines = g_strsplit(report, "\n", -1);
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    JsonArray *findings = json_array_new();
    for (guint i = 0, kept = 0; lines[i] != NULL && kept < FINDINGS_MAX; i++) {
        if (*lines[i] == '\0')
            continue;
        json_array_add_string_element(findings, lines[i]);
        kept++;
    }
    json_object_set_string_member(object, "profile", PROFILE);
    json_object_set_int_member(object, "checked_us", guichet_instant_now().wall_us);
    json_object_set_array_member(object, "findings", findings);
    json_node_init_object(node, object);
    g_autofree char *text = guichet_json_canonical(node);
    return guichet_write_file_durably(path, text, strlen(text), 0660, error);
}

/* --- the check --- */

gboolean
guichet_desk_self_check_due(GuichetDesk *self)
{
    g_auto(GuichetSelfCheck) check = {0};
    gint64 now_us = guichet_instant_now().wall_us;
    guichet_self_check_read(guichet_station_get_root(self->station), &check);
    /* a time to come: the clock was wrong then or is wrong now */
    return guichet_store_is_unclean(self->store) || check.checked_us > now_us ||
           now_us - check.checked_us > DUE_US;
}

gboolean
guichet_self_check_run(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autofree char *report = NULL;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetStore) store = guichet_store_open_existing(path, error);
    if (store == NULL)
        return FALSE;
    if (!guichet_store_check(store, &report, &failure) && report == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    return guichet_self_check_record(root, report, error);
}

static gpointer
run_beside(gpointer data)
{
    g_autofree char *root = data;
    g_autoptr(GError) error = NULL;
    if (!guichet_self_check_run(root, &error))
        g_message("%s", error->message);
    return NULL;
}

void
guichet_self_check_begin(const char *root)
{
    g_thread_unref(g_thread_new("self-check", run_beside, g_strdup(root)));
}

char *
guichet_self_check_describe(const GuichetSelfCheck *check, gint64 now_us)
{
    g_autofree char *date = guichet_time_to_iso8601(check->checked_us);
    if (check->findings->len > 0)
        return g_strdup_printf(_("La vérification de la base du %.10s a trouvé %u anomalies : "
                                 "rien n’est effacé, gardez ce poste et appelez le technicien "
                                 "(%.120s)"),
                               date, check->findings->len,
                               (const char *)g_ptr_array_index(check->findings, 0));
    if (check->checked_us > 0 && now_us - check->checked_us > OVERDUE_US)
        return g_strdup_printf(_("La base n’a pas été vérifiée depuis le %.10s : laissez le poste "
                                 "allumé cette nuit"),
                               date);
    return NULL;
}
