/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/key-foot.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"

typedef struct {
    const char *key;
    const char *word;
    const char *action;
    GuichetKeys page_key; /* 0: on every page */
    gboolean session;     /* only when an agent is logged in */
} Key;

static const Key keys[] = {
    {"F1", N_("Aide"), "win.help", 0, FALSE},
    {"F2", N_("Nouvelle demande"), "win.new", GUICHET_KEY_NEW, TRUE},
    {"F3", N_("Rechercher"), "win.search", GUICHET_KEY_SEARCH, TRUE},
    {"F4", N_("Envois"), "win.queue", 0, TRUE},
    {"F5", N_("Capturer"), "win.capture", GUICHET_KEY_CAPTURE, TRUE},
    {"F6", N_("Recommencer"), "win.retake", GUICHET_KEY_RETAKE, TRUE},
    {"F8", N_("Imprimer"), "win.print", GUICHET_KEY_PRINT, TRUE},
    {"F9", N_("Confort de lecture"), "win.comfort", 0, FALSE},
    {"F10", N_("Tableau de bord"), "win.dashboard", GUICHET_KEY_FIGURES, TRUE},
};

struct _GuichetKeyFoot {
    GtkBox parent_instance;
    GtkWidget *lines[2];
    GtkWidget *buttons[G_N_ELEMENTS(keys)];
};

G_DEFINE_FINAL_TYPE(GuichetKeyFoot, guichet_key_foot, GTK_TYPE_BOX)

static GtkWidget *
make_button(const Key *key)
{
    GtkWidget *button = gtk_button_new();
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *cap = gtk_label_new(key->key);
    g_autofree char *name = g_strdup_printf("%s (%s)", _(key->word), key->key);

    gtk_widget_add_css_class(button, "key");
    gtk_widget_add_css_class(cap, "key-cap");
    gtk_widget_set_valign(cap, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(line), cap);
    gtk_box_append(GTK_BOX(line), gtk_label_new(_(key->word)));
    gtk_button_set_child(GTK_BUTTON(button), line);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), key->action);
    /* a click on the foot leaves the focus where the work is */
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return button;
}

static void
guichet_key_foot_class_init(GuichetKeyFootClass *klass)
{
}

/* With large text the visible keys share two lines. */
static void
lay_out(GuichetKeyFoot *self)
{
    gboolean large = guichet_comfort_get_text_percent() > 100;
    guint visible = 0, placed = 0;

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        visible += gtk_widget_get_visible(self->buttons[i]);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        guint line = large && visible > 3 && placed >= (visible + 1) / 2;

        placed += gtk_widget_get_visible(self->buttons[i]);
        g_object_ref(self->buttons[i]);
        if (gtk_widget_get_parent(self->buttons[i]) != NULL)
            gtk_box_remove(GTK_BOX(gtk_widget_get_parent(self->buttons[i])), self->buttons[i]);
        gtk_box_append(GTK_BOX(self->lines[line]), self->buttons[i]);
        g_object_unref(self->buttons[i]);
    }
}

static void
guichet_key_foot_init(GuichetKeyFoot *self)
{
    gtk_widget_add_css_class(GTK_WIDGET(self), "foot");
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    for (guint i = 0; i < G_N_ELEMENTS(self->lines); i++) {
        self->lines[i] = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
        gtk_box_append(GTK_BOX(self), self->lines[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        self->buttons[i] = make_button(&keys[i]);
    lay_out(self);
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(lay_out), self, G_CONNECT_SWAPPED);
}

void
guichet_key_foot_update(GuichetKeyFoot *self, GuichetKeys page_keys, gboolean session)
{
    gboolean changed = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        gboolean shown = (session || !keys[i].session) &&
                         (keys[i].page_key == 0 || (page_keys & keys[i].page_key) != 0);

        changed = changed || shown != gtk_widget_get_visible(self->buttons[i]);
        gtk_widget_set_visible(self->buttons[i], shown);
    }
    if (changed && guichet_comfort_get_text_percent() > 100)
        lay_out(self);
}
