/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/receipt.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "announce.h"
#include "core/error.h"
#include "core/paths.h"
#include "text.h"
#include "widgets/alert.h"
#include "widgets/code.h"

struct _GuichetReceiptPage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GuichetDesk *desk;
    char *request_id;
    GtkLabel *procedure;
    GtkLabel *number;
    GtkLabel *when;
    GtkBox *place;
    GtkImage *place_icon;
    GtkLabel *place_word;
    GtkLabel *place_note;
    GuichetAlert *alert;
    GuichetCode *code;
    GtkWidget *code_card;
    GtkButton *print;
    gboolean printing;
};

G_DEFINE_FINAL_TYPE(GuichetReceiptPage, guichet_receipt_page, GUICHET_TYPE_PAGE)

/* --- the slip, on the desk's thread --- */

static gpointer
work_print(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    const char *root = guichet_station_get_root(guichet_desk_get_station(desk));
    g_autofree char *folder = guichet_station_path(root, "print");
    g_autofree char *name = g_strdup_printf("attestation-%s.pdf", (const char *)data);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GBytes) slip = guichet_desk_make_slip(desk, data, error);
    gsize size;
    const void *bytes;

    if (slip == NULL)
        return NULL;
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        guichet_set_error_from_errno(error, errno, _("Le dossier d’impression ne s’ouvre pas :"),
                                     folder);
        return NULL;
    }
    bytes = g_bytes_get_data(slip, &size);
    if (!guichet_write_file_durably(path, bytes, size, 0600, error))
        return NULL;
    return g_steal_pointer(&path);
}

static void
on_printed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetReceiptPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    g_autofree char *sentence = NULL;

    self->printing = FALSE;
    if (path == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    sentence = g_strdup_printf(_("Attestation enregistrée : %s"), path);
    guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
}

static void
on_print(GuichetReceiptPage *self)
{
    if (self->desk == NULL || self->request_id == NULL || self->printing)
        return;
    /* the button stays: an insensitive one would lose the focus */
    self->printing = TRUE;
    guichet_desk_call_async(self->desk, work_print, g_strdup(self->request_id), g_free, g_free,
                            NULL, on_printed, g_object_ref(self));
}

/* --- the code --- */

static gpointer
work_statement(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_load_statement(desk, data, error);
}

static void
on_statement(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetReceiptPage) self = user_data;
    g_autofree char *statement = guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);

    /* without it the page says the same in words, and F8 says what is wrong */
    guichet_code_set_text(self->code, statement);
    gtk_widget_set_visible(self->code_card, statement != NULL);
}

/* --- where the request is --- */

static gboolean
is_here(GuichetRequestState state)
{
    return state == GUICHET_REQUEST_SEALED || state == GUICHET_REQUEST_SENDING;
}

static void
show_place(GuichetReceiptPage *self, GuichetRequest *request)
{
    gboolean here = is_here(request->state);
    const char *note =
        here ? _("Le dossier est scellé et en sûreté sur ce poste. Il partira seul dès qu’il y "
                 "aura du réseau.")
             : _("Le centre a signé son accusé de réception : il détient le dossier.");

    if (!here && request->status_text != NULL && *request->status_text != '\0')
        note = request->status_text;
    gtk_widget_set_css_classes(
        GTK_WIDGET(self->place),
        (const char *[]){"place", guichet_text_state_class(request->state), NULL});
    gtk_image_set_from_icon_name(self->place_icon, guichet_text_state_icon(request->state));
    gtk_label_set_text(self->place_word, here ? _("Gardé ici") : _("Reçu par le centre"));
    gtk_label_set_text(self->place_note, note);
}

static void
show_request(GuichetReceiptPage *self, GuichetRequest *request)
{
    g_autofree char *number = guichet_text_deposit(request);
    g_autofree char *moment = guichet_text_moment(request->updated_us);
    g_autofree char *when = g_strdup_printf(_("Dernier changement : %s"), moment);

    gtk_label_set_text(self->procedure,
                       self->overview != NULL
                           ? guichet_overview_get_title(self->overview, request->procedure_id)
                           : request->procedure_id);
    gtk_label_set_text(self->number, number != NULL ? number : "");
    gtk_label_set_text(self->when, when);
    show_place(self, request);
}

static void
on_overview_changed(GuichetReceiptPage *self)
{
    GuichetRequest *request =
        self->request_id != NULL ? guichet_overview_find(self->overview, self->request_id) : NULL;

    if (request != NULL)
        show_request(self, request);
}

static void
guichet_receipt_page_enter(GuichetPage *page)
{
    GuichetReceiptPage *self = GUICHET_RECEIPT_PAGE(page);
    g_autofree char *sentence =
        g_strdup_printf("%s %s. %s", gtk_label_get_text(self->procedure),
                        gtk_label_get_text(self->number), gtk_label_get_text(self->place_word));

    guichet_announce(GTK_WIDGET(self), sentence);
    gtk_widget_grab_focus(GTK_WIDGET(self->print));
}

static void
guichet_receipt_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_PRINT)
        on_print(GUICHET_RECEIPT_PAGE(page));
}

static void
guichet_receipt_page_adopt(GuichetPage *page, GuichetPage *old)
{
    GuichetReceiptPage *self = GUICHET_RECEIPT_PAGE(page), *other = GUICHET_RECEIPT_PAGE(old);
    GuichetRequest *request = other->overview != NULL && other->request_id != NULL
                                  ? guichet_overview_find(other->overview, other->request_id)
                                  : NULL;

    if (request != NULL && other->desk != NULL)
        guichet_receipt_page_show(self, other->desk, request);
}

static void
guichet_receipt_page_dispose(GObject *object)
{
    GuichetReceiptPage *self = GUICHET_RECEIPT_PAGE(object);

    g_clear_object(&self->overview);
    g_clear_object(&self->desk);
    g_clear_pointer(&self->request_id, g_free);
    G_OBJECT_CLASS(guichet_receipt_page_parent_class)->dispose(object);
}

static void
guichet_receipt_page_class_init(GuichetReceiptPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_receipt_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_receipt_page_enter;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_receipt_page_adopt;
    GUICHET_PAGE_CLASS(klass)->press = guichet_receipt_page_press;
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_CODE);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/receipt.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, procedure);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, number);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, when);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, place);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, place_icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, place_word);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, place_note);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, code);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, code_card);
    gtk_widget_class_bind_template_child(widget_class, GuichetReceiptPage, print);
    gtk_widget_class_bind_template_callback(widget_class, on_print);
}

static void
guichet_receipt_page_init(GuichetReceiptPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_PRINT | GUICHET_KEY_NEW);
}

void
guichet_receipt_page_set_overview(GuichetReceiptPage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
}

void
guichet_receipt_page_show(GuichetReceiptPage *self, GuichetDesk *desk, GuichetRequest *request)
{
    g_set_object(&self->desk, desk);
    g_free(self->request_id);
    self->request_id = g_strdup(request->id);
    guichet_alert_hide(self->alert);
    gtk_widget_set_visible(self->code_card, FALSE);
    show_request(self, request);
    guichet_desk_call_async(desk, work_statement, g_strdup(request->id), g_free, g_free, NULL,
                            on_statement, g_object_ref(self));
}
