/* SPDX-License-Identifier: EUPL-1.2 */
#include "typed.h"

typedef struct {
    GType type;
    char *text;             /* of entries and text views */
    GtkEntryBuffer *hidden; /* of an entry whose text is not shown */
    int place;              /* cursor, or index of the selected row */
    gboolean active;        /* of toggles and radios */
} Typed;

struct _GuichetTyped {
    GHashTable *places; /* "0/2/1" → Typed */
    char *focus;        /* a place, or NULL */
};

static void
typed_free(gpointer data)
{
    Typed *typed = data;

    g_clear_object(&typed->hidden);
    g_free(typed->text);
    g_free(typed);
}

static char *
read_text(GtkTextView *view)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(view);
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(buffer, &start, &end);
    return gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
}

static gboolean
is_hidden(GtkWidget *widget)
{
    return GTK_IS_ENTRY(widget) && !gtk_entry_get_visibility(GTK_ENTRY(widget));
}

/* NULL when nothing of @widget is a person's. */
static Typed *
take_one(GtkWidget *widget)
{
    Typed typed = {G_OBJECT_TYPE(widget), NULL, NULL, -1, FALSE};

    if (is_hidden(widget)) {
        typed.hidden = g_object_ref(gtk_entry_get_buffer(GTK_ENTRY(widget)));
    } else if (GTK_IS_EDITABLE(widget)) {
        typed.text = g_strdup(gtk_editable_get_text(GTK_EDITABLE(widget)));
        typed.place = gtk_editable_get_position(GTK_EDITABLE(widget));
    } else if (GTK_IS_TEXT_VIEW(widget)) {
        typed.text = read_text(GTK_TEXT_VIEW(widget));
    } else if (GTK_IS_CHECK_BUTTON(widget)) {
        typed.active = gtk_check_button_get_active(GTK_CHECK_BUTTON(widget));
    } else if (GTK_IS_TOGGLE_BUTTON(widget)) {
        typed.active = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(widget));
    } else if (GTK_IS_LIST_BOX(widget)) {
        GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(widget));

        typed.place = row != NULL ? gtk_list_box_row_get_index(row) : -1;
    } else {
        return NULL;
    }
    return g_memdup2(&typed, sizeof typed);
}

/* The same text again would move the cursor and tell the page of a change: left alone. */
static void
give_text(GtkWidget *widget, const Typed *typed)
{
    g_autofree char *old = NULL;

    if (GTK_IS_TEXT_VIEW(widget)) {
        old = read_text(GTK_TEXT_VIEW(widget));
        if (!g_str_equal(old, typed->text))
            gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(widget)), typed->text,
                                     -1);
        return;
    }
    if (!g_str_equal(gtk_editable_get_text(GTK_EDITABLE(widget)), typed->text))
        gtk_editable_set_text(GTK_EDITABLE(widget), typed->text);
    gtk_editable_set_position(GTK_EDITABLE(widget), typed->place);
}

static void
give_one(GtkWidget *widget, const Typed *typed)
{
    if (typed->hidden != NULL)
        gtk_entry_set_buffer(GTK_ENTRY(widget), typed->hidden);
    else if (typed->text != NULL)
        give_text(widget, typed);
    else if (GTK_IS_CHECK_BUTTON(widget))
        gtk_check_button_set_active(GTK_CHECK_BUTTON(widget), typed->active);
    else if (GTK_IS_TOGGLE_BUTTON(widget))
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(widget), typed->active);
    else if (typed->place >= 0)
        gtk_list_box_select_row(GTK_LIST_BOX(widget),
                                gtk_list_box_get_row_at_index(GTK_LIST_BOX(widget), typed->place));
}

static void
take_below(GuichetTyped *self, GtkWidget *widget, const char *place, GtkWidget *focus)
{
    Typed *typed = take_one(widget);
    GtkWidget *child;
    guint index = 0;

    if (widget == focus ||
        (focus != NULL && GTK_IS_EDITABLE(widget) && gtk_widget_is_ancestor(focus, widget)))
        self->focus = g_strdup(place);
    if (typed != NULL)
        g_hash_table_insert(self->places, g_strdup(place), typed);
    if (GTK_IS_EDITABLE(widget))
        return; /* its inner text is the same text */
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        g_autofree char *below = g_strdup_printf("%s/%u", place, index++);

        take_below(self, child, below, focus);
    }
}

GuichetTyped *
guichet_typed_take(GtkWidget *root, GtkWidget *focus)
{
    GuichetTyped *self = g_new0(GuichetTyped, 1);

    self->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, typed_free);
    take_below(self, root, "", focus);
    return self;
}

void
guichet_typed_free(GuichetTyped *self)
{
    g_hash_table_unref(self->places);
    g_free(self->focus);
    g_free(self);
}

static void
give_below(GuichetTyped *self, GtkWidget *widget, const char *place)
{
    const Typed *typed = g_hash_table_lookup(self->places, place);
    GtkWidget *child;
    guint index = 0;

    if (typed != NULL && typed->type == G_OBJECT_TYPE(widget))
        give_one(widget, typed);
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        g_autofree char *below = g_strdup_printf("%s/%u", place, index++);

        give_below(self, child, below);
    }
}

void
guichet_typed_give(GuichetTyped *self, GtkWidget *root)
{
    give_below(self, root, "");
}

GtkWidget *
guichet_typed_find_focus(GuichetTyped *self, GtkWidget *root)
{
    g_auto(GStrv) steps = g_strsplit(self->focus != NULL ? self->focus : "", "/", -1);
    GtkWidget *widget = root;

    if (self->focus == NULL)
        return NULL;
    for (guint i = 1; widget != NULL && i < g_strv_length(steps); i++) {
        guint64 index = g_ascii_strtoull(steps[i], NULL, 10);

        for (widget = gtk_widget_get_first_child(widget); widget != NULL && index > 0; index--)
            widget = gtk_widget_get_next_sibling(widget);
    }
    return widget;
}
