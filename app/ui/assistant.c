/* SPDX-License-Identifier: EUPL-1.2 */
#include "assistant.h"

#include <glib/gi18n-lib.h>

#include "announce.h"
#include "core/consent.h"
#include "forget.h"
#include "pages/consent.h"
#include "pages/form.h"
#include "pages/papers.h"
#include "pages/photo.h"
#include "pages/prints.h"
#include "pages/summary.h"
#include "second-screen.h"
#include "text.h"
#include "widgets/alert.h"

struct _GuichetAssistant {
    GuichetPage parent_instance;
    GuichetDraft *draft;
    GuichetDraft *next_draft; /* the same request, for the heir; or NULL */
    GPtrArray *steps;    /* const GuichetStep*: the procedure's, before its last the consent's */
    GuichetStep consent; /* where it is noted */
    GuichetStep paper;   /* where its paper is scanned */
    guint current;       /* index of the step that is shown */
    gboolean sealing;
    GuichetAssistant *heir; /* who shows the draft since the language changed; weak */
    GuichetAlert *asked;
    GtkLabel *subject;
    GtkLabel *count;
    GtkLabel *step_title;
    GtkLabel *after;
    GtkBox *stepper;
    GtkScrolledWindow *scroller;
    GtkStack *stack;
    GtkButton *previous;
    GtkButton *next;
    GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE(GuichetAssistant, guichet_assistant, GUICHET_TYPE_PAGE)

static guint sealed_signal;

static const struct {
    GuichetStepKind kind;
    GType (*get_type)(void);
} page_classes[] = {
    {GUICHET_STEP_FORM, guichet_form_page_get_type},
    {GUICHET_STEP_PAPERS, guichet_papers_page_get_type},
    {GUICHET_STEP_PHOTO, guichet_photo_page_get_type},
    {GUICHET_STEP_PRINTS, guichet_prints_page_get_type},
    {GUICHET_STEP_SUMMARY, guichet_summary_page_get_type},
};

static GType
get_page_type(const GuichetStep *step)
{
    if (g_str_equal(step->id, GUICHET_CONSENT_STEP))
        return guichet_consent_page_get_type();
    for (guint i = 0; i < G_N_ELEMENTS(page_classes); i++)
        if (page_classes[i].kind == step->kind)
            return page_classes[i].get_type();
    g_return_val_if_reached(G_TYPE_INVALID);
}

static GPtrArray *
get_steps(GuichetAssistant *self)
{
    return self->steps;
}

static void
add_consent_steps(GuichetAssistant *self)
{
    g_auto(GuichetConsent) noted = {NULL};

    if (guichet_draft_get_consent_policy(self->draft) == NULL)
        return;
    g_ptr_array_add(self->steps, &self->consent);
    if (guichet_consent_read(guichet_draft_get_request(self->draft), &noted) &&
        guichet_consent_way_needs_paper(noted.way))
        g_ptr_array_add(self->steps, &self->paper);
}

static void
collect_steps(GuichetAssistant *self)
{
    GPtrArray *own = guichet_procedure_get_steps(guichet_draft_get_procedure(self->draft));

    g_ptr_array_set_size(self->steps, 0);
    for (guint i = 0; i < own->len; i++) {
        if (i + 1 == own->len)
            add_consent_steps(self);
        g_ptr_array_add(self->steps, g_ptr_array_index(own, i));
    }
}

static GuichetPage *
get_page(GuichetAssistant *self)
{
    return GUICHET_PAGE(gtk_stack_get_visible_child(self->stack));
}

static void
mirror_keys(GuichetAssistant *self)
{
    GuichetPage *page = get_page(self);

    guichet_page_set_keys(GUICHET_PAGE(self), page != NULL ? guichet_page_get_keys(page) : 0);
}

static void
on_page_done(GuichetAssistant *self)
{
    gtk_widget_grab_focus(GTK_WIDGET(self->next));
}

/* Pages are made when they are first shown, and kept: their focus and their pictures stay. */
static GuichetPage *
ensure_page(GuichetAssistant *self, const GuichetStep *step)
{
    GtkWidget *page = gtk_stack_get_child_by_name(self->stack, step->id);

    if (page == NULL) {
        page = g_object_new(get_page_type(step), NULL);
        gtk_stack_add_named(self->stack, page, step->id);
        guichet_step_page_set_step(GUICHET_STEP_PAGE(page), self->draft, step);
        g_signal_connect_object(page, "notify::keys", G_CALLBACK(mirror_keys), self,
                                G_CONNECT_SWAPPED);
        g_signal_connect_object(page, "done", G_CALLBACK(on_page_done), self, G_CONNECT_SWAPPED);
    }
    return GUICHET_PAGE(page);
}

static void
refresh_subject(GuichetAssistant *self)
{
    GuichetProcedure *procedure = guichet_draft_get_procedure(self->draft);
    g_autofree char *person = guichet_text_person(guichet_draft_get_request(self->draft));
    g_autofree char *text =
        g_strdup_printf("%s · %s", guichet_procedure_get_title(procedure), person);

    gtk_label_set_text(self->subject, text);
}

/* One bar a step. (GtkLevelBar's discrete mode grows in height with its blocks in GTK 4.8.) */
static void
refresh_segments(GuichetAssistant *self, guint n)
{
    GtkWidget *segment;

    while ((segment = gtk_widget_get_first_child(GTK_WIDGET(self->stepper))) != NULL)
        gtk_box_remove(self->stepper, segment);
    for (guint i = 0; i < n; i++) {
        segment = g_object_new(GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                               "hexpand", TRUE, NULL);
        gtk_widget_add_css_class(segment, "segment");
        if (i <= self->current)
            gtk_widget_add_css_class(segment, "reached");
        gtk_box_append(self->stepper, segment);
    }
}

static void
refresh_stepper(GuichetAssistant *self)
{
    GPtrArray *steps = get_steps(self);
    const GuichetStep *step = g_ptr_array_index(steps, self->current);
    gboolean last = self->current + 1 == steps->len;
    g_autofree char *count = g_strdup_printf(_("Étape %u sur %u"), self->current + 1, steps->len);
    g_autofree char *after = NULL;
    g_autofree char *name = g_strdup_printf("%s : %s", count, step->title);

    if (!last)
        after = g_strdup_printf(
            _("Ensuite : %s"),
            ((const GuichetStep *)g_ptr_array_index(steps, self->current + 1))->title);
    gtk_label_set_text(self->count, count);
    gtk_label_set_text(self->step_title, step->title);
    gtk_label_set_text(self->after, after != NULL ? after : "");
    refresh_segments(self, steps->len);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->stepper), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   name, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double)steps->len,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double)(self->current + 1),
                                   -1);
    gtk_widget_set_sensitive(GTK_WIDGET(self->previous), self->current > 0 && !self->sealing);
    gtk_widget_set_sensitive(GTK_WIDGET(self->next), !self->sealing);
    gtk_button_set_label(self->next, self->sealing ? _("Scellement…")
                                     : last        ? _("Sceller et déposer (Ctrl+Entrée)")
                                                   : _("Suivant (Ctrl+Entrée)"));
    gtk_widget_set_visible(GTK_WIDGET(self->spinner), self->sealing);
    gtk_spinner_set_spinning(self->spinner, self->sealing);
}

/* Where one is, to who sees no stepper. */
static void
announce_step(GuichetAssistant *self, const GuichetStep *step)
{
    g_autofree char *sentence =
        g_strdup_printf("%s : %s", gtk_label_get_text(self->count), step->title);

    guichet_announce(GTK_WIDGET(self), sentence);
}

static void
on_step_stored(GObject *source, GAsyncResult *result, gpointer user_data)
{
    /* the place in the assistant is a comfort: a failure shows at the next real change */
    guichet_draft_change_finish(GUICHET_DRAFT(source), result, NULL);
}

static void
show_step(GuichetAssistant *self, guint index)
{
    const GuichetStep *step = g_ptr_array_index(get_steps(self), index);
    GuichetRequest *request = guichet_draft_get_request(self->draft);
    GuichetPage *page = ensure_page(self, step);

    self->current = index;
    gtk_stack_set_visible_child(self->stack, GTK_WIDGET(page));
    gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(self->scroller), 0);
    refresh_stepper(self);
    mirror_keys(self);
    announce_step(self, step);
    /* Enter, pressed once too often, must not seal: the summary takes the focus to be read */
    if (step->kind == GUICHET_STEP_SUMMARY)
        gtk_widget_grab_focus(GTK_WIDGET(self->scroller));
    guichet_page_enter(page);
    if (g_strcmp0(request->step, step->id) != 0)
        guichet_draft_change_async(self->draft, guichet_change_set_step(step->id), on_step_stored,
                                   NULL);
}

static gboolean
find_step(GuichetAssistant *self, const char *id, guint *index)
{
    GPtrArray *steps = get_steps(self);

    for (guint i = 0; i < steps->len; i++) {
        const GuichetStep *step = g_ptr_array_index(steps, i);

        if (g_strcmp0(step->id, id) == 0) {
            *index = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* The way in which the person consents decides whether there is a paper to scan. */
static void
refresh_steps(GuichetAssistant *self)
{
    const GuichetStep *shown =
        self->current < self->steps->len ? g_ptr_array_index(self->steps, self->current) : NULL;
    guint before = self->steps->len;

    collect_steps(self);
    if (shown == NULL || self->steps->len == before)
        return;
    if (!find_step(self, shown->id, &self->current))
        self->current = MIN(self->current, self->steps->len - 1);
    refresh_stepper(self);
}

static void
set_sealing(GuichetAssistant *self, gboolean sealing)
{
    self->sealing = sealing;
    refresh_stepper(self);
}

static void
on_sealed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetAssistant) caller = user_data;
    GuichetAssistant *self = caller;
    g_autoptr(GError) error = NULL;
    gboolean sealed = guichet_draft_seal_finish(GUICHET_DRAFT(source), result, &error);

    while (self->heir != NULL)
        self = self->heir;
    if (self->draft != GUICHET_DRAFT(source))
        return;
    set_sealing(self, FALSE);
    if (sealed)
        g_signal_emit(self, sealed_signal, 0);
    else
        guichet_summary_page_show_error(GUICHET_SUMMARY_PAGE(get_page(self)), error);
}

static void
seal(GuichetAssistant *self)
{
    GuichetPage *page = get_page(self);

    if (!GUICHET_IS_SUMMARY_PAGE(page) ||
        !guichet_summary_page_is_complete(GUICHET_SUMMARY_PAGE(page)))
        return;
    set_sealing(self, TRUE);
    guichet_draft_seal_async(self->draft, on_sealed, g_object_ref(self));
}

static void
guichet_assistant_enter(GuichetPage *page)
{
    GuichetAssistant *self = GUICHET_ASSISTANT(page);

    if (self->draft != NULL)
        show_step(self, self->current);
}

static void
guichet_assistant_press(GuichetPage *page, GuichetKeys key)
{
    GuichetPage *step = get_page(GUICHET_ASSISTANT(page));

    if (step != NULL)
        guichet_page_press(step, key);
}

/* The steps that were seen are made again too, in the same order: what was typed there and is not
 * well formed yet is stored nowhere else. */
static void
guichet_assistant_adopt(GuichetPage *page, GuichetPage *old)
{
    GuichetAssistant *self = GUICHET_ASSISTANT(page), *other = GUICHET_ASSISTANT(old);
    GtkWidget *child;
    guint index;

    if (other->draft == NULL)
        return;
    guichet_assistant_open(self, other->next_draft != NULL && !other->sealing ? other->next_draft
                                                                              : other->draft);
    self->current = other->current;
    self->sealing = other->sealing;
    g_set_weak_pointer(&other->heir, self);
    for (child = gtk_widget_get_first_child(GTK_WIDGET(other->stack)); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        if (find_step(self, guichet_step_page_get_step(GUICHET_STEP_PAGE(child))->id, &index))
            ensure_page(self, g_ptr_array_index(get_steps(self), index));
    refresh_stepper(self);
}

static void
guichet_assistant_dispose(GObject *object)
{
    g_clear_object(&GUICHET_ASSISTANT(object)->draft);
    g_clear_object(&GUICHET_ASSISTANT(object)->next_draft);
    G_OBJECT_CLASS(guichet_assistant_parent_class)->dispose(object);
}

static void
guichet_assistant_finalize(GObject *object)
{
    GuichetAssistant *self = GUICHET_ASSISTANT(object);

    g_clear_weak_pointer(&self->heir);
    g_ptr_array_unref(self->steps);
    g_free(self->consent.title);
    g_free(self->paper.title);
    G_OBJECT_CLASS(guichet_assistant_parent_class)->finalize(object);
}

/* GTK 4.8 leads from a scroller that has the focus past what is in it: into it, instead. */
static gboolean
on_scroller_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                gpointer user_data)
{
    GuichetAssistant *self = user_data;

    return key == GDK_KEY_Tab && gtk_widget_is_focus(GTK_WIDGET(self->scroller)) &&
           gtk_widget_child_focus(GTK_WIDGET(self->stack), GTK_DIR_TAB_FORWARD);
}

static void
guichet_assistant_class_init(GuichetAssistantClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_assistant_dispose;
    G_OBJECT_CLASS(klass)->finalize = guichet_assistant_finalize;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_assistant_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_assistant_press;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_assistant_adopt;
    sealed_signal = g_signal_new("sealed", GUICHET_TYPE_ASSISTANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/assistant.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, asked);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, subject);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, count);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, step_title);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, after);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, stepper);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, scroller);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, stack);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, previous);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, next);
    gtk_widget_class_bind_template_child(widget_class, GuichetAssistant, spinner);
    gtk_widget_class_bind_template_callback(widget_class, guichet_assistant_next);
    gtk_widget_class_bind_template_callback(widget_class, guichet_assistant_previous);
}

static void
guichet_assistant_init(GuichetAssistant *self)
{
    static char *paper_pieces[] = {(char *)GUICHET_CONSENT_PIECE, NULL};
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    self->steps = g_ptr_array_new();
    self->consent = (GuichetStep){.id = (char *)GUICHET_CONSENT_STEP,
                                  .title = g_strdup(_("Accord de la personne")),
                                  .kind = GUICHET_STEP_FORM};
    self->paper = (GuichetStep){.id = (char *)GUICHET_CONSENT_PAPER_STEP,
                                .title = g_strdup(_("Mandat signé")),
                                .kind = GUICHET_STEP_PAPERS,
                                .pieces = paper_pieces};
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_scroller_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->scroller), keys);
}

void
guichet_assistant_open(GuichetAssistant *self, GuichetDraft *draft)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->stack))) != NULL)
        gtk_stack_remove(self->stack, child);
    if (self->draft != NULL)
        g_signal_handlers_disconnect_by_data(self->draft, self);
    g_set_object(&self->draft, draft);
    guichet_second_screen_show(draft);
    self->sealing = FALSE;
    self->current = 0;
    g_ptr_array_set_size(self->steps, 0);
    gtk_label_set_text(self->subject, ""); /* a closed request leaves no name behind */
    guichet_forget_clipboards(GTK_WIDGET(self));
    guichet_alert_hide(self->asked);
    if (draft == NULL)
        return;
    if (guichet_draft_get_asked(draft) != NULL)
        guichet_alert_show(self->asked, GUICHET_ALERT_WARNING, guichet_draft_get_asked(draft));
    g_signal_connect_object(draft, "changed", G_CALLBACK(refresh_subject), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(draft, "changed", G_CALLBACK(refresh_steps), self, G_CONNECT_SWAPPED);
    refresh_subject(self);
    collect_steps(self);
    find_step(self, guichet_draft_get_request(draft)->step, &self->current);
}

void
guichet_assistant_set_next_draft(GuichetAssistant *self, GuichetDraft *draft)
{
    g_set_object(&self->next_draft, draft);
}

GuichetDraft *
guichet_assistant_get_draft(GuichetAssistant *self)
{
    return self->draft;
}

void
guichet_assistant_next(GuichetAssistant *self)
{
    if (self->draft == NULL || self->sealing)
        return;
    if (self->current + 1 == get_steps(self)->len)
        seal(self);
    else if (guichet_page_leave(get_page(self)))
        show_step(self, self->current + 1);
}

void
guichet_assistant_previous(GuichetAssistant *self)
{
    if (self->draft != NULL && !self->sealing && self->current > 0)
        show_step(self, self->current - 1);
}

void
guichet_assistant_go(GuichetAssistant *self, const char *step_id)
{
    guint index;

    if (self->draft != NULL && !self->sealing && find_step(self, step_id, &index))
        show_step(self, index);
}

const char *
guichet_assistant_get_step_help(GuichetAssistant *self)
{
    GuichetPage *page = get_page(self);

    return page != NULL ? guichet_page_get_help(page) : NULL;
}
