/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/completeness.h"
#include "core/ticket.h"
#include "kiosk/keypad.h"
#include "kiosk/window-private.h"
#include "text.h"
#include "ui-locale.h"
#include "widgets/code.h"

/* --- pieces of a screen; each sentence is also what the voice says --- */

static void
also_say(GuichetKioskWindow *self, const char *sentence)
{
    g_string_append(self->spoken, sentence);
    g_string_append_c(self->spoken, '\n');
}

static GtkWidget *
add_text(GuichetKioskWindow *self, const char *text, const char *css_class)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_add_css_class(label, css_class);
    gtk_box_append(self->content, label);
    return label;
}

static void
add_title(GuichetKioskWindow *self, const char *title)
{
    GtkWidget *label = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                    "label", title, "wrap", TRUE, "xalign", 0.0, NULL);

    gtk_widget_add_css_class(label, "kiosk-title");
    gtk_box_append(self->content, label);
    also_say(self, title);
}

static void
add_sentence(GuichetKioskWindow *self, const char *sentence)
{
    if (*sentence == '\0')
        return;
    add_text(self, sentence, "kiosk-sentence");
    also_say(self, sentence);
}

static GtkWidget *
add_tile(GuichetKioskWindow *self, const char *label, GCallback on_clicked)
{
    GtkWidget *tile = gtk_button_new_with_label(label);
    GtkWidget *text = gtk_button_get_child(GTK_BUTTON(tile));

    gtk_label_set_wrap(GTK_LABEL(text), TRUE);
    gtk_label_set_xalign(GTK_LABEL(text), 0);
    gtk_widget_add_css_class(tile, "kiosk-tile");
    g_signal_connect_object(tile, "clicked", on_clicked, self, G_CONNECT_SWAPPED);
    gtk_box_append(self->content, tile);
    also_say(self, label);
    return tile;
}

/* Its groups of digits stay in order where the language runs from right to left. */
static char *
format_ticket(GuichetKioskWindow *self)
{
    g_autofree char *ticket = guichet_ticket_format(self->ticket);
    return guichet_locale_isolate(ticket);
}

/* --- the screens --- */

static void
build_closed(GuichetKioskWindow *self)
{
    add_title(self, _("Cette borne est fermée."));
    add_sentence(self, _("Allez voir un agent. Il peut vous aider."));
}

static void
on_begin(GuichetKioskWindow *self)
{
    guichet_kiosk_show(self, SCREEN_CHOICE);
}

static void
on_come_back(GuichetKioskWindow *self)
{
    guichet_kiosk_show(self, SCREEN_RESUME);
}

static void
build_welcome(GuichetKioskWindow *self)
{
    GtkWidget *begin;

    add_title(self, _("Bonjour."));
    add_sentence(self, _("Ici, vous préparez votre demande de papiers. C’est gratuit."));
    add_sentence(self, _("Que voulez-vous faire ?"));
    begin = add_tile(self, _("Commencer une demande"), G_CALLBACK(on_begin));
    gtk_widget_add_css_class(begin, "primary");
    add_tile(self, _("J’ai déjà un ticket : je continue"), G_CALLBACK(on_come_back));
    gtk_widget_grab_focus(begin);
}

static void
on_procedure(GuichetKioskWindow *self, GtkWidget *tile)
{
    guichet_kiosk_begin(self, gtk_widget_get_name(tile));
}

static gboolean
is_in_force(GuichetKioskWindow *self, const char *id)
{
    for (guint i = 0; i < self->procedures->len; i++)
        if (g_str_equal(guichet_procedure_get_id(g_ptr_array_index(self->procedures, i)), id))
            return TRUE;
    return FALSE;
}

static void
build_choice(GuichetKioskWindow *self)
{
    const char *const *ids = guichet_kiosk_words_get_procedures(self->words);

    add_title(self, _("Que demandez-vous ?"));
    add_sentence(self, _("Touchez une réponse."));
    for (guint i = 0; ids[i] != NULL; i++) {
        GtkWidget *tile;

        if (!is_in_force(self, ids[i]))
            continue;
        tile = add_tile(self, guichet_kiosk_words_get_procedure(self->words, ids[i]),
                        G_CALLBACK(on_procedure));
        gtk_widget_set_name(tile, ids[i]);
    }
}

static void
add_ticket(GuichetKioskWindow *self)
{
    g_autofree char *shown = format_ticket(self);
    g_autofree char *aloud = guichet_ticket_spell(self->ticket);
    GtkWidget *code = g_object_new(GUICHET_TYPE_CODE, "halign", GTK_ALIGN_START, NULL);

    add_text(self, shown, "kiosk-ticket");
    also_say(self, aloud);
    guichet_code_set_text(GUICHET_CODE(code), self->ticket);
    gtk_accessible_update_property(GTK_ACCESSIBLE(code), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Code à scanner de votre ticket"), -1);
    gtk_box_append(self->content, code);
}

static void
build_ticket(GuichetKioskWindow *self)
{
    add_title(self, _("Voici votre numéro de ticket."));
    add_ticket(self);
    add_sentence(self, _("Écrivez ce numéro, ou prenez-le en photo."));
    add_sentence(self, _("Avec ce numéro, vous retrouvez votre demande. Ne le donnez à personne."));
}

static void
build_resume(GuichetKioskWindow *self)
{
    GtkWidget *title;

    add_title(self, _("Quel est votre numéro de ticket ?"));
    title = gtk_widget_get_last_child(GTK_WIDGET(self->content));
    add_sentence(self, _("Touchez les 12 chiffres, ou montrez votre ticket au lecteur."));
    self->entry = GTK_ENTRY(gtk_entry_new());
    gtk_entry_set_max_length(self->entry, GUICHET_TICKET_DIGITS + 8);
    gtk_entry_set_input_purpose(self->entry, GTK_INPUT_PURPOSE_DIGITS);
    gtk_entry_set_input_hints(self->entry, GTK_INPUT_HINT_NO_EMOJI | GTK_INPUT_HINT_PRIVATE);
    gtk_widget_add_css_class(GTK_WIDGET(self->entry), "kiosk-ticket");
    gtk_accessible_update_relation(GTK_ACCESSIBLE(self->entry), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                   title, NULL, -1);
    g_signal_connect_object(self->entry, "activate", G_CALLBACK(guichet_kiosk_go_next), self,
                            G_CONNECT_SWAPPED);
    gtk_box_append(self->content, GTK_WIDGET(self->entry));
    gtk_box_append(self->pad, guichet_keypad_new(GUICHET_KEYPAD_DIGITS));
    gtk_widget_grab_focus(GTK_WIDGET(self->entry));
}

static void
add_keypad(GuichetKioskWindow *self, const GuichetField *field)
{
    GuichetKeypadKind kind = GUICHET_KEYPAD_TEXT;

    if (field->type == GUICHET_FIELD_CHOICE || field->type == GUICHET_FIELD_BOOLEAN)
        return;
    if (field->type == GUICHET_FIELD_DATE)
        kind = GUICHET_KEYPAD_DATE;
    else if (field->type == GUICHET_FIELD_INTEGER || g_str_equal(field->id, "postcode") ||
             g_str_equal(field->id, "phone"))
        kind = GUICHET_KEYPAD_DIGITS;
    else if (field->pattern != NULL)
        kind = GUICHET_KEYPAD_LETTERS;
    gtk_box_append(self->pad, guichet_keypad_new(kind));
}

static void
say_choices(GuichetKioskWindow *self, const GuichetField *field)
{
    for (guint i = 0; field->choices != NULL && i < field->choices->len; i++)
        also_say(self, ((GuichetChoice *)g_ptr_array_index(field->choices, i))->label);
}

static void
build_question(GuichetKioskWindow *self)
{
    const GuichetField *field = g_ptr_array_index(self->questions, self->question);
    GuichetRequest *request = guichet_draft_get_request(self->draft);
    g_autofree char *count =
        g_strdup_printf(_("Question %u sur %u"), self->question + 1, self->questions->len);

    add_text(self, count, "kiosk-count");
    add_title(self, guichet_kiosk_words_get_question(self->words, field));
    add_sentence(self, guichet_kiosk_words_get_help(self->words, field));
    say_choices(self, field);
    self->row = guichet_field_row_new(field);
    guichet_field_row_lay_out(self->row, TRUE);
    guichet_field_row_hide_words(self->row);
    guichet_field_row_set_value(self->row, guichet_request_get_field(request, field->id));
    gtk_box_append(self->content, GTK_WIDGET(self->row));
    guichet_kiosk_watch_row(self);
    add_keypad(self, field);
    guichet_field_row_focus(self->row);
}

static void
build_papers(GuichetKioskWindow *self)
{
    GPtrArray *pieces = guichet_procedure_get_pieces(guichet_draft_get_procedure(self->draft));
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(self->draft);
    guint n = 0;

    add_title(self, _("Apportez ces papiers à l’agent."));
    for (guint i = 0; i < pieces->len; i++) {
        const GuichetPieceSpec *piece = g_ptr_array_index(pieces, i);
        g_autofree char *line = g_strconcat("•  ", piece->label, NULL);

        if (piece->family != GUICHET_PIECE_DOCUMENT || !guichet_piece_is_required(piece, data))
            continue;
        add_text(self, line, "kiosk-item");
        also_say(self, piece->label);
        n++;
    }
    add_sentence(self, n > 0 ? _("S’il vous manque un papier, venez quand même. L’agent vous aide.")
                             : _("Apportez les papiers que vous avez. L’agent vous aide."));
}

static void
on_correct(GuichetKioskWindow *self, GtkWidget *button)
{
    guichet_kiosk_correct(self, GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "question")));
}

static void
add_answer(GuichetKioskWindow *self, guint question)
{
    const GuichetField *field = g_ptr_array_index(self->questions, question);
    const char *stored =
        guichet_request_get_field(guichet_draft_get_request(self->draft), field->id);
    g_autofree char *value = guichet_text_answer(field, stored);
    const char *shown = *value != '\0' ? value : _("Pas de réponse. L’agent vous aide.");
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);
    GtkWidget *button = gtk_button_new_with_label(_("Changer"));
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    const char *asked = guichet_kiosk_words_get_question(self->words, field);
    g_autofree char *name = g_strdup_printf(_("Changer : %s"), asked);
    const char *texts[] = {asked, shown};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        GtkWidget *label = g_object_new(GTK_TYPE_LABEL, "label", texts[i], "wrap", TRUE, "xalign",
                                        0.0, "wrap-mode", PANGO_WRAP_WORD_CHAR, NULL);

        gtk_widget_add_css_class(label, i == 0 ? "kiosk-label" : "kiosk-value");
        gtk_box_append(GTK_BOX(words), label);
        also_say(self, texts[i]);
    }
    gtk_widget_set_hexpand(words, TRUE);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_object_set_data(G_OBJECT(button), "question", GUINT_TO_POINTER(question));
    g_signal_connect_object(button, "clicked", G_CALLBACK(on_correct), self, G_CONNECT_SWAPPED);
    gtk_widget_add_css_class(line, "kiosk-answer");
    gtk_box_append(GTK_BOX(line), words);
    gtk_box_append(GTK_BOX(line), button);
    gtk_box_append(self->content, line);
}

static void
build_review(GuichetKioskWindow *self)
{
    self->reviewed = FALSE;
    add_title(self, _("Est-ce que tout est juste ?"));
    add_sentence(self, _("Relisez. Touchez « Changer » pour corriger une réponse."));
    for (guint i = 0; i < self->questions->len; i++)
        add_answer(self, i);
}

static void
build_done(GuichetKioskWindow *self)
{
    add_title(self, _("C’est fini. Votre demande est gardée ici."));
    add_sentence(self, _("Allez voir un agent avec votre numéro de ticket et vos papiers."));
    add_sentence(self, _("Touchez « J’ai fini ». Alors l’écran s’efface."));
    add_ticket(self);
}

static void
build_stop(GuichetKioskWindow *self)
{
    GtkWidget *keep;

    add_title(self, _("Vous voulez arrêter ?"));
    if (self->ticket != NULL) {
        g_autofree char *shown = format_ticket(self);

        add_sentence(self, _("Voici votre numéro de ticket, pour revenir plus tard :"));
        add_text(self, shown, "kiosk-ticket");
    }
    add_tile(self, _("Non, je continue"), G_CALLBACK(guichet_kiosk_go_on));
    keep = add_tile(self, self->draft != NULL ? _("J’arrête. Gardez ma demande") : _("J’arrête"),
                    G_CALLBACK(guichet_kiosk_leave));
    if (self->draft != NULL)
        add_tile(self, _("J’arrête. Effacez ma demande pour toujours"),
                 G_CALLBACK(guichet_kiosk_erase));
    gtk_widget_grab_focus(keep);
}

static const struct {
    void (*build)(GuichetKioskWindow *self);
    const char *next; /* label of the way on, or NULL */
    gboolean back, stop;
} screens[] = {
    [SCREEN_CLOSED] = {build_closed, NULL, FALSE, FALSE},
    [SCREEN_WELCOME] = {build_welcome, NULL, FALSE, FALSE},
    [SCREEN_CHOICE] = {build_choice, NULL, TRUE, FALSE},
    [SCREEN_TICKET] = {build_ticket, N_("Continuer"), FALSE, TRUE},
    [SCREEN_RESUME] = {build_resume, N_("Continuer"), TRUE, FALSE},
    [SCREEN_QUESTION] = {build_question, N_("Continuer"), TRUE, TRUE},
    [SCREEN_PAPERS] = {build_papers, N_("Continuer"), TRUE, TRUE},
    [SCREEN_REVIEW] = {build_review, N_("Oui, c’est juste"), TRUE, TRUE},
    [SCREEN_DONE] = {build_done, N_("J’ai fini"), FALSE, FALSE},
    [SCREEN_STOP] = {build_stop, NULL, FALSE, FALSE},
};

static void
clear(GtkBox *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
        gtk_box_remove(box, child);
}

static void
refresh_frame(GuichetKioskWindow *self)
{
    GuichetKioskScreen screen = self->screen;
    g_autofree char *shown = self->ticket != NULL ? format_ticket(self) : NULL;
    g_autofree char *text = shown != NULL ? g_strdup_printf(_("Ticket %s"), shown) : g_strdup("");

    gtk_label_set_text(self->ticket_label,
                       screen != SCREEN_TICKET && screen != SCREEN_DONE ? text : "");
    gtk_widget_set_visible(self->back, screens[screen].back);
    gtk_widget_set_visible(self->stop, screens[screen].stop);
    gtk_widget_set_visible(self->unknown, screen == SCREEN_QUESTION);
    gtk_widget_set_visible(self->next, screens[screen].next != NULL);
    if (screens[screen].next != NULL)
        gtk_button_set_label(GTK_BUTTON(self->next), _(screens[screen].next));
    gtk_widget_set_visible(self->listen, guichet_speech_is_available(self->speech));
    gtk_button_set_label(GTK_BUTTON(self->listen),
                         self->reads_aloud ? _("Silence (F1)") : _("Écouter (F1)"));
}

void
guichet_kiosk_read_aloud(GuichetKioskWindow *self)
{
    if (self->reads_aloud)
        guichet_speech_say(self->speech, self->spoken->str);
    else
        guichet_speech_stop(self->speech);
}

void
guichet_kiosk_show_problem(GuichetKioskWindow *self, const char *sentence)
{
    gtk_label_set_text(self->error, sentence != NULL ? sentence : "");
    gtk_widget_set_visible(GTK_WIDGET(self->error), sentence != NULL);
    if (sentence != NULL && self->reads_aloud)
        guichet_speech_say(self->speech, sentence);
}

void
guichet_kiosk_show(GuichetKioskWindow *self, GuichetKioskScreen screen)
{
    if (screen == SCREEN_STOP && self->screen != SCREEN_STOP)
        self->stopped_at = self->screen;
    self->screen = screen;
    self->row = NULL;
    self->entry = NULL;
    gtk_window_set_focus(GTK_WINDOW(self), NULL);
    clear(self->content);
    clear(self->pad);
    explicit_bzero(self->spoken->str, self->spoken->allocated_len);
    g_string_truncate(self->spoken, 0);
    guichet_kiosk_show_problem(self, NULL);
    refresh_frame(self);
    screens[screen].build(self);
    guichet_kiosk_fit(self);
    if (gtk_window_get_focus(GTK_WINDOW(self)) == NULL && screens[screen].next != NULL)
        gtk_widget_grab_focus(self->next);
    gtk_adjustment_set_value(
        gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(self->scroller)), 0);
    guichet_kiosk_read_aloud(self);
    if (screen == SCREEN_WELCOME || screen == SCREEN_CLOSED)
        guichet_idle_watch_stop(self->watch);
    else
        guichet_idle_watch_start(self->watch);
}
