/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/upkeep.h"

#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/desk-private.h"
#include "service/self-check.h"
#include "sync/bundle/bundle.h"

#include <glib/gi18n-lib.h>

#define COMPACT_PAGES 16384 /* 64 MiB a night */

void
guichet_upkeep_clear(GuichetUpkeep *upkeep)
{
    g_clear_pointer(&upkeep->findings, g_ptr_array_unref);
}

/* --- the store --- */

static gboolean
check_store(GuichetDesk *self, GuichetUpkeep *upkeep, GError **error)
{
    g_autofree char *report = NULL;
    g_autoptr(GError) failure = NULL;
    const char *root = guichet_station_get_root(self->station);
    if (!guichet_store_check(self->store, &report, &failure) && report == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (!guichet_self_check_record(root, report, error))
        return FALSE;
    if (*report == '\0')
        return TRUE;
    g_auto(GStrv) lines = g_strsplit(g_strchomp(report), "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++)
        g_ptr_array_add(upkeep->findings, g_strdup(lines[i]));
    return TRUE;
}

/* --- bundle files --- */

static gboolean
report_bundle(GuichetDesk *self, GuichetUpkeep *upkeep, const GuichetBundleRecord *record,
              const char *event, const char *sentence, GError **error)
{
    g_ptr_array_add(upkeep->findings,
                    g_strdup_printf(_("liasse n° %" PRId64 " (demande %s) : %s ; %s"),
                                    record->sequence, record->request_id, sentence,
                                    record->receipt != NULL
                                        ? _("le centre en a donné l’accusé, rien n’est perdu")
                                        : _("elle n’est pas encore au centre : appelez le "
                                            "technicien, la demande est à refaire")));
    return guichet_store_journal(self->store, event, record->sha256, error);
}

static gboolean
check_bundle(GuichetDesk *self, GuichetUpkeep *upkeep, const GuichetBundleRecord *record,
             GError **error)
{
    g_autofree char *path = guichet_desk_outbox_path(self, record->file);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) bundle = guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, &failure);
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND))
        return report_bundle(self, upkeep, record, "bundle-missing", _("son fichier a disparu"),
                             error);
    if (bundle == NULL)
        return report_bundle(self, upkeep, record, "bundle-damaged", failure->message, error);
    gsize size;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *sha256 = guichet_sha256_hex(bytes, size);
    upkeep->bundles++;
    upkeep->bytes += size;
    return strcmp(sha256, record->sha256) == 0 ||
           report_bundle(self, upkeep, record, "bundle-damaged", _("son fichier est abîmé"), error);
}

static gboolean
check_bundles(GuichetDesk *self, GuichetUpkeep *upkeep, GError **error)
{
    g_autoptr(GError) failure = NULL;
    for (gint64 after = 0;;) {
        g_autoptr(GuichetBundleRecord) record =
            guichet_store_next_bundle(self->store, after, &failure);
        if (record == NULL)
            break;
        after = record->sequence;
        if (!record->erased && !check_bundle(self, upkeep, record, error))
            return FALSE;
    }
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
guichet_desk_upkeep(GuichetDesk *self, GuichetUpkeep *upkeep, GError **error)
{
    g_auto(GuichetUpkeep) seen = {.findings = g_ptr_array_new_with_free_func(g_free)};
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error) ||
        !check_store(self, &seen, error) || !check_bundles(self, &seen, error) ||
        !guichet_store_compact(self->store, COMPACT_PAGES, error) ||
        !guichet_store_journal(self->store, "upkeep",
                               seen.findings->len == 0 ? "sound" : "findings", error))
        return FALSE;
    *upkeep = seen;
    seen.findings = NULL;
    return TRUE;
}

/* --- copies --- */

gboolean
guichet_desk_backup(GuichetDesk *self, const char *path, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error))
        return FALSE;
    g_auto(GuichetSealLock) lock = guichet_seal_lock_take(self, TRUE, error);
    return lock >= 0 && guichet_desk_journal_act(self, "store-copied", "*", error) &&
           guichet_store_backup(self->store, path, error);
}
