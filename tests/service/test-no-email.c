/* SPDX-License-Identifier: EUPL-1.2 */
/* Every procedure, by whoever may do it, for a person who has neither e-mail nor telephone: it
 * seals, and the page says where to come back. */
#include <glib/gstdio.h>
#include <string.h>

#include "core/completeness.h"
#include "core/consent.h"
#include "core/error.h"
#include "service/consent.h"
#include "service/contact-point.h"
#include "service/help.h"
#include "station-fixture.h"

#define CONTACT "contact-by"
#define ROUNDS 120 /* of mending one gap */

/* What such a person answers. The first that the field takes. */
static const char *const answers[] = {
    "Dupont",
    "69003",
    "1990-05-17",
    "AB-123-CD",
    "2",
    "150",
    "Lyon",
    "1234567890",
    "12AB34567",
    "1990",
    "12345678901",
    "0123456789",
    "ABCDEFGH12",
    "1234567890123",
    "123456789012345678",
    "ABCDEFGHIJ1234567890AB",
    "123456789012",
    "0693900000001",
};

static gboolean
is_refused_contact(const GuichetField *field)
{
    return field->type == GUICHET_FIELD_PHONE || field->type == GUICHET_FIELD_EMAIL;
}

static gboolean
try_answer(GuichetDesk *desk, const char *id, const GuichetField *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    return guichet_desk_set_field(desk, id, field->id, value, &error);
}

static gboolean
choose(GuichetDesk *desk, const char *id, const GuichetField *field, const char *follow_up)
{
    if (strcmp(field->id, CONTACT) == 0)
        return try_answer(desk, id, field, follow_up);
    const GuichetChoice *first = g_ptr_array_index(field->choices, 0);
    return try_answer(desk, id, field, first->id);
}

static void
mend_field(GuichetDesk *desk, const char *id, const GuichetField *field, const char *follow_up)
{
    if (is_refused_contact(field))
        g_error("%s: « %s » is asked of somebody who has none", id, field->label);
    if (field->type == GUICHET_FIELD_BOOLEAN && try_answer(desk, id, field, "false"))
        return;
    if (field->type == GUICHET_FIELD_CHOICE && choose(desk, id, field, follow_up))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        if (field->type != GUICHET_FIELD_CHOICE && try_answer(desk, id, field, answers[i]))
            return;
    g_error("no answer for « %s » (%s)", field->label, field->id);
}

static void
mend_piece(GuichetDesk *desk, const char *id, const char *kind)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) page = g_bytes_new_static(FIXTURE_PICTURE, sizeof FIXTURE_PICTURE);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, id, kind, page, "essai", NULL, &error);
    g_assert_no_error(error);
}

/* Mends the first gap until there is none. */
static void
fill(GuichetDesk *desk, const char *id, GuichetProcedure *procedure, const char *follow_up)
{
    for (guint round = 0; round < ROUNDS; round++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) gaps = guichet_desk_check(desk, id, &error);
        g_assert_no_error(error);
        if (gaps->len == 0)
            return;
        const GuichetGap *gap = gaps->pdata[0];
        const char *subject = strchr(gap->subject, ':');
        if (g_str_has_prefix(gap->subject, "field:"))
            mend_field(desk, id, guichet_procedure_find_field(procedure, subject + 1), follow_up);
        else if (g_str_has_prefix(gap->subject, "piece:"))
            mend_piece(desk, id, subject + 1);
        else
            g_error("%s: unexpected gap %s", id, gap->subject);
    }
    g_error("%s never becomes complete", guichet_procedure_get_id(procedure));
}

static void
check_nothing_was_given(GuichetDesk *desk, const char *id, GuichetProcedure *procedure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, id, &error);
    GPtrArray *fields = guichet_procedure_get_fields(procedure);
    g_assert_no_error(error);
    for (guint i = 0; i < fields->len; i++) {
        const GuichetField *field = fields->pdata[i];
        if (is_refused_contact(field))
            g_assert_cmpstr(guichet_request_get_field(request, field->id), ==, "");
    }
}

/* FALSE: the role does not do this procedure. */
static gboolean
deposit(GuichetDesk *desk, GuichetProcedure *procedure, const char *follow_up)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request =
        guichet_desk_new_request(desk, guichet_procedure_get_id(procedure), &error);
    if (g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_DENIED))
        return FALSE;
    g_assert_no_error(error);
    const GuichetConsent consent = {.who = (char *)"Jeanne Dupont", .way = GUICHET_CONSENT_PRESENT};
    guichet_desk_set_consent(desk, request->id, &consent, &error);
    g_assert_no_error(error);
    fill(desk, request->id, procedure, follow_up);
    check_nothing_was_given(desk, request->id, procedure);
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, request->id, &error);
    if (sealed == NULL)
        g_error("%s, %s: %s", guichet_procedure_get_id(procedure), follow_up, error->message);
    g_autoptr(GBytes) slip = guichet_desk_make_slip(desk, request->id, &error);
    g_assert_no_error(error);
    g_assert_nonnull(slip);
    return TRUE;
}

/* A hand-over needs the title of an earlier request: tests/service/test-joining.c. */
static gboolean
stands_alone(GuichetProcedure *procedure)
{
    return !guichet_procedure_joins(procedure);
}

static guint
deposit_all(GuichetDesk *desk, const char *follow_up, GString *refused)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(desk, &error);
    guint done = 0;
    g_assert_no_error(error);
    for (guint i = 0; i < procedures->len; i++) {
        if (!stands_alone(procedures->pdata[i]))
            continue;
        if (deposit(desk, procedures->pdata[i], follow_up))
            done++;
        else
            g_string_append_printf(refused, "%s ", guichet_procedure_get_id(procedures->pdata[i]));
    }
    return done;
}

static void
open_fixture(StationFixture *fixture)
{
    station_fixture_init(fixture);
    station_fixture_enrol(fixture);
}

static GuichetDesk *
log_in_as(StationFixture *fixture, GuichetUserRole role)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(FIXTURE_PASSPHRASE);
    GuichetDesk *desk = guichet_desk_open(fixture->root, &error);
    g_assert_no_error(error);
    guichet_desk_set_role(desk, role);
    g_assert_true(guichet_desk_login(desk, FIXTURE_AGENT, passphrase, &error));
    return desk;
}

static void
test_all(void)
{
    static const char *const follow_ups[] = {"none", "post"};
    g_auto(StationFixture) fixture = {NULL};
    open_fixture(&fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(follow_ups); i++) {
        g_autoptr(GString) none = g_string_new(NULL), refused = g_string_new(NULL);
        g_autoptr(GuichetDesk) agent = log_in_as(&fixture, GUICHET_USER_ROLE_AGENT);
        guint done = deposit_all(agent, follow_ups[i], none);
        g_autoptr(GuichetDesk) mediator = log_in_as(&fixture, GUICHET_USER_ROLE_MEDIATOR);
        guint helped = deposit_all(mediator, follow_ups[i], refused);
        g_test_message("« %s »: %u by an agent, %u by a mediator; not by him: %s", follow_ups[i],
                       done, helped, refused->str);
        g_assert_cmpuint(done, >=, 14);
        g_assert_cmpstr(none->str, ==, "");
        g_assert_cmpstr(refused->str, ==, "digital-identity identity-card passport ");
        g_assert_cmpuint(helped, ==, done - 3);
    }
}

/* --- where to come back --- */

static void
write_policy(StationFixture *fixture, const char *from, const char *to)
{
    g_autofree char *path = g_build_filename(fixture->root, "policy/contact-point.json", NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_nonnull(parts[1]);
    g_autofree char *changed = g_strjoinv(to, parts);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
}

static void
test_place(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_auto(GuichetStationPlace) unknown = {NULL}, known = {NULL}, broken = {NULL};
    station_fixture_init(&fixture);
    guichet_station_place_load(fixture.root, "Mairie", &unknown);
    g_assert_cmpstr(unknown.name, ==, "Mairie");
    g_assert_null(unknown.address);
    g_assert_null(unknown.hours); /* nobody has confirmed them */
    write_policy(&fixture, "\"address\": \"\"", "\"address\": \"1 place de la Mairie, Lyon\"");
    write_policy(&fixture, "\"hours_confirmed\": false", "\"hours_confirmed\": true");
    guichet_station_place_load(fixture.root, "Mairie", &known);
    g_assert_cmpstr(known.address, ==, "1 place de la Mairie, Lyon");
    g_assert_null(known.phone);
    g_assert_cmpstr(known.hours, ==,
                    "lundi à jeudi : 8 h 30 à 12 h, 13 h 30 à 17 h 30 ; vendredi : 8 h 30 à 12 h, "
                    "13 h 30 à 16 h 30");
    write_policy(&fixture, "\"phone\": \"\"", "\"phone\": \"line\\nline\"");
    guichet_station_place_load(fixture.root, "Mairie", &broken);
    g_assert_null(broken.address);
    g_assert_cmpstr(broken.name, ==, "Mairie");
}

/* --- what to take home --- */

static void
test_help_sheets(void)
{
    g_auto(StationFixture) fixture = {NULL};
    g_autoptr(GError) error = NULL;
    station_fixture_init(&fixture);
    g_autoptr(GuichetDesk) desk = log_in_as(&fixture, GUICHET_USER_ROLE_MEDIATOR);
    g_autoptr(GuichetHelp) help = guichet_desk_load_help(desk, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < help->topics->len; i++) {
        const GuichetHelpTopic *topic = help->topics->pdata[i];
        g_autoptr(GBytes) page = guichet_desk_make_help_sheet(desk, topic->id, &error);
        g_assert_no_error(error); /* one page each */
        g_assert_cmpmem(g_bytes_get_data(page, NULL), 5, "%PDF-", 5);
    }
    g_assert_null(guichet_desk_make_help_sheet(desk, "horoscope", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/no-email/every-procedure-seals-without-e-mail-or-telephone",
                    test_all);
    g_test_add_func("/service/no-email/the-page-says-where-to-come-back", test_place);
    g_test_add_func("/service/help/each-page-is-one-page", test_help_sheets);
    return g_test_run();
}
