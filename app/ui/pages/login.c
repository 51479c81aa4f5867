/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/login.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "forget.h"
#include "pages/technician-strip.h"
#include "widgets/alert.h"

struct _GuichetLoginPage {
    GuichetPage parent_instance;
    GuichetDesk *desk;
    GuichetAlert *alert;
    GtkLabel *station;
    GtkEntry *agent;
    GtkEntry *passphrase;
    GtkLabel *passphrase_label;
    GtkButton *open;
    GtkBox *no_tpm;
    GuichetTechnicianStrip *strip;
    gboolean busy;
    gboolean last_try; /* the card has one try left, and the agent was told */
};

G_DEFINE_FINAL_TYPE(GuichetLoginPage, guichet_login_page, GUICHET_TYPE_PAGE)

static guint opened_signal;

typedef struct {
    char *agent;
    GuichetSecret *passphrase; /* or the code of the agent's card */
    gboolean last_try;
} Credentials;

static void
credentials_free(gpointer data)
{
    Credentials *credentials = data;

    g_free(credentials->agent);
    guichet_secret_unref(credentials->passphrase);
    g_free(credentials);
}

static gpointer
work_login(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    Credentials *credentials = data;

    const GuichetLogin login = {.agent = credentials->agent,
                                .secret = credentials->passphrase,
                                .last_try = credentials->last_try};

    return guichet_desk_open_session(desk, &login, error) ? g_strdup(credentials->agent) : NULL;
}

static void
set_busy(GuichetLoginPage *self, gboolean busy)
{
    self->busy = busy;
    gtk_widget_set_sensitive(GTK_WIDGET(self->open), !busy && self->desk != NULL);
    gtk_button_set_label(self->open, busy ? _("Ouverture…") : _("Ouvrir la session"));
}

static void
on_logged_in(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetLoginPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *agent = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    set_busy(self, FALSE);
    self->last_try = g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_STATE);
    if (agent == NULL) {
        guichet_alert_show_error(self->alert, error);
        gtk_widget_grab_focus(GTK_WIDGET(self->passphrase));
        return;
    }
    guichet_alert_hide(self->alert);
    g_signal_emit(self, opened_signal, 0, agent);
}

static void
on_open(GuichetLoginPage *self)
{
    const char *agent = gtk_editable_get_text(GTK_EDITABLE(self->agent));
    const char *passphrase = gtk_editable_get_text(GTK_EDITABLE(self->passphrase));
    Credentials *credentials;

    if (self->busy || self->desk == NULL)
        return;
    if (*agent == '\0' || *passphrase == '\0') {
        guichet_alert_show(self->alert, GUICHET_ALERT_WARNING,
                           _("Tapez votre nom d’agent, puis votre phrase de passe ou le code de "
                             "votre carte."));
        gtk_widget_grab_focus(*agent == '\0' ? GTK_WIDGET(self->agent)
                                             : GTK_WIDGET(self->passphrase));
        return;
    }
    credentials = g_new0(Credentials, 1);
    credentials->agent = g_strdup(agent);
    credentials->passphrase = guichet_secret_new_string(passphrase);
    guichet_forget_entry(self->passphrase);
    credentials->last_try = self->last_try;
    set_busy(self, TRUE);
    guichet_desk_call_async(self->desk, work_login, credentials, credentials_free, g_free, NULL,
                            on_logged_in, g_object_ref(self));
}

/* Another agent's card is another one's tries. */
static void
on_agent_changed(GuichetLoginPage *self)
{
    self->last_try = FALSE;
}

static void
on_agent_activate(GuichetLoginPage *self)
{
    gtk_widget_grab_focus(GTK_WIDGET(self->passphrase));
}

static void
guichet_login_page_enter(GuichetPage *page)
{
    GuichetLoginPage *self = GUICHET_LOGIN_PAGE(page);
    gboolean known = *gtk_editable_get_text(GTK_EDITABLE(self->agent)) != '\0';

    guichet_forget_entry(self->passphrase);
    guichet_forget_clipboards(GTK_WIDGET(self));
    gtk_widget_grab_focus(known ? GTK_WIDGET(self->passphrase) : GTK_WIDGET(self->agent));
}

static void
guichet_login_page_adopt(GuichetPage *page, GuichetPage *old)
{
    if (GUICHET_LOGIN_PAGE(old)->desk != NULL)
        guichet_login_page_set_desk(GUICHET_LOGIN_PAGE(page), GUICHET_LOGIN_PAGE(old)->desk);
}

static void
guichet_login_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_LOGIN_PAGE(object)->desk);
    G_OBJECT_CLASS(guichet_login_page_parent_class)->dispose(object);
}

static void
guichet_login_page_class_init(GuichetLoginPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_login_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_login_page_enter;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_login_page_adopt;
    opened_signal = g_signal_new("opened", GUICHET_TYPE_LOGIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_TECHNICIAN_STRIP);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/login.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, station);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, agent);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, passphrase);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, passphrase_label);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, open);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, no_tpm);
    gtk_widget_class_bind_template_child(widget_class, GuichetLoginPage, strip);
    gtk_widget_class_bind_template_callback(widget_class, on_open);
    gtk_widget_class_bind_template_callback(widget_class, on_agent_activate);
    gtk_widget_class_bind_template_callback(widget_class, on_agent_changed);
}

static void
guichet_login_page_init(GuichetLoginPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    set_busy(self, FALSE);
}

/* Each agent's slot says which of the two opens it: nobody has to choose. */
static void
offer_cards(GuichetLoginPage *self)
{
    const GuichetSessionPolicy *policy = guichet_desk_get_session_policy(self->desk);

    if (policy == NULL || *policy->modules == NULL)
        return;
    gtk_label_set_text(self->passphrase_label, _("Code de votre carte, ou phrase de passe"));
    g_object_set(self, "help",
                 _("Avec une carte : insérez-la, tapez votre nom d’agent, puis le code de la "
                   "carte. Retirer la carte verrouille la session, rien n’est perdu. Un code faux "
                   "compte : la carte se bloque après quelques essais, et le poste le dit avant "
                   "le dernier. Sans carte : votre nom, puis votre phrase de passe. La session "
                   "s’ouvre aussi sans réseau, et un collègue peut reprendre tous les brouillons."),
                 NULL);
}

void
guichet_login_page_set_desk(GuichetLoginPage *self, GuichetDesk *desk)
{
    GuichetStation *station = guichet_desk_get_station(desk);

    g_set_object(&self->desk, desk);
    gtk_label_set_text(self->station, guichet_station_get_name(station));
    gtk_widget_set_visible(GTK_WIDGET(self->no_tpm), !guichet_station_has_tpm(station));
    offer_cards(self);
    guichet_technician_strip_begin(self->strip, desk);
    set_busy(self, FALSE);
}

void
guichet_login_page_show_error(GuichetLoginPage *self, const GError *error)
{
    guichet_alert_show_error(self->alert, error);
}
