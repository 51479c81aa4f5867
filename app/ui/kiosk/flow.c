/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib/gi18n-lib.h>

#include "core/completeness.h"
#include "core/rule.h"
#include "core/ticket.h"
#include "kiosk/window-private.h"
#include "service/kiosk.h"
#include "text.h"

#define SAVE_DELAY_MS 500

static void
show_error(GuichetKioskWindow *self, const GError *error)
{
    g_autofree char *sentence = guichet_text_error(error);

    guichet_kiosk_show_problem(self, sentence);
}

/* --- which questions --- */

static void
add_questions(GuichetKioskWindow *self, const GuichetStep *step, JsonNode *data)
{
    GuichetProcedure *procedure = guichet_draft_get_procedure(self->draft);

    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++) {
        const GuichetField *field = guichet_procedure_find_field(procedure, step->fields[i]);

        if (field != NULL && guichet_kiosk_words_asks(self->words, field->id) &&
            guichet_field_is_visible(field, data))
            g_ptr_array_add(self->questions, (gpointer)field);
    }
}

void
guichet_kiosk_find_questions(GuichetKioskWindow *self)
{
    GPtrArray *steps = guichet_procedure_get_steps(guichet_draft_get_procedure(self->draft));
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(self->draft);
    const GuichetField *now = self->question < self->questions->len
                                  ? g_ptr_array_index(self->questions, self->question)
                                  : NULL;

    g_ptr_array_set_size(self->questions, 0);
    for (guint i = 0; i < steps->len; i++)
        add_questions(self, g_ptr_array_index(steps, i), data);
    if (now != NULL && !g_ptr_array_find(self->questions, now, &self->question))
        self->question = 0;
}

/* Where a person who comes back goes on: the first required question without an answer. */
static gboolean
find_open_question(GuichetKioskWindow *self)
{
    GuichetRequest *request = guichet_draft_get_request(self->draft);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(self->draft);

    for (guint i = 0; i < self->questions->len; i++) {
        const GuichetField *field = g_ptr_array_index(self->questions, i);

        if (*guichet_request_get_field(request, field->id) == '\0' && field->required_if != NULL &&
            guichet_rule_holds(field->required_if, data, NULL)) {
            self->question = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* --- storing --- */

static void
on_saved(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GError) error = NULL;

    if (!guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error) &&
        self->draft == GUICHET_DRAFT(source))
        show_error(self, error);
}

/* Stores what stands in the row when it is well formed and new; else says why, when @speak. */
static gboolean
save_row(GuichetKioskWindow *self, gboolean speak, GAsyncReadyCallback stored)
{
    const GuichetField *field = guichet_field_row_get_field(self->row);
    g_autofree char *typed = guichet_field_row_get_value(self->row);
    g_autoptr(GError) error = NULL;
    g_autofree char *value = guichet_field_normalise(field, typed, &error);

    g_clear_handle_id(&self->save_source, g_source_remove);
    if (value == NULL) {
        if (speak)
            show_error(self, error);
        return FALSE;
    }
    guichet_draft_change_async(self->draft, guichet_change_set_field(field->id, value), stored,
                               g_object_ref(self));
    return TRUE;
}

void
guichet_kiosk_store_typed(GuichetKioskWindow *self)
{
    if (self->save_source != 0 && self->row != NULL)
        save_row(self, FALSE, on_saved);
}

static gboolean
on_save_due(gpointer user_data)
{
    GuichetKioskWindow *self = user_data;

    self->save_source = 0;
    save_row(self, FALSE, on_saved);
    return G_SOURCE_REMOVE;
}

static void
on_edited(GuichetKioskWindow *self)
{
    guichet_kiosk_show_problem(self, NULL);
    if (self->save_source == 0)
        self->save_source = g_timeout_add(SAVE_DELAY_MS, on_save_due, self);
}

void
guichet_kiosk_watch_row(GuichetKioskWindow *self)
{
    g_signal_connect_object(self->row, "edited", G_CALLBACK(on_edited), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->row, "entered", G_CALLBACK(guichet_kiosk_go_next), self,
                            G_CONNECT_SWAPPED);
}

/* --- forward and back --- */

static void
show_question(GuichetKioskWindow *self, guint question)
{
    self->question = question;
    guichet_kiosk_show(self, SCREEN_QUESTION);
}

static void
go_past_question(GuichetKioskWindow *self)
{
    guichet_kiosk_find_questions(self);
    if (self->reviewed || self->question + 1 >= self->questions->len)
        guichet_kiosk_show(self, self->reviewed ? SCREEN_REVIEW : SCREEN_PAPERS);
    else
        show_question(self, self->question + 1);
}

static void
on_answer_stored(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GError) error = NULL;
    gboolean stored = guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error);

    self->busy = FALSE;
    if (self->draft != GUICHET_DRAFT(source) || self->screen != SCREEN_QUESTION)
        return;
    if (stored)
        go_past_question(self);
    else
        show_error(self, error);
}

static gboolean
is_answer_missing(GuichetKioskWindow *self)
{
    const GuichetField *field = guichet_field_row_get_field(self->row);
    g_autofree char *value = guichet_field_row_get_value(self->row);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(self->draft);

    return *value == '\0' && field->required_if != NULL &&
           guichet_rule_holds(field->required_if, data, NULL);
}

static void
answer(GuichetKioskWindow *self)
{
    if (is_answer_missing(self))
        guichet_kiosk_show_problem(
            self, _("Répondez à la question. Si vous ne savez pas, touchez « Je ne sais pas »."));
    else
        self->busy = save_row(self, TRUE, on_answer_stored);
}

void
guichet_kiosk_go_next(GuichetKioskWindow *self)
{
    if (self->busy)
        return;
    switch (self->screen) {
    case SCREEN_TICKET:
        guichet_kiosk_find_questions(self);
        show_question(self, 0);
        break;
    case SCREEN_RESUME:
        guichet_kiosk_resume(self);
        break;
    case SCREEN_QUESTION:
        answer(self);
        break;
    case SCREEN_PAPERS:
        guichet_kiosk_show(self, SCREEN_REVIEW);
        break;
    case SCREEN_REVIEW:
        guichet_kiosk_show(self, SCREEN_DONE);
        break;
    case SCREEN_DONE:
        guichet_kiosk_leave(self);
        break;
    default:
        break;
    }
}

/* "Je ne sais pas": the question stays open, and an agent helps with it. */
void
guichet_kiosk_skip(GuichetKioskWindow *self)
{
    if (!self->busy && self->screen == SCREEN_QUESTION)
        go_past_question(self);
}

void
guichet_kiosk_go_back(GuichetKioskWindow *self)
{
    if (self->busy)
        return;
    if (self->screen == SCREEN_QUESTION && self->question > 0 && !self->reviewed) {
        guichet_kiosk_find_questions(self);
        show_question(self, self->question - 1);
    } else if (self->screen == SCREEN_QUESTION) {
        guichet_kiosk_show(self, self->reviewed ? SCREEN_REVIEW : SCREEN_TICKET);
    } else if (self->screen == SCREEN_PAPERS && self->questions->len > 0) {
        show_question(self, self->questions->len - 1);
    } else if (self->screen == SCREEN_REVIEW) {
        self->reviewed = FALSE;
        guichet_kiosk_show(self, SCREEN_PAPERS);
    } else if (self->screen == SCREEN_CHOICE || self->screen == SCREEN_RESUME) {
        guichet_kiosk_show(self, SCREEN_WELCOME);
    }
}

void
guichet_kiosk_correct(GuichetKioskWindow *self, guint question)
{
    self->reviewed = TRUE;
    show_question(self, question);
}

void
guichet_kiosk_go_on(GuichetKioskWindow *self)
{
    guichet_kiosk_show(self, self->stopped_at);
}

/* --- beginning and coming back --- */

typedef struct {
    char *asked; /* a procedure, or a ticket */
    char *ticket;
    GuichetRequest *request;
    GuichetProcedure *procedure;
} Opening;

static void
opening_free(gpointer data)
{
    Opening *opening = data;

    g_free(opening->asked);
    g_free(opening->ticket);
    g_clear_pointer(&opening->request, guichet_request_free);
    g_clear_pointer(&opening->procedure, guichet_procedure_unref);
    g_free(opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Opening, opening_free)

static gpointer
finish_opening(GuichetDesk *desk, Opening *opening, GError **error)
{
    if (opening->request == NULL)
        return NULL;
    opening->procedure = guichet_desk_load_procedure(desk, opening->request->id, error);
    return opening->procedure != NULL ? opening : NULL;
}

static gpointer
work_begin(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(Opening) opening = g_new0(Opening, 1);

    opening->request = guichet_desk_begin_alone(desk, data, &opening->ticket, error);
    return finish_opening(desk, opening, error) != NULL ? g_steal_pointer(&opening) : NULL;
}

static gpointer
work_resume(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(Opening) opening = g_new0(Opening, 1);

    opening->ticket = guichet_ticket_parse(data, error);
    if (opening->ticket == NULL)
        return NULL;
    opening->request = guichet_desk_resume(desk, opening->ticket, error);
    return finish_opening(desk, opening, error) != NULL ? g_steal_pointer(&opening) : NULL;
}

static gpointer
work_leave(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    guichet_desk_leave(desk);
    return desk;
}

static void
forget_on_worker(GuichetKioskWindow *self)
{
    if (self->desk != NULL)
        guichet_desk_call_async(self->desk, work_leave, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
take(GuichetKioskWindow *self, Opening *opening)
{
    gboolean resumed = self->screen == SCREEN_RESUME;

    g_set_object(&self->draft, NULL);
    self->draft = guichet_draft_new(self->desk, g_steal_pointer(&opening->request),
                                    g_steal_pointer(&opening->procedure));
    self->ticket = g_steal_pointer(&opening->ticket);
    self->question = 0;
    self->reviewed = FALSE;
    guichet_kiosk_find_questions(self);
    if (!resumed)
        guichet_kiosk_show(self, SCREEN_TICKET);
    else if (find_open_question(self))
        show_question(self, self->question);
    else
        guichet_kiosk_show(self, SCREEN_REVIEW);
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Opening) opening = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    self->busy = FALSE;
    if (self->screen != SCREEN_CHOICE && self->screen != SCREEN_RESUME) {
        forget_on_worker(self); /* the person left meanwhile: the draft waits for its ticket */
        return;
    }
    if (opening != NULL)
        take(self, opening);
    else
        show_error(self, error);
}

static void
open_draft(GuichetKioskWindow *self, GuichetDeskFunc work, const char *asked)
{
    if (self->busy || self->desk == NULL)
        return;
    self->busy = TRUE;
    guichet_desk_call_async(self->desk, work, g_strdup(asked), g_free, opening_free, NULL,
                            on_opened, g_object_ref(self));
}

void
guichet_kiosk_begin(GuichetKioskWindow *self, const char *procedure_id)
{
    open_draft(self, work_begin, procedure_id);
}

void
guichet_kiosk_resume(GuichetKioskWindow *self)
{
    open_draft(self, work_resume, gtk_editable_get_text(GTK_EDITABLE(self->entry)));
}

/* --- ending --- */

/* Nothing may be pasted by whoever comes next. */
static void
clear_clipboards(GuichetKioskWindow *self)
{
    GdkDisplay *display = gtk_widget_get_display(GTK_WIDGET(self));

    gdk_clipboard_set_text(gdk_display_get_clipboard(display), "");
    gdk_clipboard_set_text(gdk_display_get_primary_clipboard(display), "");
}

void
guichet_kiosk_leave(GuichetKioskWindow *self)
{
    guichet_kiosk_store_typed(self);
    forget_on_worker(
        self); /* after what was just stored: the worker does one thing after another */
    g_clear_object(&self->draft);
    g_clear_pointer(&self->ticket, g_free);
    g_ptr_array_set_size(self->questions, 0);
    self->question = 0;
    self->reviewed = FALSE;
    self->busy = FALSE;
    self->reads_aloud = FALSE;
    clear_clipboards(self);
    guichet_kiosk_forget_language(self);
    guichet_kiosk_show(self, SCREEN_WELCOME);
}

static gpointer
work_erase(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_abandon(desk, data, error) ? desk : NULL;
}

static void
on_erased(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GError) error = NULL;

    if (guichet_desk_call_finish(GUICHET_DESK(source), result, &error) != NULL)
        guichet_kiosk_leave(self);
    else
        show_error(self, error);
}

void
guichet_kiosk_erase(GuichetKioskWindow *self)
{
    const char *id = guichet_draft_get_request(self->draft)->id;

    guichet_desk_call_async(self->desk, work_erase, g_strdup(id), g_free, NULL, NULL, on_erased,
                            g_object_ref(self));
}

/* --- the session --- */

typedef struct {
    GuichetKioskPolicy policy;
    GPtrArray *procedures;
} Entrance;

static void
entrance_free(gpointer data)
{
    Entrance *entrance = data;

    g_clear_pointer(&entrance->procedures, g_ptr_array_unref);
    g_free(entrance);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entrance, entrance_free)

static gpointer
work_enter(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    GuichetKioskState state;
    g_autoptr(Entrance) entrance = g_new0(Entrance, 1);

    if (!guichet_desk_enter_kiosk(desk, error) || !guichet_desk_read_kiosk(desk, &state, error))
        return NULL;
    entrance->policy = state.policy;
    entrance->procedures = guichet_desk_list_procedures(desk, error);
    return entrance->procedures != NULL ? g_steal_pointer(&entrance) : NULL;
}

static void
on_entered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Entrance) entrance = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (entrance == NULL) {
        guichet_kiosk_window_show_error(self, error);
        return;
    }
    self->procedures = g_steal_pointer(&entrance->procedures);
    g_object_set(self->watch, "lock-after", entrance->policy.idle_seconds, "warn-before",
                 entrance->policy.warn_seconds, NULL);
    guichet_kiosk_show(self, SCREEN_WELCOME);
}

void
guichet_kiosk_enter(GuichetKioskWindow *self)
{
    guichet_desk_call_async(self->desk, work_enter, NULL, NULL, entrance_free, NULL, on_entered,
                            g_object_ref(self));
}
