/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/follow.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/error.h"
#include "forget.h"
#include "service/handover.h"
#include "service/joining.h"
#include "service/kiosk.h"
#include "text.h"
#include "widgets/alert.h"

#define TICKET_DIGITS 12

struct _GuichetFollowPage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    char *found; /* the request that is shown, or NULL */
    GuichetRequestState found_state;
    GtkLabel *sync;
    GtkEntry *number;
    GuichetAlert *alert;
    GtkWidget *result;
    GtkLabel *procedure;
    GtkLabel *which;
    GtkWidget *place;
    GtkImage *icon;
    GtkLabel *state;
    GtkLabel *meaning;
    GtkLabel *word;
    GtkButton *go_on;
};

G_DEFINE_FINAL_TYPE(GuichetFollowPage, guichet_follow_page, GUICHET_TYPE_PAGE)

/* What each state means for the person, and what to do. */
static const char *const meanings[GUICHET_REQUEST_N_STATES] = {
    [GUICHET_REQUEST_DRAFT] =
        N_("Elle est commencée et gardée ici. Elle n’est pas encore déposée : reprenez-la."),
    [GUICHET_REQUEST_SEALED] = N_("Elle est déposée et gardée ici, fermée. Elle part seule dès "
                                  "qu’il y a du réseau. Il n’y a rien à faire."),
    [GUICHET_REQUEST_SENDING] = N_("Elle est déposée et part vers le centre."),
    [GUICHET_REQUEST_RECEIVED] = N_("Le centre l’a reçue. Il va l’examiner."),
    [GUICHET_REQUEST_IN_PROGRESS] = N_("Le centre l’examine."),
    [GUICHET_REQUEST_SUPPLEMENT_ASKED] = N_(
        "Le centre demande une pièce de plus. Reprenez la demande : seul ce qui manque s’ouvre."),
    [GUICHET_REQUEST_SUPPLEMENT_SEALED] =
        N_("La pièce demandée est déposée. Le centre reprend l’examen."),
    [GUICHET_REQUEST_REFUSED] = N_("Le centre a refusé. La lettre dit pourquoi, comment contester "
                                   "et dans quel délai."),
    [GUICHET_REQUEST_TITLE_READY] =
        N_("Le titre est prêt. Un agent le remet, sur présentation d’une pièce d’identité."),
    [GUICHET_REQUEST_HANDED_OVER] = N_("Le titre a été remis."),
    [GUICHET_REQUEST_DESTROYED] =
        N_("Le titre n’a pas été retiré à temps et a été détruit. Il faut refaire la demande."),
    [GUICHET_REQUEST_ERASED] =
        N_("Le centre l’a reçue ; ce poste n’en garde plus que le numéro. Demandez au centre."),
    [GUICHET_REQUEST_ABANDONED] = N_("Le brouillon a été abandonné : il faut recommencer."),
};

static void
hide_result(GuichetFollowPage *self)
{
    g_clear_pointer(&self->found, g_free);
    gtk_widget_set_visible(self->result, FALSE);
    gtk_label_set_text(self->which, "");
    gtk_label_set_text(self->word, "");
}

/* "n° 42 · déposée ici · dernier changement : 10:42" */
static char *
describe_which(GuichetRequest *request)
{
    g_autofree char *number = guichet_text_deposit(request);
    g_autofree char *moment = guichet_text_moment(request->updated_us);

    return number != NULL
               ? g_strdup_printf(_("Dépôt %s · dernier état connu ici : %s"), number, moment)
               : g_strdup_printf(_("Brouillon · repris pour la dernière fois : %s"), moment);
}

static const char *
name_way_on(GuichetRequestState state)
{
    if (state == GUICHET_REQUEST_DRAFT)
        return _("Reprendre la demande");
    if (state == GUICHET_REQUEST_SUPPLEMENT_ASKED)
        return _("Ajouter ce que le centre demande");
    return _("Voir le dépôt, imprimer l’attestation");
}

static void
show_result(GuichetFollowPage *self, GuichetRequest *request)
{
    g_autofree char *which = describe_which(request);
    gboolean spoken = request->status_text != NULL && *request->status_text != '\0';
    g_autofree char *word =
        spoken ? g_strdup_printf(_("Mot du centre : %s"), request->status_text) : NULL;

    g_free(self->found);
    self->found = g_strdup(request->id);
    self->found_state = request->state;
    gtk_label_set_text(self->procedure,
                       guichet_overview_get_title(self->overview, request->procedure_id));
    gtk_label_set_text(self->which, which);
    gtk_widget_set_css_classes(
        self->place, (const char *[]){"place", guichet_text_state_class(request->state), NULL});
    gtk_image_set_from_icon_name(self->icon, guichet_text_state_icon(request->state));
    gtk_label_set_text(self->state, guichet_request_state_label(request->state));
    gtk_label_set_text(self->meaning, _(meanings[request->state]));
    gtk_label_set_text(self->word, word != NULL ? word : "");
    gtk_widget_set_visible(GTK_WIDGET(self->word), spoken);
    gtk_button_set_label(self->go_on, name_way_on(request->state));
    gtk_widget_set_visible(GTK_WIDGET(self->go_on), request->state != GUICHET_REQUEST_ABANDONED);
    gtk_widget_set_visible(self->result, TRUE);
    gtk_widget_grab_focus(GTK_WIDGET(self->go_on));
}

/* --- finding --- */

static gboolean
is_ticket(const char *text)
{
    guint digits = 0;

    for (; *text != '\0'; text++) {
        if (g_ascii_isdigit(*text))
            digits++;
        else if (*text != ' ' && *text != '-')
            return FALSE;
    }
    return digits == TICKET_DIGITS;
}

static gpointer
work_find(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autofree char *id = is_ticket(data) ? guichet_desk_find_ticket(desk, data, error)
                                          : guichet_desk_find_by_paper(desk, data, error);

    return id != NULL ? guichet_desk_load_request(desk, id, error) : NULL;
}

static void
on_found(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetFollowPage) self = user_data;
    g_autoptr(GError) error = NULL;
    GuichetRequest *request = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (request == NULL) {
        guichet_alert_show_error(self->alert, error);
        gtk_widget_grab_focus(GTK_WIDGET(self->number));
        return;
    }
    if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        show_result(self, request);
    guichet_overview_add(self->overview, request);
}

/* The code of a slip has several lines, and a reader ends each with Enter. */
static gboolean
is_unfinished_code(const char *text)
{
    return g_str_has_prefix(text, "attestation/") && strstr(text, "\nsig=") == NULL;
}

static void
on_activated(GuichetFollowPage *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->number));
    GuichetDesk *desk = self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;
    int end = -1;

    guichet_alert_hide(self->alert);
    if (is_unfinished_code(text)) {
        gtk_editable_insert_text(GTK_EDITABLE(self->number), "\n", 1, &end);
        gtk_editable_set_position(GTK_EDITABLE(self->number), -1);
        return;
    }
    hide_result(self);
    if (desk != NULL && *text != '\0')
        guichet_desk_call_async(desk, work_find, g_strdup(text), g_free,
                                (GDestroyNotify)guichet_request_free, NULL, on_found,
                                g_object_ref(self));
}

/* --- on from there --- */

static gpointer
work_join(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_desk_join(desk, data, NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
on_joined(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetFollowPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (id == NULL)
        guichet_alert_show_error(self->alert, error);
    else if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s", id);
}

static void
on_open(GuichetFollowPage *self)
{
    GuichetDesk *desk = guichet_overview_get_desk(self->overview);

    if (self->found == NULL || desk == NULL)
        return;
    if (self->found_state == GUICHET_REQUEST_SUPPLEMENT_ASKED)
        guichet_desk_call_async(desk, work_join, g_strdup(self->found), g_free, g_free, NULL,
                                on_joined, g_object_ref(self));
    else
        gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s", self->found);
}

/* --- the page --- */

static void
on_overview_changed(GuichetFollowPage *self)
{
    g_autofree char *sync = guichet_overview_describe_sync(self->overview);

    gtk_label_set_text(self->sync, sync);
}

static void
guichet_follow_page_enter(GuichetPage *page)
{
    GuichetFollowPage *self = GUICHET_FOLLOW_PAGE(page);

    guichet_alert_hide(self->alert);
    hide_result(self);
    guichet_forget_entry(self->number);
    gtk_widget_grab_focus(GTK_WIDGET(self->number));
}

static void
guichet_follow_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_SEARCH)
        guichet_follow_page_enter(page);
}

static void
guichet_follow_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_FOLLOW_PAGE(object)->overview);
    g_clear_pointer(&GUICHET_FOLLOW_PAGE(object)->found, g_free);
    G_OBJECT_CLASS(guichet_follow_page_parent_class)->dispose(object);
}

static void
guichet_follow_page_class_init(GuichetFollowPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_follow_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_follow_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_follow_page_press;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/follow.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, sync);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, number);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, result);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, procedure);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, which);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, place);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, state);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, meaning);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, word);
    gtk_widget_class_bind_template_child(widget_class, GuichetFollowPage, go_on);
    gtk_widget_class_bind_template_callback(widget_class, on_activated);
    gtk_widget_class_bind_template_callback(widget_class, on_open);
}

static void
guichet_follow_page_init(GuichetFollowPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_forget_share_nothing(GTK_WIDGET(self->number));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_SEARCH);
}

void
guichet_follow_page_set_overview(GuichetFollowPage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
