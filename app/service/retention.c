/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/retention.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/desk-private.h"
#include "sync/bundle/message.h"

#include <glib/gi18n-lib.h>

#define HOUR_US ((gint64)3600 * G_USEC_PER_SEC)
#define DAY_US (24 * HOUR_US)

void
guichet_retention_clear(GuichetRetention *retention)
{
    g_clear_pointer(&retention->warnings, g_ptr_array_unref);
}

/* --- how old a draft is --- */

/* From its first boot on; TRUE when the start in which @touched lies is known. */
static gboolean
find_boot(GPtrArray *boots, const char *boot_id, guint *index)
{
    for (guint i = 0; i < boots->len; i++)
        if (strcmp(((const GuichetBoot *)g_ptr_array_index(boots, i))->boot_id, boot_id) == 0) {
            *index = i;
            return TRUE;
        }
    return FALSE;
}

static gint64
last_of(const GuichetBoot *boot, const GuichetInstant *now)
{
    return strcmp(boot->boot_id, now->boot_id) == 0 ? MAX(boot->last_us, now->monotonic_us)
                                                    : boot->last_us;
}

gint64
guichet_retention_proven_us(GPtrArray *boots, const GuichetInstant *touched,
                            const GuichetInstant *now, guint off_per_running)
{
    guint first = 0;
    if (*touched->boot_id == '\0')
        return 0;
    if (!find_boot(boots, touched->boot_id, &first))
        return strcmp(touched->boot_id, now->boot_id) == 0
                   ? MAX(now->monotonic_us - touched->monotonic_us, 0)
                   : 0;
    const GuichetBoot *before = g_ptr_array_index(boots, first);
    gint64 proven = MAX(last_of(before, now) - touched->monotonic_us, 0);
    for (guint i = first + 1; i < boots->len; i++) {
        const GuichetBoot *boot = g_ptr_array_index(boots, i);
        gint64 ran = last_of(before, now);
        gint64 off = boot->began_us - (before->began_us + ran);
        proven += CLAMP(off, 0, ran * off_per_running) + last_of(boot, now);
        before = boot;
    }
    /* the present start may not have been journalled yet */
    if (strcmp(before->boot_id, now->boot_id) != 0 && !find_boot(boots, now->boot_id, &first))
        proven += now->monotonic_us;
    return proven;
}

/* --- drafts --- */

typedef struct {
    GuichetDesk *desk;
    const GuichetRetentionPolicy *policy;
    GuichetInstant now;
    GPtrArray *boots; /* read when a draft asks for it */
    GuichetRetention *result;
} Round;

G_GNUC_PRINTF(2, 3) static void warn(Round *round, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(round->result->warnings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void
warn_of_age(Round *round, const GuichetDraftAge *age, gint64 wall, gint64 proven)
{
    const int hours = (int)round->policy->draft_hours;
    const int by_clock = (int)(wall / HOUR_US), by_proof = (int)(proven / HOUR_US);
    if (by_clock >= hours)
        warn(round,
             _("Brouillon %s : %d h sans travail selon l’horloge, le poste n’en prouve que %d ; il "
               "sera abandonné à %d h prouvées, reprenez-le ou scellez-le"),
             age->request_id, by_clock, by_proof, hours);
    else if (by_proof >= hours)
        warn(round,
             _("Brouillon %s : %d h sans travail, mais l’horloge n’en dit que %d ; il est gardé, "
               "vérifiez la date du poste"),
             age->request_id, by_proof, by_clock);
    else
        warn(round, _("Brouillon %s : sans travail depuis %d h, il sera abandonné à %d h"),
             age->request_id, by_clock, hours);
}

static gboolean
weigh_draft(Round *round, const GuichetDraftAge *age, GError **error)
{
    const gint64 limit = round->policy->draft_hours * HOUR_US;
    const gint64 soon = limit - round->policy->draft_warning_hours * HOUR_US;
    const gboolean same_start = strcmp(age->touched.boot_id, round->now.boot_id) == 0;
    gint64 wall = round->now.wall_us - age->touched.wall_us;
    if (!same_start && wall >= 0 && wall < soon)
        return TRUE; /* young by the clock, and most drafts are: the journal is not walked */
    if (!same_start && round->boots == NULL &&
        (round->boots = guichet_store_list_boots(round->desk->store, error)) == NULL)
        return FALSE;
    gint64 proven = same_start
                        ? round->now.monotonic_us - age->touched.monotonic_us
                        : guichet_retention_proven_us(round->boots, &age->touched, &round->now,
                                                      round->policy->draft_off_per_running);
    if (wall >= limit && proven >= limit) {
        round->result->abandoned++;
        /* whoever logs in: it is the policy that gives it up, not he */
        return guichet_store_abandon(round->desk->store, age->request_id, error);
    }
    if (wall >= soon || proven >= soon)
        warn_of_age(round, age, wall, proven);
    return TRUE;
}

static gboolean
weigh_drafts(Round *round, GError **error)
{
    g_autoptr(GPtrArray) ages = guichet_store_list_draft_ages(round->desk->store, error);
    for (guint i = 0; ages != NULL && i < ages->len; i++)
        if (!weigh_draft(round, g_ptr_array_index(ages, i), error))
            return FALSE;
    return ages != NULL;
}

/* --- bundle files --- */

static gboolean
erase_file(Round *round, const GuichetBundleRecord *record, GError **error)
{
    if (!guichet_store_release_bundle(round->desk->store, record->request_id, error))
        return FALSE;
    g_autofree char *path = guichet_desk_outbox_path(round->desk, record->file);
    if (g_unlink(path) != 0 && errno != ENOENT)
        return guichet_set_error_from_errno(error, errno, _("Suppression de"), path);
    round->result->erased++;
    return TRUE;
}

/* FALSE without an error ends the round: nothing is left, or the root cannot be read. */
static gboolean
erase_next(Round *round, GuichetTrust *trust, gint64 *after, GError **error)
{
    gint64 before = round->now.wall_us - round->policy->received_grace_days * DAY_US;
    g_autoptr(GuichetBundleRecord) record =
        guichet_store_next_erasable(round->desk->store, *after, before, error);
    if (record == NULL)
        return FALSE;
    *after = record->sequence;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetReceipt) receipt =
        guichet_receipt_verify(record->receipt, trust, record->received_us, record->sha256,
                               guichet_station_get_id(round->desk->station), &failure);
    if (receipt != NULL)
        return erase_file(round, record, error);
    warn(round, _("Liasse n° %" PRId64 " : gardée, son accusé ne se vérifie plus (%s)"),
         record->sequence, failure->message);
    return TRUE;
}

static gboolean
erase_files(Round *round, guint bundles, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *path =
        guichet_station_path(guichet_station_get_root(round->desk->station), "trust/root.crt");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(path, NULL, NULL);
    if (trust == NULL)
        return TRUE; /* not enrolled: there is no receipt to believe */
    gint64 after = 0;
    while (round->result->erased < bundles && erase_next(round, trust, &after, &failure))
        ;
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
guichet_desk_apply_retention(GuichetDesk *self, guint bundles, GuichetRetention *result,
                             GError **error)
{
    g_autoptr(GuichetRetentionPolicy) policy =
        guichet_retention_policy_load(guichet_station_get_root(self->station), NULL, error);
    if (policy == NULL)
        return FALSE;
    g_auto(GuichetRetention) done = {.warnings = g_ptr_array_new_with_free_func(g_free)};
    Round round = {.desk = self, .policy = policy, .now = guichet_instant_now(), .result = &done};
    gboolean applied = weigh_drafts(&round, error) && erase_files(&round, bundles, error);
    g_clear_pointer(&round.boots, g_ptr_array_unref);
    if (!applied)
        return FALSE;
    *result = done;
    done.warnings = NULL;
    return TRUE;
}
