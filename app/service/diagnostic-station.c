/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include "core/paths.h"
#include "core/reserve.h"
#include "core/trusted-time.h"
#include "service/diagnostic-private.h"
#include "service/kiosk.h"
#include "service/self-check.h"
#include "service/warnings.h"
#include "service/witness.h"

#include <glib/gi18n-lib.h>

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)
#define LOW_BYTES (G_GINT64_CONSTANT(2) << 30) /* some 500 bundles */

static char *
path_of(GuichetDesk *desk, const char *relative)
{
    return guichet_station_path(guichet_station_get_root(desk->station), relative);
}

/* "" when it is not there. */
static char *
size_of(GuichetDesk *desk, const char *relative)
{
    g_autofree char *path = path_of(desk, relative);
    struct stat info;
    return stat(path, &info) == 0 ? g_format_size((guint64)info.st_size) : g_strdup("");
}

/* --- keys --- */

static void
count_slots(GuichetPart *part, GuichetDesk *desk)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) agents = guichet_store_list_agents(desk->store, &error);
    guint active = 0, cards = 0, technicians = 0, revoked = 0;
    if (agents == NULL) {
        guichet_part_say(part, 5, GUICHET_FINDING_FAULT, error->message, NULL);
        return;
    }
    for (guint i = 0; i < agents->len; i++) {
        const GuichetAgent *agent = g_ptr_array_index(agents, i);
        if (agent->revoked_us != 0) {
            revoked++;
            continue;
        }
        active++;
        cards += agent->card;
        technicians += agent->role == GUICHET_USER_ROLE_TECHNICIAN;
    }
    guichet_part_know(part, "slots", _("Emplacements de clé"),
                      g_strdup_printf(_("%u ouverts (%u par carte, %u de technicien), %u révoqués"),
                                      active, cards, technicians, revoked));
    if (active == technicians)
        guichet_part_say(part, 4, GUICHET_FINDING_FAULT,
                         _("Aucun agent ne peut ouvrir ce poste aux demandes."),
                         _("Ajoutez un agent : « guichetctl station agent NOM »."));
}

static void
look_at_signing_key(GuichetPart *part, GuichetDesk *desk)
{
    g_autofree char *key_path = path_of(desk, "keys/sign.key");
    g_autofree char *certificate_path = path_of(desk, "keys/sign.crt");
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, &error);
    if (key == NULL) {
        guichet_part_find(part, 2, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Sans la clé de signature rien n’est scellé : remettez la "
                                     "copie du poste, ou enrôlez-le de nouveau sous un autre "
                                     "nom.")));
        return;
    }
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(certificate_path, NULL);
    if (certificate != NULL && !guichet_certificate_check_key(certificate, key, &error))
        guichet_part_find(part, 3, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Redemandez le certificat au centre avec la demande du "
                                     "dossier « enrol ».")));
}

GuichetPart *
guichet_diagnose_keys(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_KEYS);
    gboolean tpm = guichet_station_has_tpm(desk->station);
    g_autofree char *finding = NULL;
    g_autoptr(GError) error = NULL;
    GuichetKioskState kiosk;
    guichet_part_know(
        part, "tpm", _("TPM"),
        g_strdup(tpm ? guichet_station_get_tpm(desk->station) : _("absent : clés sur le disque")));
    count_slots(part, desk);
    look_at_signing_key(part, desk);
    if (guichet_desk_read_kiosk(desk, &kiosk, NULL))
        guichet_part_know(part, "kiosk", _("Borne sans agent"),
                          g_strdup(kiosk.is_open ? _("ouverte") : _("fermée")));
    if (!guichet_desk_check_witness(desk, &finding, &error))
        guichet_part_find(part, 1, GUICHET_FINDING_FAULT, g_strdup(error->message),
                          g_strdup(_("Vérifiez dans le programme de démarrage que le TPM est "
                                     "activé ; sans lui ce poste ne s’ouvre pas.")));
    else if (finding != NULL)
        guichet_part_find(part, 6, GUICHET_FINDING_FAULT, g_steal_pointer(&finding),
                          g_strdup(_("Demandez à l’agent si une copie a été remise, puis "
                                     "« guichetctl station accept-restore ».")));
    guichet_part_settle(part, tpm ? _("Les clés sont scellées dans le TPM, qui répond.")
                                  : _("Les clés sont là, sur le disque : ce poste n’a pas de "
                                      "TPM."));
    return part;
}

/* --- disk --- */

static void
look_at_room(GuichetPart *part, const char *root)
{
    struct statvfs disk;
    g_autoptr(GError) full = NULL;
    if (statvfs(root, &disk) != 0) {
        guichet_part_say(part, 1, GUICHET_FINDING_FAULT, g_strerror(errno),
                         _("Vérifiez que le disque du poste est monté."));
        return;
    }
    gint64 free_bytes = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
    g_autofree char *has = g_format_size((guint64)free_bytes);
    g_autofree char *whole = g_format_size((guint64)disk.f_blocks * disk.f_frsize);
    guichet_part_know(part, "free", _("Place libre"), g_strdup_printf(_("%s sur %s"), has, whole));
    if ((disk.f_flag & ST_RDONLY) != 0)
        guichet_part_say(part, 2, GUICHET_FINDING_FAULT, _("Le disque est en lecture seule."),
                         _("Un disque qui se protège est souvent en fin de vie : sauvegardez, puis "
                           "vérifiez-le (« dmesg », « smartctl ») et remplacez-le."));
    if (!guichet_reserve_check(root, 0, &full))
        guichet_part_say(part, 3, GUICHET_FINDING_FAULT, full->message,
                         _("Synchronisez, ou videz ce qui n’est pas à Guichet (journaux, "
                           "téléchargements)."));
    else if (free_bytes < LOW_BYTES)
        guichet_part_find(part, 4, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("Il ne reste que %s sur le disque."), has),
                          g_strdup(_("Libérez de la place avant que le poste ne refuse de "
                                     "capturer.")));
}

static void
look_at_check(GuichetPart *part, GuichetDesk *desk)
{
    g_auto(GuichetSelfCheck) check = {0};
    guichet_self_check_read(guichet_station_get_root(desk->station), &check);
    char *sentence = guichet_self_check_describe(&check, guichet_instant_now().wall_us);
    g_autofree char *when = guichet_time_to_iso8601(check.checked_us);
    guichet_part_know(part, "checked", _("Dernière vérification de la base"),
                      g_strdup(check.checked_us > 0 ? when : _("jamais")));
    if (sentence != NULL)
        guichet_part_find(
            part, check.findings->len > 0 ? 5 : 6,
            check.findings->len > 0 ? GUICHET_FINDING_FAULT : GUICHET_FINDING_ATTENTION, sentence,
            g_strdup(_("« guichetctl db check » la refait maintenant ; gardez la "
                       "dernière copie de « guichetctl db backup ».")));
}

GuichetPart *
guichet_diagnose_disk(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_DISK);
    look_at_room(part, guichet_station_get_root(desk->station));
    guichet_part_know(part, "reserve", _("Réserve"), size_of(desk, GUICHET_RESERVE_FILE));
    guichet_part_know(part, "store", _("Base"), size_of(desk, "station.db"));
    guichet_part_know(part, "log", _("Journal d’écriture de la base"),
                      size_of(desk, "station.db-wal"));
    look_at_check(part, desk);
    guichet_part_settle(part, _("Il y a de la place, et la base est saine."));
    return part;
}

/* --- clock --- */

static void
look_at_jumps(GuichetPart *part, GuichetDesk *desk)
{
    guint jumps = guichet_diagnostic_count_events(desk, "clock-jumped");
    guint behind = guichet_diagnostic_count_events(desk, "clock-behind");
    guichet_part_know(part, "jumps", _("Sauts notés au journal"),
                      g_strdup_printf("%u", jumps + behind));
    if (jumps + behind > 0)
        guichet_part_find(part, 3, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("L’horloge a sauté ou retardé %u fois ces derniers "
                                            "temps."),
                                          jumps + behind),
                          g_strdup(_("Si cela se répète, remplacez la pile de la carte mère.")));
}

GuichetPart *
guichet_diagnose_clock(GuichetDesk *desk)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_CLOCK);
    struct timex kernel = {0};
    gint64 behind_us = 0;
    char *behind = guichet_desk_describe_clock(desk, &behind_us);
    g_autofree char *now = guichet_time_to_iso8601(guichet_instant_now().wall_us);
    g_autofree char *signed_ =
        guichet_time_to_iso8601(guichet_trusted_time_now(guichet_station_get_root(desk->station)));
    gboolean synced = adjtimex(&kernel) >= 0 && (kernel.status & STA_UNSYNC) == 0;
    guichet_part_know(part, "now", _("Heure du poste (UTC)"), g_steal_pointer(&now));
    if (behind_us > 0)
        guichet_part_know(part, "floor", _("Heure signée par le centre"),
                          g_steal_pointer(&signed_));
    guichet_part_know(part, "ntp", _("Mise à l’heure par le réseau"),
                      g_strdup(synced ? _("active") : _("inactive")));
    look_at_jumps(part, desk);
    if (behind != NULL)
        guichet_part_find(part, 1, GUICHET_FINDING_FAULT, behind,
                          g_strdup(_("Réglez la date, puis vérifiez le serveur de temps : "
                                     "« timedatectl timesync-status ».")));
    else if (!synced)
        guichet_part_say(part, 2, GUICHET_FINDING_ATTENTION,
                         _("Personne ne met ce poste à l’heure."),
                         _("Activez la mise à l’heure : « timedatectl set-ntp true », et donnez "
                           "un serveur de temps que le réseau laisse joindre."));
    guichet_part_settle(part, _("Le poste est à l’heure."));
    return part;
}

/* --- certificates --- */

static void
look_at_certificate(GuichetPart *part, const char *path, const char *id, const char *what,
                    gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, &error);
    if (certificate == NULL) {
        guichet_part_find(part, 4, GUICHET_FINDING_FAULT,
                          g_strdup_printf("%s : %s", what, error->message),
                          g_strdup(_("Reprenez l’enrôlement : « guichetctl station enrol ».")));
        return;
    }
    gint64 end_us = guichet_certificate_get_not_after(certificate);
    gint64 days = (end_us - now_us) / DAY_US;
    g_autofree char *end = guichet_time_to_iso8601(end_us);
    char *warning = guichet_warning_of_end(what, end_us, now_us, GUICHET_END_OF_STATION);
    guichet_part_know(part, id, what,
                      g_strdup_printf(_("jusqu’au %.10s, %d jours"), end, (int)days));
    if (warning != NULL)
        guichet_part_find(part,
                          days < 7    ? 1
                          : days < 30 ? 2
                                      : 3,
                          days < 7 ? GUICHET_FINDING_FAULT : GUICHET_FINDING_ATTENTION, warning,
                          g_strdup(_("Demandez le nouveau certificat au centre, puis « guichetctl "
                                     "station enrol ».")));
}

GuichetPart *
guichet_diagnose_certificates(GuichetDesk *desk)
{
    static const struct {
        const char *file, *id, *what;
    } files[] = {
        {"keys/sign.crt", "sign", N_("Le certificat de signature du poste")},
        {"keys/tls.crt", "tls", N_("Le certificat de connexion du poste")},
        {"trust/centre-seal.crt", "seal", N_("Le certificat de scellement du centre")},
        {"trust/root.crt", "root", N_("Le certificat racine du centre")},
    };
    GuichetPart *part = guichet_part_new(GUICHET_PART_CERTIFICATES);
    gint64 now_us = guichet_trusted_time_now(guichet_station_get_root(desk->station));
    if (*guichet_station_get_centre_url(desk->station) == '\0') {
        guichet_part_say(part, 5, GUICHET_FINDING_ATTENTION, _("Ce poste n’est pas enrôlé."),
                         _("Portez le dossier « enrol » au centre, puis « guichetctl station "
                           "enrol » avec sa réponse."));
        return part;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = path_of(desk, files[i].file);
        look_at_certificate(part, path, files[i].id, _(files[i].what), now_us);
    }
    guichet_part_settle(part, _("Tous les certificats valent encore plus de 60 jours."));
    return part;
}
