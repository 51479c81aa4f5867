/* SPDX-License-Identifier: EUPL-1.2 */
#include "announce.h"

#include <string.h>

typedef struct {
    GtkWindow *window;    /* which owns this */
    char *sentence;       /* or NULL */
    gboolean passing;     /* the sentence is of work that goes on */
    GtkWidget *described; /* weak */
    guint source;         /* while the window still deals with what happened */
} Announcer;

static void
undescribe(Announcer *self)
{
    if (self->described != NULL)
        gtk_accessible_reset_property(GTK_ACCESSIBLE(self->described),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    g_clear_weak_pointer(&self->described);
}

static void
announcer_free(gpointer data)
{
    Announcer *self = data;

    g_clear_handle_id(&self->source, g_source_remove);
    g_clear_weak_pointer(&self->described);
    g_free(self->sentence);
    g_free(self);
}

/* What assistive tools are told has the focus: of an entry the text within has it. */
static GtkWidget *
find_focus(Announcer *self)
{
    GtkWidget *focus = gtk_window_get_focus(self->window);

    return GTK_IS_TEXT(focus) ? gtk_widget_get_parent(focus) : focus;
}

static void
describe(Announcer *self)
{
    GtkWidget *focus = find_focus(self);

    /* nothing would bring a description of its own back */
    if (focus == self->described || focus == NULL || gtk_widget_has_css_class(focus, "tile") ||
        gtk_widget_has_css_class(focus, "described"))
        return;
    undescribe(self);
    g_set_weak_pointer(&self->described, focus);
    gtk_accessible_update_property(GTK_ACCESSIBLE(focus), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   self->sentence, -1);
}

static gboolean
on_dealt_with(gpointer data)
{
    Announcer *self = data;

    self->source = 0;
    if (self->sentence != NULL)
        describe(self);
    return G_SOURCE_REMOVE;
}

static void
on_focus_moved(Announcer *self)
{
    if (self->source != 0)
        return;
    undescribe(self);
    g_clear_pointer(&self->sentence, g_free);
}

static Announcer *
get_announcer(GtkWindow *window)
{
    Announcer *self = g_object_get_data(G_OBJECT(window), "announcer");

    if (self != NULL)
        return self;
    self = g_new0(Announcer, 1);
    self->window = window;
    g_object_set_data_full(G_OBJECT(window), "announcer", self, announcer_free);
    g_signal_connect_swapped(window, "notify::focus-widget", G_CALLBACK(on_focus_moved), self);
    return self;
}

/* What is said in one go is one sentence after the other, each once. */
static void
add_sentence(Announcer *self, const char *sentence)
{
    gboolean joins = self->source != 0 && !self->passing;
    g_autofree char *before = joins ? g_steal_pointer(&self->sentence) : NULL;
    const char *join = before != NULL && g_str_has_suffix(before, ".") ? " " : ". ";

    g_free(self->sentence);
    if (before == NULL || sentence == NULL)
        self->sentence = g_strdup(sentence);
    else if (strstr(before, sentence) != NULL)
        self->sentence = g_steal_pointer(&before);
    else
        self->sentence = g_strconcat(before, join, sentence, NULL);
}

static void
announce(GtkWidget *widget, const char *sentence, gboolean passing)
{
    GtkRoot *root = gtk_widget_get_root(widget);
    Announcer *self;

    if (!GTK_IS_WINDOW(root) || gtk_widget_in_destruction(GTK_WIDGET(root)))
        return;
    self = get_announcer(GTK_WINDOW(root));
    if (passing && g_strcmp0(sentence, self->sentence) == 0)
        return;
    undescribe(self);
    add_sentence(self, sentence);
    self->passing = passing;
    if (sentence != NULL && self->source == 0)
        self->source = g_idle_add(on_dealt_with, self);
}

void
guichet_announce(GtkWidget *widget, const char *sentence)
{
    announce(widget, sentence, FALSE);
}

void
guichet_announce_progress(GtkWidget *widget, const char *sentence)
{
    announce(widget, sentence, TRUE);
}
