/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/home.h"

#include <glib/gi18n-lib.h>

#include "forget.h"
#include "text.h"
#include "widgets/request-row.h"

#define RECEIVED_SHOWN 20 /* the rest is found by F3 */

struct _GuichetHomePage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GtkLabel *day;
    GtkLabel *n_drafts;
    GtkLabel *drafts_word;
    GtkLabel *received_word;
    GtkLabel *n_waiting;
    GtkLabel *n_received;
    GtkButton *create;
    GtkWidget *search_bar;
    GtkEntry *search;
    GtkWidget *drafts_section;
    GtkListBox *drafts;
    GtkWidget *waiting_section;
    GtkListBox *waiting;
    GtkWidget *received_section;
    GtkListBox *received;
    GtkWidget *empty;
    gboolean searching; /* the next time the page is entered, the search bar stays */
    gboolean filtering;
};

G_DEFINE_FINAL_TYPE(GuichetHomePage, guichet_home_page, GUICHET_TYPE_PAGE)

static void
clear_list(GtkListBox *list)
{
    GtkListBoxRow *row;

    while ((row = gtk_list_box_get_row_at_index(list, 0)) != NULL)
        gtk_list_box_remove(list, GTK_WIDGET(row));
}

static GtkListBox *
choose_list(GuichetHomePage *self, GuichetRequestState state)
{
    switch (state) {
    case GUICHET_REQUEST_DRAFT:
        return self->drafts;
    case GUICHET_REQUEST_SEALED:
    case GUICHET_REQUEST_SENDING:
        return self->waiting;
    case GUICHET_REQUEST_ABANDONED:
    case GUICHET_REQUEST_ERASED:
        return NULL;
    default:
        return self->received;
    }
}

static void
set_number(GtkLabel *label, guint number)
{
    g_autofree char *text = g_strdup_printf("%u", number);

    gtk_label_set_text(label, text);
}

/* A section is there when it has a row that the search lets through. */
static void
refresh_sections(GuichetHomePage *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));
    gboolean filtering = *text != '\0';
    struct {
        GtkWidget *section;
        GtkListBox *list;
        guint limit;
    } sections[] = {{self->drafts_section, self->drafts, G_MAXUINT},
                    {self->waiting_section, self->waiting, G_MAXUINT},
                    {self->received_section, self->received, RECEIVED_SHOWN}};
    gboolean any = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
        guint shown = 0;
        GtkListBoxRow *row;

        for (int j = 0; (row = gtk_list_box_get_row_at_index(sections[i].list, j)) != NULL; j++) {
            gboolean match = guichet_request_row_matches(GUICHET_REQUEST_ROW(row), text) &&
                             (filtering || shown < sections[i].limit);

            gtk_widget_set_visible(GTK_WIDGET(row), match);
            shown += match;
        }
        gtk_widget_set_visible(sections[i].section, shown > 0);
        any = any || shown > 0;
    }
    gtk_widget_set_visible(self->empty, !any && !filtering);
}

static void
on_overview_changed(GuichetHomePage *self)
{
    GPtrArray *requests = guichet_overview_get_requests(self->overview);
    const GuichetStoreCounts *counts = guichet_overview_get_counts(self->overview);

    clear_list(self->drafts);
    clear_list(self->waiting);
    clear_list(self->received);
    guint n_received = 0;

    for (guint i = 0; i < requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(requests, i);
        GtkListBox *list = choose_list(self, request->state);

        if (list == self->received && ++n_received > RECEIVED_SHOWN && !self->filtering)
            continue; /* a row costs a frame's time when there are hundreds */
        if (list != NULL)
            gtk_list_box_append(list, guichet_request_row_new(self->overview, request));
    }
    gtk_label_set_text(self->drafts_word, g_dngettext(GETTEXT_PACKAGE, "brouillon à reprendre",
                                                      "brouillons à reprendre", counts->drafts));
    gtk_label_set_text(self->received_word, g_dngettext(GETTEXT_PACKAGE, "reçue par le centre",
                                                        "reçues par le centre", counts->received));
    set_number(self->n_drafts, counts->drafts);
    set_number(self->n_waiting, counts->waiting);
    set_number(self->n_received, counts->received);
    refresh_sections(self);
}

static void
on_row_activated(GuichetHomePage *self, GtkListBoxRow *row)
{
    gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s",
                               guichet_request_row_get_id(GUICHET_REQUEST_ROW(row)));
}

static void
on_search_changed(GuichetHomePage *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));
    gboolean was_filtering = self->filtering;

    self->filtering = *text != '\0';
    if (self->overview != NULL)
        guichet_overview_search(self->overview, text);
    if (self->overview != NULL && self->filtering != was_filtering)
        on_overview_changed(self);
    else
        refresh_sections(self);
}

static void
guichet_home_page_enter(GuichetPage *page)
{
    GuichetHomePage *self = GUICHET_HOME_PAGE(page);
    g_autofree char *day = guichet_text_day(g_get_real_time());

    gtk_label_set_text(self->day, day);
    guichet_forget_entry(self->search);
    gtk_widget_set_visible(self->search_bar, self->searching);
    self->searching = FALSE;
    if (self->overview != NULL)
        guichet_overview_refresh(self->overview);
    gtk_widget_grab_focus(GTK_WIDGET(self->create));
}

static void
guichet_home_page_press(GuichetPage *page, GuichetKeys key)
{
    GuichetHomePage *self = GUICHET_HOME_PAGE(page);

    if (key != GUICHET_KEY_SEARCH)
        return;
    gtk_widget_set_visible(self->search_bar, TRUE);
    gtk_widget_grab_focus(GTK_WIDGET(self->search));
}

/* A search that was begun goes on. */
static void
guichet_home_page_adopt(GuichetPage *page, GuichetPage *old)
{
    GuichetHomePage *self = GUICHET_HOME_PAGE(page), *other = GUICHET_HOME_PAGE(old);

    self->searching = gtk_widget_get_visible(other->search_bar);
}

static void
guichet_home_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_HOME_PAGE(object)->overview);
    G_OBJECT_CLASS(guichet_home_page_parent_class)->dispose(object);
}

static void
guichet_home_page_class_init(GuichetHomePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_home_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_home_page_enter;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_home_page_adopt;
    GUICHET_PAGE_CLASS(klass)->press = guichet_home_page_press;
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/home.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, day);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_drafts);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, received_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_waiting);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_received);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, create);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, search_bar);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, search);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, waiting_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, waiting);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, received_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, received);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, empty);
    gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
    gtk_widget_class_bind_template_callback(widget_class, on_search_changed);
}

static void
guichet_home_page_init(GuichetHomePage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_forget_share_nothing(GTK_WIDGET(self->search));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_SEARCH);
}

void
guichet_home_page_set_overview(GuichetHomePage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
