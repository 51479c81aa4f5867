/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/window.h"

#include <glib/gi18n-lib.h>

#include "kiosk/window-private.h"
#include "lockdown.h"

#define CONTENT_MAX_PIXELS 1100 /* longer lines are hard to read */

G_DEFINE_FINAL_TYPE(GuichetKioskWindow, guichet_kiosk_window, GTK_TYPE_APPLICATION_WINDOW)

/* --- nobody there --- */

static void
on_warned(GuichetKioskWindow *self, guint seconds)
{
    g_autofree char *text = g_strdup_printf("%u", seconds);
    gboolean first = !gtk_widget_get_visible(self->idle);

    gtk_label_set_text(self->idle_count, text);
    gtk_widget_set_visible(self->idle, TRUE);
    if (first && self->reads_aloud)
        guichet_speech_say(self->speech, _("Êtes-vous là ? Touchez l’écran pour continuer."));
}

static void
on_calmed(GuichetKioskWindow *self)
{
    gtk_widget_set_visible(self->idle, FALSE);
}

static void
on_expired(GuichetKioskWindow *self)
{
    gtk_widget_set_visible(self->idle, FALSE);
    guichet_kiosk_leave(self);
}

static GtkWidget *
make_label(const char *text, const char *css_class)
{
    GtkWidget *label = g_object_new(GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "justify",
                                    GTK_JUSTIFY_CENTER, NULL);

    gtk_widget_add_css_class(label, css_class);
    return label;
}

/* Hides what is on the screen: the person may have gone, and another come. */
static GtkWidget *
make_idle(GuichetKioskWindow *self)
{
    GtkWidget *page =
        g_object_new(GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 32,
                     "visible", FALSE, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
    GtkWidget *inner =
        g_object_new(GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 32, "valign",
                     GTK_ALIGN_CENTER, "vexpand", TRUE, NULL);
    GtkWidget *count = make_label("", "kiosk-countdown");

    self->idle_count = GTK_LABEL(count);
    gtk_widget_add_css_class(page, "kiosk-idle");
    gtk_box_append(GTK_BOX(inner), make_label(_("Êtes-vous là ?"), "kiosk-title"));
    gtk_box_append(GTK_BOX(inner), count);
    gtk_box_append(GTK_BOX(inner),
                   make_label(_("Touchez l’écran pour continuer."), "kiosk-sentence"));
    gtk_box_append(GTK_BOX(inner),
                   make_label(_("Sinon l’écran s’efface. Votre demande est gardée : "
                                "revenez avec votre ticket."),
                              "kiosk-sentence"));
    gtk_box_append(GTK_BOX(page), inner);
    return page;
}

/* --- buttons of every screen --- */

static void
on_listen(GuichetKioskWindow *self)
{
    self->reads_aloud = !self->reads_aloud && guichet_speech_is_available(self->speech);
    gtk_button_set_label(GTK_BUTTON(self->listen),
                         self->reads_aloud ? _("Silence (F1)") : _("Écouter (F1)"));
    guichet_kiosk_read_aloud(self);
}

static void
on_stop(GuichetKioskWindow *self)
{
    guichet_kiosk_show(self, SCREEN_STOP);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       gpointer user_data)
{
    if (key != GDK_KEY_F1)
        return GDK_EVENT_PROPAGATE;
    on_listen(user_data);
    return GDK_EVENT_STOP;
}

static GtkWidget *
make_button(GuichetKioskWindow *self, const char *label, const char *css_class,
            GCallback on_clicked)
{
    GtkWidget *button = gtk_button_new_with_label(label);

    gtk_widget_add_css_class(button, css_class);
    g_signal_connect_object(button, "clicked", on_clicked, self, G_CONNECT_SWAPPED);
    return button;
}

static GtkWidget *
make_top(GuichetKioskWindow *self)
{
    GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);
    GtkWidget *ticket = g_object_new(GTK_TYPE_LABEL, "hexpand", TRUE, "xalign", 0.0, NULL);

    self->ticket_label = GTK_LABEL(ticket);
    gtk_widget_add_css_class(ticket, "kiosk-small-ticket");
    self->languages = guichet_kiosk_languages_new(self);
    self->listen = make_button(self, _("Écouter (F1)"), "kiosk-quiet", G_CALLBACK(on_listen));
    self->stop = make_button(self, _("Arrêter"), "kiosk-quiet", G_CALLBACK(on_stop));
    gtk_widget_add_css_class(bar, "kiosk-top");
    gtk_box_append(GTK_BOX(bar), make_label("Guichet", "kiosk-brand"));
    gtk_box_append(GTK_BOX(bar), ticket);
    gtk_box_append(GTK_BOX(bar), self->languages);
    gtk_box_append(GTK_BOX(bar), self->listen);
    gtk_box_append(GTK_BOX(bar), self->stop);
    return bar;
}

static GtkWidget *
make_bottom(GuichetKioskWindow *self)
{
    GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);

    self->back = make_button(self, _("Retour"), "kiosk-button", G_CALLBACK(guichet_kiosk_go_back));
    self->unknown =
        make_button(self, _("Je ne sais pas"), "kiosk-button", G_CALLBACK(guichet_kiosk_skip));
    self->next =
        make_button(self, _("Continuer"), "kiosk-button", G_CALLBACK(guichet_kiosk_go_next));
    gtk_widget_add_css_class(self->next, "primary");
    gtk_widget_set_hexpand(self->unknown, TRUE);
    gtk_widget_set_halign(self->unknown, GTK_ALIGN_END);
    gtk_widget_set_hexpand(self->next, TRUE);
    gtk_widget_set_halign(self->next, GTK_ALIGN_END);
    gtk_widget_add_css_class(bar, "kiosk-bottom");
    gtk_box_append(GTK_BOX(bar), self->back);
    gtk_box_append(GTK_BOX(bar), self->unknown);
    gtk_box_append(GTK_BOX(bar), self->next);
    return bar;
}

static GtkWidget *
make_middle(GuichetKioskWindow *self)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

    self->middle = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    self->content = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 20));
    self->error =
        GTK_LABEL(g_object_new(GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "visible", FALSE,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL));
    self->pad = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 0));
    self->scroller = g_object_new(GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER,
                                  "vexpand", TRUE, "overlay-scrolling", FALSE, NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Contenu de l’écran"), -1);
    gtk_widget_add_css_class(GTK_WIDGET(self->content), "kiosk-content");
    gtk_widget_add_css_class(GTK_WIDGET(self->error), "kiosk-error");
    gtk_widget_add_css_class(GTK_WIDGET(self->pad), "kiosk-pad");
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), GTK_WIDGET(self->content));
    gtk_box_append(GTK_BOX(column), self->scroller);
    gtk_box_append(GTK_BOX(column), GTK_WIDGET(self->error));
    gtk_widget_set_hexpand(column, TRUE);
    gtk_box_append(GTK_BOX(self->middle), column);
    gtk_box_append(GTK_BOX(self->middle), GTK_WIDGET(self->pad));
    return self->middle;
}

void
guichet_kiosk_renew_words(GuichetKioskWindow *self)
{
    GtkWidget *idle = make_idle(self);

    gtk_overlay_remove_overlay(self->overlay, self->idle);
    self->idle = idle;
    gtk_overlay_add_overlay(self->overlay, idle);
    gtk_button_set_label(GTK_BUTTON(self->stop), _("Arrêter"));
    gtk_button_set_label(GTK_BUTTON(self->back), _("Retour"));
    gtk_button_set_label(GTK_BUTTON(self->unknown), _("Je ne sais pas"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Contenu de l’écran"), -1);
    guichet_kiosk_languages_renew(self->languages);
}

/* The whole screen, also where no compositor listens; and a column that is not wider than one reads
 * with ease. */
static void
fill_screen(GuichetKioskWindow *self)
{
    GListModel *monitors = gdk_display_get_monitors(gtk_widget_get_display(GTK_WIDGET(self)));
    g_autoptr(GdkMonitor) monitor = g_list_model_get_item(monitors, 0);
    GdkRectangle area = {.width = 1280, .height = 800};

    if (monitor != NULL)
        gdk_monitor_get_geometry(monitor, &area);
    gtk_window_set_default_size(GTK_WINDOW(self), area.width, area.height);
    gtk_window_fullscreen(GTK_WINDOW(self));
    self->margin = MAX(0, (area.width - CONTENT_MAX_PIXELS) / 2);
    self->is_wide = area.width > area.height;
    if (!self->is_wide)
        return;
    /* the keys stand beside the question, which they would hide below it */
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self->middle), GTK_ORIENTATION_HORIZONTAL);
    gtk_widget_set_valign(GTK_WIDGET(self->pad), GTK_ALIGN_CENTER);
}

void
guichet_kiosk_fit(GuichetKioskWindow *self)
{
    gboolean has_keys = gtk_widget_get_first_child(GTK_WIDGET(self->pad)) != NULL;
    int margin = has_keys && self->is_wide ? 0 : self->margin;

    gtk_widget_set_visible(GTK_WIDGET(self->pad), has_keys);
    gtk_widget_set_margin_start(GTK_WIDGET(self->content), margin);
    gtk_widget_set_margin_end(GTK_WIDGET(self->content), margin);
}

static void
guichet_kiosk_window_dispose(GObject *object)
{
    GuichetKioskWindow *self = GUICHET_KIOSK_WINDOW(object);

    g_clear_handle_id(&self->save_source, g_source_remove);
    if (self->watch != NULL)
        guichet_idle_watch_stop(self->watch);
    g_clear_object(&self->watch);
    g_clear_object(&self->speech);
    g_clear_object(&self->draft);
    g_clear_object(&self->desk);
    g_clear_pointer(&self->ticket, g_free);
    g_clear_pointer(&self->questions, g_ptr_array_unref);
    g_clear_pointer(&self->procedures, g_ptr_array_unref);
    g_clear_pointer(&self->words, guichet_kiosk_words_free);
    if (self->spoken != NULL)
        g_string_free(self->spoken, TRUE);
    self->spoken = NULL;
    G_OBJECT_CLASS(guichet_kiosk_window_parent_class)->dispose(object);
}

static void
guichet_kiosk_window_class_init(GuichetKioskWindowClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_kiosk_window_dispose;
}

static void
load_style(GtkWidget *widget)
{
    g_autoptr(GtkCssProvider) rules = gtk_css_provider_new();

    gtk_css_provider_load_from_resource(rules, "/fr/guichet/style/kiosk.css");
    gtk_style_context_add_provider_for_display(gtk_widget_get_display(widget),
                                               GTK_STYLE_PROVIDER(rules),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

static void
watch_person(GuichetKioskWindow *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    self->watch = guichet_idle_watch_new(GTK_WIDGET(self));
    g_signal_connect_object(self->watch, "warned", G_CALLBACK(on_warned), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->watch, "calmed", G_CALLBACK(on_calmed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->watch, "expired", G_CALLBACK(on_expired), self,
                            G_CONNECT_SWAPPED);
}

static void
guichet_kiosk_window_init(GuichetKioskWindow *self)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

    self->words = guichet_kiosk_words_new();
    self->speech = guichet_speech_new();
    self->spoken = g_string_new(NULL);
    self->questions = g_ptr_array_new();
    load_style(GTK_WIDGET(self));
    gtk_widget_add_css_class(GTK_WIDGET(self), "guichet");
    gtk_widget_add_css_class(GTK_WIDGET(self), "kiosk");
    gtk_window_set_title(GTK_WINDOW(self), "Guichet");
    gtk_window_set_decorated(GTK_WINDOW(self), FALSE);
    guichet_lockdown_close(GTK_WINDOW(self));
    guichet_lockdown_tighten(GTK_WINDOW(self));
    gtk_box_append(GTK_BOX(column), make_top(self));
    gtk_box_append(GTK_BOX(column), make_middle(self));
    gtk_box_append(GTK_BOX(column), make_bottom(self));
    self->idle = make_idle(self);
    self->overlay = GTK_OVERLAY(gtk_overlay_new());
    gtk_overlay_set_child(self->overlay, column);
    gtk_overlay_add_overlay(self->overlay, self->idle);
    gtk_window_set_child(GTK_WINDOW(self), GTK_WIDGET(self->overlay));
    watch_person(self);
    fill_screen(self);
    guichet_kiosk_show(self, SCREEN_CLOSED);
}

GuichetKioskWindow *
guichet_kiosk_window_new(GtkApplication *application)
{
    return g_object_new(GUICHET_TYPE_KIOSK_WINDOW, "application", application, NULL);
}

void
guichet_kiosk_window_set_desk(GuichetKioskWindow *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
    guichet_kiosk_enter(self);
}

void
guichet_kiosk_window_show_error(GuichetKioskWindow *self, const GError *error)
{
    g_autofree char *sentence = g_strconcat(error->message, ".", NULL);

    guichet_kiosk_show(self, SCREEN_CLOSED);
    guichet_kiosk_show_problem(self, sentence);
}
