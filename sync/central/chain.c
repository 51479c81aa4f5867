/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/chain.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/clock.h"

void
guichet_chain_fault_free(GuichetChainFault *fault)
{
    if (fault == NULL)
        return;
    g_free(fault->station);
    g_free(fault);
}

static gint
by_station_and_number(gconstpointer a, gconstpointer b)
{
    const GuichetDeposit *x = *(const GuichetDeposit *const *)a;
    const GuichetDeposit *y = *(const GuichetDeposit *const *)b;
    int order = strcmp(x->station, y->station);
    return order != 0 ? order : (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void
add(GPtrArray *faults, const GuichetDeposit *deposit, gboolean fork, gint64 first, gint64 last)
{
    GuichetChainFault *fault = g_new0(GuichetChainFault, 1);
    fault->station = g_strdup(deposit->station);
    fault->fork = fork;
    fault->first = first;
    fault->last = last;
    fault->since_us = deposit->received_us;
    g_ptr_array_add(faults, fault);
}

/* @before: the one that came with the next lower number of the same station, or NULL. */
static void
check_one(GPtrArray *faults, const GuichetDeposit *before, const GuichetDeposit *deposit)
{
    gint64 expected = before != NULL ? before->sequence + 1 : 1;
    if (deposit->sequence > expected)
        add(faults, deposit, FALSE, expected, deposit->sequence - 1);
    else if (before != NULL && g_strcmp0(deposit->previous, before->sha256) != 0)
        add(faults, deposit, TRUE, deposit->sequence, deposit->sequence);
}

GPtrArray *
guichet_chain_check(GPtrArray *deposits)
{
    GPtrArray *faults = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_chain_fault_free);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new(); /* borrows */
    g_ptr_array_extend(sorted, deposits, NULL, NULL);
    g_ptr_array_sort(sorted, by_station_and_number);
    for (guint i = 0; i < sorted->len; i++) {
        const GuichetDeposit *deposit = g_ptr_array_index(sorted, i);
        const GuichetDeposit *before = i > 0 ? g_ptr_array_index(sorted, i - 1) : NULL;
        if (before != NULL && strcmp(before->station, deposit->station) != 0)
            before = NULL;
        check_one(faults, before, deposit);
    }
    return faults;
}

char *
guichet_chain_describe(const GuichetChainFault *fault)
{
    g_autofree char *since = guichet_time_to_iso8601(fault->since_us);
    if (fault->fork)
        return g_strdup_printf(_("%s : bifurcation, la liasse n° %" PRId64
                                 " ne suit pas celle qui a été reçue avant elle (le %s) ; base "
                                 "restaurée, ou deux machines sous une clé : appelez le poste"),
                               fault->station, fault->first, since);
    return fault->first == fault->last
               ? g_strdup_printf(_("%s : lacune, la liasse n° %" PRId64
                                   " n’est pas arrivée, la suivante est là depuis le %s"),
                                 fault->station, fault->first, since)
               : g_strdup_printf(_("%s : lacune, les liasses n° %" PRId64 " à %" PRId64
                                   " ne sont pas arrivées, la suivante est là depuis le %s"),
                                 fault->station, fault->first, fault->last, since);
}
