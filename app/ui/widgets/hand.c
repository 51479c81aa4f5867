/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/hand.h"

struct _GuichetHand {
    GtkWidget parent_instance;
    guint finger;
};

G_DEFINE_FINAL_TYPE(GuichetHand, guichet_hand, GTK_TYPE_WIDGET)

/* A right hand in a square of 100, thumb first: root and tip of each finger, and its width. */
static const struct {
    double root_x, root_y, tip_x, tip_y, width;
} fingers[] = {
    {34, 74, 12, 52, 15}, {36, 52, 31, 18, 13},   {50, 50, 50, 10, 13},
    {64, 52, 69, 17, 13}, {76, 60, 85, 32, 11.5},
};

static void
set_source(cairo_t *cr, const GdkRGBA *colour)
{
    gdk_cairo_set_source_rgba(cr, colour);
}

static void
draw_palm(cairo_t *cr)
{
    cairo_move_to(cr, 38, 58);
    cairo_line_to(cr, 74, 60);
    cairo_line_to(cr, 70, 84);
    cairo_line_to(cr, 44, 86);
    cairo_close_path(cr);
    cairo_set_line_width(cr, 20);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke_preserve(cr);
    cairo_fill(cr);
}

static void
draw_finger(cairo_t *cr, guint index)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, fingers[index].width);
    cairo_move_to(cr, fingers[index].root_x, fingers[index].root_y);
    cairo_line_to(cr, fingers[index].tip_x, fingers[index].tip_y);
    cairo_stroke(cr);
}

/* The pad of the finger: a target, so that colour is not the only sign. */
static void
draw_target(cairo_t *cr, guint index, const GdkRGBA *accent)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, fingers[index].tip_x, fingers[index].tip_y, 10.5, 0, 2 * G_PI);
    set_source(cr, accent);
    cairo_set_line_width(cr, 2);
    cairo_stroke(cr);
}

static void
draw_hand(cairo_t *cr, guint target, const GdkRGBA *skin, const GdkRGBA *accent)
{
    set_source(cr, skin);
    draw_palm(cr);
    for (guint i = 0; i < G_N_ELEMENTS(fingers); i++) {
        set_source(cr, i + 1 == target ? accent : skin);
        draw_finger(cr, i);
    }
    if (target != 0)
        draw_target(cr, target - 1, accent);
}

static void
guichet_hand_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    GuichetHand *self = GUICHET_HAND(widget);
    GtkStyleContext *style = gtk_widget_get_style_context(widget);
    double width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    double scale = MIN(width / 210, height / 100);
    GdkRGBA skin = {0.8, 0.8, 0.8, 1}, accent = {0, 0, 0, 1};
    cairo_t *cr =
        gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));

    gtk_style_context_lookup_color(style, "hand_color", &skin);
    gtk_style_context_lookup_color(style, "accent_color", &accent);
    cairo_translate(cr, (width - 210 * scale) / 2, (height - 100 * scale) / 2);
    cairo_scale(cr, scale, scale);
    cairo_save(cr);
    cairo_translate(cr, 110, 0);
    draw_hand(cr, self->finger <= 5 ? self->finger : 0, &skin, &accent);
    cairo_restore(cr);
    cairo_translate(cr, 100, 0);
    cairo_scale(cr, -1, 1);
    draw_hand(cr, self->finger > 5 ? self->finger - 5 : 0, &skin, &accent);
    cairo_destroy(cr);
}

static void
guichet_hand_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 210 : 100;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 357 : 170;
    *minimum_baseline = *natural_baseline = -1;
}

static void
guichet_hand_class_init(GuichetHandClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    widget_class->snapshot = guichet_hand_snapshot;
    widget_class->measure = guichet_hand_measure;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
guichet_hand_init(GuichetHand *self)
{
}

void
guichet_hand_set_finger(GuichetHand *self, guint finger)
{
    self->finger = finger <= 10 ? finger : 0;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
