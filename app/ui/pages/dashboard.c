/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/dashboard.h"

#include <glib/gi18n-lib.h>

#include "core/paths.h"
#include "pages/dashboard-plots.h"
#include "service/sticks.h"
#include "text.h"
#include "widgets/alert.h"
#include "widgets/plot-panel.h"

/* In the order of the page: the work, then the machines. */
static const GuichetDashboardPlot plots[] = {
    guichet_dashboard_plot_deposits, guichet_dashboard_plot_first_try,
    guichet_dashboard_plot_quality,  guichet_dashboard_plot_steps,
    guichet_dashboard_plot_queue,    guichet_dashboard_plot_availability,
};

static const guint periods[] = {7, 30, 90, 365};
#define FIRST_PERIOD 1

struct _GuichetDashboardPage {
    GuichetPage parent_instance;
    GuichetDesk *desk;
    GtkLabel *period;
    GtkToggleButton *choices[G_N_ELEMENTS(periods)];
    GtkToggleButton *days_7;
    GtkToggleButton *days_30;
    GtkToggleButton *days_90;
    GtkToggleButton *days_365;
    GtkWidget *save;
    GuichetAlert *alert;
    GtkLabel *total;
    GtkLabel *first_try;
    GtkLabel *longest_wait;
    GtkLabel *available;
    GtkBox *plots;
    GuichetPlotPanel *panels[G_N_ELEMENTS(plots)];
    guint asked; /* counts the questions, so that a late answer is known */
};

G_DEFINE_FINAL_TYPE(GuichetDashboardPage, guichet_dashboard_page, GUICHET_TYPE_PAGE)

static guint
get_days(GuichetDashboardPage *self)
{
    for (guint i = 0; i < G_N_ELEMENTS(periods); i++)
        if (gtk_toggle_button_get_active(self->choices[i]))
            return periods[i];
    return periods[FIRST_PERIOD];
}

/* --- showing --- */

static void
set_figure(GtkLabel *label, char *text)
{
    gtk_label_set_text(label, text != NULL ? text : "–");
    g_free(text);
}

static char *
name_day(const GDate *day)
{
    g_autofree char *month = guichet_text_month(day);

    return g_strdup_printf("%u %s %u", g_date_get_day(day), month, (guint)g_date_get_year(day));
}

static void
show_period(GuichetDashboardPage *self, const GuichetStatistics *statistics)
{
    GDate last = statistics->first;
    g_autofree char *from = name_day(&statistics->first);
    g_date_add_days(&last, statistics->n_days - 1);
    g_autofree char *until = name_day(&last);
    g_autofree char *sentence = g_strdup_printf(_("Du %s au %s"), from, until);

    gtk_label_set_text(self->period, sentence);
}

static void
show_statistics(GuichetDashboardPage *self, const GuichetStatistics *statistics)
{
    show_period(self, statistics);
    set_figure(self->total, guichet_dashboard_total(statistics));
    set_figure(self->first_try, guichet_dashboard_first_try(statistics));
    set_figure(self->longest_wait, guichet_dashboard_longest_wait(statistics));
    set_figure(self->available, guichet_dashboard_available(statistics));
    for (guint i = 0; i < G_N_ELEMENTS(plots); i++)
        guichet_plot_panel_set_model(self->panels[i], plots[i](statistics));
    gtk_widget_set_visible(GTK_WIDGET(self->plots), TRUE);
    gtk_widget_set_sensitive(self->save, TRUE);
}

/* --- asking --- */

static gpointer
work_measure(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autofree char *first = NULL, *last = NULL;

    guichet_statistics_last_days(GPOINTER_TO_UINT(data), &first, &last);
    return guichet_desk_measure(desk, first, last, error);
}

typedef struct {
    GuichetDashboardPage *page;
    guint asked;
} Question;

static void
on_measured(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autofree Question *question = user_data;
    g_autoptr(GuichetDashboardPage) self = question->page;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStatistics) statistics =
        guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (question->asked != self->asked)
        return;
    if (statistics != NULL)
        show_statistics(self, statistics);
    else
        guichet_alert_show_error(self->alert, error);
}

static void
ask(GuichetDashboardPage *self)
{
    if (self->desk == NULL)
        return;
    Question *question = g_new0(Question, 1);
    question->page = g_object_ref(self);
    question->asked = ++self->asked;
    guichet_desk_call_async(self->desk, work_measure, GUINT_TO_POINTER(get_days(self)), NULL,
                            (GDestroyNotify)guichet_statistics_free, NULL, on_measured, question);
}

static void
on_period(GuichetDashboardPage *self, GtkToggleButton *button)
{
    if (gtk_toggle_button_get_active(button)) {
        guichet_alert_hide(self->alert);
        ask(self);
    }
}

/* --- the file --- */

/* The first stick that is no courier, or else the first; NULL = none. Caller frees. */
static char *
find_stick(void)
{
    g_autoptr(GPtrArray) places = guichet_list_stick_places();
    const GuichetStickPlace *found = NULL;

    for (guint i = 0; i < places->len; i++) {
        const GuichetStickPlace *place = g_ptr_array_index(places, i);

        if (found == NULL || (found->courier && !place->courier))
            found = place;
    }
    return found != NULL ? g_strdup(found->path) : NULL;
}

/* A sentence that says where it is. */
static gpointer
work_save(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    const char *root = guichet_station_get_root(guichet_desk_get_station(desk));
    g_autofree char *first = NULL, *last = NULL, *stick = find_stick();
    g_autofree char *folder = stick != NULL ? NULL : guichet_station_path(root, "print");

    guichet_statistics_last_days(GPOINTER_TO_UINT(data), &first, &last);
    g_autofree char *name = g_strdup_printf("guichet-%s-%s.csv", first, last);
    g_autofree char *path = g_build_filename(stick != NULL ? stick : folder, name, NULL);
    if (!guichet_desk_export_statistics(desk, first, last, path, error))
        return NULL;
    return stick != NULL
               ? g_strdup_printf(_("Tableau enregistré sur la clé : %s"), path)
               : g_strdup_printf(_("Pas de clé USB : le tableau est gardé ici, %s. Branchez une "
                                   "clé et recommencez pour l’emporter."),
                                 path);
}

static void
on_saved(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetDashboardPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *sentence = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    gtk_widget_set_sensitive(self->save, TRUE);
    if (sentence != NULL)
        guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
    else
        guichet_alert_show_error(self->alert, error);
}

static void
on_save(GuichetDashboardPage *self)
{
    if (self->desk == NULL)
        return;
    gtk_widget_set_sensitive(self->save, FALSE);
    guichet_desk_call_async(self->desk, work_save, GUINT_TO_POINTER(get_days(self)), NULL, g_free,
                            NULL, on_saved, g_object_ref(self));
}

/* --- the page --- */

static void
guichet_dashboard_page_enter(GuichetPage *page)
{
    GuichetDashboardPage *self = GUICHET_DASHBOARD_PAGE(page);

    guichet_alert_hide(self->alert);
    ask(self);
    for (guint i = 0; i < G_N_ELEMENTS(periods); i++)
        if (gtk_toggle_button_get_active(self->choices[i]))
            gtk_widget_grab_focus(GTK_WIDGET(self->choices[i]));
}

/* The same period goes on in the other language. */
static void
guichet_dashboard_page_adopt(GuichetPage *page, GuichetPage *old)
{
    GuichetDashboardPage *self = GUICHET_DASHBOARD_PAGE(page);
    GuichetDashboardPage *before = GUICHET_DASHBOARD_PAGE(old);

    g_set_object(&self->desk, before->desk);
    for (guint i = 0; i < G_N_ELEMENTS(periods); i++)
        if (gtk_toggle_button_get_active(before->choices[i]))
            gtk_toggle_button_set_active(self->choices[i], TRUE);
    ask(self);
}

static void
guichet_dashboard_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_DASHBOARD_PAGE(object)->desk);
    G_OBJECT_CLASS(guichet_dashboard_page_parent_class)->dispose(object);
}

static void
bind_template(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, period);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, days_7);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, days_30);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, days_90);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, days_365);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, save);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, total);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, first_try);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, longest_wait);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, available);
    gtk_widget_class_bind_template_child(widget_class, GuichetDashboardPage, plots);
    gtk_widget_class_bind_template_callback(widget_class, on_period);
    gtk_widget_class_bind_template_callback(widget_class, on_save);
}

static void
guichet_dashboard_page_class_init(GuichetDashboardPageClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_dashboard_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_dashboard_page_enter;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_dashboard_page_adopt;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(GTK_WIDGET_CLASS(klass),
                                                "/fr/guichet/pages/dashboard.ui");
    bind_template(GTK_WIDGET_CLASS(klass));
}

static void
guichet_dashboard_page_init(GuichetDashboardPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    GtkToggleButton *const choices[] = {self->days_7, self->days_30, self->days_90, self->days_365};
    for (guint i = 0; i < G_N_ELEMENTS(choices); i++)
        self->choices[i] = choices[i];
    for (guint i = 0; i < G_N_ELEMENTS(plots); i++) {
        self->panels[i] = GUICHET_PLOT_PANEL(guichet_plot_panel_new());
        gtk_box_append(self->plots, GTK_WIDGET(self->panels[i]));
    }
}

void
guichet_dashboard_page_set_desk(GuichetDashboardPage *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
}
