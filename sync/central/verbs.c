/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/verbs.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/paths.h"
#include "sync/central/chain.h"
#include "sync/central/enrol.h"
#include "sync/central/open.h"
#include "sync/central/server.h"
#include "sync/central/spool.h"

#define SWEEP_SECONDS 3600

static gboolean
verb_enrol(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    if (options->name == NULL || options->output == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Donnez le nom du poste (--name) et le dossier de la réponse (-o)"));
        return FALSE;
    }
    GuichetEnrolment enrolment = {
        .csr_folder = options->arguments[0],
        .name = options->name,
        .answer_folder = options->output,
        .url = options->url,
        .days = (guint)MAX(options->days, 0),
    };
    g_autofree char *station = NULL;
    if (!guichet_enrol(centre, &enrolment, &station, error))
        return FALSE;
    if (options->json) {
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "station", station);
        json_object_set_string_member(object, "answer", options->output);
        guichet_verb_print(object);
    } else {
        g_print(_("Poste %s enrôlé ; portez le dossier %s au poste.\n"), station, options->output);
    }
    return TRUE;
}

static gboolean
on_terminate(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_sweep(gpointer data)
{
    const GuichetCentre *centre = data;
    guichet_spool_sweep(centre->root, g_get_real_time());
    return G_SOURCE_CONTINUE;
}

static gboolean
announce(GuichetServer *server, const GuichetCentralOptions *options, GError **error)
{
    g_autofree char *port = g_strdup_printf("%u\n", guichet_server_get_port(server));
    if (options->port_file != NULL &&
        !guichet_write_file_durably(options->port_file, port, strlen(port), 0644, error))
        return FALSE;
    if (options->json) {
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "url", guichet_server_get_url(server));
        guichet_verb_print(object);
    } else {
        g_print("%s\n", guichet_server_get_url(server));
    }
    return TRUE;
}

static gboolean
verb_serve(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    const char *listen = options->listen != NULL ? options->listen : "127.0.0.1:0";
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    signal(SIGPIPE, SIG_IGN); /* a client that hangs up is an error code, not our end */
    g_unix_signal_add(SIGTERM, on_terminate, loop);
    g_unix_signal_add(SIGINT, on_terminate, loop);
    guichet_spool_sweep(centre->root, g_get_real_time());
    g_timeout_add_seconds(SWEEP_SECONDS, on_sweep, centre);
    g_autoptr(GuichetServer) server = guichet_server_start(centre, listen, error);
    if (server == NULL || !announce(server, options, error))
        return FALSE;
    g_main_loop_run(loop);
    return TRUE;
}

static JsonObject *
deposit_to_json(const GuichetDeposit *deposit)
{
    g_autofree char *received = guichet_time_to_iso8601(deposit->received_us);
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "sha256", deposit->sha256);
    json_object_set_string_member(object, "station", deposit->station);
    json_object_set_int_member(object, "sequence", deposit->sequence);
    json_object_set_int_member(object, "size", (gint64)deposit->size);
    json_object_set_string_member(object, "received", received);
    json_object_set_string_member(object, "path", deposit->path);
    json_object_set_boolean_member(object, "receipt", deposit->receipt != NULL);
    return object;
}

static void
print_deposits(GPtrArray *deposits)
{
    for (guint i = 0; i < deposits->len; i++) {
        const GuichetDeposit *deposit = g_ptr_array_index(deposits, i);
        g_autofree char *received = guichet_time_to_iso8601(deposit->received_us);
        g_print("%s  %s  n° %" PRId64 "  %zu  %s\n", received, deposit->station, deposit->sequence,
                deposit->size, deposit->sha256);
    }
}

static gboolean
verb_list(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    g_autoptr(GPtrArray) deposits = guichet_depot_list(centre->depot, options->arguments[0], error);
    if (deposits == NULL)
        return FALSE;
    if (!options->json) {
        print_deposits(deposits);
        return TRUE;
    }
    JsonArray *array = json_array_new();
    for (guint i = 0; i < deposits->len; i++)
        json_array_add_object_element(array, deposit_to_json(g_ptr_array_index(deposits, i)));
    JsonObject *object = json_object_new();
    json_object_set_array_member(object, "deposits", array);
    guichet_verb_print(object);
    return TRUE;
}

typedef struct {
    guint deposits;
    gint64 last_sequence;
    gint64 last_us;
} StationCount;

/* char* station → StationCount*, from the deposits. */
static GHashTable *
count_by_station(GPtrArray *deposits)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < deposits->len; i++) {
        const GuichetDeposit *deposit = g_ptr_array_index(deposits, i);
        StationCount *count = g_hash_table_lookup(counts, deposit->station);
        if (count == NULL) {
            count = g_new0(StationCount, 1);
            g_hash_table_insert(counts, deposit->station, count);
        }
        count->deposits++;
        count->last_sequence = MAX(count->last_sequence, deposit->sequence);
        count->last_us = MAX(count->last_us, deposit->received_us);
    }
    return counts;
}

static JsonObject *
fault_to_json(const GuichetChainFault *fault)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "station", fault->station);
    json_object_set_string_member(object, "kind", fault->fork ? "fork" : "gap");
    json_object_set_int_member(object, "first", fault->first);
    json_object_set_int_member(object, "last", fault->last);
    return object;
}

static JsonArray *
report_chain(GPtrArray *deposits, gboolean json)
{
    g_autoptr(GPtrArray) faults = guichet_chain_check(deposits);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < faults->len; i++) {
        const GuichetChainFault *fault = g_ptr_array_index(faults, i);
        g_autofree char *sentence = guichet_chain_describe(fault);
        json_array_add_object_element(array, fault_to_json(fault));
        if (!json)
            g_print("%s\n", sentence);
    }
    return array;
}

static gboolean
verb_status(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    g_autoptr(GPtrArray) deposits = guichet_depot_list(centre->depot, NULL, error);
    if (deposits == NULL)
        return FALSE;
    g_autoptr(GHashTable) counts = count_by_station(deposits);
    g_autoptr(GList) stations = g_list_sort(g_hash_table_get_keys(counts), (GCompareFunc)strcmp);
    JsonArray *array = json_array_new();
    for (GList *at = stations; at != NULL; at = at->next) {
        const StationCount *count = g_hash_table_lookup(counts, at->data);
        g_autofree char *last = guichet_time_to_iso8601(count->last_us);
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "station", at->data);
        json_object_set_int_member(object, "deposits", count->deposits);
        json_object_set_int_member(object, "last_sequence", count->last_sequence);
        json_object_set_string_member(object, "last", last);
        json_array_add_object_element(array, object);
        if (!options->json)
            g_print(_("%s : %u dépôts, dernier n° %" PRId64 " le %s\n"), (const char *)at->data,
                    count->deposits, count->last_sequence, last);
    }
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "name", centre->name);
    json_object_set_int_member(object, "deposits", deposits->len);
    json_object_set_array_member(object, "stations", array);
    json_object_set_array_member(object, "chain", report_chain(deposits, options->json));
    if (options->json) {
        guichet_verb_print(object);
        return TRUE;
    }
    g_print(_("%s : %u dépôts en tout\n"), centre->name, deposits->len);
    json_object_unref(object);
    return TRUE;
}

static gboolean
verb_open(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error)
{
    guint count = 0;
    if (options->output == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Donnez le dossier où écrire les pièces (-o)"));
        return FALSE;
    }
    if (!guichet_verb_check_sha256(options->arguments[0], error) ||
        !guichet_centre_open_deposit(centre, options->arguments[0], options->output, &count, error))
        return FALSE;
    if (options->json) {
        JsonObject *object = json_object_new();
        json_object_set_string_member(object, "folder", options->output);
        json_object_set_int_member(object, "members", count);
        guichet_verb_print(object);
    } else {
        g_print(_("%u fichiers écrits dans %s\n"), count, options->output);
    }
    return TRUE;
}

const GuichetCentralVerb guichet_central_verbs[] = {
    {"enrol", "DOSSIER --name NOM -o RÉPONSE [--url URL] [--days N]", 1, 1, verb_enrol},
    {"serve", "[--listen 127.0.0.1:0] [--port-file FICHIER]", 0, 0, verb_serve},
    {"status", "", 0, 0, verb_status},
    {"list", "[POSTE]", 0, 1, verb_list},
    {"open", "EMPREINTE -o DOSSIER", 1, 1, verb_open},
    {"answer", "EMPREINTE ÉTAT [TEXTE]", 2, 3, guichet_verb_answer},
    {"ask", "EMPREINTE PIÈCE[,PIÈCE…] TEXTE [--before AAAA-MM-JJ]", 3, 3, guichet_verb_ask},
    {"ready", "EMPREINTE NUMÉRO-DU-TITRE [TEXTE] [--before AAAA-MM-JJ]", 2, 3, guichet_verb_ready},
    {"appointment",
     "POSTE RÉFÉRENCE AAAA-MM-JJTHH:MM:SSZ DÉMARCHE [--minutes N] [--persons N] [--cancel]", 4, 4,
     guichet_verb_appointment},
    {"import", "CLÉ", 1, 1, guichet_verb_import},
    {NULL},
};
