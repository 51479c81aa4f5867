/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/offline.h"

#include "core/contact.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/trusted-time.h"
#include "service/desk-private.h"
#include "service/retention.h"
#include "sync/bundle/pki.h"

#include <glib/gi18n-lib.h>

#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)

/* The start in which the word came: the last that was running then; else, for one that came while
 * the machine was off, the last that had begun. */
static const GuichetBoot *
find_start(GPtrArray *boots, gint64 word_us)
{
    const GuichetBoot *during = NULL, *before = NULL;
    for (guint i = 0; i < boots->len; i++) {
        const GuichetBoot *boot = g_ptr_array_index(boots, i);
        if (boot->began_us > word_us && before != NULL)
            continue;
        before = boot;
        if (boot->began_us <= word_us && word_us <= boot->began_us + boot->last_us)
            during = boot;
    }
    return during != NULL ? during : before;
}

gint64
guichet_offline_used_us(GPtrArray *boots, gint64 word_us, const GuichetInstant *now,
                        guint off_per_running)
{
    const GuichetBoot *start = find_start(boots, word_us);
    if (start == NULL)
        return now->monotonic_us;
    GuichetInstant word = {.wall_us = word_us,
                           .monotonic_us = CLAMP(word_us - start->began_us, 0, start->last_us)};
    g_strlcpy(word.boot_id, start->boot_id, sizeof word.boot_id);
    return guichet_retention_proven_us(boots, &word, now, off_per_running);
}

/* When the centre was last heard, one way or another; wall µs. */
static gboolean
last_word(GuichetDesk *self, gint64 *word_us, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *path = guichet_station_path(root, "keys/sign.crt");
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, NULL);
    gint64 issued_us = certificate != NULL ? guichet_certificate_get_not_before(certificate) : 0;
    gint64 now_us = guichet_trusted_time_now(root);
    if (!guichet_store_last_word(self->store, now_us, word_us, error))
        return FALSE;
    /* noted by a clock that ran ahead, it would count as said until that day comes */
    gint64 heard_us = guichet_contact_last(root);
    *word_us = MAX(MAX(*word_us, issued_us), heard_us <= now_us ? heard_us : 0);
    return TRUE;
}

/* Time of use since the last word, whichever way of telling it says less. */
static gboolean
measure_use(GuichetDesk *self, GPtrArray *boots, gint64 word_us, const GuichetInstant *now,
            gint64 *used_us, GError **error)
{
    gboolean has = FALSE;
    GuichetInstant receipt = {0};
    guint off = self->policy->off_per_running;
    if (!guichet_store_last_receipt(self->store, &has, &receipt, error))
        return FALSE;
    *used_us = guichet_offline_used_us(boots, word_us, now, off);
    if (has)
        *used_us = MIN(*used_us, guichet_retention_proven_us(boots, &receipt, now, off));
    return TRUE;
}

static gboolean
judge(GuichetDesk *self, gint64 word_us, char **notice, GError **error)
{
    const GuichetSessionPolicy *policy = self->policy;
    const GuichetInstant now = guichet_instant_now();
    g_autoptr(GPtrArray) boots = guichet_store_list_boots(self->store, error);
    if (boots == NULL)
        return FALSE;
    if (word_us == 0 && boots->len > 0) /* never: since the station was made */
        word_us = ((const GuichetBoot *)boots->pdata[0])->began_us;
    int by_clock = (int)((now.wall_us - word_us) / DAY_US);
    gint64 used_us = 0;
    if (!measure_use(self, boots, word_us, &now, &used_us, error))
        return FALSE;
    int days = (int)(used_us / DAY_US), limit = (int)policy->offline_days;
    g_autofree char *since = guichet_time_to_iso8601(word_us);
    if (days >= limit) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                    _("ce poste sert depuis %d jours sans un mot du centre (le dernier : %.10s), "
                      "%d sont permis : rétablissez le réseau ou portez une clé navette au centre, "
                      "puis recommencez ; rien n’est perdu"),
                    days, since, limit);
        return FALSE;
    }
    if (days >= limit - (int)policy->offline_warn_days)
        *notice = g_strdup_printf(
            _("Sans un mot du centre depuis le %.10s : encore %d jours, puis plus personne ne peut "
              "ouvrir de session ; rétablissez le réseau ou portez une clé navette au centre"),
            since, limit - days);
    else if (by_clock >= limit)
        *notice = g_strdup_printf(
            _("Selon l’horloge le centre n’a rien dit depuis %d jours, mais le poste n’en a servi "
              "que %d : vérifiez la date du poste"),
            by_clock, days);
    return TRUE;
}

gboolean
guichet_desk_check_offline(GuichetDesk *self, char **notice, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    gint64 now_us = guichet_instant_now().wall_us, word_us = 0;
    *notice = NULL;
    if (*guichet_station_get_centre_url(self->station) == '\0')
        return TRUE;
    if (!last_word(self, &word_us, error))
        return FALSE;
    int by_clock = (int)((now_us - word_us) / DAY_US);
    /* the journal is walked only when the clock says long, or is known to be behind */
    if (by_clock < (int)(self->policy->offline_days - self->policy->offline_warn_days) &&
        now_us >= word_us && now_us >= guichet_trusted_time_now(root))
        return TRUE;
    return judge(self, word_us, notice, error);
}
