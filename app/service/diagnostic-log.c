/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "service/diagnostic-private.h"

#include <glib/gi18n-lib.h>

/**
 * Logs that name nobody. The journal: only kinds of entries whose subject is no person's and no
 * request's (db/SCHEMA.md, "Journal"), and the subject only where it is a number of the machine.
 * The system's log: lines of our units alone, and of those none that could name somebody.
 */
#define TAIL_ENTRIES 500 /* looked at */
#define JOURNAL_LINES 40 /* told */
#define SYSTEM_LINES 60
#define SYSTEM_LINE_BYTES 400
#define LONG_NUMBER 7 /* digits: a telephone has ten, a title nine */

static const struct {
    const char *event;
    gboolean with_subject;
} told[] = {
    {"keys-renewed", FALSE},     {"kiosk-opened", FALSE},      {"kiosk-closed", FALSE},
    {"witness", TRUE},           {"witness-missed", FALSE},    {"restore-accepted", TRUE},
    {"clock-behind", TRUE},      {"clock-jumped", TRUE},       {"request-sealed", FALSE},
    {"request-sending", FALSE},  {"request-received", FALSE},  {"bundle-adopted", FALSE},
    {"bundle-set-aside", FALSE}, {"status-impossible", FALSE}, {"login-delayed", FALSE},
    {"login-refused", FALSE},    {"login-offline", FALSE},
};

/* --- the journal --- */

static char *
tell_entry(const GuichetJournalEntry *entry)
{
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        if (strcmp(told[i].event, entry->event) != 0)
            continue;
        g_autofree char *when = guichet_time_to_iso8601(entry->wall_us);
        return g_strdup_printf("%s %s%s%s", when, entry->event, told[i].with_subject ? " " : "",
                               told[i].with_subject ? entry->subject : "");
    }
    return NULL;
}

static void
read_journal(GuichetDiagnostic *self, GuichetDesk *desk)
{
    g_autoptr(GPtrArray) tail = guichet_store_list_journal(desk->store, TAIL_ENTRIES, NULL);
    g_ptr_array_set_size(self->journal, 0);
    for (guint i = 0; tail != NULL && i < tail->len && self->journal->len < JOURNAL_LINES; i++) {
        char *line = tell_entry(g_ptr_array_index(tail, i));
        if (line != NULL)
            g_ptr_array_add(self->journal, line);
    }
}

guint
guichet_diagnostic_count_events(GuichetDesk *desk, const char *event)
{
    g_autoptr(GPtrArray) tail = guichet_store_list_journal(desk->store, TAIL_ENTRIES, NULL);
    guint count = 0;
    for (guint i = 0; tail != NULL && i < tail->len; i++) {
        const GuichetJournalEntry *entry = g_ptr_array_index(tail, i);
        count += strcmp(entry->event, event) == 0;
    }
    return count;
}

/* --- the system's log --- */

/* A run of digits, with spaces and points between them as in a telephone's, that is long enough
 * to be somebody's. What stands before the first blank is the time. */
static gboolean
has_long_number(const char *line)
{
    const char *rest = strchr(line, ' ');
    guint run = 0;
    for (const char *at = rest != NULL ? rest : line; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            run++;
        else if (strchr(" .-", *at) == NULL || (!g_ascii_isdigit(at[1])))
            run = 0;
        if (run >= LONG_NUMBER)
            return TRUE;
    }
    return FALSE;
}

gboolean
guichet_diagnostic_may_tell(const char *line, GPtrArray *agents)
{
    if (!g_utf8_validate(line, -1, NULL) || strchr(line, '@') != NULL || has_long_number(line))
        return FALSE;
    g_autofree char *folded = g_utf8_casefold(line, -1);
    for (guint i = 0; i < agents->len; i++) {
        const GuichetAgent *agent = g_ptr_array_index(agents, i);
        g_autofree char *name = g_utf8_casefold(agent->name, -1);
        if (strstr(folded, name) != NULL)
            return FALSE;
    }
    return TRUE;
}

static char *
run_journalctl(void)
{
    const char *const argv[] = {"journalctl",
                                "--no-pager",
                                "--quiet",
                                "--output=short-iso",
                                "--lines=200",
                                "--unit=guichet-syncd",
                                "--unit=guichet-upkeep",
                                "--unit=guichet-kiosk",
                                NULL};
    g_autofree char *text = NULL;
    int status = 0;
    if (!g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR) ||
        !g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &text, NULL, &status, NULL) ||
        !g_spawn_check_wait_status(status, NULL))
        return NULL;
    return g_steal_pointer(&text);
}

static void
read_system(GuichetDiagnostic *self, GuichetDesk *desk)
{
    g_autoptr(GPtrArray) agents = guichet_store_list_agents(desk->store, NULL);
    g_autofree char *text = agents != NULL ? run_journalctl() : NULL;
    g_ptr_array_set_size(self->system, 0);
    if (text == NULL)
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines);
    for (guint i = n; i > 0 && self->system->len < SYSTEM_LINES; i--)
        if (*lines[i - 1] != '\0' && strlen(lines[i - 1]) <= SYSTEM_LINE_BYTES &&
            guichet_diagnostic_may_tell(lines[i - 1], agents))
            g_ptr_array_add(self->system, g_strdup(lines[i - 1]));
}

void
guichet_diagnostic_read_logs(GuichetDiagnostic *self, GuichetDesk *desk)
{
    read_journal(self, desk);
    read_system(self, desk);
}
