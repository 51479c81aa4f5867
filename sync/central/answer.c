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

static gboolean
check_words(const char *state, const char *text, GError **error)
{
    static const char *const states[] = {"received",  "in-progress", "supplement-asked",
                                         "refused",   "title-ready", "handed-over",
                                         "destroyed", NULL};
    if (!g_strv_contains(states, state)) {
        g_autofree char *known = g_strjoinv(", ", (char **)states);
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("État inconnu : %s ; choisissez parmi %s"), state, known);
        return FALSE;
    }
    if (!g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) > TEXT_MAX_CHARS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Texte illisible ou de plus de %d caractères"), TEXT_MAX_CHARS);
        return FALSE;
    }
    return TRUE;
}

gint64
guichet_centre_answer(GuichetCentre *centre, const char *sha256, const char *state,
                      const char *text, GError **error)
{
    if (!check_words(state, text, error))
        return -1;
    g_autoptr(GuichetDeposit) deposit = guichet_depot_find(centre->depot, sha256, error);
    if (deposit == NULL)
        return -1;
    gint64 now = g_get_real_time();
    Draft draft = {
        .centre = centre,
        .message =
            {
                .station = deposit->station,
                .issued_us = now,
                .expires_us = now + VALID_US,
                .kind = (char *)"status",
                .bundle_sha256 = deposit->sha256,
                .state = (char *)state,
                .text = (char *)text,
            },
    };
    return guichet_depot_append_feed(centre->depot, deposit->station, sign_numbered, &draft, error);
}
