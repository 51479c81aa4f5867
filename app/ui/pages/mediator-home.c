/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/mediator-home.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "service/joining.h"
#include "text.h"
#include "widgets/alert.h"
#include "widgets/request-row.h"

#define ROWS_SHOWN 40 /* the others are found by their number */

struct _GuichetMediatorHome {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GtkLabel *day;
    GtkGrid *tiles;
    GuichetAlert *alert;
    GtkWidget *section;
    GtkListBox *list;
};

G_DEFINE_FINAL_TYPE(GuichetMediatorHome, guichet_mediator_home, GUICHET_TYPE_PAGE)

/* --- tiles --- */

static const struct {
    const char *icon, *title, *note;
    const char *action, *target; /* as GtkActionable takes them */
} tiles[] = {
    {"guichet-person-symbolic", N_("Trouver ensemble la bonne démarche"),
     N_("Quelques questions simples, puis la liste des pièces, le prix et le délai."), "win.guide",
     "true"},
    {"guichet-title-symbolic", N_("Commencer une demande"),
     N_("La démarche est connue, ou la personne a la page « Vos pièces »."), "win.new", NULL},
    {"guichet-draft-symbolic", N_("Reprendre ou suivre une demande"),
     N_("Un brouillon, ou le numéro d’une attestation : où en est-elle ?"), "win.go", "'follow'"},
    {"guichet-warning-symbolic", N_("Vérifier un professionnel, éviter les tromperies"),
     N_("Est-il habilité ? Ce site est-il celui de l’État ? Faut-il payer ?"), "win.go",
     "'professional'"},
};

static GtkWidget *
make_words(guint index)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    GtkWidget *title = gtk_label_new(_(tiles[index].title));
    GtkWidget *note = gtk_label_new(_(tiles[index].note));

    gtk_widget_add_css_class(title, "card-title");
    gtk_widget_add_css_class(note, "hint");
    for (GtkWidget *label = title; label != NULL; label = label == title ? note : NULL) {
        gtk_label_set_xalign(GTK_LABEL(label), 0);
        gtk_label_set_wrap(GTK_LABEL(label), TRUE);
        gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
        gtk_box_append(GTK_BOX(box), label);
    }
    gtk_widget_set_hexpand(box, TRUE);
    gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
    return box;
}

static GtkWidget *
make_tile(guint index)
{
    GtkWidget *tile = gtk_button_new();
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 20);
    GtkWidget *icon =
        g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                     "icon-name", tiles[index].icon, "pixel-size", 36, NULL);
    g_autofree char *digit = g_strdup_printf("%u", index + 1);
    GtkWidget *key = gtk_label_new(digit);

    gtk_widget_add_css_class(tile, "tile");
    gtk_widget_add_css_class(icon, "tile-icon");
    gtk_widget_add_css_class(key, "key-cap");
    gtk_widget_set_valign(icon, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(key, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(line), icon);
    gtk_box_append(GTK_BOX(line), make_words(index));
    gtk_box_append(GTK_BOX(line), key);
    gtk_button_set_child(GTK_BUTTON(tile), line);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(tile), tiles[index].action);
    if (tiles[index].target != NULL)
        gtk_actionable_set_action_target_value(GTK_ACTIONABLE(tile),
                                               g_variant_new_parsed(tiles[index].target));
    gtk_accessible_update_property(GTK_ACCESSIBLE(tile), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _(tiles[index].title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   _(tiles[index].note), -1);
    return tile;
}

static void
lay_out(GuichetMediatorHome *self)
{
    guint columns = guichet_comfort_get_text_percent() > 100 ? 1 : 2;
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->tiles))) != NULL)
        gtk_grid_remove(self->tiles, child);
    for (guint i = 0; i < G_N_ELEMENTS(tiles); i++)
        gtk_grid_attach(self->tiles, make_tile(i), (int)(i % columns), (int)(i / columns), 1, 1);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       gpointer user_data)
{
    GuichetMediatorHome *self = user_data;
    gunichar letter = gdk_keyval_to_unicode(key);
    GtkWidget *tile;

    if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || letter < '1' ||
        letter >= '1' + G_N_ELEMENTS(tiles))
        return FALSE;
    tile = gtk_widget_get_first_child(GTK_WIDGET(self->tiles));
    for (; letter > '1' && tile != NULL; letter--)
        tile = gtk_widget_get_next_sibling(tile);
    return tile != NULL && gtk_widget_activate(tile);
}

/* --- what goes on --- */

static gboolean
goes_on(GuichetRequestState state)
{
    return state != GUICHET_REQUEST_ABANDONED && state != GUICHET_REQUEST_ERASED &&
           state != GUICHET_REQUEST_HANDED_OVER && state != GUICHET_REQUEST_DESTROYED;
}

static void
on_overview_changed(GuichetMediatorHome *self)
{
    GPtrArray *requests = guichet_overview_get_requests(self->overview);
    GtkWidget *focus = gtk_widget_get_focus_child(GTK_WIDGET(self->list));
    int focused = focus != NULL ? gtk_list_box_row_get_index(GTK_LIST_BOX_ROW(focus)) : -1;
    GtkListBoxRow *row;
    guint n = 0;

    while ((row = gtk_list_box_get_row_at_index(self->list, 0)) != NULL)
        gtk_list_box_remove(self->list, GTK_WIDGET(row));
    for (guint i = 0; i < requests->len && n < ROWS_SHOWN; i++) {
        GuichetRequest *request = g_ptr_array_index(requests, i);

        if (!goes_on(request->state))
            continue;
        gtk_list_box_append(self->list, guichet_request_row_new(self->overview, request));
        n++;
    }
    gtk_widget_set_visible(self->section, n > 0);
    row = focused >= 0 ? gtk_list_box_get_row_at_index(self->list, focused) : NULL;
    if (row != NULL)
        gtk_widget_grab_focus(GTK_WIDGET(row));
}

static gpointer
work_join(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_desk_join(desk, data, NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
on_joined(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetMediatorHome) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (id == NULL)
        guichet_alert_show_error(self->alert, error);
    else if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s", id);
}

/* What the centre asks for is opened as such; the rest as it is. */
static void
on_row_activated(GuichetMediatorHome *self, GtkListBoxRow *row)
{
    const char *id = guichet_request_row_get_id(GUICHET_REQUEST_ROW(row));
    GuichetDesk *desk = guichet_overview_get_desk(self->overview);
    GuichetRequestState state = guichet_request_row_get_state(GUICHET_REQUEST_ROW(row));

    guichet_alert_hide(self->alert);
    if (state == GUICHET_REQUEST_SUPPLEMENT_ASKED && desk != NULL)
        guichet_desk_call_async(desk, work_join, g_strdup(id), g_free, g_free, NULL, on_joined,
                                g_object_ref(self));
    else
        gtk_widget_activate_action(GTK_WIDGET(self), "win.open", "s", id);
}

/* --- the page --- */

static void
guichet_mediator_home_enter(GuichetPage *page)
{
    GuichetMediatorHome *self = GUICHET_MEDIATOR_HOME(page);
    g_autofree char *day = guichet_text_day(g_get_real_time());
    GtkWidget *first = gtk_widget_get_first_child(GTK_WIDGET(self->tiles));

    gtk_label_set_text(self->day, day);
    guichet_alert_hide(self->alert);
    if (self->overview != NULL)
        guichet_overview_refresh(self->overview);
    if (first != NULL)
        gtk_widget_grab_focus(first);
}

static void
guichet_mediator_home_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_SEARCH)
        gtk_widget_activate_action(GTK_WIDGET(page), "win.go", "s", "follow");
}

static void
guichet_mediator_home_dispose(GObject *object)
{
    g_clear_object(&GUICHET_MEDIATOR_HOME(object)->overview);
    G_OBJECT_CLASS(guichet_mediator_home_parent_class)->dispose(object);
}

static void
guichet_mediator_home_class_init(GuichetMediatorHomeClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_mediator_home_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_mediator_home_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_mediator_home_press;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/mediator-home.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetMediatorHome, day);
    gtk_widget_class_bind_template_child(widget_class, GuichetMediatorHome, tiles);
    gtk_widget_class_bind_template_child(widget_class, GuichetMediatorHome, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetMediatorHome, section);
    gtk_widget_class_bind_template_child(widget_class, GuichetMediatorHome, list);
    gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
}

static void
guichet_mediator_home_init(GuichetMediatorHome *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    lay_out(self);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(lay_out), self, G_CONNECT_SWAPPED);
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_SEARCH);
}

void
guichet_mediator_home_set_overview(GuichetMediatorHome *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}
