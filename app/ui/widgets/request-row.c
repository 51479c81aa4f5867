/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/request-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "text.h"

struct _GuichetRequestRow {
    GtkListBoxRow parent_instance;
    GtkLabel *title;
    GtkLabel *note;
    GtkBox *badge;
    GtkImage *icon;
    GtkLabel *state;
    char *id;
    GuichetRequestState state_now;
    char *haystack;
};

G_DEFINE_FINAL_TYPE(GuichetRequestRow, guichet_request_row, GTK_TYPE_LIST_BOX_ROW)

static void
guichet_request_row_finalize(GObject *object)
{
    GuichetRequestRow *self = GUICHET_REQUEST_ROW(object);

    g_free(self->id);
    g_free(self->haystack);
    G_OBJECT_CLASS(guichet_request_row_parent_class)->finalize(object);
}

static void
guichet_request_row_class_init(GuichetRequestRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_request_row_finalize;
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/request-row.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetRequestRow, title);
    gtk_widget_class_bind_template_child(widget_class, GuichetRequestRow, note);
    gtk_widget_class_bind_template_child(widget_class, GuichetRequestRow, badge);
    gtk_widget_class_bind_template_child(widget_class, GuichetRequestRow, icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetRequestRow, state);
}

static void
guichet_request_row_init(GuichetRequestRow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static char *
describe_note(GuichetOverview *overview, GuichetRequest *request)
{
    const char *title = guichet_overview_get_title(overview, request->procedure_id);
    g_autofree char *when = guichet_text_moment(request->updated_us);
    g_autofree char *person = guichet_text_person(request);
    const char *due = guichet_overview_get_due(overview, request->id);

    if (due != NULL && request->status_text != NULL && *request->status_text != '\0')
        return g_strdup_printf("%s\n%s", request->status_text, due);
    if (due != NULL)
        return g_strdup(due);
    if (request->status_text != NULL && *request->status_text != '\0')
        return g_strdup_printf("%s · %s", when, request->status_text);
    if (request->kiosk && request->state == GUICHET_REQUEST_DRAFT)
        return g_strdup_printf(_("%s · commencée à la borne · %s"), title, when);
    if (*person != '\0')
        return g_strdup_printf("%s · %s", title, when);
    return g_strdup(when);
}

GtkWidget *
guichet_request_row_new(GuichetOverview *overview, GuichetRequest *request)
{
    GuichetRequestRow *self = g_object_new(GUICHET_TYPE_REQUEST_ROW, NULL);
    g_autofree char *person = guichet_text_person(request);
    g_autofree char *deposit = guichet_text_deposit(request);
    g_autofree char *note = describe_note(overview, request);
    const char *state = guichet_request_state_label(request->state);
    const char *procedure = guichet_overview_get_title(overview, request->procedure_id);
    g_autofree char *title =
        *person != '\0' ? g_strdup(person)
                        : g_strdup_printf("%s %s", procedure, deposit != NULL ? deposit : "");
    g_autofree char *name = g_strdup_printf("%s, %s, %s", title, state, note);

    self->id = g_strdup(request->id);
    self->state_now = request->state;
    self->haystack = g_utf8_casefold(name, -1);
    gtk_label_set_text(self->title, title);
    gtk_label_set_text(self->note, note);
    gtk_label_set_text(self->state, state);
    gtk_image_set_from_icon_name(self->icon, guichet_text_state_icon(request->state));
    gtk_widget_add_css_class(GTK_WIDGET(self->badge), guichet_text_state_class(request->state));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return GTK_WIDGET(self);
}

const char *
guichet_request_row_get_id(GuichetRequestRow *self)
{
    return self->id;
}

GuichetRequestState
guichet_request_row_get_state(GuichetRequestRow *self)
{
    return self->state_now;
}

gboolean
guichet_request_row_matches(GuichetRequestRow *self, const char *text)
{
    g_autofree char *needle = g_utf8_casefold(text, -1);

    return strstr(self->haystack, needle) != NULL;
}
