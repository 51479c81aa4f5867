/* SPDX-License-Identifier: EUPL-1.2 */
/* What the centre says beyond a status, and requests that join an earlier one. */
#include "store-kit.h"

#include <string.h>

#include "core/error.h"
#include "db/outbox-store.h"

/* A station with one bundle that the centre has received. */
typedef struct {
    GuichetStore *store;
    GuichetOutbox *outbox;
    char *id;
    char *sha256;
    GBytes *der;
} Desk;

static void
desk_clear(Desk *desk)
{
    g_clear_object(&desk->store);
    g_clear_object(&desk->outbox);
    g_free(desk->id);
    g_free(desk->sha256);
    g_clear_pointer(&desk->der, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static Desk
open_desk(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    Desk desk = {.store = kit_open(kit)};
    desk.id = kit_add_draft(kit, desk.store);
    kit_seal(desk.store, desk.id);
    desk.outbox = GUICHET_OUTBOX(guichet_outbox_store_open(kit->path, kit->folder, &error));
    desk.sha256 = kit_sha256(1);
    desk.der = g_bytes_new_static("DER", 3);
    g_assert_true(guichet_outbox_record_receipt(desk.outbox, desk.sha256, desk.der, &error));
    g_assert_no_error(error);
    return desk;
}

static void
apply(Desk *desk, const GuichetMessage *message)
{
    g_autoptr(GError) error = NULL;
    guichet_outbox_apply(desk->outbox, message, desk->der, &error);
    g_assert_no_error(error);
}

static GuichetRequestState
state_of(Desk *desk, const char *id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetRequest) request = guichet_store_load_request(desk->store, id, &error);
    g_assert_no_error(error);
    return request->state;
}

static void
ask_for_photo(Desk *desk, gint64 number, gint64 deadline_us)
{
    char *pieces[] = {(char *)"photo", (char *)"paper", NULL};
    const GuichetMessage message = {.number = number,
                                    .kind = GUICHET_MESSAGE_SUPPLEMENT,
                                    .bundle_sha256 = desk->sha256,
                                    .at_us = deadline_us,
                                    .pieces = pieces,
                                    .text = (char *)"Photo trop sombre"};
    apply(desk, &message);
}

static void
a_supplement_says_what_and_until_when(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Desk) desk = open_desk(kit);
    g_assert_null(guichet_store_find_supplement(desk.store, desk.id, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    ask_for_photo(&desk, 1, 1000);
    ask_for_photo(&desk, 2, 2000); /* asked again: the last word counts */
    g_assert_cmpint(state_of(&desk, desk.id), ==, GUICHET_REQUEST_SUPPLEMENT_ASKED);
    g_autoptr(GuichetSupplement) supplement =
        guichet_store_find_supplement(desk.store, desk.id, &error);
    g_assert_no_error(error);
    g_assert_cmpint(supplement->deadline_us, ==, 2000);
    g_assert_cmpuint(g_strv_length(supplement->pieces), ==, 2);
    g_assert_cmpstr(supplement->pieces[0], ==, "photo");
}

/* A draft that joins the desk's request, sealed as bundle 2. */
static char *
seal_joining(Kit *kit, Desk *desk, GuichetRequestState to, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_request_new(kit->procedure);
    request->parent = g_strdup(desk->id);
    if (!guichet_store_add_request(desk->store, request, kit->procedure, error))
        return NULL;
    g_autofree char *found = guichet_store_find_joining_draft(desk->store, desk->id, error);
    g_assert_cmpstr(found, ==, request->id);
    g_autofree char *sha256 = kit_sha256(2);
    const GuichetSealRecord record = {.request_id = request->id,
                                      .sequence = 2,
                                      .previous = desk->sha256,
                                      .sha256 = sha256,
                                      .file = "2.asice",
                                      .size = 1,
                                      .statement = "",
                                      .parent = desk->id,
                                      .parent_to = to};
    return guichet_store_record_seal(desk->store, &record, error) ? g_strdup(request->id) : NULL;
}

static void
a_sealed_supplement_moves_its_parent(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Desk) desk = open_desk(kit);
    ask_for_photo(&desk, 1, 1000);
    g_autofree char *joining = seal_joining(kit, &desk, GUICHET_REQUEST_SUPPLEMENT_SEALED, &error);
    g_assert_no_error(error);
    g_assert_cmpint(state_of(&desk, joining), ==, GUICHET_REQUEST_SEALED);
    g_assert_cmpint(state_of(&desk, desk.id), ==, GUICHET_REQUEST_SUPPLEMENT_SEALED);
    g_assert_null(guichet_store_find_joining_draft(desk.store, desk.id, &error));
    g_assert_no_error(error);
    g_autoptr(GuichetRequest) loaded = guichet_store_load_request(desk.store, joining, &error);
    g_assert_cmpstr(loaded->parent, ==, desk.id);
    ask_for_photo(&desk, 2, 3000); /* and may be asked once more */
    g_assert_cmpint(state_of(&desk, desk.id), ==, GUICHET_REQUEST_SUPPLEMENT_ASKED);
}

static void
a_parent_that_cannot_move_keeps_the_draft(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Desk) desk = open_desk(kit);
    g_assert_null(seal_joining(kit, &desk, GUICHET_REQUEST_HANDED_OVER, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_autofree char *draft = guichet_store_find_joining_draft(desk.store, desk.id, &error);
    g_assert_nonnull(draft); /* the whole transaction went back */
    g_assert_cmpint(state_of(&desk, desk.id), ==, GUICHET_REQUEST_RECEIVED);
}

static void
a_title_waits_under_its_digest(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Desk) desk = open_desk(kit);
    g_autofree char *digest = guichet_message_title_digest("14 ab-12345");
    const GuichetMessage message = {.number = 1,
                                    .kind = GUICHET_MESSAGE_TITLE_READY,
                                    .bundle_sha256 = desk.sha256,
                                    .at_us = 5000,
                                    .title_sha256 = digest,
                                    .text = (char *)"Passeport arrivé"};
    apply(&desk, &message);
    g_assert_cmpint(state_of(&desk, desk.id), ==, GUICHET_REQUEST_TITLE_READY);
    g_autoptr(GuichetTitle) title = guichet_store_find_title(desk.store, desk.id, &error);
    g_assert_no_error(error);
    g_autofree char *same = guichet_message_title_digest("14AB12345");
    g_assert_cmpstr(title->title_sha256, ==, same);
    g_assert_false(kit_files_hold_text(kit, "14AB12345"));
}

static void
book(Desk *desk, gint64 number, const char *reference, gint64 starts_us, const char *state)
{
    const GuichetMessage message = {.number = number,
                                    .kind = GUICHET_MESSAGE_APPOINTMENT,
                                    .reference = (char *)reference,
                                    .procedure_id = (char *)"passport",
                                    .state = (char *)state,
                                    .at_us = starts_us,
                                    .minutes = 20,
                                    .persons = 1};
    apply(desk, &message);
}

/* "A:booked B:arrived", in the order of the list. */
static char *
describe(Desk *desk, gint64 first_us, gint64 behind_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found =
        guichet_store_list_appointments(desk->store, first_us, behind_us, &error);
    g_assert_no_error(error);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const GuichetAppointment *appointment = g_ptr_array_index(found, i);
        g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "", appointment->reference,
                               appointment->state);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
appointments_come_in_order_and_may_move(Kit *kit, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Desk) desk = open_desk(kit);
    book(&desk, 1, "B", 200, "booked");
    book(&desk, 2, "A", 100, "booked");
    book(&desk, 3, "C", 900, "booked");
    g_autofree char *before = describe(&desk, 0, 900);
    g_assert_cmpstr(before, ==, "A:booked B:booked");
    g_assert_true(guichet_store_mark_appointment(desk.store, "A", "arrived", &error));
    g_assert_true(guichet_store_mark_appointment(desk.store, "B", "missed", &error));
    book(&desk, 4, "C", 150, "booked");
    book(&desk, 5, "B", 200, "cancelled");
    book(&desk, 6, "D", 300, "abolished"); /* kept as impossible */
    g_autofree char *after = describe(&desk, 0, 900);
    g_assert_cmpstr(after, ==, "A:arrived C:booked B:cancelled");
    g_assert_false(guichet_store_mark_appointment(desk.store, "B", "arrived", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    g_clear_error(&error);
    g_assert_false(guichet_store_mark_appointment(desk.store, "Z", "arrived", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    kit_add("/db/feed/a-supplement-says-what-and-until-when",
            a_supplement_says_what_and_until_when);
    kit_add("/db/feed/a-sealed-supplement-moves-its-parent", a_sealed_supplement_moves_its_parent);
    kit_add("/db/feed/a-parent-that-cannot-move-keeps-the-draft",
            a_parent_that_cannot_move_keeps_the_draft);
    kit_add("/db/feed/a-title-waits-under-its-digest", a_title_waits_under_its_digest);
    kit_add("/db/feed/appointments-come-in-order-and-may-move",
            appointments_come_in_order_and_may_move);
    return g_test_run();
}
