/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/trip.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/journal.h"
#include "db/query.h"

#define LIST_MAX 1000

static gint64
insert(GuichetDatabase *database, const char *stick, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/begin", error);
    if (query == NULL)
        return -1;
    guichet_query_bind_text(query, ":stick", stick);
    guichet_query_bind_int(query, ":begun_us", guichet_instant_now().wall_us);
    if (guichet_query_step(query, error) != 1)
        return -1;
    gint64 number = guichet_query_int(query, "number");
    return guichet_query_run(query, error) ? number : -1;
}

gint64
guichet_trip_begin(GuichetDatabase *database, const char *stick, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    gint64 number = transaction != NULL ? insert(database, stick, error) : -1;
    return number > 0 && guichet_transaction_commit(transaction, error) ? number : -1;
}

/* One row of :trip, or GUICHET_ERROR_NOT_FOUND. */
static gboolean
expect_row(GuichetQuery *query, gint64 trip, GError **error)
{
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Voyage n° %" PRId64 " de la navette : ce poste ne l’a pas fait partir"),
                    trip);
    return step == 1 && guichet_query_run(query, error);
}

static gboolean
add_bundle(GuichetDatabase *database, gint64 trip, const char *sha256, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/add-bundle", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":trip", trip);
    guichet_query_bind_text(query, ":sha256", sha256);
    return expect_row(query, trip, error);
}

static gboolean
leave(GuichetDatabase *database, gint64 trip, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/leave", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":trip", trip);
    guichet_query_bind_int(query, ":left_us", guichet_instant_now().wall_us);
    return expect_row(query, trip, error);
}

static gboolean
journal(GuichetDatabase *database, const char *event, gint64 trip, GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" PRId64, trip);
    return guichet_journal_append(database, event, subject, error);
}

gboolean
guichet_trip_leave(GuichetDatabase *database, gint64 trip, GPtrArray *sha256s, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL)
        return FALSE;
    for (guint i = 0; i < sha256s->len; i++)
        if (!add_bundle(database, trip, g_ptr_array_index(sha256s, i), error))
            return FALSE;
    return leave(database, trip, error) && journal(database, "stick-left", trip, error) &&
           guichet_transaction_commit(transaction, error);
}

/* *@returned: it was noted before. */
static gboolean
find(GuichetDatabase *database, gint64 trip, const char *stick, gboolean *returned, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/find", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":trip", trip);
    guichet_query_bind_text(query, ":stick", stick);
    int step = guichet_query_step(query, error);
    if (step == 1)
        *returned = guichet_query_int(query, "returned_us") != 0;
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Voyage n° %" PRId64 " de la clé %s : ce poste ne l’a pas fait partir"), trip,
                    stick);
    return step == 1;
}

/* What went out on that stick up to @trip: it is one and the same piece of plastic. */
static gboolean
come_home(GuichetDatabase *database, gint64 trip, const char *stick, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/return", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":trip", trip);
    guichet_query_bind_text(query, ":stick", stick);
    guichet_query_bind_int(query, ":returned_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error);
}

gboolean
guichet_trip_return(GuichetDatabase *database, gint64 trip, const char *stick, GError **error)
{
    gboolean returned = FALSE;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !find(database, trip, stick, &returned, error))
        return FALSE;
    if (returned)
        return TRUE;
    return come_home(database, trip, stick, error) &&
           journal(database, "stick-returned", trip, error) &&
           guichet_transaction_commit(transaction, error);
}

static GuichetTrip *
read_row(GuichetQuery *query)
{
    GuichetTrip *trip = g_new0(GuichetTrip, 1);
    trip->number = guichet_query_int(query, "number");
    trip->stick = g_strdup(guichet_query_text(query, "stick"));
    trip->left_us = guichet_query_int(query, "left_us");
    trip->returned_us = guichet_query_int(query, "returned_us");
    trip->bundles = (guint)guichet_query_int(query, "bundles");
    trip->waiting = (guint)guichet_query_int(query, "waiting");
    return trip;
}

GPtrArray *
guichet_trip_list(GuichetDatabase *database, gboolean away_only, GError **error)
{
    g_autoptr(GPtrArray) trips = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_trip_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "trip/list", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":limit", LIST_MAX);
    int step;
    while ((step = guichet_query_step(query, error)) == 1) {
        g_autoptr(GuichetTrip) trip = read_row(query);
        gboolean away = trip->left_us != 0 && trip->returned_us == 0 && trip->waiting > 0;
        if (away || !away_only)
            g_ptr_array_add(trips, g_steal_pointer(&trip));
    }
    return step == 0 ? g_steal_pointer(&trips) : NULL;
}
