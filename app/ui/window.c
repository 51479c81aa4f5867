/* SPDX-License-Identifier: EUPL-1.2 */
#include "window-private.h"

#include <glib/gi18n-lib.h>

#include "announce.h"
#include "assistant.h"
#include "lockdown.h"
#include "mediator-pages.h"
#include "pages/checklist.h"
#include "pages/choice.h"
#include "pages/guide.h"
#include "pages/home.h"
#include "pages/queue.h"
#include "pages/receipt.h"
#include "pages/technician.h"
#include "role-home.h"
#include "widgets/side-panel.h"

G_DEFINE_FINAL_TYPE(GuichetWindow, guichet_window, GTK_TYPE_APPLICATION_WINDOW)

static void on_sealed(GuichetWindow *self, GuichetAssistant *assistant);
static void on_session_opened(GuichetWindow *self, const char *agent);
static void on_found(GuichetWindow *self, gpointer plan);
static void on_begun(GuichetWindow *self, const char *id);

/* --- pages --- */

void
guichet_window_refresh_foot(GuichetWindow *self)
{
    guichet_key_foot_update(self->foot, guichet_page_get_keys(self->shown), self->agent != NULL);
}

/* For the first time, or again in another language: what the window listens to. */
void
guichet_window_page_made(GuichetPage *page, gpointer user_data)
{
    GuichetWindow *self = user_data;

    g_signal_connect_object(page, "notify::keys", G_CALLBACK(guichet_window_refresh_foot), self,
                            G_CONNECT_SWAPPED);
    if (GUICHET_IS_HOME_PAGE(page))
        guichet_home_page_set_overview(GUICHET_HOME_PAGE(page), self->overview);
    if (GUICHET_IS_CHOICE_PAGE(page))
        guichet_choice_page_set_overview(GUICHET_CHOICE_PAGE(page), self->overview);
    if (GUICHET_IS_QUEUE_PAGE(page))
        guichet_queue_page_set_overview(GUICHET_QUEUE_PAGE(page), self->overview);
    if (GUICHET_IS_TECHNICIAN_PAGE(page))
        guichet_technician_page_set_overview(GUICHET_TECHNICIAN_PAGE(page), self->overview);
    if (GUICHET_IS_RECEIPT_PAGE(page))
        guichet_receipt_page_set_overview(GUICHET_RECEIPT_PAGE(page), self->overview);
    if (GUICHET_IS_ASSISTANT(page))
        g_signal_connect_object(page, "sealed", G_CALLBACK(on_sealed), self, G_CONNECT_SWAPPED);
    if (GUICHET_IS_GUIDE_PAGE(page))
        g_signal_connect_object(page, "found", G_CALLBACK(on_found), self, G_CONNECT_SWAPPED);
    if (GUICHET_IS_CHECKLIST_PAGE(page) || GUICHET_IS_CHOICE_PAGE(page))
        g_signal_connect_object(page, "begun", G_CALLBACK(on_begun), self, G_CONNECT_SWAPPED);
    guichet_mediator_pages_made(page, self->overview);
    if (GUICHET_IS_LOGIN_PAGE(page))
        g_signal_connect_object(page, "opened", G_CALLBACK(on_session_opened), self,
                                G_CONNECT_SWAPPED);
}

/* Pages are made when they are first needed: the window opens with the login alone. */
GuichetPage *
guichet_window_ensure_page(GuichetWindow *self, GType type)
{
    return guichet_page_stack_ensure(self->stack, type, guichet_window_page_made, self);
}

void
guichet_window_show_page(GuichetWindow *self, GuichetPage *page)
{
    const char *name = G_OBJECT_TYPE_NAME(page);

    guichet_window_hide_panel(self);
    guichet_alert_hide(self->alert);
    self->shown = page;
    gtk_stack_set_visible_child_name(self->stack, name);
    guichet_header_set_saved(self->header, 0);
    guichet_window_refresh_foot(self);
    guichet_announce(GTK_WIDGET(self), guichet_page_get_title(page));
    guichet_page_enter(page);
}

static GuichetUserRole
get_role(GuichetWindow *self)
{
    return self->desk != NULL ? guichet_desk_get_role(self->desk) : GUICHET_USER_ROLE_AGENT;
}

static void
show_home(GuichetWindow *self)
{
    GuichetPage *assistant = guichet_page_stack_find(self->stack, GUICHET_TYPE_ASSISTANT);

    if (assistant != NULL)
        guichet_assistant_open(GUICHET_ASSISTANT(assistant), NULL);
    guichet_window_show_page(
        self, guichet_window_ensure_page(self, guichet_role_home_get_type(get_role(self))));
}

static void
show_receipt(GuichetWindow *self, GuichetRequest *request)
{
    GuichetPage *page = guichet_window_ensure_page(self, GUICHET_TYPE_RECEIPT_PAGE);

    guichet_receipt_page_show(GUICHET_RECEIPT_PAGE(page), self->desk, request);
    guichet_overview_refresh(self->overview);
    guichet_window_show_page(self, page);
}

/* --- opening requests --- */

static void
on_draft_changed(GuichetWindow *self, GuichetDraft *draft)
{
    if (GUICHET_IS_ASSISTANT(self->shown))
        guichet_header_set_saved(self->header, guichet_draft_get_saved_us(draft));
}

void
guichet_window_watch_draft(GuichetWindow *self, GuichetDraft *draft)
{
    g_signal_connect_object(draft, "changed", G_CALLBACK(on_draft_changed), self,
                            G_CONNECT_SWAPPED);
}

static void
open_draft(GuichetWindow *self, GuichetDraft *draft)
{
    GuichetAssistant *assistant =
        GUICHET_ASSISTANT(guichet_window_ensure_page(self, GUICHET_TYPE_ASSISTANT));

    guichet_window_watch_draft(self, draft);
    guichet_assistant_open(assistant, draft);
    guichet_window_show_page(self, GUICHET_PAGE(assistant));
}

static void
on_draft_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetWindow) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDraft) draft = guichet_draft_open_finish(GUICHET_DESK(source), result, &error);

    if (self->agent == NULL)
        return;
    if (draft != NULL)
        open_draft(self, draft);
    else
        guichet_alert_show_error(self->alert, error);
}

static void
on_sealed(GuichetWindow *self, GuichetAssistant *assistant)
{
    g_autoptr(GuichetDraft) draft = g_object_ref(guichet_assistant_get_draft(assistant));

    show_receipt(self, guichet_draft_get_request(draft));
    guichet_assistant_open(assistant, NULL);
}

static void
action_open(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    const char *id = g_variant_get_string(parameter, NULL);
    GuichetRequest *request = guichet_overview_find(self->overview, id);

    if (self->agent == NULL)
        return;
    if (request != NULL && request->state != GUICHET_REQUEST_DRAFT)
        show_receipt(self, request);
    else
        guichet_draft_open_async(self->desk, id, on_draft_opened, g_object_ref(self));
}

static void
action_create(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (self->agent != NULL)
        guichet_draft_create_async(self->desk, g_variant_get_string(parameter, NULL),
                                   on_draft_opened, g_object_ref(self));
}

/* --- the guided path --- */

/* TRUE: from the first question, for another person; FALSE: back to the last one. */
static void
action_guide(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    GuichetPage *page;

    if (self->agent == NULL)
        return;
    page = guichet_window_ensure_page(self, GUICHET_TYPE_GUIDE_PAGE);
    if (g_variant_get_boolean(parameter))
        guichet_guide_page_restart(GUICHET_GUIDE_PAGE(page));
    guichet_guide_page_set_desk(GUICHET_GUIDE_PAGE(page), self->desk);
    guichet_window_show_page(self, page);
}

/* Takes @plan. */
static void
on_found(GuichetWindow *self, gpointer plan)
{
    GuichetPage *page = guichet_window_ensure_page(self, GUICHET_TYPE_CHECKLIST_PAGE);

    guichet_checklist_page_show(GUICHET_CHECKLIST_PAGE(page), self->desk, plan);
    guichet_window_show_page(self, page);
}

static void
on_begun(GuichetWindow *self, const char *id)
{
    if (self->agent != NULL)
        guichet_draft_open_async(self->desk, id, on_draft_opened, g_object_ref(self));
}

/* --- session --- */

static void
set_agent(GuichetWindow *self, const char *agent)
{
    g_free(self->agent);
    self->agent = g_strdup(agent);
    guichet_header_set_agent(self->header, agent);
    guichet_idle_banner_set_active(self->idle, agent != NULL);
    guichet_overview_set_desk(self->overview, agent != NULL ? self->desk : NULL);
}

static GType (*const session_pages[])(void) = {
    guichet_choice_page_get_type,  guichet_assistant_get_type,  guichet_queue_page_get_type,
    guichet_receipt_page_get_type, guichet_guide_page_get_type, guichet_checklist_page_get_type,
};

/* The pages of a session, one at a time while nobody presses anything: the first look at each is
 * then as quick as the second. */
static gboolean
on_idle_prepare(gpointer user_data)
{
    GuichetWindow *self = user_data;

    for (guint i = 0; self->agent != NULL && i < G_N_ELEMENTS(session_pages); i++) {
        if (guichet_page_stack_find(self->stack, session_pages[i]()) != NULL)
            continue;
        guichet_window_ensure_page(self, session_pages[i]());
        return G_SOURCE_CONTINUE;
    }
    return G_SOURCE_REMOVE;
}

static void
on_session_opened(GuichetWindow *self, const char *agent)
{
    g_autofree char *id = guichet_resume_take(&self->resume, agent);

    set_agent(self, agent);
    show_home(self);
    g_idle_add_full(G_PRIORITY_LOW, on_idle_prepare, g_object_ref(self), g_object_unref);
    if (id != NULL)
        guichet_draft_open_async(self->desk, id, on_draft_opened, g_object_ref(self));
}

static void
remember_draft(GuichetWindow *self)
{
    GuichetDraft *draft = GUICHET_IS_ASSISTANT(self->shown)
                              ? guichet_assistant_get_draft(GUICHET_ASSISTANT(self->shown))
                              : NULL;

    guichet_resume_note(&self->resume, self->agent,
                        draft != NULL ? guichet_draft_get_request(draft)->id : NULL);
}

static void
end_session(GuichetWindow *self, GuichetSessionEnd how, GAsyncReadyCallback callback,
            gpointer user_data)
{
    /* the page goes first, so that what was typed a moment ago is stored before the store locks */
    show_home(self);
    set_agent(self, NULL);
    guichet_window_show_page(self, GUICHET_PAGE(self->login));
    guichet_session_end_async(self->desk, how, callback, user_data);
}

static void
lock_session(GuichetWindow *self, GuichetSessionEnd how, const char *reason)
{
    g_autofree char *sentence = guichet_session_end_describe(how, reason);

    if (self->agent == NULL)
        return;
    remember_draft(self);
    end_session(self, how, NULL, NULL);
    if (sentence != NULL)
        guichet_alert_show(self->alert, GUICHET_ALERT_WARNING, sentence);
}

static void
action_lock(GtkWidget *widget, const char *name, GVariant *parameter)
{
    lock_session(GUICHET_WINDOW(widget), GUICHET_SESSION_END_LOGOUT, NULL);
}

static void
on_idle_expired(GuichetWindow *self)
{
    lock_session(self, GUICHET_SESSION_END_IDLE, NULL);
}

static void
on_card_removed(GuichetWindow *self, const char *reason)
{
    lock_session(self, GUICHET_SESSION_END_CARD, reason);
}

static void
on_logged_out(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetWindow) self = user_data;

    gtk_window_destroy(GTK_WINDOW(self));
}

/* What was typed a moment ago is stored before the window goes. */
static gboolean
on_close_request(GuichetWindow *self)
{
    if (self->agent == NULL)
        return GDK_EVENT_PROPAGATE;
    end_session(self, GUICHET_SESSION_END_LOGOUT, on_logged_out, g_object_ref(self));
    return GDK_EVENT_STOP;
}

/* --- keys --- */

static const struct {
    const char *action;
    GuichetKeys key;
} page_keys[] = {
    {"win.search", GUICHET_KEY_SEARCH}, {"win.capture", GUICHET_KEY_CAPTURE},
    {"win.retake", GUICHET_KEY_RETAKE}, {"win.print", GUICHET_KEY_PRINT},
    {"win.undo", GUICHET_KEY_UNDO},
};

static void
action_page_key(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    for (guint i = 0; self->agent != NULL && i < G_N_ELEMENTS(page_keys); i++)
        if (g_str_equal(page_keys[i].action, name))
            guichet_page_press(self->shown, page_keys[i].key);
}

static void
action_new(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    GuichetPage *choice;

    if (self->agent == NULL || (guichet_page_get_keys(self->shown) & GUICHET_KEY_NEW) == 0)
        return;
    if (GUICHET_IS_CHECKLIST_PAGE(self->shown)) {
        guichet_page_press(self->shown, GUICHET_KEY_NEW);
        return;
    }
    choice = guichet_window_ensure_page(self, GUICHET_TYPE_CHOICE_PAGE);
    guichet_choice_page_set_desk(GUICHET_CHOICE_PAGE(choice), self->desk);
    guichet_window_show_page(self, choice);
}

static void
action_home(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (self->agent != NULL)
        show_home(self);
}

static void
action_queue(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (self->agent != NULL)
        guichet_window_show_page(self, guichet_window_ensure_page(self, GUICHET_TYPE_QUEUE_PAGE));
}

static void
action_next(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (GUICHET_IS_ASSISTANT(self->shown))
        guichet_assistant_next(GUICHET_ASSISTANT(self->shown));
}

static void
action_previous(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (GUICHET_IS_ASSISTANT(self->shown))
        guichet_assistant_previous(GUICHET_ASSISTANT(self->shown));
    else if (self->agent != NULL)
        guichet_page_press(self->shown, GUICHET_KEY_PREVIOUS);
}

static void
action_go_step(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (GUICHET_IS_ASSISTANT(self->shown))
        guichet_assistant_go(GUICHET_ASSISTANT(self->shown), g_variant_get_string(parameter, NULL));
}

/* --- closing --- */

static gboolean
has_open_draft(GuichetWindow *self)
{
    GuichetPage *assistant = guichet_page_stack_find(self->stack, GUICHET_TYPE_ASSISTANT);

    return assistant != NULL && guichet_assistant_get_draft(GUICHET_ASSISTANT(assistant)) != NULL;
}

static gboolean
is_home(GuichetWindow *self)
{
    return G_OBJECT_TYPE(self->shown) == guichet_role_home_get_type(get_role(self));
}

/* Escape: the panel first, then from the queue back to the open request, then back to the day. */
static void
action_close(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (gtk_widget_get_visible(self->panel)) {
        guichet_window_leave_panel(self);
    } else if (GUICHET_IS_QUEUE_PAGE(self->shown) && has_open_draft(self)) {
        guichet_window_show_page(self, guichet_window_ensure_page(self, GUICHET_TYPE_ASSISTANT));
    } else if (self->agent != NULL && !is_home(self)) {
        show_home(self);
    } else if (self->agent != NULL) {
        guichet_page_enter(self->shown);
    }
}

static const struct {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
} actions[] = {
    {"win.open", "s", action_open},
    {"win.create", "s", action_create},
    {"win.go-step", "s", action_go_step},
    {"win.home", NULL, action_home},
    {"win.new", NULL, action_new},
    {"win.search", NULL, action_page_key},
    {"win.queue", NULL, action_queue},
    {"win.dashboard", NULL, guichet_window_action_dashboard},
    {"win.capture", NULL, action_page_key},
    {"win.retake", NULL, action_page_key},
    {"win.print", NULL, action_page_key},
    {"win.undo", NULL, action_page_key},
    {"win.next", NULL, action_next},
    {"win.previous", NULL, action_previous},
    {"win.help", NULL, guichet_window_action_help},
    {"win.comfort", NULL, guichet_window_action_comfort},
    {"win.lock", NULL, action_lock},
    {"win.language", "s", guichet_window_action_language},
    {"win.close-panel", NULL, action_close},
    {"win.guide", "b", action_guide},
    {"win.diagnostic", NULL, guichet_window_action_diagnostic},
    {"win.go", "s", guichet_window_action_go},
};

static void
guichet_window_dispose(GObject *object)
{
    GuichetWindow *self = GUICHET_WINDOW(object);

    if (self->overview != NULL)
        guichet_overview_set_desk(self->overview, NULL);
    g_clear_object(&self->overview);
    g_clear_object(&self->desk);
    g_clear_pointer(&self->agent, g_free);
    g_clear_weak_pointer(&self->left);
    guichet_resume_clear(&self->resume);
    G_OBJECT_CLASS(guichet_window_parent_class)->dispose(object);
}

static void
bind_template(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, header);
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, idle);
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, stack);
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, panel);
    gtk_widget_class_bind_template_child(widget_class, GuichetWindow, foot);
}

static void
guichet_window_class_init(GuichetWindowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_window_dispose;
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_HEADER);
    g_type_ensure(GUICHET_TYPE_IDLE_BANNER);
    g_type_ensure(GUICHET_TYPE_KEY_FOOT);
    g_type_ensure(GUICHET_TYPE_SIDE_PANEL);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/window.ui");
    bind_template(widget_class);
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
        gtk_widget_class_install_action(widget_class, actions[i].name, actions[i].parameter,
                                        actions[i].activate);
}

static void
guichet_window_init(GuichetWindow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_lockdown_close(GTK_WINDOW(self));
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(guichet_window_refresh_room), self, G_CONNECT_SWAPPED);
    g_signal_connect(self, "close-request", G_CALLBACK(on_close_request), NULL);
    guichet_idle_banner_watch(self->idle, GTK_WIDGET(self));
    g_signal_connect_object(self->idle, "expired", G_CALLBACK(on_idle_expired), self,
                            G_CONNECT_SWAPPED);
    self->overview = guichet_overview_new();
    guichet_header_set_overview(self->header, self->overview);
    self->login = GUICHET_LOGIN_PAGE(guichet_window_ensure_page(self, GUICHET_TYPE_LOGIN_PAGE));
    set_agent(self, NULL);
    guichet_window_show_page(self, GUICHET_PAGE(self->login));
}

GuichetWindow *
guichet_window_new(GtkApplication *application)
{
    return g_object_new(GUICHET_TYPE_WINDOW, "application", application, NULL);
}

void
guichet_window_set_desk(GuichetWindow *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
    guichet_idle_banner_follow(self->idle, guichet_desk_get_session_policy(desk));
    g_signal_connect_object(desk, "card-removed", G_CALLBACK(on_card_removed), self,
                            G_CONNECT_SWAPPED);
    guichet_login_page_set_desk(self->login, desk);
    guichet_header_set_station(self->header,
                               guichet_station_get_name(guichet_desk_get_station(desk)));
}

void
guichet_window_show_error(GuichetWindow *self, const GError *error)
{
    guichet_login_page_show_error(self->login, error);
}

void
guichet_window_set_logo(GuichetWindow *self, const char *path)
{
    guichet_header_set_logo(self->header, path);
}
