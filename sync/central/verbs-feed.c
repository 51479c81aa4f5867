/* SPDX-License-Identifier: EUPL-1.2 */
/* What the centre says to its stations, from the command line. */
#include "sync/central/verbs.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>

#include "core/clock.h"
#include "core/error.h"
#include "sync/central/answer.h"
#include "sync/central/json.h"
#include "sync/central/spool.h"

/* An ordinary month for a new piece; three months until a title is destroyed (facts of the
 * procedures: assets/procedures). */
#define ASK_DAYS 30
#define READY_DAYS 90
#define MINUTES 20

void
guichet_verb_print(JsonObject *object)
{
    g_autofree char *text = guichet_central_json_line(object);
    g_print("%s\n", text);
}

gboolean
guichet_verb_check_sha256(const char *text, GError **error)
{
    if (guichet_spool_is_sha256(text))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("%s n’est pas l’empreinte d’un dépôt (64 chiffres hexadécimaux) : voir « list »"),
                text);
    return FALSE;
}

static gboolean
report(const GuichetCentralOptions *options, gint64 number)
{
    if (number < 0)
        return FALSE;
    if (options->json) {
        JsonObject *object = json_object_new();
        json_object_set_int_member(object, "number", number);
        guichet_verb_print(object);
    } else {
        g_print(_("Message n° %" PRId64 " publié\n"), number);
    }
    return TRUE;
}

/* The end of the day --before, or in @days. */
static gboolean
read_before(const GuichetCentralOptions *options, int days, gint64 *before_us, GError **error)
{
    *before_us = g_get_real_time() + days * G_TIME_SPAN_DAY;
    if (options->before == NULL)
        return TRUE;
    g_autofree char *instant = g_strconcat(options->before, "T23:59:59Z", NULL);
    if (guichet_time_from_iso8601(instant, before_us, NULL))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %s » n’est pas un jour : écrivez AAAA-MM-JJ"), options->before);
    return FALSE;
}

gboolean
guichet_verb_answer(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    char **arguments = options->arguments;
    const char *text = arguments[2] != NULL ? arguments[2] : "";
    return guichet_verb_check_sha256(arguments[0], error) &&
           report(options, guichet_centre_answer(centre, arguments[0], arguments[1], text, error));
}

gboolean
guichet_verb_ask(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    char **arguments = options->arguments;
    gint64 before_us;
    g_auto(GStrv) pieces = g_strsplit(arguments[1], ",", GUICHET_MESSAGE_MAX_PIECES + 1);
    return guichet_verb_check_sha256(arguments[0], error) &&
           read_before(options, ASK_DAYS, &before_us, error) &&
           report(options,
                  guichet_centre_ask(centre, arguments[0], pieces, before_us, arguments[2], error));
}

gboolean
guichet_verb_ready(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    char **arguments = options->arguments;
    const char *text = arguments[2] != NULL ? arguments[2] : "";
    gint64 before_us;
    return guichet_verb_check_sha256(arguments[0], error) &&
           read_before(options, READY_DAYS, &before_us, error) &&
           report(options, guichet_centre_tell_ready(centre, arguments[0], arguments[1], before_us,
                                                     text, error));
}

gboolean
guichet_verb_appointment(GuichetCentre *centre, const GuichetCentralOptions *options,
                         GError **error)
{
    char **arguments = options->arguments;
    const GuichetMessage appointment = {
        .station = arguments[0],
        .reference = arguments[1],
        .procedure_id = arguments[3],
        .state = (char *)(options->cancel ? "cancelled" : "booked"),
        .minutes = (guint)(options->minutes > 0 ? options->minutes : MINUTES),
        .persons = (guint)MAX(options->persons, 1),
    };
    GuichetMessage timed = appointment;
    return guichet_time_from_iso8601(arguments[2], &timed.at_us, error) &&
           report(options, guichet_centre_book(centre, &timed, error));
}
