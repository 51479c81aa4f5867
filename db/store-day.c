/* SPDX-License-Identifier: EUPL-1.2 */
/* What the centre's feed brought beyond the state of a request: see station-004.sql. */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "db/journal.h"
#include "db/query.h"
#include "db/store-private.h"

void
guichet_appointment_free(GuichetAppointment *appointment)
{
    if (appointment == NULL)
        return;
    g_free(appointment->reference);
    g_free(appointment->procedure_id);
    g_free(appointment->state);
    g_free(appointment);
}

void
guichet_supplement_free(GuichetSupplement *supplement)
{
    if (supplement == NULL)
        return;
    g_strfreev(supplement->pieces);
    g_free(supplement);
}

void
guichet_title_free(GuichetTitle *title)
{
    if (title == NULL)
        return;
    g_free(title->title_sha256);
    g_free(title);
}

/* --- appointments --- */

GPtrArray *
guichet_store_list_appointments(GuichetStore *self, gint64 first_us, gint64 behind_us,
                                GError **error)
{
    g_autoptr(GPtrArray) appointments =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_appointment_free);
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "feed/list-appointments", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":first", first_us);
    guichet_query_bind_int(query, ":behind", behind_us);
    int step;
    while ((step = guichet_query_step(query, error)) == 1) {
        GuichetAppointment *appointment = g_new0(GuichetAppointment, 1);
        appointment->reference = g_strdup(guichet_query_text(query, "reference"));
        appointment->starts_us = guichet_query_int(query, "starts_us");
        appointment->minutes = (guint)guichet_query_int(query, "minutes");
        appointment->persons = (guint)guichet_query_int(query, "persons");
        appointment->procedure_id = g_strdup(guichet_query_text(query, "procedure"));
        appointment->state = g_strdup(guichet_query_text(query, "state"));
        g_ptr_array_add(appointments, appointment);
    }
    return step == 0 ? g_steal_pointer(&appointments) : NULL;
}

static gboolean
check_appointment(GuichetStore *self, const char *reference, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "feed/find-appointment", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":reference", reference);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("aucun rendez-vous « %.40s » sur ce poste ; vérifiez son numéro"), reference);
    else if (step == 1 && strcmp(guichet_query_text(query, "state"), "cancelled") == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("le rendez-vous « %.40s » est annulé ; faites une nouvelle demande"),
                    reference);
    else
        return step == 1;
    return FALSE;
}

gboolean
guichet_store_mark_appointment(GuichetStore *self, const char *reference, const char *state,
                               GError **error)
{
    static const char *const states[] = {"booked", "arrived", "missed", NULL};
    g_return_val_if_fail(g_strv_contains(states, state), FALSE);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL || !check_appointment(self, reference, error))
        return FALSE;
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "feed/mark-appointment", error);
    if (query == NULL)
        return FALSE;
    g_autofree char *event = g_strconcat("appointment-", state, NULL);
    guichet_query_bind_text(query, ":reference", reference);
    guichet_query_bind_text(query, ":state", state);
    guichet_query_bind_int(query, ":state_us", guichet_instant_now().wall_us);
    return guichet_query_run(query, error) &&
           guichet_journal_append(self->database, event, reference, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- about a request --- */

/* The one row of @statement about @request_id. */
static GuichetQuery *
find_about(GuichetStore *self, const char *statement, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, statement, error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":request", request_id);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("demande %.40s : le centre n’a pas donné de précision à son sujet"),
                    request_id);
    return step == 1 ? g_steal_pointer(&query) : NULL;
}

GuichetSupplement *
guichet_store_find_supplement(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_about(self, "feed/find-supplement", request_id, error);
    if (query == NULL)
        return NULL;
    GuichetSupplement *supplement = g_new0(GuichetSupplement, 1);
    supplement->deadline_us = guichet_query_int(query, "deadline_us");
    supplement->pieces = g_strsplit(guichet_query_text(query, "pieces"), " ", -1);
    return supplement;
}

GuichetTitle *
guichet_store_find_title(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_about(self, "feed/find-title", request_id, error);
    if (query == NULL)
        return NULL;
    GuichetTitle *title = g_new0(GuichetTitle, 1);
    title->collect_before_us = guichet_query_int(query, "collect_before_us");
    title->title_sha256 = g_strdup(guichet_query_text(query, "title_sha256"));
    return title;
}

char *
guichet_store_find_joining_draft(GuichetStore *self, const char *parent, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "feed/find-joining-draft", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":parent", parent);
    return guichet_query_step(query, error) == 1 ? g_strdup(guichet_query_text(query, "id")) : NULL;
}
