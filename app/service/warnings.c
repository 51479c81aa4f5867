/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/warnings.h"

#include "core/clock.h"
#include "core/paths.h"
#include "core/reserve.h"
#include "core/trusted-time.h"
#include "service/desk-private.h"
#include "service/self-check.h"
#include "service/witness.h"
#include "sync/bundle/pki.h"

#include <glib/gi18n-lib.h>

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)

static const struct {
    const char *file, *what;
} certificates[] = {
    {"keys/sign.crt", N_("Le certificat de signature du poste")},
    {"keys/tls.crt", N_("Le certificat de connexion du poste")},
    {"trust/centre-seal.crt", N_("Le certificat de scellement du centre")},
    {"trust/root.crt", N_("Le certificat racine du centre")},
};

/* What to do, by how near the end is; NULL while it is far. */
static const char *
what_next(gint64 days, GuichetEndKind kind)
{
    if (kind == GUICHET_END_OF_CARD)
        return days < 60 ? _("demandez-en une nouvelle") : NULL;
    if (days < 7)
        return _("appelez le centre aujourd’hui");
    if (days < 30)
        return _("demandez son renouvellement au centre cette semaine");
    return days < 60 ? _("prévoyez son renouvellement avec le centre") : NULL;
}

char *
guichet_warning_of_end(const char *what, gint64 end_us, gint64 now_us, GuichetEndKind kind)
{
    gint64 days = (end_us - now_us) / DAY_US;
    g_autofree char *date = guichet_time_to_iso8601(end_us);
    if (now_us >= end_us && kind == GUICHET_END_OF_CARD)
        return g_strdup_printf(_("%s a expiré le %.10s : elle ouvre encore ce poste, demandez-en "
                                 "une nouvelle"),
                               what, date);
    if (now_us >= end_us)
        return g_strdup_printf(_("%s a expiré le %.10s : sans un nouveau, rien ne peut plus être "
                                 "scellé ou envoyé ; appelez le centre"),
                               what, date);
    const char *next = what_next(days, kind);
    return next != NULL ? g_strdup_printf(_("%s expire le %.10s, dans %d jours : %s"), what, date,
                                          (int)days, next)
                        : NULL;
}

static void
warn_of_certificates(GuichetDesk *self, GPtrArray *warnings)
{
    const char *root = guichet_station_get_root(self->station);
    gint64 now_us = guichet_trusted_time_now(root);
    for (gsize i = 0; i < G_N_ELEMENTS(certificates); i++) {
        g_autofree char *path = guichet_station_path(root, certificates[i].file);
        /* one that is not there or does not read stops what needs it, with its own reason */
        g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, NULL);
        char *warning = certificate != NULL
                            ? guichet_warning_of_end(_(certificates[i].what),
                                                     guichet_certificate_get_not_after(certificate),
                                                     now_us, GUICHET_END_OF_STATION)
                            : NULL;
        if (warning != NULL)
            g_ptr_array_add(warnings, warning);
    }
}

static void
warn_of_store(GuichetDesk *self, GPtrArray *warnings)
{
    g_auto(GuichetSelfCheck) check = {0};
    guichet_self_check_read(guichet_station_get_root(self->station), &check);
    char *sentence = guichet_self_check_describe(&check, guichet_instant_now().wall_us);
    if (sentence != NULL)
        g_ptr_array_add(warnings, sentence);
}

static void
warn_of_room(GuichetDesk *self, GPtrArray *warnings)
{
    g_autoptr(GError) full = NULL;
    if (!guichet_reserve_check(guichet_station_get_root(self->station), 0, &full))
        g_ptr_array_add(warnings, g_strdup(full->message));
}

GPtrArray *
guichet_desk_list_warnings(GuichetDesk *self)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failure = NULL;
    char *finding = NULL;
    if (!guichet_desk_check_witness(self, &finding, &failure))
        finding = g_strdup(failure->message); /* a TPM that does not answer is one, too */
    if (finding != NULL)
        g_ptr_array_add(warnings, finding);
    gint64 behind_us = 0;
    char *clock = guichet_desk_describe_clock(self, &behind_us);
    if (clock != NULL)
        g_ptr_array_add(warnings, clock);
    warn_of_store(self, warnings);
    warn_of_room(self, warnings);
    warn_of_certificates(self, warnings);
    return g_steal_pointer(&warnings);
}
