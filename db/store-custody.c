/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "db/journal.h"
#include "db/query.h"
#include "db/store-private.h"

/* --- bundles --- */

void
guichet_bundle_record_free(GuichetBundleRecord *record)
{
    if (record == NULL)
        return;
    g_free(record->request_id);
    g_free(record->sha256);
    g_free(record->file);
    g_clear_pointer(&record->receipt, g_bytes_unref);
    g_free(record);
}

static GuichetBundleRecord *
step_bundle(GuichetQuery *query, GError **error)
{
    if (guichet_query_step(query, error) != 1)
        return NULL;
    GuichetBundleRecord *record = g_new0(GuichetBundleRecord, 1);
    record->sequence = guichet_query_int(query, "sequence");
    record->request_id = g_strdup(guichet_query_text(query, "request"));
    record->sha256 = g_strdup(guichet_query_text(query, "sha256"));
    record->file = g_strdup(guichet_query_text(query, "file"));
    record->size = (gsize)guichet_query_int(query, "size");
    record->receipt = guichet_query_bytes(query, "receipt");
    record->received_us = guichet_query_int(query, "received_us");
    record->erased = guichet_query_int(query, "erased") != 0;
    return record;
}

GuichetBundleRecord *
guichet_store_next_bundle(GuichetStore *self, gint64 after, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "custody/next-bundle", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":after", after);
    return step_bundle(query, error);
}

GuichetBundleRecord *
guichet_store_next_erasable(GuichetStore *self, gint64 after, gint64 received_before,
                            GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "custody/next-erasable", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":after", after);
    guichet_query_bind_int(query, ":received_before", received_before);
    return step_bundle(query, error);
}

gboolean
guichet_store_release_bundle(GuichetStore *self, const char *request_id, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    /* the row's own check refuses one without a receipt; say it in words first */
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) receipt =
        transaction != NULL ? guichet_store_load_receipt(self, request_id, &failure) : NULL;
    if (failure != NULL)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_STATE, failure->message);
    return receipt != NULL && guichet_store_set_bundle_erased(self, request_id, error) &&
           guichet_journal_append(self->database, "bundle-erased", request_id, error) &&
           guichet_transaction_commit(transaction, error);
}

static gboolean
insert_adopted(GuichetStore *self, const GuichetSealRecord *record, gint64 sealed_us,
               GuichetProcedure *procedure, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "custody/insert-adopted", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", record->request_id);
    guichet_query_bind_text(query, ":procedure_sha256", guichet_procedure_get_sha256(procedure));
    guichet_query_bind_int(query, ":created_wall_us", sealed_us);
    guichet_query_bind_now(query);
    return guichet_query_run(query, error);
}

static gboolean
check_adoptable(GuichetStore *self, const GuichetSealRecord *record, GError **error)
{
    gint64 next;
    g_autofree char *last = NULL;
    if (!guichet_store_next_sequence(self, &next, &last, error))
        return FALSE;
    if (record->sequence > next ||
        (record->sequence == next && g_strcmp0(record->previous, last) == 0))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("liasse n° %" PRId64 " : une autre a déjà ce rang, ou elle ne suit pas la nôtre"),
                record->sequence);
    return FALSE;
}

gboolean
guichet_store_adopt_bundle(GuichetStore *self, const GuichetSealRecord *record, gint64 sealed_us,
                           GuichetProcedure *procedure, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    return transaction != NULL && check_adoptable(self, record, error) &&
           guichet_store_insert_procedure(self, procedure, error) &&
           insert_adopted(self, record, sealed_us, procedure, error) &&
           guichet_store_insert_bundle(self, record, sealed_us, error) &&
           guichet_journal_append(self->database, "bundle-adopted", record->sha256, error) &&
           guichet_transaction_commit(transaction, error);
}

/* --- the journal --- */

gboolean
guichet_store_journal_has(GuichetStore *self, const char *event, const char *subject, gboolean *has,
                          GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "custody/journal-has", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":event", event);
    guichet_query_bind_text(query, ":subject", subject);
    if (guichet_query_step(query, error) != 1)
        return FALSE;
    *has = guichet_query_int(query, "found") != 0;
    return TRUE;
}

static void
journal_entry_free(gpointer data)
{
    GuichetJournalEntry *entry = data;
    g_free(entry->event);
    g_free(entry->subject);
    g_free(entry);
}

GPtrArray *
guichet_store_list_journal(GuichetStore *self, guint limit, GError **error)
{
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(journal_entry_free);
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "custody/journal-tail", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":limit", limit);
    int step = 1;
    while ((step = guichet_query_step(query, error)) == 1) {
        GuichetJournalEntry *entry = g_new0(GuichetJournalEntry, 1);
        entry->sequence = guichet_query_int(query, "sequence");
        entry->wall_us = guichet_query_int(query, "wall_us");
        entry->event = g_strdup(guichet_query_text(query, "event"));
        entry->subject = g_strdup(guichet_query_text(query, "subject"));
        g_ptr_array_add(entries, entry);
    }
    return step == 0 ? g_steal_pointer(&entries) : NULL;
}

char *
guichet_store_find_journal_hash(GuichetStore *self, gint64 entry, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "custody/journal-hash", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_int(query, ":sequence", entry);
    return guichet_query_step(query, error) == 1 ? g_strdup(guichet_query_text(query, "hash"))
                                                 : NULL;
}

/* --- ages --- */

GPtrArray *
guichet_store_list_boots(GuichetStore *self, GError **error)
{
    g_autoptr(GPtrArray) boots = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "custody/boots", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        GuichetBoot *boot = g_new0(GuichetBoot, 1);
        g_strlcpy(boot->boot_id, guichet_query_text(query, "boot_id"), sizeof boot->boot_id);
        boot->began_us = guichet_query_int(query, "began_us");
        boot->last_us = guichet_query_int(query, "last_us");
        g_ptr_array_add(boots, boot);
    }
    return step == 0 ? g_steal_pointer(&boots) : NULL;
}

void
guichet_draft_age_free(GuichetDraftAge *age)
{
    if (age == NULL)
        return;
    g_free(age->request_id);
    g_free(age);
}

GPtrArray *
guichet_store_list_draft_ages(GuichetStore *self, GError **error)
{
    g_autoptr(GPtrArray) ages =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_draft_age_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "custody/drafts", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        GuichetDraftAge *age = g_new0(GuichetDraftAge, 1);
        age->request_id = g_strdup(guichet_query_text(query, "id"));
        age->touched.wall_us = guichet_query_int(query, "updated_us");
        age->touched.monotonic_us = guichet_query_int(query, "updated_monotonic_us");
        g_strlcpy(age->touched.boot_id, guichet_query_text(query, "updated_boot_id"),
                  sizeof age->touched.boot_id);
        g_ptr_array_add(ages, age);
    }
    return step == 0 ? g_steal_pointer(&ages) : NULL;
}

/* --- space --- */

gboolean
guichet_store_compact(GuichetStore *self, guint pages, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "custody/open-drafts", error);
    if (query == NULL || guichet_query_step(query, error) != 1)
        return FALSE;
    gint64 drafts = guichet_query_int(query, "drafts");
    g_clear_pointer(&query, guichet_query_free);
    g_autofree char *vacuum = g_strdup_printf("PRAGMA incremental_vacuum(%u)", pages);
    if (drafts == 0 && pages > 0 && !guichet_database_execute(self->database, vacuum, error))
        return FALSE;
    guichet_database_checkpoint(self->database);
    return TRUE;
}
