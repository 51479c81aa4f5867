/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/home.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "forget.h"
#include "pages/handover.h"
#include "service/handover.h"
#include "text.h"
#include "widgets/alert.h"
#include "widgets/appointment-row.h"
#include "widgets/day-layout.h"
#include "widgets/request-row.h"

#define RECEIVED_SHOWN 20 /* the rest is found by F3 */
#define ROWS_SHOWN 100    /* of what waits for somebody */

struct _GuichetHomePage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GtkWidget *day_part;
    GuichetHandover *handover;
    GuichetAlert *alert;
    GtkLabel *day;
    GtkLabel *n_drafts;
    GtkLabel *drafts_word;
    GtkLabel *n_asked;
    GtkLabel *asked_word;
    GtkLabel *n_titles;
    GtkLabel *titles_word;
    GtkLabel *n_waiting;
    GtkButton *create;
    GtkWidget *search_bar;
    GtkEntry *search;
    GtkWidget *lists;
    GtkWidget *appointments_section;
    GtkListBox *appointments;
    GtkWidget *no_appointment;
    GtkWidget *asked_section;
    GtkListBox *asked;
    GtkWidget *titles_section;
    GtkListBox *titles;
    GtkWidget *drafts_section;
    GtkListBox *drafts;
    GtkWidget *waiting_section;
    GtkListBox *waiting;
    GtkWidget *received_section;
    GtkListBox *received;
    GtkWidget *empty;
    gboolean searching; /* the next time the page is entered, the search bar stays */
    gboolean filtering; /* the lists hold all that can be searched */
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
    case GUICHET_REQUEST_SUPPLEMENT_ASKED:
        return self->asked;
    case GUICHET_REQUEST_TITLE_READY:
        return self->titles;
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
    } sections[] = {{self->asked_section, self->asked},
                    {self->titles_section, self->titles},
                    {self->drafts_section, self->drafts},
                    {self->waiting_section, self->waiting},
                    {self->received_section, self->received}};
    gboolean any = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
        gboolean shown = FALSE;
        GtkListBoxRow *row;

        for (int j = 0; (row = gtk_list_box_get_row_at_index(sections[i].list, j)) != NULL; j++) {
            gboolean match = guichet_request_row_matches(GUICHET_REQUEST_ROW(row), text);

            gtk_widget_set_visible(GTK_WIDGET(row), match);
            shown = shown || match;
        }
        gtk_widget_set_visible(sections[i].section, shown);
        any = any || shown;
    }
    gtk_widget_set_visible(self->appointments_section, !filtering);
    gtk_widget_set_visible(self->empty, !any && !filtering);
}

/* A draft that joins a row of the lists is opened by that row. */
static gboolean
is_behind_a_row(GuichetHomePage *self, const GuichetRequest *request)
{
    const GuichetRequest *parent =
        request->parent != NULL ? guichet_overview_find(self->overview, request->parent) : NULL;

    return request->state == GUICHET_REQUEST_DRAFT && parent != NULL &&
           (parent->state == GUICHET_REQUEST_SUPPLEMENT_ASKED ||
            parent->state == GUICHET_REQUEST_TITLE_READY);
}

static void
fill_requests(GuichetHomePage *self)
{
    GPtrArray *requests = guichet_overview_get_requests(self->overview);
    GtkListBox *const lists[] = {self->asked, self->titles, self->drafts, self->waiting,
                                 self->received};
    guint counts[G_N_ELEMENTS(lists)] = {0};

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        clear_list(lists[i]);
    for (guint i = 0; i < requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(requests, i);
        GtkListBox *list = choose_list(self, request->state);

        for (guint j = 0; j < G_N_ELEMENTS(lists) && !is_behind_a_row(self, request); j++) {
            guint limit = lists[j] == self->received ? RECEIVED_SHOWN : ROWS_SHOWN;

            if (lists[j] == list && counts[j]++ < (self->filtering ? G_MAXUINT : limit))
                gtk_list_box_append(list, guichet_request_row_new(self->overview, request));
        }
    }
}

static void
fill_appointments(GuichetHomePage *self)
{
    GPtrArray *appointments = guichet_overview_get_appointments(self->overview);

    clear_list(self->appointments);
    for (guint i = 0; i < appointments->len; i++)
        gtk_list_box_append(
            self->appointments,
            guichet_appointment_row_new(self->overview, g_ptr_array_index(appointments, i)));
    gtk_widget_set_visible(GTK_WIDGET(self->appointments), appointments->len > 0);
    gtk_widget_set_visible(self->no_appointment, appointments->len == 0);
}

static guint
count_state(GuichetHomePage *self, GuichetRequestState state)
{
    GPtrArray *requests = guichet_overview_get_requests(self->overview);
    guint n = 0;

    for (guint i = 0; i < requests->len; i++)
        n += ((const GuichetRequest *)g_ptr_array_index(requests, i))->state == state;
    return n;
}

static void
fill_counters(GuichetHomePage *self)
{
    const GuichetStoreCounts *counts = guichet_overview_get_counts(self->overview);
    guint asked = count_state(self, GUICHET_REQUEST_SUPPLEMENT_ASKED);
    guint titles = count_state(self, GUICHET_REQUEST_TITLE_READY);

    gtk_label_set_text(self->drafts_word, g_dngettext(GETTEXT_PACKAGE, "brouillon à reprendre",
                                                      "brouillons à reprendre", counts->drafts));
    gtk_label_set_text(self->asked_word, g_dngettext(GETTEXT_PACKAGE, "demande à compléter",
                                                     "demandes à compléter", asked));
    gtk_label_set_text(self->titles_word, g_dngettext(GETTEXT_PACKAGE, "titre à remettre",
                                                      "titres à remettre", titles));
    set_number(self->n_drafts, counts->drafts);
    set_number(self->n_asked, asked);
    set_number(self->n_titles, titles);
    set_number(self->n_waiting, counts->waiting);
}

/* Lists are made anew: the hand finds the keyboard where it left it. */
static GtkListBox *
find_focus(GuichetHomePage *self, int *index)
{
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
    GtkWidget *focus = root != NULL ? gtk_root_get_focus(root) : NULL;
    GtkWidget *row = focus != NULL && gtk_widget_is_ancestor(focus, GTK_WIDGET(self))
                         ? GTK_IS_LIST_BOX_ROW(focus)
                               ? focus
                               : gtk_widget_get_ancestor(focus, GTK_TYPE_LIST_BOX_ROW)
                         : NULL;

    if (row == NULL)
        return NULL;
    *index = gtk_list_box_row_get_index(GTK_LIST_BOX_ROW(row));
    return GTK_LIST_BOX(gtk_widget_get_parent(row));
}

static void
give_focus(GuichetHomePage *self, GtkListBox *list, int index)
{
    GtkListBoxRow *row = gtk_list_box_get_row_at_index(list, index);

    if (row == NULL && index > 0)
        row = gtk_list_box_get_row_at_index(list, index - 1);
    if (row == NULL || !gtk_widget_child_focus(GTK_WIDGET(row), GTK_DIR_TAB_FORWARD))
        gtk_widget_grab_focus(GTK_WIDGET(self->create));
}

static void
on_overview_changed(GuichetHomePage *self)
{
    int index = 0;
    GtkListBox *focused = find_focus(self, &index);

    fill_appointments(self);
    fill_requests(self);
    fill_counters(self);
    refresh_sections(self);
    if (focused != NULL)
        give_focus(self, focused, index);
}

/* --- opening --- */

static gpointer
work_join(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_desk_join(desk, data, NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
open_draft(GuichetHomePage *self, const char *id)
{
    gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s", id);
}

static void
on_joined(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetHomePage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (id == NULL)
        guichet_alert_show_error(self->alert, error);
    else if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        open_draft(self, id);
}

static void
show_handover(GuichetHomePage *self, const char *id)
{
    gtk_widget_set_visible(self->day_part, FALSE);
    gtk_widget_set_visible(GTK_WIDGET(self->handover), TRUE);
    guichet_handover_show(self->handover, self->overview, id);
}

/* One key a row: what the centre asks for, the title, the draft, or what became of it. */
static void
open_request(GuichetHomePage *self, const char *id, GuichetRequestState state)
{
    GuichetDesk *desk = guichet_overview_get_desk(self->overview);

    guichet_alert_hide(self->alert);
    if (state == GUICHET_REQUEST_SUPPLEMENT_ASKED && desk != NULL)
        guichet_desk_call_async(desk, work_join, g_strdup(id), g_free, g_free, NULL, on_joined,
                                g_object_ref(self));
    else if (state == GUICHET_REQUEST_TITLE_READY)
        show_handover(self, id);
    else
        open_draft(self, id);
}

static void
on_row_activated(GuichetHomePage *self, GtkListBoxRow *row)
{
    open_request(self, guichet_request_row_get_id(GUICHET_REQUEST_ROW(row)),
                 guichet_request_row_get_state(GUICHET_REQUEST_ROW(row)));
}

/* --- search --- */

static void
on_search_changed(GuichetHomePage *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));
    gboolean was_filtering = self->filtering;

    self->filtering = *text != '\0';
    if (self->overview == NULL)
        return;
    guichet_overview_search(self->overview, text);
    if (self->filtering != was_filtering)
        fill_requests(self);
    refresh_sections(self);
}

static gpointer
work_find(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autofree char *id = guichet_desk_find_by_paper(desk, data, error);

    return id != NULL ? guichet_desk_load_request(desk, id, error) : NULL;
}

static void
on_found(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetHomePage) self = user_data;
    g_autoptr(GError) error = NULL;
    GuichetRequest *request = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (request == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    g_autofree char *id = g_strdup(request->id);
    GuichetRequestState state = request->state;
    guichet_overview_add(self->overview, request);
    if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        open_request(self, id, state);
}

/* The code of a slip has several lines, and a reader ends each with Enter: only the signature's
 * ends the code. */
static gboolean
is_unfinished_code(const char *text)
{
    return g_str_has_prefix(text, "attestation/") && strstr(text, "\nsig=") == NULL;
}

static void
on_search_activated(GuichetHomePage *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));
    GuichetDesk *desk = guichet_overview_get_desk(self->overview);
    int end = -1;

    if (is_unfinished_code(text))
        gtk_editable_insert_text(GTK_EDITABLE(self->search), "\n", 1, &end);
    else if (desk != NULL && *text != '\0')
        guichet_desk_call_async(desk, work_find, g_strdup(text), g_free,
                                (GDestroyNotify)guichet_request_free, NULL, on_found,
                                g_object_ref(self));
    gtk_editable_set_position(GTK_EDITABLE(self->search), -1);
}

/* --- appointments --- */

typedef struct {
    char *reference;
    char *state;
} Mark;

static void
mark_free(gpointer data)
{
    Mark *mark = data;

    g_free(mark->reference);
    g_free(mark->state);
    g_free(mark);
}

static gpointer
work_mark(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    Mark *mark = data;

    return guichet_desk_mark_appointment(desk, mark->reference, mark->state, error) ? desk : NULL;
}

static void
on_marked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetHomePage) self = user_data;
    g_autoptr(GError) error = NULL;

    if (guichet_desk_call_finish(GUICHET_DESK(source), result, &error) == NULL)
        guichet_alert_show_error(self->alert, error);
    else
        guichet_overview_refresh(self->overview);
}

static void
action_mark(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetHomePage *self = GUICHET_HOME_PAGE(widget);
    GuichetDesk *desk = guichet_overview_get_desk(self->overview);
    Mark *mark;

    if (desk == NULL)
        return;
    guichet_alert_hide(self->alert);
    mark = g_new0(Mark, 1);
    g_variant_get(parameter, "(ss)", &mark->reference, &mark->state);
    guichet_desk_call_async(desk, work_mark, mark, mark_free, NULL, NULL, on_marked,
                            g_object_ref(self));
}

/* --- the page --- */

static void
guichet_home_page_enter(GuichetPage *page)
{
    GuichetHomePage *self = GUICHET_HOME_PAGE(page);
    g_autofree char *day = guichet_text_day(g_get_real_time());

    gtk_label_set_text(self->day, day);
    gtk_widget_set_visible(self->day_part, TRUE);
    gtk_widget_set_visible(GTK_WIDGET(self->handover), FALSE);
    guichet_alert_hide(self->alert);
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
    gtk_widget_set_visible(GTK_WIDGET(self->handover), FALSE);
    gtk_widget_set_visible(self->day_part, TRUE);
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
bind_template(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, day_part);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, handover);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, day);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_drafts);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_asked);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, asked_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_titles);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, titles_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, n_waiting);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, create);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, search_bar);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, search);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, lists);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, appointments_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, appointments);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, no_appointment);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, asked_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, asked);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, titles_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, titles);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, drafts);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, waiting_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, waiting);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, received_section);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, received);
    gtk_widget_class_bind_template_child(widget_class, GuichetHomePage, empty);
    gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
    gtk_widget_class_bind_template_callback(widget_class, on_search_changed);
    gtk_widget_class_bind_template_callback(widget_class, on_search_activated);
    gtk_widget_class_bind_template_callback(widget_class, open_draft);
}

static void
guichet_home_page_class_init(GuichetHomePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_home_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_home_page_enter;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_home_page_adopt;
    GUICHET_PAGE_CLASS(klass)->press = guichet_home_page_press;
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_HANDOVER);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/home.ui");
    bind_template(widget_class);
    gtk_widget_class_install_action(widget_class, "day.mark", "(ss)", action_mark);
}

static void
guichet_home_page_init(GuichetHomePage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_widget_set_layout_manager(self->lists, guichet_day_layout_new());
    guichet_forget_share_nothing(GTK_WIDGET(self->search));
    guichet_page_set_keys(GUICHET_PAGE(self),
                          GUICHET_KEY_NEW | GUICHET_KEY_SEARCH | GUICHET_KEY_FIGURES);
}

void
guichet_home_page_set_overview(GuichetHomePage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
