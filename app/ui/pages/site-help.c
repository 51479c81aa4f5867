/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/site-help.h"

#include <glib/gi18n-lib.h>

#include "paper.h"
#include "service/help.h"
#include "widgets/advice-list.h"
#include "widgets/alert.h"

struct _GuichetSiteHelpPage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GuichetHelp *help; /* or NULL: not read yet */
    char *wanted;      /* the topic to begin with, or NULL */
    const GuichetHelpTopic *shown;
    GtkListBox *topics;
    GtkWidget *card;
    GtkLabel *topic_title;
    GtkLabel *situation;
    GtkBox *content;
    GtkButton *begin;
    GtkLabel *source;
    GuichetAlert *alert;
    GtkWidget *print;
};

G_DEFINE_FINAL_TYPE(GuichetSiteHelpPage, guichet_site_help_page, GUICHET_TYPE_PAGE)

static GuichetDesk *
get_desk(GuichetSiteHelpPage *self)
{
    return self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;
}

/* --- the topic --- */

static void
show_topic(GuichetSiteHelpPage *self, const GuichetHelpTopic *topic)
{
    g_autofree char *source =
        g_strdup_printf(_("Fiche du %s. Source : %s"), topic->date, topic->source);
    g_autofree char *begin = NULL;

    self->shown = topic;
    gtk_widget_set_visible(self->card, TRUE);
    gtk_label_set_text(self->topic_title, topic->title);
    gtk_label_set_text(self->situation, topic->situation);
    gtk_label_set_text(self->source, source);
    guichet_advice_clear(self->content);
    guichet_advice_add_texts(self->content, _("Que faire"), topic->steps, NULL);
    guichet_advice_add_texts(self->content, _("À ne pas faire"), topic->never, "✕");
    guichet_advice_add_lines(self->content, _("Qui peut aider"), topic->lines);
    gtk_widget_set_visible(GTK_WIDGET(self->begin), topic->procedure != NULL);
    if (topic->procedure != NULL)
        begin = g_strdup_printf(_("Ouvrir « %s »"),
                                guichet_overview_get_title(self->overview, topic->procedure));
    gtk_button_set_label(self->begin, begin != NULL ? begin : "");
}

static void
on_row_selected(GuichetSiteHelpPage *self, GtkListBoxRow *row)
{
    int index = row != NULL ? gtk_list_box_row_get_index(row) : -1;

    if (self->help != NULL && index >= 0 && (guint)index < self->help->topics->len) {
        guichet_alert_hide(self->alert);
        show_topic(self, g_ptr_array_index(self->help->topics, index));
    }
}

static void
on_begin(GuichetSiteHelpPage *self)
{
    if (self->shown != NULL && self->shown->procedure != NULL)
        gtk_widget_activate_action(GTK_WIDGET(self), "win.create", "s", self->shown->procedure);
}

/* --- the list --- */

static GtkWidget *
make_row(const GuichetHelpTopic *topic)
{
    GtkWidget *row = gtk_list_box_row_new();

    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row),
                               guichet_advice_make_label(topic->title, "row-title"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, topic->title,
                                   -1);
    return row;
}

static void
select_wanted(GuichetSiteHelpPage *self)
{
    int index = 0;

    for (guint i = 0; self->wanted != NULL && i < self->help->topics->len; i++)
        if (g_str_equal(((GuichetHelpTopic *)g_ptr_array_index(self->help->topics, i))->id,
                        self->wanted))
            index = (int)i;
    GtkListBoxRow *row = gtk_list_box_get_row_at_index(self->topics, index);
    gtk_list_box_select_row(self->topics, row);
    gtk_widget_grab_focus(GTK_WIDGET(row));
}

static gpointer
work_help(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_load_help(desk, error);
}

static void
on_help(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetSiteHelpPage) self = user_data;
    g_autoptr(GError) error = NULL;
    GuichetHelp *help = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    GtkListBoxRow *row;

    if (help == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    while ((row = gtk_list_box_get_row_at_index(self->topics, 0)) != NULL)
        gtk_list_box_remove(self->topics, GTK_WIDGET(row));
    self->shown = NULL;
    g_clear_pointer(&self->help, guichet_help_free);
    self->help = help;
    for (guint i = 0; i < help->topics->len; i++)
        gtk_list_box_append(self->topics, make_row(g_ptr_array_index(help->topics, i)));
    select_wanted(self);
}

/* --- on paper --- */

static gpointer
work_print(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autofree char *name = g_strdup_printf("fiche-%s.pdf", (const char *)data);
    g_autoptr(GBytes) page = guichet_desk_make_help_sheet(desk, data, error);

    return page != NULL ? guichet_paper_keep(desk, name, page, error) : NULL;
}

static void
on_printed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetSiteHelpPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    g_autofree char *sentence = NULL;

    gtk_widget_set_sensitive(self->print, TRUE);
    if (path == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    sentence = g_strdup_printf(_("Fiche enregistrée : %s"), path);
    guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
}

static void
on_print(GuichetSiteHelpPage *self)
{
    GuichetDesk *desk = get_desk(self);

    if (desk == NULL || self->shown == NULL || !gtk_widget_get_sensitive(self->print))
        return;
    gtk_widget_set_sensitive(self->print, FALSE);
    guichet_desk_call_async(desk, work_print, g_strdup(self->shown->id), g_free, g_free, NULL,
                            on_printed, g_object_ref(self));
}

/* --- the page --- */

static void
guichet_site_help_page_enter(GuichetPage *page)
{
    GuichetSiteHelpPage *self = GUICHET_SITE_HELP_PAGE(page);
    GuichetDesk *desk = get_desk(self);

    guichet_alert_hide(self->alert);
    if (desk != NULL)
        guichet_desk_call_async(desk, work_help, NULL, NULL, (GDestroyNotify)guichet_help_free,
                                NULL, on_help, g_object_ref(self));
}

static void
guichet_site_help_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_PRINT)
        on_print(GUICHET_SITE_HELP_PAGE(page));
}

static void
guichet_site_help_page_adopt(GuichetPage *page, GuichetPage *old)
{
    const GuichetHelpTopic *shown = GUICHET_SITE_HELP_PAGE(old)->shown;

    guichet_site_help_page_select(GUICHET_SITE_HELP_PAGE(page), shown != NULL ? shown->id : NULL);
}

static void
guichet_site_help_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_SITE_HELP_PAGE(object)->overview);
    G_OBJECT_CLASS(guichet_site_help_page_parent_class)->dispose(object);
}

static void
guichet_site_help_page_finalize(GObject *object)
{
    GuichetSiteHelpPage *self = GUICHET_SITE_HELP_PAGE(object);

    g_clear_pointer(&self->help, guichet_help_free);
    g_free(self->wanted);
    G_OBJECT_CLASS(guichet_site_help_page_parent_class)->finalize(object);
}

#define BIND(child) gtk_widget_class_bind_template_child(widget_class, GuichetSiteHelpPage, child)

static void
guichet_site_help_page_class_init(GuichetSiteHelpPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_site_help_page_dispose;
    G_OBJECT_CLASS(klass)->finalize = guichet_site_help_page_finalize;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_site_help_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_site_help_page_press;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_site_help_page_adopt;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/site-help.ui");
    BIND(topics);
    BIND(card);
    BIND(topic_title);
    BIND(situation);
    BIND(content);
    BIND(begin);
    BIND(source);
    BIND(alert);
    BIND(print);
    gtk_widget_class_bind_template_callback(widget_class, on_row_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_begin);
    gtk_widget_class_bind_template_callback(widget_class, on_print);
}

static void
guichet_site_help_page_init(GuichetSiteHelpPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_PRINT);
}

void
guichet_site_help_page_set_overview(GuichetSiteHelpPage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
}

void
guichet_site_help_page_select(GuichetSiteHelpPage *self, const char *topic)
{
    g_free(self->wanted);
    self->wanted = g_strdup(topic);
}
