/* SPDX-License-Identifier: EUPL-1.2 */
#include "assistant.h"
#include "comfort.h"
#include "second-screen.h"
#include "ui-locale.h"
#include "widgets/side-panel.h"
#include "window-private.h"

/* With large text there is no room for both: the panel takes the place of the page. */
void
guichet_window_refresh_room(GuichetWindow *self)
{
    gboolean shown = gtk_widget_get_visible(self->panel);
    gboolean large = guichet_comfort_get_text_percent() > 100;

    gtk_widget_set_visible(GTK_WIDGET(self->stack), !(shown && large));
    gtk_widget_set_hexpand(self->panel, shown && large);
    guichet_header_set_narrow(self->header, large);
    if (large)
        gtk_widget_add_css_class(GTK_WIDGET(self), "large");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self), "large");
}

void
guichet_window_hide_panel(GuichetWindow *self)
{
    gtk_widget_set_visible(self->panel, FALSE);
    guichet_window_refresh_room(self);
}

void
guichet_window_leave_panel(GuichetWindow *self)
{
    GtkWidget *left = self->left;

    guichet_window_hide_panel(self);
    if (left == NULL || !gtk_widget_is_ancestor(left, GTK_WIDGET(self->shown)) ||
        !gtk_widget_grab_focus(left))
        guichet_page_enter(self->shown);
    g_clear_weak_pointer(&self->left);
}

static void
remember_focus(GuichetWindow *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));

    if (focus != NULL && gtk_widget_is_ancestor(focus, GTK_WIDGET(self->shown)))
        g_set_weak_pointer(&self->left, focus);
}

static void
settle_panel(GuichetWindow *self, gboolean shown)
{
    if (shown)
        guichet_window_refresh_room(self);
    else
        guichet_window_leave_panel(self);
}

void
guichet_window_action_help(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    const char *text = GUICHET_IS_ASSISTANT(self->shown)
                           ? guichet_assistant_get_step_help(GUICHET_ASSISTANT(self->shown))
                           : guichet_page_get_help(self->shown);

    remember_focus(self);
    settle_panel(self, guichet_side_panel_show_help(GUICHET_SIDE_PANEL(self->panel), text));
}

void
guichet_window_action_comfort(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    remember_focus(self);
    settle_panel(self, guichet_side_panel_show_comfort(GUICHET_SIDE_PANEL(self->panel)));
}

/* --- language --- */

static GuichetAssistant *
find_assistant(GuichetWindow *self)
{
    GuichetPage *page = guichet_page_stack_find(self->stack, GUICHET_TYPE_ASSISTANT);

    return page != NULL ? GUICHET_ASSISTANT(page) : NULL;
}

/* Everything with words is made anew; what was typed, and the place of the focus, stay. */
static void
renew(GuichetWindow *self)
{
    gboolean comfort = gtk_widget_get_visible(self->panel);
    GtkWidget *focus = self->left;

    guichet_window_refresh_room(self);
    guichet_page_stack_renew(self->stack, &self->shown, &focus, guichet_window_page_made, self);
    self->login = GUICHET_LOGIN_PAGE(guichet_page_stack_find(self->stack, GUICHET_TYPE_LOGIN_PAGE));
    self->foot = guichet_renew_widget(GTK_WIDGET(self->foot));
    self->panel = guichet_renew_widget(self->panel);
    guichet_header_renew_words(self->header);
    guichet_second_screen_renew();
    guichet_alert_hide(self->alert);
    guichet_window_refresh_foot(self);
    g_set_weak_pointer(&self->left, focus);
    if (focus != NULL)
        gtk_widget_grab_focus(focus);
    if (comfort) {
        settle_panel(self, guichet_side_panel_show_comfort(GUICHET_SIDE_PANEL(self->panel)));
        guichet_side_panel_focus_language(GUICHET_SIDE_PANEL(self->panel));
    }
}

static gboolean
on_renew_due(gpointer user_data)
{
    GuichetWindow *self = user_data;

    if (!gtk_widget_in_destruction(GTK_WIDGET(self)))
        renew(self);
    return G_SOURCE_REMOVE;
}

static void
on_draft_again(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetWindow) self = user_data;
    g_autoptr(GuichetDraft) draft = guichet_draft_open_finish(GUICHET_DESK(source), result, NULL);

    /* without it (sealed meanwhile, say) the draft that is here is shown on */
    if (draft != NULL && find_assistant(self) != NULL) {
        guichet_window_watch_draft(self, draft);
        guichet_assistant_set_next_draft(find_assistant(self), draft);
    }
    on_renew_due(self);
}

/* The old pages go out of sight first, which stores what was typed a moment ago; then data that
 * speaks languages is read again, on the desk's worker, in that order. */
void
guichet_window_action_language(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    GuichetAssistant *assistant = find_assistant(self);
    GuichetDraft *draft = assistant != NULL ? guichet_assistant_get_draft(assistant) : NULL;
    const char *code = g_variant_get_string(parameter, NULL);

    if (g_str_equal(code, guichet_locale_get()->code))
        return;
    guichet_locale_set(code);
    remember_focus(self);
    gtk_widget_set_visible(GTK_WIDGET(self->stack), FALSE);
    guichet_overview_refresh(self->overview);
    if (draft != NULL && self->desk != NULL)
        guichet_draft_open_async(self->desk, guichet_draft_get_request(draft)->id, on_draft_again,
                                 g_object_ref(self));
    else /* not within the press of a button that is about to go */
        g_idle_add_full(G_PRIORITY_DEFAULT, on_renew_due, g_object_ref(self), g_object_unref);
}
