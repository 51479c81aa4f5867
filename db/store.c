/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "db/backup.h"
#include "db/journal.h"
#include "db/query.h"
#include "db/start-check.h"
#include "db/store-private.h"

#define TAIL_ENTRIES 64

G_DEFINE_FINAL_TYPE(GuichetStore, guichet_store, G_TYPE_OBJECT)

static void
guichet_store_finalize(GObject *object)
{
    GuichetStore *self = GUICHET_STORE(object);
    guichet_store_lock(self);
    g_clear_pointer(&self->database, guichet_database_free);
    G_OBJECT_CLASS(guichet_store_parent_class)->finalize(object);
}

static void
guichet_store_class_init(GuichetStoreClass *class)
{
    G_OBJECT_CLASS(class)->finalize = guichet_store_finalize;
}

static void
guichet_store_init(GuichetStore *self)
{
}

GuichetStore *
guichet_store_open(const char *path, GError **error)
{
    GuichetDatabase *database =
        guichet_database_open(path, guichet_schema_station(), GUICHET_DATABASE_CREATE, error);
    if (database == NULL)
        return NULL;
    GuichetStore *self = g_object_new(GUICHET_TYPE_STORE, NULL);
    self->database = database;
    /* the desk serves all the same; the whole check says what it is */
    if (!guichet_journal_verify_tail(database, TAIL_ENTRIES, NULL))
        guichet_start_mark(path);
    self->patience =
        (GuichetPatience){.free_attempts = 5, .first_wait_s = 5, .longest_wait_s = 900};
    return self;
}

/* An empty store in place of one that was moved away would look like a station without work. */
GuichetStore *
guichet_store_open_existing(const char *path, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return guichet_store_open(path, error);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("%s manque, rien n’a été créé à sa place : si la remise d’une copie a été "
                  "interrompue, relancez « guichetctl db restore » ; sinon appelez le technicien"),
                path);
    return NULL;
}

int
guichet_store_hold(const char *path, GError **error)
{
    return guichet_database_hold(path, error);
}

gboolean
guichet_store_is_unclean(GuichetStore *self)
{
    return guichet_start_is_unclean(guichet_database_path(self->database));
}

/* --- session --- */

void
guichet_store_lock(GuichetStore *self)
{
    g_clear_pointer(&self->kek, guichet_secret_unref);
    g_clear_pointer(&self->kiosk, guichet_secret_unref);
    g_clear_pointer(&self->agent, g_free);
    self->role = GUICHET_USER_ROLE_CITIZEN;
}

void
guichet_store_tidy(GuichetStore *self)
{
    guichet_database_tidy(self->database);
}

void
guichet_store_heed(GuichetStore *self)
{
    if (self->gone != NULL && g_atomic_int_get(self->gone) != 0)
        guichet_store_lock(self);
}

gboolean
guichet_store_is_unlocked(GuichetStore *self)
{
    guichet_store_heed(self);
    return self->kek != NULL || self->kiosk != NULL;
}

void
guichet_store_set_gone(GuichetStore *self, const gint *gone)
{
    self->gone = gone;
}

void
guichet_store_set_patience(GuichetStore *self, const GuichetPatience *patience)
{
    self->patience = *patience;
}

const char *
guichet_store_get_agent(GuichetStore *self)
{
    return self->agent;
}

/* --- upkeep --- */

/* Adds a line a finding to @report; FALSE only when the question itself failed. */
typedef gboolean (*Examination)(GuichetDatabase *database, GString *report, GError **error);

static gboolean
examine_integrity(GuichetDatabase *database, GString *report, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "upkeep/integrity", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        const char *verdict = guichet_query_text(query, "integrity_check");
        if (strcmp(verdict, "ok") != 0)
            g_string_append_printf(report, "integrity_check: %s\n", verdict);
    }
    return step == 0;
}

static gboolean
examine_foreign_keys(GuichetDatabase *database, GString *report, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "upkeep/foreign-keys", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        g_string_append_printf(
            report, "foreign_key_check: %s -> %s: %d\n", guichet_query_text(query, "child"),
            guichet_query_text(query, "parent"), (int)guichet_query_int(query, "rows"));
    return step == 0;
}

static gboolean
examine_invariants(GuichetDatabase *database, GString *report, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "upkeep/invariants", error);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1)
        g_string_append_printf(report, "%s\n", guichet_query_text(query, "finding"));
    return step == 0;
}

static gboolean
examine_journal(GuichetDatabase *database, GString *report, GError **error)
{
    gint64 entries;
    g_autofree char *head = NULL;
    return guichet_journal_verify(database, &entries, &head, error);
}

gboolean
guichet_store_check(GuichetStore *self, char **report, GError **error)
{
    static const Examination examinations[] = {examine_integrity, examine_foreign_keys,
                                               examine_invariants, examine_journal};
    g_autoptr(GString) findings = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(examinations); i++) {
        g_autoptr(GError) failure = NULL;
        if (examinations[i](self->database, findings, &failure))
            continue;
        if (!g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_CORRUPT)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_string_append_printf(findings, "%s\n", failure->message); /* a question hit the damage */
    }
    guichet_start_forget_unclean(guichet_database_path(self->database));
    gboolean sound = findings->len == 0;
    if (report != NULL)
        *report = g_string_free(g_steal_pointer(&findings), FALSE);
    if (!sound)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("%s : la vérification a trouvé des anomalies ; conservez la base et appelez "
                      "le technicien"),
                    guichet_database_path(self->database));
    return sound;
}

gboolean
guichet_store_backup(GuichetStore *self, const char *path, GError **error)
{
    return guichet_database_copy(self->database, path, error);
}

void
guichet_journal_state_clear(GuichetJournalState *state)
{
    g_clear_pointer(&state->head, g_free);
}

gboolean
guichet_store_read_journal_head(GuichetStore *self, GuichetJournalState *state, GError **error)
{
    return guichet_journal_read_head(self->database, &state->entries, &state->head, error);
}

gboolean
guichet_store_verify_journal(GuichetStore *self, GuichetJournalState *state, GError **error)
{
    return guichet_journal_verify(self->database, &state->entries, &state->head, error);
}

gboolean
guichet_store_journal(GuichetStore *self, const char *event, const char *subject, GError **error)
{
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    return transaction != NULL &&
           guichet_journal_append(self->database, event, subject != NULL ? subject : "", error) &&
           guichet_transaction_commit(transaction, error);
}

static gboolean
read_oldest_waiting(GuichetDatabase *database, GuichetStoreCounts *counts, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "upkeep/oldest-waiting", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step == 1) {
        counts->oldest_waiting_us = guichet_query_int(query, "sealed_us");
        counts->last_error = g_strdup(guichet_query_text(query, "last_error"));
    }
    return step >= 0;
}

gboolean
guichet_store_count(GuichetStore *self, GuichetStoreCounts *counts, GError **error)
{
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(self->database, error);
    g_autoptr(GuichetQuery) query =
        snapshot != NULL ? guichet_query_new(self->database, "upkeep/count", error) : NULL;
    GuichetStoreCounts read = {0};
    if (query == NULL || guichet_query_step(query, error) != 1 ||
        !read_oldest_waiting(self->database, &read, error))
        return FALSE;
    read.drafts = (guint)guichet_query_int(query, "drafts");
    read.waiting = (guint)guichet_query_int(query, "waiting");
    read.received = (guint)guichet_query_int(query, "received");
    *counts = read;
    return TRUE;
}
