/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/tally.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "core/json.h"
#include "db/query.h"

#define MAX_DEVICE 120

char *
guichet_tally_week(gint64 wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(wall_us / G_USEC_PER_SEC);
    if (time == NULL)
        return g_strdup("1970-01-01");
    g_autoptr(GDateTime) monday = g_date_time_add_days(time, 1 - g_date_time_get_day_of_week(time));
    return g_date_time_format(monday, "%Y-%m-%d");
}

static gboolean
run_for(GuichetDatabase *database, const char *statement, const char *request, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, statement, error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    return guichet_query_run(query, error);
}

static gboolean
leave_step(GuichetDatabase *database, const char *request, const GuichetInstant *now,
           GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "statistics/leave-step", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_text(query, ":boot_id", now->boot_id);
    guichet_query_bind_int(query, ":monotonic_us", now->monotonic_us);
    guichet_query_bind_int(query, ":pause_us", GUICHET_TALLY_PAUSE_US);
    return guichet_query_run(query, error);
}

gboolean
guichet_tally_enter_step(GuichetDatabase *database, const char *request, const char *step,
                         GError **error)
{
    const GuichetInstant now = guichet_instant_now();
    if (!run_for(database, "statistics/begin-steps", request, error) ||
        !leave_step(database, request, &now, error))
        return FALSE;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "statistics/enter-step", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_text(query, ":step", step);
    guichet_query_bind_text(query, ":boot_id", now.boot_id);
    guichet_query_bind_int(query, ":monotonic_us", now.monotonic_us);
    return guichet_query_run(query, error);
}

gboolean
guichet_tally_count_steps(GuichetDatabase *database, const char *request, GError **error)
{
    const GuichetInstant now = guichet_instant_now();
    if (!leave_step(database, request, &now, error))
        return FALSE;
    g_autofree char *week = guichet_tally_week(now.wall_us);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "statistics/count-steps", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_text(query, ":week", week);
    guichet_query_bind_int(query, ":least_us", GUICHET_TALLY_LEAST_US);
    return guichet_query_run(query, error);
}

gboolean
guichet_tally_forget_steps(GuichetDatabase *database, const char *request, GError **error)
{
    return run_for(database, "statistics/delete-steps", request, error);
}

/* -1 where the driver did not say. What else the attributes hold is not looked at. */
static int
read_quality(const char *attributes)
{
    gint64 quality;
    if (attributes == NULL || strstr(attributes, "\"quality\"") == NULL)
        return -1;
    g_autoptr(JsonNode) node =
        guichet_json_parse(attributes, strlen(attributes), "attributes", NULL);
    return node != NULL && guichet_json_int(json_node_get_object(node), "quality", 0, 100, "",
                                            &quality, NULL)
               ? (int)quality
               : -1;
}

gboolean
guichet_tally_count_capture(GuichetDatabase *database, const GuichetPiece *piece, GError **error)
{
    int quality = read_quality(piece->attributes);
    if (quality < 0 || piece->device == NULL || *piece->device == '\0' ||
        strlen(piece->device) > MAX_DEVICE)
        return TRUE;
    g_autofree char *week = guichet_tally_week(piece->captured.wall_us);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "statistics/count-quality", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":week", week);
    guichet_query_bind_text(query, ":device", piece->device);
    guichet_query_bind_int(query, ":quality", quality);
    return guichet_query_run(query, error);
}
