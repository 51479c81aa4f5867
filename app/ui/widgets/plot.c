/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/plot.h"

#include "widgets/plot-private.h"

#define HEIGHT_EM 16

struct _GuichetPlot {
    GtkWidget parent_instance;
    const GuichetPlotModel *model; /* borrowed */
    int column, row;               /* where the reader is; column -1 = nowhere */
};

G_DEFINE_FINAL_TYPE(GuichetPlot, guichet_plot, GTK_TYPE_WIDGET)

static guint read_signal;

static double
get_em(GtkWidget *widget)
{
    PangoContext *context = gtk_widget_get_pango_context(widget);
    const PangoFontDescription *font = pango_context_get_font_description(context);
    double size = pango_font_description_get_size(font) / (double)PANGO_SCALE;

    return pango_font_description_get_size_is_absolute(font)
               ? size
               : size * pango_cairo_context_get_resolution(context) / 72;
}

/* --- drawing --- */

static gboolean
is_rtl(GtkWidget *widget)
{
    return gtk_widget_get_direction(widget) == GTK_TEXT_DIR_RTL;
}

static GuichetPlotCanvas
canvas_of(GuichetPlot *self)
{
    GtkWidget *widget = GTK_WIDGET(self);

    return (GuichetPlotCanvas){.widget = widget,
                               .model = self->model,
                               .em = get_em(widget),
                               .width = gtk_widget_get_width(widget),
                               .height = gtk_widget_get_height(widget),
                               .rtl = is_rtl(widget),
                               .column = self->column,
                               .row = self->row};
}

static void
draw(GuichetPlotCanvas *canvas)
{
    guichet_plot_lay_out(canvas);
    guichet_plot_draw_axes(canvas);
    switch (canvas->model->kind) {
    case GUICHET_PLOT_BARS:
        guichet_plot_draw_bars(canvas);
        break;
    case GUICHET_PLOT_LINES:
        guichet_plot_draw_lines(canvas);
        break;
    case GUICHET_PLOT_STRIP:
        guichet_plot_draw_strip(canvas);
        break;
    case GUICHET_PLOT_ROWS:
        guichet_plot_draw_rows(canvas);
        break;
    }
}

static void
guichet_plot_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    GuichetPlotCanvas canvas = canvas_of(GUICHET_PLOT(widget));

    if (canvas.model == NULL || canvas.model->columns->len == 0)
        return;
    canvas.cr = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)canvas.width, (float)canvas.height));
    draw(&canvas);
    cairo_destroy(canvas.cr);
}

static void
guichet_plot_measure_size(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
    GuichetPlot *self = GUICHET_PLOT(widget);
    double em = get_em(widget);
    gboolean rows = self->model != NULL && self->model->kind == GUICHET_PLOT_ROWS;
    double height = rows ? self->model->series->len * GUICHET_PLOT_ROW_EM + 3 : HEIGHT_EM;

    *minimum = (int)(em * (orientation == GTK_ORIENTATION_HORIZONTAL ? 16 : height));
    *natural = MAX(*minimum, (int)(em * (orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : height)));
    *minimum_baseline = *natural_baseline = -1;
}

/* --- reading --- */

static void
say(GuichetPlot *self)
{
    g_autofree char *sentence =
        self->column >= 0
            ? guichet_plot_model_read(self->model, (guint)self->column, (guint)self->row)
            : NULL;

    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   sentence != NULL ? sentence : "", -1);
    gtk_widget_queue_draw(GTK_WIDGET(self));
    g_signal_emit(self, read_signal, 0, sentence);
}

static void
go(GuichetPlot *self, int column, int row)
{
    if (self->model == NULL || self->model->columns->len == 0)
        return;
    self->column = CLAMP(column, 0, (int)self->model->columns->len - 1);
    self->row = self->model->kind == GUICHET_PLOT_ROWS
                    ? CLAMP(row, 0, (int)self->model->series->len - 1)
                    : 0;
    say(self);
}

static gboolean
on_key(GuichetPlot *self, guint key, guint code, GdkModifierType state)
{
    int forward = is_rtl(GTK_WIDGET(self)) ? -1 : 1;
    gboolean rows = self->model != NULL && self->model->kind == GUICHET_PLOT_ROWS;

    if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
        return GDK_EVENT_PROPAGATE;
    if (key == GDK_KEY_Right)
        go(self, self->column < 0 ? 0 : self->column + forward, self->row);
    else if (key == GDK_KEY_Left)
        go(self, self->column < 0 ? 0 : self->column - forward, self->row);
    else if (key == GDK_KEY_Home)
        go(self, 0, self->row);
    else if (key == GDK_KEY_End)
        go(self, G_MAXINT / 2, self->row);
    else if (rows && key == GDK_KEY_Down)
        go(self, MAX(self->column, 0), self->row + 1);
    else if (rows && key == GDK_KEY_Up)
        go(self, MAX(self->column, 0), self->row - 1);
    else
        return GDK_EVENT_PROPAGATE;
    return GDK_EVENT_STOP;
}

static void
on_motion(GuichetPlot *self, double x, double y)
{
    GuichetPlotCanvas canvas = canvas_of(self);

    if (self->model == NULL || self->model->columns->len == 0)
        return;
    guichet_plot_lay_out(&canvas);
    if (x < canvas.x || x >= canvas.x + canvas.w)
        return;
    int column = (int)((x - canvas.x) / guichet_plot_column_width(&canvas));
    int row = (int)((y - canvas.y) / canvas.h * self->model->series->len);
    go(self, canvas.rtl ? (int)self->model->columns->len - 1 - column : column, row);
}

static void
on_press(GuichetPlot *self, int n, double x, double y)
{
    gtk_widget_grab_focus(GTK_WIDGET(self));
    on_motion(self, x, y);
}

/* --- the class --- */

static void
guichet_plot_class_init(GuichetPlotClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    widget_class->snapshot = guichet_plot_snapshot;
    widget_class->measure = guichet_plot_measure_size;
    gtk_widget_class_set_css_name(widget_class, "plot");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    read_signal = g_signal_new("read", GUICHET_TYPE_PLOT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
guichet_plot_init(GuichetPlot *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkGesture *press = gtk_gesture_click_new();

    self->column = -1;
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(on_key), self);
    g_signal_connect_swapped(motion, "motion", G_CALLBACK(on_motion), self);
    g_signal_connect_swapped(press, "pressed", G_CALLBACK(on_press), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(press));
}

void
guichet_plot_set_model(GuichetPlot *self, const GuichetPlotModel *model)
{
    self->model = model;
    self->column = -1;
    self->row = 0;
    if (model != NULL)
        gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       model->title, -1);
    gtk_widget_queue_resize(GTK_WIDGET(self));
}

/* --- signs --- */

struct _GuichetPlotSign {
    GtkWidget parent_instance;
    guint index;
    gboolean tone; /* index is a tone */
};

G_DEFINE_FINAL_TYPE(GuichetPlotSign, guichet_plot_sign, GTK_TYPE_WIDGET)

static void
guichet_plot_sign_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    GuichetPlotSign *self = GUICHET_PLOT_SIGN(widget);
    GuichetPlotCanvas canvas = {.widget = widget,
                                .em = get_em(widget),
                                .width = gtk_widget_get_width(widget),
                                .height = gtk_widget_get_height(widget)};

    canvas.cr = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)canvas.width, (float)canvas.height));
    if (self->tone)
        guichet_plot_draw_tone(&canvas, self->index, 0, 0, canvas.width, canvas.height);
    else
        guichet_plot_fill_series(&canvas, self->index, 0, 0, canvas.width, canvas.height);
    cairo_destroy(canvas.cr);
}

static void
guichet_plot_sign_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = *natural = (int)get_em(widget);
    *minimum_baseline = *natural_baseline = -1;
}

static void
guichet_plot_sign_class_init(GuichetPlotSignClass *klass)
{
    GTK_WIDGET_CLASS(klass)->snapshot = guichet_plot_sign_snapshot;
    GTK_WIDGET_CLASS(klass)->measure = guichet_plot_sign_measure;
    gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
guichet_plot_sign_init(GuichetPlotSign *self)
{
    gtk_widget_set_valign(GTK_WIDGET(self), GTK_ALIGN_CENTER);
}

static GtkWidget *
sign_new(guint index, gboolean tone)
{
    GuichetPlotSign *self = g_object_new(GUICHET_TYPE_PLOT_SIGN, NULL);

    self->index = index;
    self->tone = tone;
    return GTK_WIDGET(self);
}

GtkWidget *
guichet_plot_sign_new_series(guint index)
{
    return sign_new(index, FALSE);
}

GtkWidget *
guichet_plot_sign_new_tone(GuichetPlotTone tone)
{
    return sign_new(tone, TRUE);
}
