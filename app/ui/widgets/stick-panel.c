/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/stick-panel.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "service/sticks.h"
#include "service/sync.h"
#include "text.h"
#include "widgets/alert.h"

#define LOOK_SECONDS 2
#define STEP_MS 100

struct _GuichetStickPanel {
    GtkBox parent_instance;
    GuichetOverview *overview;
    char *place; /* where the chosen stick is mounted; NULL = none */
    gboolean read_only;
    guint look_source, step_source;
    GCancellable *cancellable; /* of the work in hand; NULL = idle */
    gint done, all;            /* written by the thread that works, atomically */
    GtkLabel *found;
    GtkWidget *buttons, *work;
    GtkButton *export, *import, *stop;
    GtkProgressBar *progress;
    GuichetAlert *alert;
    GtkLabel *away;
};

G_DEFINE_FINAL_TYPE(GuichetStickPanel, guichet_stick_panel, GTK_TYPE_BOX)

/* What one trip is, on a thread of its own: the desk's worker stays free for captures. */
typedef struct {
    GuichetStickPanel *panel; /* only its counters, which outlive the task's reference */
    char *root, *place;
    gboolean home;
    GuichetCourierOut out;
    GuichetCourierHome back;
} Trip;

static void
trip_free(gpointer data)
{
    Trip *trip = data;

    g_free(trip->root);
    g_free(trip->place);
    guichet_courier_out_clear(&trip->out);
    guichet_courier_home_clear(&trip->back);
    g_free(trip);
}

/* --- what is plugged --- */

static guint
count_waiting(GuichetStickPanel *self)
{
    return self->overview != NULL ? guichet_overview_get_counts(self->overview)->waiting : 0;
}

static char *
describe_place(GuichetStickPanel *self, const GuichetStickPlace *place)
{
    g_autofree char *room = g_format_size(place->room);

    if (place->read_only)
        return g_strdup_printf(_("Clé « %s » : protégée en écriture. Elle peut être lue ; "
                                 "déverrouillez-la pour emporter des dossiers."),
                               place->name);
    return place->courier
               ? g_strdup_printf(_("Clé navette « %s » branchée : %s libres."), place->name, room)
               : g_strdup_printf(_("Clé « %s » branchée : %s libres. Elle deviendra une clé "
                                   "navette, ce qu’elle contient déjà reste."),
                                 place->name, room);
}

static void
update(GuichetStickPanel *self, const char *sentence)
{
    guint waiting = count_waiting(self);
    gboolean idle = self->cancellable == NULL;
    g_autofree char *label =
        waiting > 0 ? g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "Emporter %u dossier sur la clé",
                                                  "Emporter %u dossiers sur la clé", waiting),
                                      waiting)
                    : g_strdup(_("Demander les nouvelles du centre par la clé"));

    gtk_label_set_text(self->found, sentence);
    gtk_button_set_label(self->export, label);
    gtk_widget_set_visible(self->buttons, self->place != NULL && idle);
    gtk_widget_set_sensitive(GTK_WIDGET(self->export), !self->read_only);
    gtk_widget_set_visible(self->work, !idle);
}

static gboolean
look(gpointer data)
{
    GuichetStickPanel *self = data;
    g_autoptr(GPtrArray) places = guichet_list_stick_places();
    const GuichetStickPlace *place = places->len > 0 ? g_ptr_array_index(places, 0) : NULL;
    g_autofree char *sentence =
        place != NULL ? describe_place(self, place)
                      : g_strdup(_("Branchez une clé USB pour porter les dossiers au centre. Ils y "
                                   "restent chiffrés, et une clé perdue ne perd rien : tout reste "
                                   "ici jusqu’à l’accusé."));

    if (self->cancellable != NULL)
        return G_SOURCE_CONTINUE;
    g_free(self->place);
    self->place = place != NULL ? g_strdup(place->path) : NULL;
    self->read_only = place != NULL && place->read_only;
    update(self, sentence);
    return G_SOURCE_CONTINUE;
}

/* Who may not carry is not offered it. */
static gboolean
may_carry(GuichetStickPanel *self)
{
    GuichetDesk *desk = self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;

    return desk != NULL && guichet_desk_may(desk, GUICHET_ACTION_SYNC, NULL);
}

/* --- sticks that are away --- */

static void
work_away(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *trips = guichet_station_list_trips(data, TRUE, &error);

    if (trips != NULL)
        g_task_return_pointer(task, trips, (GDestroyNotify)g_ptr_array_unref);
    else
        g_task_return_error(task, g_steal_pointer(&error));
}

static void
on_away(GObject *source, GAsyncResult *result, gpointer data)
{
    GuichetStickPanel *self = GUICHET_STICK_PANEL(source);
    g_autoptr(GPtrArray) trips = g_task_propagate_pointer(G_TASK(result), NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; trips != NULL && i < trips->len; i++) {
        const GuichetTrip *trip = g_ptr_array_index(trips, i);
        g_autofree char *when = guichet_text_moment(trip->left_us);

        if (text->len > 0)
            g_string_append_c(text, '\n');
        g_string_append_printf(
            text,
            g_dngettext(
                GETTEXT_PACKAGE, "Voyage n° %" PRId64 " (%s) pas revenu : %u dossier sans accusé.",
                "Voyage n° %" PRId64 " (%s) pas revenu : %u dossiers sans accusé.", trip->waiting),
            trip->number, when, trip->waiting);
    }
    gtk_label_set_text(self->away, text->str);
    gtk_widget_set_visible(GTK_WIDGET(self->away), text->len > 0);
}

static char *
get_root(GuichetStickPanel *self)
{
    GuichetDesk *desk = self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;

    return desk != NULL ? g_strdup(guichet_station_get_root(guichet_desk_get_station(desk))) : NULL;
}

static void
read_away(GuichetStickPanel *self)
{
    char *root = get_root(self);

    if (root == NULL)
        return;
    g_autoptr(GTask) task = g_task_new(self, NULL, on_away, NULL);
    g_task_set_task_data(task, root, g_free);
    g_task_run_in_thread(task, work_away);
}

/* --- a trip --- */

static void
on_progress(guint done, guint all, gpointer data)
{
    GuichetStickPanel *self = data;

    g_atomic_int_set(&self->done, (gint)done);
    g_atomic_int_set(&self->all, (gint)all);
}

static gboolean
show_progress(gpointer data)
{
    GuichetStickPanel *self = data;
    gint done = g_atomic_int_get(&self->done), all = g_atomic_int_get(&self->all);
    g_autofree char *text =
        all > 0 ? g_strdup_printf(_("%d sur %d"), done, all) : g_strdup(_("Préparation…"));

    gtk_progress_bar_set_fraction(self->progress, all > 0 ? (double)done / all : 0);
    gtk_progress_bar_set_text(self->progress, text);
    return G_SOURCE_CONTINUE;
}

static void
work_trip(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Trip *trip = data;
    g_autoptr(GError) error = NULL;
    GuichetCourierWatch watch = {on_progress, trip->panel, cancellable};
    gboolean ok = trip->home
                      ? guichet_station_import(trip->root, trip->place, &watch, &trip->back, &error)
                      : guichet_station_export(trip->root, trip->place, &watch, &trip->out, &error);

    if (ok)
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, g_steal_pointer(&error));
}

static void
tell_out(GuichetStickPanel *self, const GuichetCourierOut *out)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(
        text,
        g_dngettext(GETTEXT_PACKAGE,
                    "%u dossier est sur la clé, relu et vérifié : retirez-la et "
                    "portez-la au centre. Il reste aussi ici.",
                    "%u dossiers sont sur la clé, relus et vérifiés : retirez-la "
                    "et portez-la au centre. Ils restent aussi ici.",
                    out->bundles),
        out->bundles);
    if (out->left > 0)
        g_string_append_printf(
            text,
            g_dngettext(GETTEXT_PACKAGE, " %u dossier n’est pas parti : %s",
                        " %u dossiers ne sont pas partis : %s", out->left),
            out->left, out->reason != NULL ? out->reason : _("ils partiront au prochain voyage"));
    guichet_alert_show(self->alert, out->left > 0 ? GUICHET_ALERT_WARNING : GUICHET_ALERT_SUCCESS,
                       text->str);
}

static void
tell_home(GuichetStickPanel *self, const GuichetCourierHome *back)
{
    g_autofree char *counts = g_strdup_printf(
        _("Accusés reçus : %u. Nouvelles du centre : %u. Dossiers refusés : %u. Dossiers encore en "
          "attente : %u."),
        back->receipts, back->messages, back->refused, back->waiting);
    g_autofree char *text =
        back->reason != NULL ? g_strdup_printf("%s %s", counts, back->reason) : g_strdup(counts);

    guichet_alert_show(self->alert,
                       back->reason != NULL || back->refused > 0 ? GUICHET_ALERT_WARNING
                                                                 : GUICHET_ALERT_SUCCESS,
                       text);
}

static void
on_trip(GObject *source, GAsyncResult *result, gpointer data)
{
    GuichetStickPanel *self = GUICHET_STICK_PANEL(source);
    const Trip *trip = g_task_get_task_data(G_TASK(result));
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&self->step_source, g_source_remove);
    g_clear_object(&self->cancellable);
    if (!g_task_propagate_boolean(G_TASK(result), &error))
        guichet_alert_show_error(self->alert, error);
    else if (trip->home)
        tell_home(self, &trip->back);
    else
        tell_out(self, &trip->out);
    look(self);
    read_away(self);
    if (self->overview != NULL)
        guichet_overview_refresh(self->overview);
    gtk_widget_grab_focus(GTK_WIDGET(trip->home ? self->import : self->export));
}

static void
begin_trip(GuichetStickPanel *self, gboolean home)
{
    char *root = get_root(self);

    if (root == NULL || self->place == NULL || self->cancellable != NULL)
        return;
    Trip *trip = g_new0(Trip, 1);
    trip->panel = self;
    trip->root = root;
    trip->place = g_strdup(self->place);
    trip->home = home;
    self->cancellable = g_cancellable_new();
    g_atomic_int_set(&self->done, 0);
    g_atomic_int_set(&self->all, 0);
    guichet_alert_hide(self->alert);
    update(self, gtk_label_get_text(self->found));
    gtk_widget_grab_focus(GTK_WIDGET(self->stop));
    self->step_source = g_timeout_add(STEP_MS, show_progress, self);
    g_autoptr(GTask) task = g_task_new(self, self->cancellable, on_trip, NULL);
    g_task_set_check_cancellable(task, FALSE); /* what was done until then is told */
    g_task_set_task_data(task, trip, trip_free);
    g_task_run_in_thread(task, work_trip);
}

static void
on_export(GuichetStickPanel *self)
{
    begin_trip(self, FALSE);
}

static void
on_import(GuichetStickPanel *self)
{
    begin_trip(self, TRUE);
}

static void
on_stop(GuichetStickPanel *self)
{
    if (self->cancellable != NULL)
        g_cancellable_cancel(self->cancellable);
}

/* --- the widget --- */

static void
set_watching(GuichetStickPanel *self, gboolean watching)
{
    g_clear_handle_id(&self->look_source, g_source_remove);
    if (!watching)
        return;
    look(self);
    read_away(self);
    self->look_source = g_timeout_add_seconds(LOOK_SECONDS, look, self);
}

void
guichet_stick_panel_set_overview(GuichetStickPanel *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
}

/* Mapped: on the screen. Sticks are looked for only then. */
static void
guichet_stick_panel_map(GtkWidget *widget)
{
    GTK_WIDGET_CLASS(guichet_stick_panel_parent_class)->map(widget);
    gtk_widget_set_sensitive(widget, may_carry(GUICHET_STICK_PANEL(widget)));
    set_watching(GUICHET_STICK_PANEL(widget), TRUE);
}

static void
guichet_stick_panel_unmap(GtkWidget *widget)
{
    set_watching(GUICHET_STICK_PANEL(widget), FALSE);
    GTK_WIDGET_CLASS(guichet_stick_panel_parent_class)->unmap(widget);
}

static void
guichet_stick_panel_dispose(GObject *object)
{
    GuichetStickPanel *self = GUICHET_STICK_PANEL(object);

    on_stop(self);
    g_clear_handle_id(&self->look_source, g_source_remove);
    g_clear_handle_id(&self->step_source, g_source_remove);
    g_clear_object(&self->overview);
    g_clear_pointer(&self->place, g_free);
    G_OBJECT_CLASS(guichet_stick_panel_parent_class)->dispose(object);
}

static void
guichet_stick_panel_class_init(GuichetStickPanelClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(GUICHET_TYPE_ALERT);
    G_OBJECT_CLASS(klass)->dispose = guichet_stick_panel_dispose;
    widget_class->map = guichet_stick_panel_map;
    widget_class->unmap = guichet_stick_panel_unmap;
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/widgets/stick-panel.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, found);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, buttons);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, work);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, export);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, import);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, stop);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, progress);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetStickPanel, away);
    gtk_widget_class_bind_template_callback(widget_class, on_export);
    gtk_widget_class_bind_template_callback(widget_class, on_import);
    gtk_widget_class_bind_template_callback(widget_class, on_stop);
}

static void
guichet_stick_panel_init(GuichetStickPanel *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
