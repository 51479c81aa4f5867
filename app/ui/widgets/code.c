/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/code.h"

#include <qrencode.h>
#include <string.h>

#define QUIET_MODULES 4
#define SIDE_PIXELS 300

struct _GuichetCode {
    GtkWidget parent_instance;
    QRcode *code;
};

G_DEFINE_FINAL_TYPE(GuichetCode, guichet_code, GTK_TYPE_WIDGET)

static int
get_module_pixels(GuichetCode *self)
{
    return self->code != NULL ? MAX(SIDE_PIXELS / (self->code->width + 2 * QUIET_MODULES), 2) : 0;
}

static int
get_side(GuichetCode *self)
{
    return self->code != NULL ? (self->code->width + 2 * QUIET_MODULES) * get_module_pixels(self)
                              : 0;
}

/* Dark runs of a row, as rectangles of whole pixels. */
static void
draw_row(GuichetCode *self, GtkSnapshot *snapshot, int row)
{
    static const GdkRGBA black = {0, 0, 0, 1};
    const unsigned char *modules = self->code->data + row * self->code->width;
    int pixels = get_module_pixels(self);

    for (int start = 0, end; start < self->code->width; start = end) {
        graphene_rect_t run;

        for (end = start + 1;
             end < self->code->width && (modules[end] & 1) == (modules[start] & 1);)
            end++;
        if ((modules[start] & 1) == 0)
            continue;
        graphene_rect_init(&run, (float)((start + QUIET_MODULES) * pixels),
                           (float)((row + QUIET_MODULES) * pixels), (float)((end - start) * pixels),
                           (float)pixels);
        gtk_snapshot_append_color(snapshot, &black, &run);
    }
}

static void
guichet_code_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    static const GdkRGBA white = {1, 1, 1, 1};
    GuichetCode *self = GUICHET_CODE(widget);
    float side = (float)get_side(self);

    if (self->code == NULL)
        return;
    gtk_snapshot_append_color(snapshot, &white, &GRAPHENE_RECT_INIT(0, 0, side, side));
    for (int row = 0; row < self->code->width; row++)
        draw_row(self, snapshot, row);
}

static void
guichet_code_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
    *minimum = *natural = get_side(GUICHET_CODE(widget));
    *minimum_baseline = *natural_baseline = -1;
}

static void
guichet_code_finalize(GObject *object)
{
    g_clear_pointer(&GUICHET_CODE(object)->code, QRcode_free);
    G_OBJECT_CLASS(guichet_code_parent_class)->finalize(object);
}

static void
guichet_code_class_init(GuichetCodeClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_code_finalize;
    widget_class->snapshot = guichet_code_snapshot;
    widget_class->measure = guichet_code_measure;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
guichet_code_init(GuichetCode *self)
{
    gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}

void
guichet_code_set_text(GuichetCode *self, const char *text)
{
    g_clear_pointer(&self->code, QRcode_free);
    if (text != NULL)
        self->code =
            QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_M);
    gtk_widget_set_visible(GTK_WIDGET(self), self->code != NULL);
    gtk_widget_queue_resize(GTK_WIDGET(self));
}
