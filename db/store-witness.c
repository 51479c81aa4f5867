/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/journal.h"

#include "db/query.h"
#include "db/store-private.h"
#include "db/store.h"
#include <inttypes.h>

gboolean
guichet_store_read_witness(GuichetStore *self, gboolean *has, guint64 *counter, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "journal/witness", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step < 0)
        return FALSE;
    *has = step == 1;
    *counter = step == 1 ? (guint64)guichet_query_int(query, "counter") : 0;
    return TRUE;
}

gboolean
guichet_store_set_witness(GuichetStore *self, const char *event, guint64 counter, GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" PRIu64, counter);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL || !guichet_journal_append(self->database, event, subject, error))
        return FALSE;
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "journal/set-witness", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":counter", (gint64)counter);
    return guichet_query_run(query, error) && guichet_transaction_commit(transaction, error);
}
