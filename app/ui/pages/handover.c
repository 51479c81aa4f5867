/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/handover.h"

#include <glib/gi18n-lib.h>

#include "service/handover.h"
#include "text.h"
#include "widgets/alert.h"

struct _GuichetHandover {
    GtkBox parent_instance;
    GuichetDesk *desk;
    char *request_id;
    GtkLabel *subject;
    GtkLabel *due;
    GuichetAlert *alert;
    GtkEditable *number;
    GtkButton *compare;
};

G_DEFINE_FINAL_TYPE(GuichetHandover, guichet_handover, GTK_TYPE_BOX)

static guint begun_signal;

typedef struct {
    char *request_id;
    char *number;
} Job;

static void
job_free(gpointer data)
{
    Job *job = data;

    g_free(job->request_id);
    g_free(job->number);
    g_free(job);
}

static gpointer
work_begin(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    Job *job = data;
    g_autoptr(GuichetRequest) request =
        guichet_desk_begin_hand_over(desk, job->request_id, job->number, NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
on_begun(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetHandover) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    gtk_widget_set_sensitive(GTK_WIDGET(self->compare), TRUE);
    if (id != NULL) {
        gtk_editable_set_text(self->number, "");
        g_signal_emit(self, begun_signal, 0, id);
        return;
    }
    guichet_alert_show_error(self->alert, error);
    gtk_editable_select_region(self->number, 0, -1);
    gtk_widget_grab_focus(GTK_WIDGET(self->number));
}

static void
on_compare(GuichetHandover *self)
{
    g_autofree char *number = g_strstrip(g_strdup(gtk_editable_get_text(self->number)));
    Job *job;

    if (self->desk == NULL || !gtk_widget_get_sensitive(GTK_WIDGET(self->compare)))
        return;
    if (*number == '\0') {
        guichet_alert_show(self->alert, GUICHET_ALERT_WARNING,
                           _("Lisez le numéro sur le titre que vous avez en main."));
        gtk_widget_grab_focus(GTK_WIDGET(self->number));
        return;
    }
    guichet_alert_hide(self->alert);
    gtk_widget_set_sensitive(GTK_WIDGET(self->compare), FALSE);
    job = g_new0(Job, 1);
    job->request_id = g_strdup(self->request_id);
    job->number = g_steal_pointer(&number);
    guichet_desk_call_async(self->desk, work_begin, job, job_free, g_free, NULL, on_begun,
                            g_object_ref(self));
}

static void
guichet_handover_dispose(GObject *object)
{
    g_clear_object(&GUICHET_HANDOVER(object)->desk);
    g_clear_pointer(&GUICHET_HANDOVER(object)->request_id, g_free);
    G_OBJECT_CLASS(guichet_handover_parent_class)->dispose(object);
}

static void
guichet_handover_class_init(GuichetHandoverClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_handover_dispose;
    begun_signal = g_signal_new("begun", GUICHET_TYPE_HANDOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/handover.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetHandover, subject);
    gtk_widget_class_bind_template_child(widget_class, GuichetHandover, due);
    gtk_widget_class_bind_template_child(widget_class, GuichetHandover, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetHandover, number);
    gtk_widget_class_bind_template_child(widget_class, GuichetHandover, compare);
    gtk_widget_class_bind_template_callback(widget_class, on_compare);
}

static void
guichet_handover_init(GuichetHandover *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

void
guichet_handover_show(GuichetHandover *self, GuichetOverview *overview, const char *request_id)
{
    GuichetRequest *request = guichet_overview_find(overview, request_id);
    const char *due = guichet_overview_get_due(overview, request_id);
    g_autofree char *deposit = request != NULL ? guichet_text_deposit(request) : NULL;
    g_autofree char *subject = g_strdup_printf(
        "%s %s", request != NULL ? guichet_overview_get_title(overview, request->procedure_id) : "",
        deposit != NULL ? deposit : "");

    g_set_object(&self->desk, guichet_overview_get_desk(overview));
    g_free(self->request_id);
    self->request_id = g_strdup(request_id);
    gtk_label_set_text(self->subject, g_strstrip(subject));
    gtk_label_set_text(self->due, due != NULL ? due : "");
    guichet_alert_hide(self->alert);
    gtk_editable_set_text(self->number, "");
    gtk_widget_grab_focus(GTK_WIDGET(self->number));
}

void
guichet_handover_compare(GuichetHandover *self, const char *number)
{
    gtk_editable_set_text(self->number, number);
    on_compare(self);
}
