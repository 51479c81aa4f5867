/* SPDX-License-Identifier: EUPL-1.2 */
/* The courier stick at the centre, from the command line. */
#include "sync/central/verbs.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>

#include "sync/central/courier.h"

static JsonArray *
refusals_to_json(GPtrArray *refusals)
{
    JsonArray *array = json_array_new();
    for (guint i = 0; i < refusals->len; i++) {
        g_auto(GStrv) words = g_strsplit(g_ptr_array_index(refusals, i), " ", 2);
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "sha256", words[0]);
        json_object_set_string_member(object, "reason", words[1]);
        json_array_add_object_element(array, object);
    }
    return array;
}

static JsonObject *
visit_to_json(const GuichetVisit *visit)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "station", visit->station);
    json_object_set_int_member(object, "trip", visit->trip);
    json_object_set_int_member(object, "received", visit->received);
    json_object_set_int_member(object, "held", visit->held);
    json_object_set_int_member(object, "missing", visit->missing);
    json_object_set_int_member(object, "messages", visit->messages);
    json_object_set_array_member(object, "refused", refusals_to_json(visit->refusals));
    json_object_set_string_member(object, "reason", visit->reason);
    return object;
}

static void
print_visit(const GuichetVisit *visit)
{
    g_print(_("%s, voyage n° %" PRId64 " : %u reçues, %u déjà là, %u refusées, %u absentes ; "
              "%u messages emportés\n"),
            visit->station != NULL ? visit->station : _("Poste inconnu"), visit->trip,
            visit->received, visit->held, visit->refusals->len, visit->missing, visit->messages);
    for (guint i = 0; i < visit->refusals->len; i++)
        g_print(_("  refusée : %s\n"), (const char *)g_ptr_array_index(visit->refusals, i));
    if (visit->reason != NULL)
        g_print("  %s\n", visit->reason);
}

/* What is refused, torn or missing is the stick's, not this verb's failure; scripts ask for it. */
static guint
count_faults(GPtrArray *visits)
{
    guint faults = 0;
    for (guint i = 0; i < visits->len; i++) {
        const GuichetVisit *visit = g_ptr_array_index(visits, i);
        faults += visit->refusals->len + visit->missing + (visit->reason != NULL);
    }
    return faults;
}

static void
print_json(GPtrArray *visits)
{
    JsonArray *array = json_array_new();
    for (guint i = 0; i < visits->len; i++)
        json_array_add_object_element(array, visit_to_json(g_ptr_array_index(visits, i)));
    JsonObject *object = json_object_new();
    json_object_set_array_member(object, "stations", array);
    json_object_set_int_member(object, "faults", count_faults(visits));
    guichet_verb_print(object);
}

static void
print_text(GPtrArray *visits)
{
    for (guint i = 0; i < visits->len; i++)
        print_visit(g_ptr_array_index(visits, i));
    if (count_faults(visits) > 0)
        g_print(_("%u points à voir, dits ci-dessus. La clé peut repartir.\n"),
                count_faults(visits));
    else
        g_print(_("La clé peut repartir : elle rapporte les accusés.\n"));
}

gboolean
guichet_verb_import(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    g_autoptr(GPtrArray) visits = guichet_centre_import(centre, options->arguments[0], error);
    if (visits == NULL)
        return FALSE;
    if (options->json)
        print_json(visits);
    else
        print_text(visits);
    return TRUE;
}
