/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/feed.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/request.h"
#include "db/journal.h"
#include "db/query.h"
#include "db/state.h"

/* --- the position --- */

gint64
guichet_feed_position(GuichetDatabase *database, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "feed/position", error);
    if (query == NULL || guichet_query_step(query, error) != 1)
        return -1;
    return guichet_query_int(query, "number");
}

static gboolean
check_number(GuichetDatabase *database, gint64 number, GError **error)
{
    gint64 position = guichet_feed_position(database, error);
    if (position < 0)
        return FALSE;
    if (number > position)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("message n° %" PRId64 " du centre : le n° %" PRId64
                  " est déjà appliqué, rien n’a été changé"),
                number, position);
    return FALSE;
}

static gboolean
insert(GuichetDatabase *database, gint64 number, const char *outcome, GBytes *der, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "feed/insert", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":number", number);
    guichet_query_bind_int(query, ":applied_us", guichet_instant_now().wall_us);
    guichet_query_bind_text(query, ":outcome", outcome);
    guichet_query_bind_bytes(query, ":message", der);
    return guichet_query_run(query, error);
}

/* --- a word about a deposit --- */

/* What the centre may say of a deposit; the rest of a request's life is the station's own. */
static gboolean
is_word_of_the_centre(GuichetRequestState state)
{
    return state == GUICHET_REQUEST_IN_PROGRESS || state == GUICHET_REQUEST_SUPPLEMENT_ASKED ||
           state == GUICHET_REQUEST_REFUSED || state == GUICHET_REQUEST_TITLE_READY ||
           state == GUICHET_REQUEST_HANDED_OVER || state == GUICHET_REQUEST_DESTROYED;
}

static gboolean
next_state(const GuichetMessage *message, GuichetRequestState *state)
{
    switch (message->kind) {
    case GUICHET_MESSAGE_SUPPLEMENT:
        *state = GUICHET_REQUEST_SUPPLEMENT_ASKED;
        return TRUE;
    case GUICHET_MESSAGE_TITLE_READY:
        *state = GUICHET_REQUEST_TITLE_READY;
        return TRUE;
    default:
        return guichet_request_state_from_name(message->state, state) &&
               is_word_of_the_centre(*state);
    }
}

static gboolean
set_status_text(GuichetDatabase *database, const char *request, const char *text, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/set-status-text", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", request);
    guichet_query_bind_text(query, ":text", text);
    guichet_query_bind_now(query);
    return guichet_query_run(query, error);
}

/* What the state alone does not say. */
static gboolean
set_details(GuichetDatabase *database, const char *request, const GuichetMessage *message,
            GError **error)
{
    gboolean is_title = message->kind == GUICHET_MESSAGE_TITLE_READY;
    if (!is_title && message->kind != GUICHET_MESSAGE_SUPPLEMENT)
        return TRUE;
    g_autoptr(GuichetQuery) query =
        guichet_query_new(database, is_title ? "feed/set-title" : "feed/set-supplement", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    guichet_query_bind_int(query, ":number", message->number);
    g_autofree char *pieces = is_title ? NULL : g_strjoinv(" ", message->pieces);
    if (is_title) {
        guichet_query_bind_int(query, ":collect_before_us", message->at_us);
        guichet_query_bind_text(query, ":title_sha256", message->title_sha256);
    } else {
        guichet_query_bind_int(query, ":deadline_us", message->at_us);
        guichet_query_bind_text(query, ":pieces", pieces);
    }
    return guichet_query_run(query, error);
}

/* Takes the word or records why not; *outcome is what is kept with the message. */
static gboolean
take_word(GuichetDatabase *database, const char *request, GuichetRequestState from,
          const GuichetMessage *message, const char **outcome, GError **error)
{
    GuichetRequestState to;
    gboolean possible = next_state(message, &to) && guichet_request_state_check(from, to, NULL);
    *outcome = possible ? "applied" : "impossible";
    if (!possible)
        return guichet_journal_append(database, "status-impossible", request, error);
    return guichet_state_move(database, request, to, error) &&
           set_status_text(database, request, message->text, error) &&
           set_details(database, request, message, error);
}

static gboolean
apply_to_deposit(GuichetDatabase *database, const GuichetMessage *message, const char **outcome,
                 GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "outbox/find", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":sha256", message->bundle_sha256);
    int step = guichet_query_step(query, error);
    if (step != 1) {
        *outcome = "unknown-bundle";
        return step == 0;
    }
    GuichetRequestState state;
    g_autofree char *request = g_strdup(guichet_query_text(query, "request"));
    return guichet_state_read(database, request, &state, error) &&
           take_word(database, request, state, message, outcome, error);
}

/* --- an appointment --- */

/* The centre's last word on it replaces the earlier ones, and what the desk had noted. */
static gboolean
apply_appointment(GuichetDatabase *database, const GuichetMessage *message, const char **outcome,
                  GError **error)
{
    gboolean known =
        strcmp(message->state, "booked") == 0 || strcmp(message->state, "cancelled") == 0;
    *outcome = known ? "applied" : "impossible";
    if (!known)
        return TRUE;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "feed/set-appointment", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":reference", message->reference);
    guichet_query_bind_int(query, ":number", message->number);
    guichet_query_bind_int(query, ":starts_us", message->at_us);
    guichet_query_bind_int(query, ":minutes", message->minutes);
    guichet_query_bind_int(query, ":persons", message->persons);
    guichet_query_bind_text(query, ":procedure", message->procedure_id);
    guichet_query_bind_text(query, ":state", message->state);
    return guichet_query_run(query, error);
}

gboolean
guichet_feed_apply(GuichetDatabase *database, const GuichetMessage *message, GBytes *der,
                   GError **error)
{
    const char *outcome = NULL;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    if (transaction == NULL || !check_number(database, message->number, error))
        return FALSE;
    gboolean taken = message->kind == GUICHET_MESSAGE_APPOINTMENT
                         ? apply_appointment(database, message, &outcome, error)
                         : apply_to_deposit(database, message, &outcome, error);
    return taken && insert(database, message->number, outcome, der, error) &&
           guichet_transaction_commit(transaction, error);
}
