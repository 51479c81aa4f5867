/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/diagnostic-private.h"

#include <glib/gi18n-lib.h>

#define ANSWER_US (45 * (gint64)G_USEC_PER_SEC) /* guichet_probe_run() and some */
#define TAKEN_US (4 * (gint64)G_USEC_PER_SEC)   /* guichet-syncd hears at once, or is not there */
#define LOOK_US (100 * 1000)
#define SLOW_MS 3000

/* --- asking guichet-syncd --- */

/* An answer that is newer than the question; NULL while there is none. */
static GuichetProbe *
read_answer(const char *root, gint64 asked_us)
{
    g_autoptr(GuichetProbe) probe = guichet_probe_read(root, NULL);
    return probe != NULL && probe->made_us >= asked_us ? g_steal_pointer(&probe) : NULL;
}

GuichetProbe *
guichet_diagnostic_ask_probe(const char *root, GCancellable *cancellable, GError **error)
{
    g_autofree char *ask = guichet_station_path(root, GUICHET_PROBE_ASK);
    gint64 asked_us = guichet_instant_now().wall_us, began = g_get_monotonic_time(), waited = 0;
    if (!guichet_write_file_durably(ask, "", 0, 0660, error))
        return NULL;
    while (!g_cancellable_set_error_if_cancelled(cancellable, error)) {
        GuichetProbe *probe = read_answer(root, asked_us);
        if (probe != NULL)
            return probe;
        waited = g_get_monotonic_time() - began;
        gboolean taken = access(ask, F_OK) != 0;
        if (waited > ANSWER_US || (!taken && waited > TAKEN_US)) {
            unlink(ask);
            g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT,
                                _("guichet-syncd ne répond pas : le réseau n’a pas pu être "
                                  "essayé."));
            return NULL;
        }
        g_usleep(LOOK_US);
    }
    unlink(ask);
    return NULL;
}

/* --- the part --- */

/* The number of the reference is that of the step, from 1. */
static const struct {
    const char *label, *conclusion, *remedy;
} steps[GUICHET_PROBE_N] = {
    [GUICHET_PROBE_INTERFACES] = {N_("Interfaces"), N_("Aucune interface réseau n’est active."),
                                  N_("Branchez le câble réseau, ou activez le Wi-Fi.")},
    [GUICHET_PROBE_NAME] = {N_("Nom du centre"), N_("Le nom du centre n’est pas trouvé."),
                            N_("Vérifiez les serveurs de noms (« resolvectl status ») et l’adresse "
                               "du centre de ce poste.")},
    [GUICHET_PROBE_TCP] = {N_("Connexion"), N_("Le centre ne prend pas la connexion."),
                           N_("Vérifiez le pare-feu de la mairie (sortie vers ce port), puis "
                              "demandez au centre s’il est en service.")},
    [GUICHET_PROBE_TLS] = {N_("Connexion sûre"), N_("La connexion sûre est refusée."),
                           N_("Vérifiez la date du poste et les certificats ; un équipement qui "
                              "inspecte le trafic doit laisser passer le centre sans y toucher.")},
    [GUICHET_PROBE_HTTP] = {N_("Réponse du centre"), N_("Le centre est joint mais répond mal."),
                            N_("Le poste n’y peut rien : prévenez le centre, les envois "
                               "reprendront seuls.")},
};

static void
tell_step(GuichetPart *part, const GuichetProbe *probe, GuichetProbeStepKind kind)
{
    const GuichetProbeStep *step = &probe->steps[kind];
    if (step->outcome == GUICHET_PROBE_NOT_TRIED)
        return;
    guichet_part_know(
        part, guichet_probe_step_name(kind), _(steps[kind].label),
        g_strdup_printf(_("%s — %s (%d ms)"),
                        step->outcome == GUICHET_PROBE_PASSED ? _("réussi") : _("échoué"),
                        step->said, (int)step->ms));
    if (step->outcome == GUICHET_PROBE_FAILED)
        guichet_part_find(part, (guint)kind + 1, GUICHET_FINDING_FAULT,
                          g_strdup_printf("%s %s", _(steps[kind].conclusion), step->said),
                          g_strdup(_(steps[kind].remedy)));
    else if (step->ms > SLOW_MS)
        guichet_part_find(part, 7, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("La ligne est lente : %s en %d ms."),
                                          _(steps[kind].label), (int)step->ms),
                          g_strdup(_("Les envois passent, plus lentement ; vérifiez la ligne de la "
                                     "mairie si cela dure.")));
}

/* A centre on this very machine is reached without any interface: no fault of the line. */
static gboolean
is_reached(const GuichetProbe *probe)
{
    return probe->steps[GUICHET_PROBE_TCP].outcome == GUICHET_PROBE_PASSED;
}

GuichetPart *
guichet_diagnose_network(const char *url, const GuichetProbe *probe, const GError *error)
{
    GuichetPart *part = guichet_part_new(GUICHET_PART_NETWORK);
    guichet_part_know(part, "centre", _("Centre"),
                      g_strdup(*url != '\0' ? url : _("pas encore enrôlé")));
    for (guint i = 0; probe != NULL && i < GUICHET_PROBE_N; i++)
        if (i != GUICHET_PROBE_INTERFACES || !is_reached(probe))
            tell_step(part, probe, i);
    if (probe == NULL && g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT))
        guichet_part_say(part, 6, GUICHET_FINDING_FAULT, error->message,
                         _("Relancez-le : « systemctl restart guichet-syncd », puis recommencez. "
                           "Rien de ce qui est scellé n’est perdu."));
    else if (probe == NULL)
        guichet_part_say(part, 8, GUICHET_FINDING_ATTENTION, error->message,
                         _("Recommencez l’essai."));
    else if (*url == '\0')
        guichet_part_say(part, 9, GUICHET_FINDING_ATTENTION,
                         _("Ce poste n’est pas enrôlé : il n’a pas de centre à joindre."),
                         _("Enrôlez-le : « guichetctl station enrol »."));
    guichet_part_settle(part, _("Le centre répond, par une connexion sûre."));
    return part;
}
