/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/queue.h"

#include <glib/gi18n-lib.h>

#include "text.h"
#include "widgets/request-row.h"
#include "widgets/stick-panel.h"

struct _GuichetQueuePage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GtkLabel *sentence;
    GtkWidget *reason_box;
    GtkLabel *reason;
    GuichetStickPanel *stick;
    GtkListBox *list;
    GtkButton *home;
};

G_DEFINE_FINAL_TYPE(GuichetQueuePage, guichet_queue_page, GUICHET_TYPE_PAGE)

static void
on_overview_changed(GuichetQueuePage *self)
{
    GPtrArray *requests = guichet_overview_get_requests(self->overview);
    const GuichetStoreCounts *counts = guichet_overview_get_counts(self->overview);
    g_autofree char *sentence = guichet_overview_describe_sync(self->overview);
    gboolean failing = counts->waiting > 0 && counts->last_error != NULL;
    GtkListBoxRow *row;
    guint n = 0;

    while ((row = gtk_list_box_get_row_at_index(self->list, 0)) != NULL)
        gtk_list_box_remove(self->list, GTK_WIDGET(row));
    for (guint i = 0; i < requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(requests, i);

        if (request->sequence == 0)
            continue;
        gtk_list_box_append(self->list, guichet_request_row_new(self->overview, request));
        n++;
    }
    gtk_label_set_text(self->sentence, sentence);
    gtk_widget_set_visible(self->reason_box, failing);
    gtk_label_set_text(self->reason, failing ? counts->last_error : "");
    gtk_widget_set_visible(GTK_WIDGET(self->list), n > 0);
}

static void
on_row_activated(GuichetQueuePage *self, GtkListBoxRow *row)
{
    gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s",
                               guichet_request_row_get_id(GUICHET_REQUEST_ROW(row)));
}

static void
guichet_queue_page_enter(GuichetPage *page)
{
    GuichetQueuePage *self = GUICHET_QUEUE_PAGE(page);

    if (self->overview != NULL)
        guichet_overview_refresh(self->overview);
    gtk_widget_grab_focus(GTK_WIDGET(self->home));
}

static void
guichet_queue_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_QUEUE_PAGE(object)->overview);
    G_OBJECT_CLASS(guichet_queue_page_parent_class)->dispose(object);
}

static void
guichet_queue_page_class_init(GuichetQueuePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(GUICHET_TYPE_STICK_PANEL);
    G_OBJECT_CLASS(klass)->dispose = guichet_queue_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_queue_page_enter;
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/queue.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, sentence);
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, reason_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, reason);
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, stick);
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, list);
    gtk_widget_class_bind_template_child(widget_class, GuichetQueuePage, home);
    gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
}

static void
guichet_queue_page_init(GuichetQueuePage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_FIGURES);
}

void
guichet_queue_page_set_overview(GuichetQueuePage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    guichet_stick_panel_set_overview(self->stick, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
