/* SPDX-License-Identifier: EUPL-1.2 */
/* Each use-case of the desk and each role: it does it, or it is refused for what it is. */
#include <string.h>

#include "core/error.h"
#include "core/plan-code.h"
#include "service/audit.h"
#include "service/consent.h"
#include "service/diagnostic.h"
#include "service/guide.h"
#include "service/handover.h"
#include "service/help.h"
#include "service/kiosk.h"
#include "service/professional.h"
#include "service/reading.h"
#include "service/statistics.h"
#include "service/upkeep.h"
#include "service/witness.h"
#include "station-fixture.h"

#define NOBODY "01ARZ3NDEKTSV4RRFFQ69G5FAV" /* no request has this number */

#define MAY(action) (1u << GUICHET_ACTION_##action)
#define OWN MAY(N) /* a citizen only on what he has begun himself, which is nothing here */

typedef void (*Act)(GuichetDesk *desk, GError **error);

#define YES_OR_NO(function, ...)                                                                   \
    static void act_##function(GuichetDesk *desk, GError **error)                                  \
    {                                                                                              \
        guichet_desk_##function(desk, ##__VA_ARGS__, error);                                       \
    }
#define MAKES(Type, function, ...)                                                                 \
    static void act_##function(GuichetDesk *desk, GError **error)                                  \
    {                                                                                              \
        g_autoptr(Type) made = guichet_desk_##function(desk, ##__VA_ARGS__, error);                \
    }
#define TELLS(function, ...)                                                                       \
    static void act_##function(GuichetDesk *desk, GError **error)                                  \
    {                                                                                              \
        g_autofree char *told = guichet_desk_##function(desk, ##__VA_ARGS__, error);               \
    }

static gboolean matches;
static GuichetSecret *empty;
static GBytes *page;
static const GuichetRequestFilter any = {.limit = 1};

YES_OR_NO(change_passphrase, empty, FIXTURE_COST)
YES_OR_NO(revoke_agent, "nobody")
YES_OR_NO(set_agent_role, "nobody", GUICHET_USER_ROLE_MEDIATOR)
YES_OR_NO(renew_keys)
YES_OR_NO(accept_restore)
MAKES(GuichetRequest, new_request, "horoscope")
MAKES(GPtrArray, list_requests)
MAKES(GPtrArray, find_requests, &any)
MAKES(GuichetRequest, load_request, NOBODY)
MAKES(GuichetProcedure, load_procedure, NOBODY)
YES_OR_NO(set_field, NOBODY, "description", "x")
YES_OR_NO(set_step, NOBODY, "x")
MAKES(GuichetPiece, add_piece, NOBODY, "piece", page, "x", "{}")
MAKES(GuichetPiece, declare_impossible, NOBODY, "piece", "x")
YES_OR_NO(remove_piece, NOBODY, NOBODY)
MAKES(GuichetPiece, load_piece, NOBODY, NOBODY)
MAKES(GPtrArray, check, NOBODY)
YES_OR_NO(abandon, NOBODY)
MAKES(GPtrArray, list_readings, NOBODY)
YES_OR_NO(record_reading, NOBODY, "x", GUICHET_READING_RIGHT)
MAKES(GuichetRequest, seal, NOBODY)
MAKES(GBytes, make_slip, NOBODY)
TELLS(load_statement, NOBODY)
MAKES(GBytes, load_receipt, NOBODY)
YES_OR_NO(erase, NOBODY)
MAKES(GuichetRequest, join, NOBODY, NULL)
MAKES(GuichetSupplement, find_supplement, NOBODY)
MAKES(GuichetTitle, find_title, NOBODY)
YES_OR_NO(check_title, NOBODY, "14AB12345", &matches)
YES_OR_NO(mark_appointment, "A1", "arrived")
TELLS(find_by_paper, "n° 12")
MAKES(GuichetRequest, begin_hand_over, NOBODY, NULL, &matches)
YES_OR_NO(open_kiosk)
YES_OR_NO(close_kiosk)
MAKES(GuichetRequest, resume, "123")
TELLS(find_ticket, "123")
MAKES(GBytes, make_mandate, NOBODY, "")
MAKES(GBytes, make_help_sheet, "deaf")
YES_OR_NO(install_professionals, "/nowhere")
YES_OR_NO(backup, "/")
MAKES(GuichetStatistics, measure, "2026-01-01", "2026-01-02")
YES_OR_NO(export_statistics, "2026-01-01", "2026-01-02", "/nonexistent/figures.csv")

static void
act_add_agent(GuichetDesk *desk, GError **error)
{
    const GuichetLogin login = {.agent = "nobody", .secret = empty};
    guichet_desk_add_agent(desk, &login, FIXTURE_COST, error);
}

static void
act_change_card(GuichetDesk *desk, GError **error)
{
    const GuichetLogin login = {.agent = "nobody", .secret = empty, .card = "/no/module"};
    guichet_desk_change_card(desk, &login, error);
}

static void
act_set_consent(GuichetDesk *desk, GError **error)
{
    const GuichetConsent consent = {.who = (char *)"Anne", .way = GUICHET_CONSENT_PRESENT};
    guichet_desk_set_consent(desk, NOBODY, &consent, error);
}

static void
act_check_professional(GuichetDesk *desk, GError **error)
{
    g_auto(GuichetProfessionalCheck) check = {0};
    guichet_desk_check_professional(desk, "etoile", "", &check, error);
}

static void
act_join_a_title(GuichetDesk *desk, GError **error)
{
    g_autoptr(GuichetRequest) made =
        guichet_desk_join(desk, NOBODY, GUICHET_HANDOVER_PROCEDURE, error);
}

static void
act_begin(GuichetDesk *desk, GError **error)
{
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GuichetRequest) made = guichet_desk_begin(desk, "other-case", none, NULL, error);
}

static void
act_begin_from_code(GuichetDesk *desk, GError **error)
{
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *code = guichet_plan_code_format("other-case", none, 0);
    g_autoptr(GuichetRequest) made =
        guichet_desk_begin_from_code(desk, code, strlen(code), NULL, error);
}

static void
act_begin_alone(GuichetDesk *desk, GError **error)
{
    g_autofree char *ticket = NULL;
    g_autoptr(GuichetRequest) made = guichet_desk_begin_alone(desk, "horoscope", &ticket, error);
}

static void
act_load_day(GuichetDesk *desk, GError **error)
{
    g_auto(GuichetDay) day = {NULL};
    guichet_desk_load_day(desk, 0, &day, error);
}

static void
act_keep_report(GuichetDesk *desk, GError **error)
{
    g_autofree char *path = NULL, *stick = NULL;
    guichet_desk_keep_report(desk, page, &path, &stick, error);
}

static void
act_sign_diagnostic(GuichetDesk *desk, GError **error)
{
    g_autoptr(GuichetDiagnostic) diagnostic = guichet_diagnostic_new(desk);
    g_autoptr(GBytes) file = NULL;
    g_autofree char *code = NULL;
    guichet_desk_sign_diagnostic(desk, diagnostic, &file, &code, error);
}

static void
act_audit(GuichetDesk *desk, GError **error)
{
    g_auto(GuichetAudit) audit = {0};
    guichet_desk_audit(desk, &audit, error);
}

static void
act_upkeep(GuichetDesk *desk, GError **error)
{
    g_auto(GuichetUpkeep) upkeep = {NULL};
    guichet_desk_upkeep(desk, &upkeep, error);
}

#define ROW(needs, function)                                                                       \
    {                                                                                              \
#function, needs, act_##function                                                           \
    }
static const struct {
    const char *function;
    guint needs; /* all of these */
    Act act;
} guarded[] = {
    /* agents and keys; one's own passphrase and card are not the keys of others */
    ROW(MAY(LIST), change_passphrase),
    ROW(MAY(LIST), change_card),
    ROW(MAY(AGENTS), add_agent),
    ROW(MAY(AGENTS), revoke_agent),
    ROW(MAY(AGENTS), set_agent_role),
    ROW(MAY(AGENTS), renew_keys),
    ROW(MAY(AGENTS), accept_restore),
    ROW(MAY(AGENTS), open_kiosk),
    /* drafts */
    ROW(MAY(DRAFT) | MAY(LIST), new_request),
    ROW(MAY(DRAFT) | MAY(LIST), begin),
    ROW(MAY(DRAFT) | MAY(LIST), begin_from_code),
    ROW(MAY(DRAFT) | MAY(LIST), join),
    ROW(MAY(DRAFT), begin_alone),
    ROW(MAY(DRAFT), resume),
    ROW(MAY(DRAFT) | OWN, load_request),
    ROW(MAY(DRAFT) | OWN, load_procedure),
    ROW(MAY(DRAFT) | OWN, set_field),
    ROW(MAY(DRAFT) | OWN, set_step),
    ROW(MAY(DRAFT) | OWN, add_piece),
    ROW(MAY(DRAFT) | OWN, declare_impossible),
    ROW(MAY(DRAFT) | OWN, remove_piece),
    ROW(MAY(DRAFT) | OWN, load_piece),
    ROW(MAY(DRAFT) | OWN, check),
    ROW(MAY(DRAFT) | OWN, abandon),
    ROW(MAY(DRAFT) | OWN, record_reading),
    ROW(MAY(DRAFT) | OWN, list_readings),
    ROW(MAY(DRAFT) | OWN, make_mandate),
    ROW(MAY(DEPOSIT), set_consent),
    ROW(MAY(CONSULT), check_professional),
    ROW(MAY(CONSULT), make_help_sheet),
    ROW(MAY(MAINTAIN), install_professionals),
    /* the requests of the station */
    ROW(MAY(LIST), list_requests),
    ROW(MAY(LIST), find_requests),
    ROW(MAY(LIST), find_by_paper),
    ROW(MAY(LIST), find_ticket),
    ROW(MAY(LIST), find_supplement),
    ROW(MAY(LIST), find_title),
    ROW(MAY(LIST), load_day),
    ROW(MAY(LIST), mark_appointment),
    ROW(MAY(DEPOSIT), seal),
    ROW(MAY(DEPOSIT), make_slip),
    ROW(MAY(DEPOSIT), load_statement),
    ROW(MAY(DEPOSIT), load_receipt),
    ROW(MAY(DEPOSIT), erase),
    ROW(MAY(HAND_OVER), check_title),
    ROW(MAY(HAND_OVER), begin_hand_over),
    {"join", MAY(HAND_OVER), act_join_a_title},
    /* the machine */
    ROW(MAY(MAINTAIN), audit),
    ROW(MAY(MAINTAIN), upkeep),
    ROW(MAY(MAINTAIN), backup),
    ROW(MAY(MAINTAIN), sign_diagnostic),
    ROW(MAY(MAINTAIN), keep_report),
    ROW(MAY(SYNC), export_statistics),
    ROW(MAY(SYNC), measure), /* who sees the list, or keeps the machine: not the citizen */
    ROW(MAY(MAINTAIN), close_kiosk),
};

static const char *const open_to_all[] = {
    /* opening, closing, and who one is */
    "open",
    "get_type",
    "get_station",
    "set_role",
    "get_role",
    "may",
    "call_async",
    "call_finish",
    "open_session",
    "login",
    "uses_card",
    "logout",
    "lock",
    "is_open",
    "get_session_policy",
    "get_notices",
    "leave",
    "enter_kiosk", /* to the citizen alone: tests/cli/test-kiosk.py */
    /* public things, and numbers */
    "list_procedures",
    "load_guide",
    "make_plan",
    "may_work_on", /* the answer itself */
    "load_consent_policy",
    "load_help",
    "asks_consent",
    "make_sheet",
    "load_places",
    "describe_pack",
    "read_kiosk",
    "count",
    /* what the station sees to by itself, whoever is there */
    "apply_retention",
    "check_offline",
    "self_check_due",
    "note_availability",
    "note_capture",
    "diagnose",
    "list_warnings",
    "describe_clock",
    "witness",
    "check_witness",
    /* card.h: parts of a log-in and of add_agent, which ask */
    "open_by_card",
    "enrol_card",
    "release_card",
    "is_card_gone",
    "warn_of_card",
    NULL,
};

/* A refusal of the role; another one means that it was let through to what refused. */
static gboolean
is_role_refused(const GError *error)
{
    return g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_DENIED) &&
           (g_str_has_prefix(error->message, "Le rôle «") ||
            strstr(error->message, "il faut son ticket") != NULL);
}

static gboolean
may_all(GuichetUserRole role, guint needs)
{
    gboolean may = (needs & OWN) == 0 || role != GUICHET_USER_ROLE_CITIZEN;
    for (guint action = 0; action < GUICHET_ACTION_N; action++)
        may &= (needs & (1u << action)) == 0 || guichet_user_role_may(role, action);
    return may;
}

static void
test_each_role(void)
{
    g_auto(StationFixture) fixture = {NULL};
    station_fixture_init(&fixture);
    empty = guichet_secret_new_string("");
    page = g_bytes_new_static(FIXTURE_PICTURE, sizeof FIXTURE_PICTURE);
    g_autoptr(GuichetDesk) desk = station_fixture_login(&fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(guarded); i++)
        for (guint role = 0; role < GUICHET_USER_ROLE_N; role++) {
            g_autoptr(GError) error = NULL;
            guichet_desk_set_role(desk, role);
            guarded[i].act(desk, &error);
            g_test_message("%s as %s: %s", guarded[i].function, guichet_user_role_name(role),
                           error != NULL ? error->message : "done");
            g_assert_cmpint(!is_role_refused(error), ==, may_all(role, guarded[i].needs));
        }
    g_bytes_unref(page);
    guichet_secret_unref(empty);
}

static gboolean
is_listed(const char *function)
{
    gboolean listed = g_strv_contains(open_to_all, function);
    for (gsize i = 0; i < G_N_ELEMENTS(guarded); i++)
        listed |= strcmp(guarded[i].function, function) == 0;
    return listed;
}

static void
find_functions(const char *folder, const char *header)
{
    g_autofree char *path = g_build_filename(folder, header, NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(GRegex) regex = g_regex_new("\\bguichet_desk_([a-z0-9_]+)\\(", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *function = g_match_info_fetch(match, 1);
        if (!is_listed(function))
            g_test_message("%s: guichet_desk_%s() is in neither table of this file: who may?",
                           header, function);
        g_assert_true(is_listed(function));
    }
}

static void
test_each_function(void)
{
    g_autofree char *folder = g_build_filename(g_getenv("GUICHET_SOURCE"), "app", "service", NULL);
    g_autoptr(GDir) headers = g_dir_open(folder, 0, NULL);
    const char *name;
    g_assert_nonnull(headers);
    while ((name = g_dir_read_name(headers)) != NULL)
        if (g_str_has_suffix(name, ".h") && strcmp(name, "desk-private.h") != 0)
            find_functions(folder, name);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/roles/each-use-case-is-open-to-whom-the-table-says", test_each_role);
    g_test_add_func("/service/roles/no-use-case-is-forgotten", test_each_function);
    return g_test_run();
}
