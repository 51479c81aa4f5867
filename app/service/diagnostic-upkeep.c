/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config.h"
#include "core/contact.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "core/policy.h"
#include "core/trusted-time.h"
#include "service/diagnostic-private.h"
#include "service/offline.h"
#include "service/packs.h"

#include <glib/gi18n-lib.h>

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)
#define LATE_US (3 * DAY_US) /* a long weekend without a network is not yet late */
#define OLD_PACK_DAYS 400    /* INSEE gives one a year */
#define SMALL_FILE_BYTES (64 * 1024)

/* --- sync --- */

static void
judge_queue(GuichetPart *part, const GuichetStoreCounts *counts)
{
    gint64 age_us = guichet_instant_now().wall_us - counts->oldest_waiting_us;
    guichet_part_know(part, "waiting", _("À envoyer"), g_strdup_printf("%u", counts->waiting));
    guichet_part_know(part, "received", _("Reçues par le centre"),
                      g_strdup_printf("%u", counts->received));
    if (counts->waiting == 0 || counts->oldest_waiting_us == 0)
        return;
    g_autofree char *since = guichet_time_to_iso8601(counts->oldest_waiting_us);
    guichet_part_know(part, "oldest", _("La plus ancienne attend depuis"), g_strdup(since));
    if (age_us > LATE_US)
        guichet_part_find(part, 2, GUICHET_FINDING_FAULT,
                          g_strdup_printf(_("%u demandes attendent, la plus ancienne depuis le "
                                            "%.10s."),
                                          counts->waiting, since),
                          g_strdup(_("Voyez « Réseau » et « Services » ; sans réseau, portez-les "
                                     "par une clé navette : « guichetctl sync export ».")));
    else if (counts->last_error != NULL)
        guichet_part_find(part, 3, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("Le dernier envoi a échoué : %s"), counts->last_error),
                          g_strdup(_("Il sera refait seul ; voyez « Réseau » si cela dure.")));
}

static void
judge_contact(GuichetPart *part, GuichetDesk *desk)
{
    const char *root = guichet_station_get_root(desk->station);
    g_autofree char *notice = NULL;
    g_autoptr(GError) error = NULL;
    gint64 word_us = 0;
    if (!guichet_store_last_word(desk->store, guichet_trusted_time_now(root), &word_us, NULL))
        word_us = 0;
    word_us = MAX(word_us, guichet_contact_last(root));
    g_autofree char *when = guichet_time_to_iso8601(word_us);
    guichet_part_know(part, "last-word", _("Dernier mot du centre"),
                      g_strdup(word_us > 0 ? when : _("jamais")));
    if (desk->policy == NULL)
        return; /* told by the part of data */
    guichet_part_know(part, "budget", _("Jours permis sans le centre"),
                      g_strdup_printf("%u", desk->policy->offline_days));
    const char *remedy = _("Rétablissez le réseau, ou portez une clé navette au centre.");
    if (!guichet_desk_check_offline(desk, &notice, &error))
        guichet_part_say(part, 1, GUICHET_FINDING_FAULT, error->message, remedy);
    else if (notice != NULL)
        guichet_part_say(part, 4, GUICHET_FINDING_ATTENTION, notice, remedy);
}

GuichetPart *
guichet_diagnose_sync(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_SYNC);
    GuichetStoreCounts counts = {0};
    g_autoptr(GError) error = NULL;
    if (!guichet_desk_count(desk, &counts, &error))
        guichet_part_say(part, 5, GUICHET_FINDING_FAULT, error->message,
                         _("Voyez « Disque et base »."));
    else
        judge_queue(part, &counts);
    g_free(counts.last_error);
    judge_contact(part, desk);
    guichet_part_settle(part, counts.waiting == 0 ? _("Rien n’attend.")
                                                  : _("Ce qui attend part normalement."));
    return part;
}

/* --- policies, procedures, packs --- */

static void
look_at_policy(GuichetPart *part, const char *root, const char *name)
{
    g_autofree char *relative = g_strdup_printf("policy/%s.json", name);
    g_autofree char *path = guichet_station_path(root, relative);
    g_autoptr(GError) error = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        guichet_part_know(part, name, relative, g_strdup(_("celle du paquet")));
        return;
    }
    g_autoptr(GBytes) bytes = guichet_read_file(path, SMALL_FILE_BYTES, &error);
    g_autoptr(JsonNode) node = bytes != NULL
                                   ? guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                                        g_bytes_get_size(bytes), relative, &error)
                                   : NULL;
    if (node == NULL) {
        guichet_part_find(part, 1, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Remettez la règle du paquet (/usr/share/guichet/policy).")));
        return;
    }
    const char *date = guichet_json_string(json_node_get_object(node), "date", relative, NULL);
    guichet_part_know(part, name, relative, g_strdup(date != NULL ? date : _("sans date")));
}

static void
look_at_rules(GuichetPart *part, GuichetDesk *desk)
{
    /* ids are kept by the facts, so they are static */
    static const char *const policies[] = {"retention", "session", "storage", "kiosk"};
    const char *root = guichet_station_get_root(desk->station);
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++)
        look_at_policy(part, root, policies[i]);
    g_autoptr(GuichetRetentionPolicy) retention = guichet_retention_policy_load(root, NULL, &error);
    if (retention == NULL)
        guichet_part_find(part, 2, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Sans elle rien n’est effacé : remettez celle du paquet.")));
    if (desk->policy == NULL)
        guichet_part_say(part, 3, GUICHET_FINDING_FAULT,
                         _("La règle des sessions (policy/session.json) est illisible : personne "
                           "ne peut plus ouvrir de session."),
                         _("Remettez celle du paquet (/usr/share/guichet/policy)."));
}

GuichetPart *
guichet_diagnose_data(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_DATA);
    g_autoptr(GError) error = NULL;
    g_auto(GuichetPack) pack = {NULL};
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(desk, &error);
    if (procedures == NULL)
        guichet_part_find(part, 4, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Vérifiez-les : « guichetctl procedure check ».")));
    else
        guichet_part_know(part, "procedures", _("Démarches"),
                          g_strdup_printf("%u", procedures->len));
    look_at_rules(part, desk);
    guichet_desk_describe_pack(desk, &pack);
    if (pack.places > 0)
        guichet_part_know(
            part, "communes", _("Communes"),
            g_strdup_printf(_("%u lieux, du %s (%d jours)"), pack.places, pack.day, pack.days));
    if (pack.fault != NULL)
        guichet_part_find(
            part, 5, GUICHET_FINDING_ATTENTION,
            g_strdup_printf(_("Le référentiel des communes ne se lit pas : %s"), pack.fault),
            g_strdup(_("Les lieux sont gardés tels que tapés ; réinstallez le "
                       "référentiel.")));
    else if (pack.places > 0 && pack.days > OLD_PACK_DAYS)
        guichet_part_find(part, 6, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("Le référentiel des communes a %d jours."), pack.days),
                          g_strdup(_("Demandez au centre celui de l’année.")));
    guichet_part_settle(part, _("Les règles et les référentiels se lisent."));
    return part;
}

/* --- services --- */

/* Is @pid a guichet-syncd of this station? Only its own command line says so. */
static gboolean
is_syncd_of(const char *pid, const char *root)
{
    g_autofree char *path = g_build_filename("/proc", pid, "cmdline", NULL);
    g_autofree char *line = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &line, &size, NULL) || size == 0)
        return FALSE;
    const char *name = strrchr(line, '/');
    gboolean named = FALSE, ours = FALSE;
    if (strcmp(name != NULL ? name + 1 : line, "guichet-syncd") != 0)
        return FALSE;
    for (gsize at = strlen(line) + 1; at < size; at += strlen(line + at) + 1) {
        const char *argument = line + at;
        named |= g_str_has_prefix(argument, "--root");
        ours |= strcmp(argument, root) == 0 ||
                (g_str_has_prefix(argument, "--root=") && strcmp(argument + 7, root) == 0);
    }
    return ours || (!named && strcmp(root, GUICHET_DEFAULT_ROOT) == 0);
}

static gboolean
has_syncd(const char *root)
{
    g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
    for (const char *pid; dir != NULL && (pid = g_dir_read_name(dir)) != NULL;)
        if (g_ascii_isdigit(*pid) && is_syncd_of(pid, root))
            return TRUE;
    return FALSE;
}

GuichetPart *
guichet_diagnose_services(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_SERVICES);
    gboolean enrolled = *guichet_station_get_centre_url(desk->station) != '\0';
    gboolean alive = has_syncd(guichet_station_get_root(desk->station));
    guichet_part_know(part, "syncd", "guichet-syncd",
                      g_strdup(alive ? _("en marche") : _("arrêté")));
    if (!alive && enrolled)
        guichet_part_say(part, 1, GUICHET_FINDING_FAULT,
                         _("Le service d’envoi guichet-syncd est arrêté : rien ne part."),
                         _("Relancez-le : « systemctl restart guichet-syncd » ; s’il s’arrête "
                           "encore : « journalctl -u guichet-syncd »."));
    guichet_part_settle(part, enrolled ? _("Le service d’envoi tourne.")
                                       : _("Le service d’envoi attend l’enrôlement du poste."));
    return part;
}

/* --- programs --- */

static char *
system_name(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/etc/os-release", &text, NULL, NULL))
        return g_strdup("");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++)
        if (g_str_has_prefix(lines[i], "PRETTY_NAME="))
            return g_strdelimit(g_strdup(lines[i] + strlen("PRETTY_NAME=")), "\"", ' ');
    return g_strdup("");
}

GuichetPart *
guichet_diagnose_programs(GuichetDesk *desk)
{
    static const char *const helpers[] = {"guichet-device", "guichet-card"};
    GuichetPart *part = guichet_part_new(GUICHET_PART_PROGRAMS);
    struct utsname kernel;
    guichet_part_know(part, "guichet", _("Guichet"), g_strdup(GUICHET_VERSION));
    guichet_part_know(part, "system", _("Système"), g_strstrip(system_name()));
    if (uname(&kernel) == 0)
        guichet_part_know(part, "kernel", _("Noyau"),
                          g_strdup_printf("%s %s", kernel.sysname, kernel.release));
    guichet_part_know(
        part, "glib", "GLib",
        g_strdup_printf("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version));
    for (gsize i = 0; i < G_N_ELEMENTS(helpers); i++) {
        g_autofree char *path = guichet_helper_path(helpers[i]);
        if (access(path, X_OK) != 0)
            guichet_part_find(part, 1, GUICHET_FINDING_FAULT,
                              g_strdup_printf(_("Le programme %s manque."), path),
                              g_strdup(_("Réinstallez le paquet guichet.")));
    }
    guichet_part_settle(part, _("Tous les programmes sont là."));
    return part;
}
