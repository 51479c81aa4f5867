/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/chain.h"

typedef struct {
    const char *station;
    gint64 sequence;
    const char *sha256, *previous;
} Row;

static GPtrArray *
deposits_of(const Row *rows)
{
    GPtrArray *deposits = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_deposit_free);
    for (; rows->station != NULL; rows++) {
        GuichetDeposit *deposit = g_new0(GuichetDeposit, 1);
        deposit->station = g_strdup(rows->station);
        deposit->sequence = rows->sequence;
        deposit->sha256 = g_strdup(rows->sha256);
        deposit->previous = g_strdup(rows->previous);
        g_ptr_array_add(deposits, deposit);
    }
    return deposits;
}

/* "a gap 2-3;b fork 5" */
static char *
faults_of(const Row *rows)
{
    g_autoptr(GPtrArray) deposits = deposits_of(rows);
    g_autoptr(GPtrArray) faults = guichet_chain_check(deposits);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < faults->len; i++) {
        const GuichetChainFault *fault = g_ptr_array_index(faults, i);
        g_autofree char *sentence = guichet_chain_describe(fault);
        g_assert_null(strchr(sentence, '\n'));
        g_string_append_printf(text, "%s%s %s %d-%d", i > 0 ? ";" : "", fault->station,
                               fault->fork ? "fork" : "gap", (int)fault->first, (int)fault->last);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_names(void)
{
    static const struct {
        Row rows[6];
        const char *expected;
    } cases[] = {
        {{{NULL}}, ""},
        {{{"a", 1, "x", NULL}, {"a", 2, "y", "x"}, {NULL}}, ""},
        {{{"a", 2, "y", "x"}, {"a", 1, "x", NULL}, {NULL}}, ""}, /* whatever order they came in */
        {{{"a", 2, "y", "x"}, {NULL}}, "a gap 1-1"},
        {{{"a", 1, "x", NULL}, {"a", 4, "z", "w"}, {NULL}}, "a gap 2-3"},
        {{{"a", 1, "x", NULL}, {"a", 2, "y", "other"}, {NULL}}, "a fork 2-2"},
        {{{"a", 1, "x", NULL}, {"a", 2, "y", NULL}, {NULL}}, "a fork 2-2"},
        {{{"b", 1, "x", NULL}, {"a", 1, "q", NULL}, {"b", 3, "z", "y"}, {"a", 2, "r", "x"}, {NULL}},
         "a fork 2-2;b gap 2-2"},
        {{{"a", 1, "x", NULL}, {"ab", 1, "y", NULL}, {NULL}}, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = faults_of(cases[i].rows);
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/central/chain/names-gaps-and-forks", test_names);
    return g_test_run();
}
