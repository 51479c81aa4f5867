/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/field-help.h"

#include <glib/gi18n-lib.h>

#include "core/advice.h"

#define MAX_SUGGESTIONS 6
#define MIN_LETTERS 2

struct _GuichetFieldHelp {
    GtkBox parent_instance;
    const GuichetField *field;
    GtkWidget *input;
    GuichetPlaces *places; /* or NULL */
    GtkLabel *label;
    GtkListBox *list; /* rows carry what they give as "value" */
    char *advised;    /* the value that the advice is about, or NULL */
};

G_DEFINE_FINAL_TYPE(GuichetFieldHelp, guichet_field_help, GTK_TYPE_BOX)

static guint taken_signal;

static guint
get_kind(GuichetFieldHelp *self)
{
    return self->field->type == GUICHET_FIELD_COMMUNE   ? GUICHET_PLACE_COMMUNE
           : self->field->type == GUICHET_FIELD_COUNTRY ? GUICHET_PLACE_COUNTRY
                                                        : 0;
}

static void
say(GuichetFieldHelp *self, const char *sentence)
{
    gtk_label_set_text(self->label, sentence);
    gtk_widget_set_visible(GTK_WIDGET(self->label), *sentence != '\0');
}

/* Nothing of an answer stays behind the screen. */
static void
clear_list(GuichetFieldHelp *self)
{
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(GTK_WIDGET(self->list))) != NULL)
        gtk_list_box_remove(self->list, row);
    gtk_widget_set_visible(GTK_WIDGET(self->list), FALSE);
}

static void
add_row(GuichetFieldHelp *self, const char *text, const char *value)
{
    GtkWidget *row = gtk_list_box_row_new();
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), label);
    gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    g_object_set_data_full(G_OBJECT(row), "value", g_strdup(value), g_free);
    gtk_list_box_append(self->list, row);
    gtk_widget_set_visible(GTK_WIDGET(self->list), TRUE);
}

/* --- keys --- */

static void
go_back(GuichetFieldHelp *self)
{
    gtk_widget_grab_focus(self->input);
    if (GTK_IS_EDITABLE(self->input))
        gtk_editable_set_position(GTK_EDITABLE(self->input), -1);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       gpointer user_data)
{
    GuichetFieldHelp *self = user_data;
    GtkListBoxRow *first = gtk_list_box_get_row_at_index(self->list, 0);

    if (key != GDK_KEY_Escape &&
        !(key == GDK_KEY_Up && first != NULL && gtk_widget_has_focus(GTK_WIDGET(first))))
        return FALSE;
    go_back(self);
    return TRUE;
}

static void
on_row_activated(GuichetFieldHelp *self, GtkListBoxRow *row)
{
    g_autofree char *value = g_strdup(g_object_get_data(G_OBJECT(row), "value"));

    go_back(self); /* before the row that has the focus goes */
    clear_list(self);
    say(self, "");
    g_signal_emit(self, taken_signal, 0, value);
}

/* Tab passes by: only Down leads in. */
static void
on_list_left(GuichetFieldHelp *self)
{
    gtk_widget_set_can_focus(GTK_WIDGET(self->list), FALSE);
}

gboolean
guichet_field_help_go_into(GuichetFieldHelp *self)
{
    GtkListBoxRow *first = gtk_list_box_get_row_at_index(self->list, 0);

    if (first == NULL)
        return FALSE;
    gtk_widget_set_can_focus(GTK_WIDGET(self->list), TRUE);
    return gtk_widget_grab_focus(GTK_WIDGET(first));
}

/* --- what is shown --- */

void
guichet_field_help_suggest(GuichetFieldHelp *self, const char *typed)
{
    g_autoptr(GPtrArray) found = NULL;

    clear_list(self);
    say(self, "");
    g_clear_pointer(&self->advised, g_free);
    if (self->places == NULL || get_kind(self) == 0 || g_utf8_strlen(typed, -1) < MIN_LETTERS)
        return;
    found = guichet_places_search(self->places, get_kind(self), typed, MAX_SUGGESTIONS);
    for (guint i = 0; i < found->len; i++) {
        const GuichetPlace *place = g_ptr_array_index(found, i);
        g_autofree char *text = guichet_places_describe(self->places, place);
        g_autofree char *value = guichet_place_to_value(place);

        add_row(self, text, value);
    }
    if (found->len > 0)
        say(self, _("Flèche bas pour choisir ; ou continuez, ce qui est tapé est accepté."));
}

void
guichet_field_help_advise(GuichetFieldHelp *self, const char *value)
{
    g_autofree char *proposal = NULL;
    g_autofree char *sentence = NULL;
    g_autofree char *text = NULL;

    if (g_strcmp0(self->advised, value) == 0)
        return;
    g_free(self->advised);
    self->advised = g_strdup(value);
    clear_list(self);
    sentence = guichet_field_advise(self->field, self->places, value, &proposal);
    text = sentence != NULL ? g_strdup_printf(_("Conseil : %s"), sentence) : g_strdup("");
    say(self, text);
    if (proposal != NULL) {
        g_autofree char *offer = g_strdup_printf(_("Écrire plutôt : %s"), proposal);

        add_row(self, offer, proposal);
    }
}

void
guichet_field_help_set_places(GuichetFieldHelp *self, GuichetPlaces *places)
{
    g_autofree char *advised = g_steal_pointer(&self->advised);

    g_clear_pointer(&self->places, guichet_places_unref);
    self->places = guichet_places_ref(places);
    if (advised != NULL)
        guichet_field_help_advise(self, advised);
}

GtkLabel *
guichet_field_help_get_label(GuichetFieldHelp *self)
{
    return self->label;
}

/* --- class --- */

static void
guichet_field_help_finalize(GObject *object)
{
    GuichetFieldHelp *self = GUICHET_FIELD_HELP(object);

    g_clear_pointer(&self->places, guichet_places_unref);
    g_clear_pointer(&self->advised, g_free);
    G_OBJECT_CLASS(guichet_field_help_parent_class)->finalize(object);
}

static void
guichet_field_help_class_init(GuichetFieldHelpClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_field_help_finalize;
    taken_signal = g_signal_new("taken", GUICHET_TYPE_FIELD_HELP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
guichet_field_help_init(GuichetFieldHelp *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkEventController *focus = gtk_event_controller_focus_new();

    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    self->label = GTK_LABEL(gtk_label_new(""));
    gtk_label_set_xalign(self->label, 0);
    gtk_label_set_wrap(self->label, TRUE);
    gtk_widget_add_css_class(GTK_WIDGET(self->label), "hint");
    gtk_widget_set_visible(GTK_WIDGET(self->label), FALSE);
    self->list = GTK_LIST_BOX(gtk_list_box_new());
    gtk_list_box_set_selection_mode(self->list, GTK_SELECTION_NONE);
    gtk_widget_add_css_class(GTK_WIDGET(self->list), "suggestions");
    gtk_widget_set_can_focus(GTK_WIDGET(self->list), FALSE);
    gtk_widget_set_visible(GTK_WIDGET(self->list), FALSE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Propositions"), -1);
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->list), keys);
    g_signal_connect_swapped(focus, "leave", G_CALLBACK(on_list_left), self);
    gtk_widget_add_controller(GTK_WIDGET(self->list), focus);
    g_signal_connect_swapped(self->list, "row-activated", G_CALLBACK(on_row_activated), self);
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->label));
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->list));
}

GuichetFieldHelp *
guichet_field_help_new(const GuichetField *field, GtkWidget *input)
{
    GuichetFieldHelp *self = g_object_new(GUICHET_TYPE_FIELD_HELP, NULL);

    self->field = field;
    self->input = input;
    return self;
}
