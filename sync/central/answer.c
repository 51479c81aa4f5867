/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/answer.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "sync/bundle/message.h"

#define VALID_US (400 * G_TIME_SPAN_DAY)
#define TEXT_MAX_CHARS 500

typedef struct {
    GuichetCentre *centre;
    GuichetMessage message; /* its strings are borrowed */
} Draft;

/* Called inside the depot's transaction with the number that the message gets. */
static GBytes *
sign_numbered(gint64 number, gpointer data, GError **error)
{
    Draft *draft = data;
    draft->message.number = number;
    return guichet_message_sign(&draft->message, draft->centre->receipt_key,
                                draft->centre->receipt_certificate, error);
}

static gint64
append(GuichetCentre *centre, const GuichetMessage *message, GError **error)
{
    Draft draft = {centre, *message};
    draft.message.issued_us = g_get_real_time();
    draft.message.expires_us = draft.message.issued_us + VALID_US;
    return guichet_depot_append_feed(centre->depot, message->station, sign_numbered, &draft, error);
}

/* The same to the station that made the deposit which @message is about. */
static gint64
append_about(GuichetCentre *centre, const GuichetMessage *message, GError **error)
{
    if (!g_utf8_validate(message->text, -1, NULL) ||
        g_utf8_strlen(message->text, -1) > TEXT_MAX_CHARS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Texte illisible ou de plus de %d caractères"), TEXT_MAX_CHARS);
        return -1;
    }
    g_autoptr(GuichetDeposit) deposit =
        guichet_depot_find(centre->depot, message->bundle_sha256, error);
    if (deposit == NULL)
        return -1;
    GuichetMessage addressed = *message;
    addressed.station = deposit->station;
    return append(centre, &addressed, error);
}

static gboolean
check_state(const char *state, const char *const *states, GError **error)
{
    if (g_strv_contains(states, state))
        return TRUE;
    g_autofree char *known = g_strjoinv(", ", (char **)(gpointer)states);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("État inconnu : %s ; choisissez parmi %s"), state, known);
    return FALSE;
}

static gboolean
check_future(gint64 at_us, GError **error)
{
    if (at_us > g_get_real_time())
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("Cette date est passée : donnez un délai que la personne puisse tenir"));
    return FALSE;
}

gint64
guichet_centre_answer(GuichetCentre *centre, const char *sha256, const char *state,
                      const char *text, GError **error)
{
    static const char *const states[] = {"received",  "in-progress", "supplement-asked",
                                         "refused",   "title-ready", "handed-over",
                                         "destroyed", NULL};
    const GuichetMessage message = {.kind = GUICHET_MESSAGE_STATUS,
                                    .bundle_sha256 = (char *)sha256,
                                    .state = (char *)state,
                                    .text = (char *)text};
    return check_state(state, states, error) ? append_about(centre, &message, error) : -1;
}

gint64
guichet_centre_ask(GuichetCentre *centre, const char *sha256, char **pieces, gint64 deadline_us,
                   const char *text, GError **error)
{
    const GuichetMessage message = {.kind = GUICHET_MESSAGE_SUPPLEMENT,
                                    .bundle_sha256 = (char *)sha256,
                                    .at_us = deadline_us,
                                    .pieces = pieces,
                                    .text = (char *)text};
    return check_future(deadline_us, error) ? append_about(centre, &message, error) : -1;
}

gint64
guichet_centre_tell_ready(GuichetCentre *centre, const char *sha256, const char *number,
                          gint64 before_us, const char *text, GError **error)
{
    g_autofree char *digest = guichet_message_title_digest(number);
    const GuichetMessage message = {.kind = GUICHET_MESSAGE_TITLE_READY,
                                    .bundle_sha256 = (char *)sha256,
                                    .at_us = before_us,
                                    .title_sha256 = digest,
                                    .text = (char *)text};
    return check_future(before_us, error) ? append_about(centre, &message, error) : -1;
}

gint64
guichet_centre_book(GuichetCentre *centre, const GuichetMessage *appointment, GError **error)
{
    static const char *const states[] = {"booked", "cancelled", NULL};
    if (!check_state(appointment->state, states, error))
        return -1;
    GuichetMessage message = *appointment;
    message.kind = GUICHET_MESSAGE_APPOINTMENT;
    return append(centre, &message, error);
}
