/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/window-private.h"
#include "typed.h"
#include "ui-locale.h"

/* --- another language, in the middle of the work --- */

static void
find_question_again(GuichetKioskWindow *self, const char *field_id)
{
    for (guint i = 0; i < self->questions->len; i++)
        if (g_str_equal(((GuichetField *)g_ptr_array_index(self->questions, i))->id, field_id))
            self->question = i;
}

/* The questions are those of the draft's procedure, which now speaks another language. */
static void
take_draft(GuichetKioskWindow *self, GuichetDraft *draft)
{
    gboolean asking = self->question < self->questions->len;
    const GuichetField *field = asking ? g_ptr_array_index(self->questions, self->question) : NULL;
    g_autofree char *asked = field != NULL ? g_strdup(field->id) : NULL;

    g_ptr_array_set_size(self->questions, 0);
    g_set_object(&self->draft, draft);
    guichet_kiosk_find_questions(self);
    if (asked != NULL)
        find_question_again(self, asked);
}

/* What is not well formed is stored nowhere: it comes over by itself. */
static void
show_again(GuichetKioskWindow *self, GuichetDraft *draft)
{
    g_autoptr(GuichetTyped) typed = guichet_typed_take(GTK_WIDGET(self->content), NULL);

    if (draft != NULL)
        take_draft(self, draft);
    guichet_kiosk_renew_words(self);
    guichet_kiosk_show(self, self->screen);
    guichet_typed_give(typed, GTK_WIDGET(self->content));
}

static void
on_draft_again(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetKioskWindow) self = user_data;
    g_autoptr(GuichetDraft) draft = guichet_draft_open_finish(GUICHET_DESK(source), result, NULL);

    self->busy = FALSE;
    if (self->draft != NULL) /* else the person left meanwhile */
        show_again(self, draft);
}

static void
on_language(GuichetKioskWindow *self, GtkWidget *button)
{
    if (self->busy)
        return;
    guichet_locale_set(gtk_widget_get_name(button));
    if (self->draft == NULL) {
        show_again(self, NULL);
        return;
    }
    guichet_kiosk_store_typed(self);
    self->busy = TRUE;
    guichet_draft_open_async(self->desk, guichet_draft_get_request(self->draft)->id, on_draft_again,
                             g_object_ref(self));
}

/* --- the buttons --- */

GtkWidget *
guichet_kiosk_languages_new(GuichetKioskWindow *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);

    for (const GuichetLocale *row = guichet_locales; row->code != NULL; row++) {
        GtkWidget *button = gtk_button_new_with_label(row->name);

        gtk_widget_set_name(button, row->code);
        gtk_widget_add_css_class(button, "kiosk-language");
        g_signal_connect_object(button, "clicked", G_CALLBACK(on_language), self,
                                G_CONNECT_SWAPPED);
        gtk_box_append(GTK_BOX(box), button);
    }
    guichet_kiosk_languages_renew(box);
    return box;
}

void
guichet_kiosk_languages_renew(GtkWidget *languages)
{
    GtkWidget *child;

    for (child = gtk_widget_get_first_child(languages); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        gtk_widget_set_visible(
            child, !g_str_equal(gtk_widget_get_name(child), guichet_locale_get()->code));
}

void
guichet_kiosk_forget_language(GuichetKioskWindow *self)
{
    if (guichet_locale_get() == &guichet_locales[0])
        return;
    guichet_locale_set(guichet_locales[0].code);
    guichet_kiosk_renew_words(self);
}
