/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/plot-panel.h"

#include <glib/gi18n-lib.h>

#include "widgets/plot-table.h"
#include "widgets/plot.h"

struct _GuichetPlotPanel {
    GtkBox parent_instance;
    GuichetPlotModel *model;
    GtkWidget *heading;
    GtkWidget *icon;
    GtkWidget *summary;
    GtkWidget *content; /* plot and legend */
    GtkWidget *plot;
    GtkWidget *legend;
    GtkWidget *reading;
    GtkWidget *twin; /* the toggle */
    GtkWidget *table;
};

G_DEFINE_FINAL_TYPE(GuichetPlotPanel, guichet_plot_panel, GTK_TYPE_BOX)

static GtkWidget *
make_label(const char *class, GtkAccessibleRole role)
{
    GtkWidget *label =
        g_object_new(GTK_TYPE_LABEL, "accessible-role", role, "wrap", TRUE, "xalign", 0.0, NULL);

    gtk_widget_add_css_class(label, class);
    return label;
}

/* --- legend --- */

static void
add_entry(GuichetPlotPanel *self, GtkWidget *sign, const char *name, const char *note)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
    GtkWidget *word = make_label("legend-name", GTK_ACCESSIBLE_ROLE_LABEL);

    gtk_label_set_text(GTK_LABEL(word), name);
    gtk_label_set_max_width_chars(GTK_LABEL(word), 24);
    gtk_widget_set_hexpand(word, TRUE);
    gtk_box_append(GTK_BOX(line), sign);
    gtk_box_append(GTK_BOX(line), word);
    if (note != NULL) {
        GtkWidget *number = gtk_label_new(note);

        gtk_widget_add_css_class(number, "legend-note");
        gtk_box_append(GTK_BOX(line), number);
    }
    gtk_box_append(GTK_BOX(self->legend), line);
}

/* In the order in which they stand one on the other. */
static void
fill_series(GuichetPlotPanel *self)
{
    guint n = self->model->kind != GUICHET_PLOT_ROWS ? self->model->series->len : 0;

    for (guint i = 0; i < n; i++) {
        guint index = self->model->kind == GUICHET_PLOT_BARS ? n - 1 - i : i;
        const GuichetPlotSeries *series = g_ptr_array_index(self->model->series, index);

        add_entry(self, guichet_plot_sign_new_series(index), series->name, series->note);
    }
}

static void
fill_legend(GuichetPlotPanel *self)
{
    static const char *const tones[GUICHET_PLOT_N_TONES] = {
        [GUICHET_PLOT_TONE_GOOD] = N_("pouvait servir"),
        [GUICHET_PLOT_TONE_BAD] = N_("ne pouvait pas"),
        [GUICHET_PLOT_TONE_OFF] = N_("éteint ou fermé"),
        [GUICHET_PLOT_TONE_UNKNOWN] = N_("avant le premier relevé"),
    };
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(self->legend)) != NULL)
        gtk_box_remove(GTK_BOX(self->legend), child);
    if (self->model->kind == GUICHET_PLOT_STRIP)
        for (guint i = 0; i < GUICHET_PLOT_N_TONES; i++)
            add_entry(self, guichet_plot_sign_new_tone(i), _(tones[i]), NULL);
    fill_series(self);
    /* one line needs no legend: the heading says what it is */
    child = gtk_widget_get_first_child(self->legend);
    gtk_widget_set_visible(self->legend,
                           child != NULL && gtk_widget_get_next_sibling(child) != NULL);
}

/* --- reading --- */

static void
on_read(GuichetPlotPanel *self, const char *sentence)
{
    gtk_label_set_text(GTK_LABEL(self->reading), sentence != NULL ? sentence : "");
}

static void
on_focus(GuichetPlotPanel *self)
{
    if (*gtk_label_get_text(GTK_LABEL(self->reading)) == '\0')
        on_read(self, _("← → : une valeur à la fois. Début, Fin : la première, la dernière."));
}

static void
on_twin(GuichetPlotPanel *self)
{
    gboolean shown = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(self->twin));

    if (self->table != NULL)
        gtk_box_remove(GTK_BOX(self), self->table);
    self->table = NULL;
    if (!shown || self->model == NULL)
        return;
    self->table = guichet_plot_table_new(self->model);
    gtk_widget_add_css_class(self->table, "card");
    gtk_box_append(GTK_BOX(self), self->table);
}

/* --- the panel --- */

static void
guichet_plot_panel_dispose(GObject *object)
{
    GuichetPlotPanel *self = GUICHET_PLOT_PANEL(object);

    if (self->plot != NULL)
        guichet_plot_set_model(GUICHET_PLOT(self->plot), NULL);
    self->plot = NULL;
    g_clear_pointer(&self->model, guichet_plot_model_free);
    G_OBJECT_CLASS(guichet_plot_panel_parent_class)->dispose(object);
}

static void
guichet_plot_panel_class_init(GuichetPlotPanelClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_plot_panel_dispose;
}

static GtkWidget *
make_head(GuichetPlotPanel *self)
{
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);

    self->heading = make_label("section-title", GTK_ACCESSIBLE_ROLE_HEADING);
    self->twin = gtk_toggle_button_new_with_label(_("Voir les valeurs"));
    gtk_widget_set_hexpand(self->heading, TRUE);
    gtk_widget_set_valign(self->twin, GTK_ALIGN_START);
    g_signal_connect_swapped(self->twin, "toggled", G_CALLBACK(on_twin), self);
    gtk_box_append(GTK_BOX(head), self->heading);
    gtk_box_append(GTK_BOX(head), self->twin);
    return head;
}

static GtkWidget *
make_summary(GuichetPlotPanel *self)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);

    self->icon =
        g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                     "icon-name", "guichet-warning-symbolic", "valign", GTK_ALIGN_START, NULL);
    self->summary = make_label("plot-summary", GTK_ACCESSIBLE_ROLE_LABEL);
    gtk_widget_set_hexpand(self->summary, TRUE);
    gtk_box_append(GTK_BOX(line), self->icon);
    gtk_box_append(GTK_BOX(line), self->summary);
    return line;
}

static void
guichet_plot_panel_init(GuichetPlotPanel *self)
{
    GtkEventController *focus;

    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(self), 10);
    gtk_widget_add_css_class(GTK_WIDGET(self), "card");
    gtk_widget_add_css_class(GTK_WIDGET(self), "plot-panel");
    self->plot = g_object_new(GUICHET_TYPE_PLOT, "hexpand", TRUE, NULL);
    self->legend = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    gtk_widget_set_valign(self->legend, GTK_ALIGN_CENTER);
    self->content = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 24);
    gtk_widget_add_css_class(self->content, "fold");
    gtk_box_append(GTK_BOX(self->content), self->plot);
    gtk_box_append(GTK_BOX(self->content), self->legend);
    self->reading = make_label("plot-reading", GTK_ACCESSIBLE_ROLE_STATUS);
    gtk_box_append(GTK_BOX(self), make_head(self));
    gtk_box_append(GTK_BOX(self), make_summary(self));
    gtk_box_append(GTK_BOX(self), self->content);
    gtk_box_append(GTK_BOX(self), self->reading);
    g_signal_connect_swapped(self->plot, "read", G_CALLBACK(on_read), self);
    focus = gtk_event_controller_focus_new();
    g_signal_connect_swapped(focus, "enter", G_CALLBACK(on_focus), self);
    gtk_widget_add_controller(self->plot, focus);
    on_read(self, NULL);
}

GtkWidget *
guichet_plot_panel_new(void)
{
    return g_object_new(GUICHET_TYPE_PLOT_PANEL, NULL);
}

void
guichet_plot_panel_set_model(GuichetPlotPanel *self, GuichetPlotModel *model)
{
    gboolean empty = model->empty != NULL;
    g_autofree char *twin = g_strdup_printf(_("Voir les valeurs : %s"), model->title);

    guichet_plot_set_model(GUICHET_PLOT(self->plot), NULL);
    g_clear_pointer(&self->model, guichet_plot_model_free);
    self->model = model;
    gtk_label_set_text(GTK_LABEL(self->heading), model->title);
    gtk_label_set_text(GTK_LABEL(self->summary), empty ? model->empty : model->summary);
    gtk_widget_set_visible(self->icon, model->warning && !empty);
    gtk_widget_set_visible(self->content, !empty);
    gtk_widget_set_visible(self->reading, !empty);
    gtk_widget_set_visible(self->twin, !empty);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->twin), GTK_ACCESSIBLE_PROPERTY_LABEL, twin,
                                   -1);
    if (empty)
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->twin), FALSE);
    else
        guichet_plot_set_model(GUICHET_PLOT(self->plot), model);
    fill_legend(self);
    on_read(self, NULL);
    on_twin(self);
}
