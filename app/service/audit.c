/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/audit.h"

#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "service/desk-private.h"
#include "service/witness.h"
#include "sync/bundle/message.h"

#include <glib/gi18n-lib.h>

#define FINDINGS_MAX 100
#define NOBODY "-" /* no session is open */

/* --- who looked at what --- */

gboolean
guichet_desk_journal_act(GuichetDesk *self, const char *event, const char *id, GError **error)
{
    const char *agent = guichet_store_get_agent(self->store);
    g_autofree char *subject = g_strdup_printf("%s %s", agent != NULL ? agent : NOBODY, id);
    return guichet_store_journal(self->store, event, subject, error);
}

gboolean
guichet_desk_journal_view(GuichetDesk *self, const char *event, const char *id, GError **error)
{
    g_autofree char *view = g_strdup_printf("%s %s", event, id);
    if (!guichet_desk_is_open(self) || g_hash_table_contains(self->viewed, view))
        return TRUE;
    if (!guichet_desk_journal_act(self, event, id, error))
        return FALSE;
    g_hash_table_add(self->viewed, g_steal_pointer(&view));
    return TRUE;
}

/* --- the audit --- */

void
guichet_audit_clear(GuichetAudit *audit)
{
    g_clear_pointer(&audit->head, g_free);
    g_clear_pointer(&audit->findings, g_ptr_array_unref);
    g_clear_pointer(&audit->adopted, g_ptr_array_unref);
}

G_GNUC_PRINTF(2, 3) static void find(GuichetAudit *audit, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (audit->findings->len < FINDINGS_MAX)
        g_ptr_array_add(audit->findings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static gboolean
walk_chain(GuichetDesk *self, GuichetAudit *audit, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_auto(GuichetJournalState) state = {0};
    if (guichet_store_verify_journal(self->store, &state, &failure)) {
        audit->entries = state.entries;
        audit->head = g_steal_pointer(&state.head);
        return TRUE;
    }
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_CORRUPT)) {
        find(audit, "%s", failure->message);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* A copy that was put back never had the head that the centre countersigned: once an agent has
 * answered for the bundle that came with it, that is no finding. TRUE in *@explained then. */
static gboolean
ask_adopted(GuichetDesk *self, GuichetAudit *audit, const char *sha256, gboolean *explained,
            GError **error)
{
    gboolean adopted = FALSE;
    if (!guichet_store_journal_has(self->store, "adoption-accepted", sha256, explained, error) ||
        !guichet_store_journal_has(self->store, "bundle-adopted", sha256, &adopted, error))
        return FALSE;
    if (adopted && !*explained)
        g_ptr_array_add(audit->adopted, g_strdup(sha256));
    return TRUE;
}

static void
tell_of_head(GuichetAudit *audit, const GuichetReceipt *receipt, gboolean missing)
{
    if (missing)
        find(audit,
             _("liasse n° %" PRId64 " : le centre a contresigné %" PRId64
               " lignes de journal, celui-ci ne les a pas : il a été tronqué, ou une copie plus "
               "ancienne de la base a été remise"),
             receipt->sequence, receipt->journal_entries);
    else
        find(
            audit,
            _("liasse n° %" PRId64 " : la ligne n° %" PRId64
              " du journal n’est pas celle que le centre a contresignée : le journal a été refait, "
              "ou une copie plus ancienne de la base a été remise"),
            receipt->sequence, receipt->journal_entries);
}

/* Is the head that the centre countersigned on our chain? */
static gboolean
ask_witness(GuichetDesk *self, GuichetAudit *audit, const GuichetReceipt *receipt, GError **error)
{
    g_autoptr(GError) failure = NULL;
    gboolean explained = FALSE;
    g_autofree char *hash =
        guichet_store_find_journal_hash(self->store, receipt->journal_entries, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (hash != NULL && strcmp(hash, receipt->journal_head) == 0) {
        audit->witnessed = MAX(audit->witnessed, receipt->journal_entries);
        return TRUE;
    }
    if (!ask_adopted(self, audit, receipt->bundle_sha256, &explained, error))
        return FALSE;
    if (!explained)
        tell_of_head(audit, receipt, hash == NULL);
    return TRUE;
}

static gboolean
check_receipt(GuichetDesk *self, GuichetAudit *audit, GuichetTrust *trust,
              const GuichetBundleRecord *record, GError **error)
{
    g_autoptr(GError) failure = NULL;
    audit->receipts++;
    /* judged at the instant at which it was believed: certificates expire, receipts do not */
    g_autoptr(GuichetReceipt) receipt =
        guichet_receipt_verify(record->receipt, trust, record->received_us, record->sha256,
                               guichet_station_get_id(self->station), &failure);
    if (receipt == NULL || receipt->sequence != record->sequence) {
        find(audit, _("liasse n° %" PRId64 " : son accusé n’est pas valable (%s)"),
             record->sequence, failure != NULL ? failure->message : _("autre numéro"));
        return TRUE;
    }
    return ask_witness(self, audit, receipt, error);
}

static gboolean
check_receipts(GuichetDesk *self, GuichetAudit *audit, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetTrust) trust = NULL;
    g_autofree char *path =
        guichet_station_path(guichet_station_get_root(self->station), "trust/root.crt");
    for (gint64 after = 0;;) {
        g_autoptr(GuichetBundleRecord) record =
            guichet_store_next_bundle(self->store, after, &failure);
        if (record == NULL)
            break;
        after = record->sequence;
        if (record->receipt == NULL)
            continue;
        if (trust == NULL && (trust = guichet_trust_load(path, NULL, error)) == NULL)
            return FALSE;
        if (!check_receipt(self, audit, trust, record, error))
            return FALSE;
    }
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
ask_tpm(GuichetDesk *self, GuichetAudit *audit, GError **error)
{
    g_autofree char *finding = NULL;
    if (!guichet_desk_check_witness(self, &finding, error))
        return FALSE;
    if (finding != NULL)
        find(audit, "%s", finding);
    return TRUE;
}

gboolean
guichet_desk_accept_adopted(GuichetDesk *self, guint *accepted, GError **error)
{
    g_auto(GuichetAudit) seen = {.findings = g_ptr_array_new_with_free_func(g_free),
                                 .adopted = g_ptr_array_new_with_free_func(g_free)};
    if (!check_receipts(self, &seen, error))
        return FALSE;
    for (guint i = 0; i < seen.adopted->len; i++)
        if (!guichet_store_journal(self->store, "adoption-accepted",
                                   g_ptr_array_index(seen.adopted, i), error))
            return FALSE;
    *accepted = seen.adopted->len;
    return TRUE;
}

gboolean
guichet_desk_audit(GuichetDesk *self, GuichetAudit *audit, GError **error)
{
    g_auto(GuichetAudit) seen = {.findings = g_ptr_array_new_with_free_func(g_free),
                                 .adopted = g_ptr_array_new_with_free_func(g_free)};
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error) ||
        !walk_chain(self, &seen, error) || !check_receipts(self, &seen, error) ||
        !ask_tpm(self, &seen, error))
        return FALSE;
    *audit = seen;
    seen = (GuichetAudit){0};
    return TRUE;
}
