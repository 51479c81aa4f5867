/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/field-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "forget.h"
#include "text.h"
#include "ui-locale.h"
#include "widgets/choice-button.h"
#include "widgets/field-help.h"

struct _GuichetFieldRow {
    GtkBox parent_instance;
    const GuichetField *field;
    GtkLabel *label;
    GtkLabel *hint;
    GtkBox *control;
    GtkBox *error_box;
    GtkLabel *error;
    GtkWidget *input;       /* entry, text view, or the first radio */
    GtkGrid *choices;       /* of the radios, or NULL */
    GPtrArray *radios;      /* GtkCheckButton*, with the choice id as name; NULL otherwise */
    GuichetFieldHelp *help; /* of a tidied answer and an incomplete date, or NULL */
    gboolean quiet;         /* the program, not the person, is writing */
};

G_DEFINE_FINAL_TYPE(GuichetFieldRow, guichet_field_row, GTK_TYPE_BOX)

enum { EDITED, LEFT, ENTERED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
emit_edited(GuichetFieldRow *self)
{
    if (self->quiet)
        return;
    if (self->help != NULL && GTK_IS_EDITABLE(self->input))
        guichet_field_help_suggest(self->help, gtk_editable_get_text(GTK_EDITABLE(self->input)));
    g_signal_emit(self, signals[EDITED], 0);
}

static void
emit_left(GuichetFieldRow *self)
{
    g_signal_emit(self, signals[LEFT], 0);
}

static void
emit_entered(GuichetFieldRow *self)
{
    g_signal_emit(self, signals[ENTERED], 0);
}

/* Of the whole row: its suggestions are a part of it. */
static void
watch_focus(GuichetFieldRow *self)
{
    GtkEventController *focus = gtk_event_controller_focus_new();

    g_signal_connect_swapped(focus, "leave", G_CALLBACK(emit_left), self);
    gtk_widget_add_controller(GTK_WIDGET(self), focus);
}

static int
guess_width(const GuichetField *field)
{
    if (field->type == GUICHET_FIELD_DATE || field->type == GUICHET_FIELD_INTEGER)
        return 12;
    if (field->max > 0 && field->max < 28)
        return MAX((int)field->max + 2, 6);
    return -1;
}

/* Figures and codes run from left to right in any language. */
static gboolean
is_code(const GuichetField *field)
{
    return field->type == GUICHET_FIELD_DATE || field->type == GUICHET_FIELD_INTEGER ||
           field->type == GUICHET_FIELD_PHONE || field->type == GUICHET_FIELD_EMAIL ||
           field->pattern != NULL;
}

static GtkWidget *
make_entry(GuichetFieldRow *self)
{
    GtkWidget *entry = gtk_entry_new();
    int width = guess_width(self->field);

    if (is_code(self->field))
        guichet_locale_from_left(gtk_widget_get_first_child(entry));
    if (width > 0) {
        gtk_editable_set_width_chars(GTK_EDITABLE(entry), width);
        gtk_widget_set_halign(entry, GTK_ALIGN_START);
    } else {
        gtk_widget_set_hexpand(entry, TRUE);
    }
    if (self->field->type == GUICHET_FIELD_DATE || self->field->type == GUICHET_FIELD_INTEGER)
        gtk_entry_set_input_purpose(GTK_ENTRY(entry), GTK_INPUT_PURPOSE_DIGITS);
    gtk_entry_set_input_hints(GTK_ENTRY(entry), GTK_INPUT_HINT_NO_SPELLCHECK |
                                                    GTK_INPUT_HINT_NO_EMOJI |
                                                    GTK_INPUT_HINT_PRIVATE);
    if (self->field->type == GUICHET_FIELD_DATE)
        gtk_entry_set_placeholder_text(GTK_ENTRY(entry), _("JJ/MM/AAAA"));
    g_signal_connect_swapped(entry, "changed", G_CALLBACK(emit_edited), self);
    g_signal_connect_swapped(entry, "activate", G_CALLBACK(emit_entered), self);
    gtk_box_append(self->control, entry);
    return entry;
}

static GtkWidget *
make_text(GuichetFieldRow *self)
{
    GtkWidget *scroller = gtk_scrolled_window_new();
    GtkWidget *view = gtk_text_view_new();

    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_input_hints(GTK_TEXT_VIEW(view), GTK_INPUT_HINT_NO_EMOJI);
    gtk_widget_add_css_class(scroller, "text-area");
    gtk_widget_set_focusable(scroller, FALSE); /* the text inside takes it */
    gtk_widget_set_hexpand(scroller, TRUE);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scroller), 120);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), view);
    g_signal_connect_swapped(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), "changed",
                             G_CALLBACK(emit_edited), self);
    gtk_box_append(self->control, scroller);
    return view;
}

static void
on_toggled(GuichetFieldRow *self, GtkCheckButton *radio)
{
    if (self->quiet || !gtk_check_button_get_active(radio))
        return;
    emit_edited(self);
    emit_left(self);
}

static void
add_radio(GuichetFieldRow *self, const char *id, const char *label)
{
    GtkWidget *group = self->radios->len > 0 ? g_ptr_array_index(self->radios, 0) : NULL;
    GtkWidget *radio = guichet_choice_button_new(id, label, group);

    g_signal_connect_swapped(radio, "toggled", G_CALLBACK(on_toggled), self);
    g_ptr_array_add(self->radios, radio);
    gtk_grid_attach(self->choices, radio, (int)self->radios->len - 1, 0, 1, 1);
}

/* --- keys on choices --- */

static int
find_focused(GuichetFieldRow *self)
{
    for (guint i = 0; i < self->radios->len; i++)
        if (gtk_widget_has_focus(g_ptr_array_index(self->radios, i)))
            return (int)i;
    return -1;
}

static void
choose(GuichetFieldRow *self, int index)
{
    GtkWidget *radio = g_ptr_array_index(self->radios, index);

    gtk_widget_grab_focus(radio);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), TRUE);
}

/* The next choice after @from that begins with @letter, round the list; -1 when none does. */
static int
find_initial(GuichetFieldRow *self, int from, gunichar letter)
{
    int n = (int)self->radios->len;

    for (int i = 1; i <= n; i++) {
        GtkCheckButton *radio = g_ptr_array_index(self->radios, (from + i) % n);

        if (guichet_text_initial(gtk_check_button_get_label(radio)) == letter)
            return (from + i) % n;
    }
    return -1;
}

static int
find_target(GuichetFieldRow *self, guint key, int from)
{
    int n = (int)self->radios->len;
    gunichar letter = g_unichar_tolower(gdk_keyval_to_unicode(key));

    if (key == GDK_KEY_Down || key == GDK_KEY_Right)
        return (from + 1) % n;
    if (key == GDK_KEY_Up || key == GDK_KEY_Left)
        return (from + n - 1) % n;
    return g_unichar_isalpha(letter) ? find_initial(self, from, letter) : -1;
}

/* Arrows choose, as in every group of radios, and so does the first letter; Enter goes on. */
static gboolean
on_choice_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
              gpointer user_data)
{
    GuichetFieldRow *self = user_data;
    int from = find_focused(self), target;

    if (from < 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
        return FALSE;
    if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) {
        choose(self, from);
        emit_entered(self);
        return TRUE;
    }
    target = find_target(self, key, from);
    if (target < 0)
        return FALSE;
    choose(self, target);
    return TRUE;
}

static void
watch_keys(GuichetFieldRow *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_choice_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->choices), keys);
}

/* How many choices stand side by side: by the longest, so that few of them wrap. */
static guint
count_columns(GuichetFieldRow *self, gboolean large)
{
    glong longest = 0;

    for (guint i = 0; i < self->radios->len; i++)
        longest =
            MAX(longest,
                g_utf8_strlen(gtk_check_button_get_label(g_ptr_array_index(self->radios, i)), -1));
    if (large)
        return longest <= 10 ? 2 : 1;
    return longest <= 16 ? 4 : longest <= 26 ? 3 : self->radios->len > 3 ? 2 : 1;
}

static GtkWidget *
make_radios(GuichetFieldRow *self)
{
    self->radios = g_ptr_array_new();
    self->choices = GTK_GRID(gtk_grid_new());
    gtk_grid_set_row_spacing(self->choices, 8);
    gtk_grid_set_column_spacing(self->choices, 8);
    gtk_box_append(self->control, GTK_WIDGET(self->choices));
    watch_keys(self);
    if (self->field->type == GUICHET_FIELD_BOOLEAN) {
        add_radio(self, "true", _("Oui"));
        add_radio(self, "false", _("Non"));
    }
    for (guint i = 0; self->field->choices != NULL && i < self->field->choices->len; i++) {
        const GuichetChoice *choice = g_ptr_array_index(self->field->choices, i);

        add_radio(self, choice->id, choice->label);
    }
    guichet_field_row_lay_out(self, FALSE);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(self->control),
                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->label, NULL, -1);
    return self->radios->len > 0 ? g_ptr_array_index(self->radios, 0) : GTK_WIDGET(self->control);
}

static GtkWidget *
make_input(GuichetFieldRow *self)
{
    switch (self->field->type) {
    case GUICHET_FIELD_CHOICE:
    case GUICHET_FIELD_BOOLEAN:
        return make_radios(self);
    case GUICHET_FIELD_MULTILINE:
        return make_text(self);
    default:
        return self->field->lines > 1 ? make_text(self) : make_entry(self);
    }
}

/* --- help under the answer --- */

/* The same text again would move the cursor: left alone. */
static void
set_text(GuichetFieldRow *self, const char *text)
{
    g_autofree char *old = NULL;

    if (!GTK_IS_TEXT_VIEW(self->input)) {
        if (!g_str_equal(gtk_editable_get_text(GTK_EDITABLE(self->input)), text))
            gtk_editable_set_text(GTK_EDITABLE(self->input), text);
        return;
    }
    old = guichet_field_row_get_value(self);
    if (!g_str_equal(old, text))
        gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(self->input)), text, -1);
}

/* Is there no line below the cursor to go down to? */
static gboolean
is_on_last_line(GuichetFieldRow *self)
{
    GtkTextBuffer *buffer;
    GtkTextIter cursor;

    if (!GTK_IS_TEXT_VIEW(self->input))
        return TRUE;
    buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(self->input));
    gtk_text_buffer_get_iter_at_mark(buffer, &cursor, gtk_text_buffer_get_insert(buffer));
    return gtk_text_iter_get_line(&cursor) == gtk_text_buffer_get_line_count(buffer) - 1;
}

static gboolean
on_input_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             gpointer user_data)
{
    GuichetFieldRow *self = user_data;

    return (key == GDK_KEY_Down || key == GDK_KEY_KP_Down) && is_on_last_line(self) &&
           guichet_field_help_go_into(self->help);
}

/* A line that was chosen is done with; a text may go on. */
static void
on_taken(GuichetFieldRow *self, const char *value)
{
    self->quiet = TRUE;
    set_text(self, value);
    self->quiet = FALSE;
    g_signal_emit(self, signals[EDITED], 0);
    if (GTK_IS_EDITABLE(self->input))
        emit_entered(self);
}

static void
add_help(GuichetFieldRow *self)
{
    GtkEventController *keys;

    if (!guichet_field_is_tidied(self->field) && !self->field->partial)
        return;
    self->help = guichet_field_help_new(self->field, self->input);
    keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_input_key), self);
    gtk_widget_add_controller(self->input, keys);
    g_signal_connect_swapped(self->help, "taken", G_CALLBACK(on_taken), self);
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->help));
}

void
guichet_field_row_set_places(GuichetFieldRow *self, GuichetPlaces *places)
{
    if (self->help != NULL)
        guichet_field_help_set_places(self->help, places);
}

/* GTK 4.8 exports no error-message relation, so the error describes the field beside the hint. The
 * list of a relation ends at its first NULL: a field without help needs a shorter call. */
static void
relate(GuichetFieldRow *self, GtkWidget *input)
{
    GtkAccessible *accessible = GTK_ACCESSIBLE(input);
    gtk_accessible_update_relation(accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->label,
                                   NULL, -1);
    if (self->help != NULL)
        gtk_accessible_update_relation(accessible, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->hint,
                                       self->error, guichet_field_help_get_label(self->help), NULL,
                                       -1);
    else
        gtk_accessible_update_relation(accessible, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->hint,
                                       self->error, NULL, -1);
}

/* Each of the choices: whichever has the focus says why the answer is wrong. */
static void
describe_radios(GuichetFieldRow *self)
{
    for (guint i = 0; i < self->radios->len; i++)
        gtk_accessible_update_relation(g_ptr_array_index(self->radios, i),
                                       GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->hint,
                                       self->error, NULL, -1);
}

static void
guichet_field_row_finalize(GObject *object)
{
    GuichetFieldRow *self = GUICHET_FIELD_ROW(object);

    g_clear_pointer(&self->radios, g_ptr_array_unref);
    G_OBJECT_CLASS(guichet_field_row_parent_class)->finalize(object);
}

static void
guichet_field_row_class_init(GuichetFieldRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_field_row_finalize;
    signals[EDITED] = g_signal_new("edited", GUICHET_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
    signals[LEFT] = g_signal_new("left", GUICHET_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
    signals[ENTERED] = g_signal_new("entered", GUICHET_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/field-row.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetFieldRow, label);
    gtk_widget_class_bind_template_child(widget_class, GuichetFieldRow, hint);
    gtk_widget_class_bind_template_child(widget_class, GuichetFieldRow, control);
    gtk_widget_class_bind_template_child(widget_class, GuichetFieldRow, error_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetFieldRow, error);
}

static void
guichet_field_row_init(GuichetFieldRow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

GuichetFieldRow *
guichet_field_row_new(const GuichetField *field)
{
    GuichetFieldRow *self = g_object_new(GUICHET_TYPE_FIELD_ROW, NULL);

    self->field = field;
    gtk_label_set_text(self->label, field->label);
    gtk_label_set_text(self->hint, field->hint != NULL ? field->hint : "");
    gtk_widget_set_visible(GTK_WIDGET(self->hint), field->hint != NULL);
    self->input = make_input(self);
    if (self->radios == NULL) {
        guichet_forget_share_nothing(self->input);
        add_help(self);
        relate(self, self->input);
        watch_focus(self);
    } else {
        describe_radios(self);
    }
    return self;
}

const GuichetField *
guichet_field_row_get_field(GuichetFieldRow *self)
{
    return self->field;
}

static char *
get_chosen(GuichetFieldRow *self)
{
    for (guint i = 0; i < self->radios->len; i++) {
        GtkWidget *radio = g_ptr_array_index(self->radios, i);

        if (gtk_check_button_get_active(GTK_CHECK_BUTTON(radio)))
            return g_strdup(gtk_widget_get_name(radio));
    }
    return g_strdup("");
}

char *
guichet_field_row_get_value(GuichetFieldRow *self)
{
    if (self->radios != NULL)
        return get_chosen(self);
    if (GTK_IS_TEXT_VIEW(self->input)) {
        GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(self->input));
        GtkTextIter start, end;

        gtk_text_buffer_get_bounds(buffer, &start, &end);
        return gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
    }
    if (self->field->type == GUICHET_FIELD_DATE)
        return guichet_text_complete_date(gtk_editable_get_text(GTK_EDITABLE(self->input)));
    return g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->input)));
}

static void
set_chosen(GuichetFieldRow *self, const char *value)
{
    for (guint i = 0; i < self->radios->len; i++) {
        GtkWidget *radio = g_ptr_array_index(self->radios, i);

        gtk_check_button_set_active(GTK_CHECK_BUTTON(radio),
                                    g_str_equal(gtk_widget_get_name(radio), value));
    }
}

void
guichet_field_row_set_value(GuichetFieldRow *self, const char *value)
{
    g_autofree char *text = NULL;

    self->quiet = TRUE;
    if (self->radios != NULL) {
        set_chosen(self, value);
    } else {
        text = guichet_text_value(self->field, value);
        set_text(self, text);
        if (self->help != NULL)
            guichet_field_help_advise(self->help, value);
    }
    self->quiet = FALSE;
}

void
guichet_field_row_set_error(GuichetFieldRow *self, const char *sentence)
{
    g_autofree char *text =
        sentence != NULL ? g_strdup_printf(_("Erreur : %s"), sentence) : g_strdup("");

    gtk_label_set_text(self->error, text);
    gtk_widget_set_visible(GTK_WIDGET(self->error_box), sentence != NULL);
    gtk_accessible_update_state(
        GTK_ACCESSIBLE(self->input), GTK_ACCESSIBLE_STATE_INVALID,
        sentence != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
    if (sentence != NULL)
        gtk_widget_add_css_class(GTK_WIDGET(self), "invalid");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self), "invalid");
}

void
guichet_field_row_set_required(GuichetFieldRow *self, gboolean required)
{
    g_autofree char *text =
        g_strdup_printf(required ? "%s" : _("%s (facultatif)"), self->field->label);

    if (!g_str_equal(text, gtk_label_get_text(self->label)))
        gtk_label_set_text(self->label, text);
}

void
guichet_field_row_hide_words(GuichetFieldRow *self)
{
    gtk_widget_set_visible(GTK_WIDGET(self->label), FALSE);
    gtk_widget_set_visible(GTK_WIDGET(self->hint), FALSE);
}

gboolean
guichet_field_row_has_focus(GuichetFieldRow *self)
{
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
    GtkWidget *focus = root != NULL ? gtk_root_get_focus(root) : NULL;

    return focus != NULL && gtk_widget_is_ancestor(focus, GTK_WIDGET(self));
}

gboolean
guichet_field_row_is_wide(GuichetFieldRow *self)
{
    gsize length = 0;

    if (self->field->type == GUICHET_FIELD_MULTILINE || self->field->lines > 1)
        return TRUE;
    if (self->field->type != GUICHET_FIELD_CHOICE || self->field->choices == NULL)
        return FALSE;
    for (guint i = 0; i < self->field->choices->len; i++)
        length += strlen(((GuichetChoice *)g_ptr_array_index(self->field->choices, i))->label) + 4;
    return length > 40;
}

void
guichet_field_row_lay_out(GuichetFieldRow *self, gboolean large)
{
    guint columns;

    if (self->choices == NULL)
        return;
    columns = count_columns(self, large);
    gtk_grid_set_column_homogeneous(self->choices, guichet_field_row_is_wide(self));
    gtk_widget_set_hexpand(GTK_WIDGET(self->choices), guichet_field_row_is_wide(self));
    for (guint i = 0; i < self->radios->len; i++) {
        GtkWidget *radio = g_ptr_array_index(self->radios, i);
        GtkLayoutManager *layout = gtk_widget_get_layout_manager(GTK_WIDGET(self->choices));

        g_object_set(gtk_layout_manager_get_layout_child(layout, radio), "column",
                     (int)(i % columns), "row", (int)(i / columns), NULL);
    }
}

/* Into a group of choices, to the chosen one. */
void
guichet_field_row_focus(GuichetFieldRow *self)
{
    for (guint i = 0; self->radios != NULL && i < self->radios->len; i++) {
        GtkWidget *radio = g_ptr_array_index(self->radios, i);

        if (gtk_check_button_get_active(GTK_CHECK_BUTTON(radio))) {
            gtk_widget_grab_focus(radio);
            return;
        }
    }
    gtk_widget_grab_focus(self->input);
}
