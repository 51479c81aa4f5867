/* SPDX-License-Identifier: EUPL-1.2 */
#include "pixels.h"

#include <math.h>

#define FEW_PIXELS 2
#define DISTINCT_LIMIT 4096 /* colours of one text; antialiasing makes dozens */

/* What lies below everything: a widget within the window has no ground of its own. */
static void
paint_ground(GtkWidget *widget, cairo_t *cairo)
{
    GdkRGBA colour = {1, 1, 1, 1};

    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    gtk_style_context_lookup_color(gtk_widget_get_style_context(widget), "page_color", &colour);
    G_GNUC_END_IGNORE_DEPRECATIONS
    gdk_cairo_set_source_rgba(cairo, &colour);
    cairo_paint(cairo);
}

AuditSheet *
audit_sheet_new(GtkWidget *widget)
{
    AuditSheet *self = g_new0(AuditSheet, 1);
    GdkPaintable *paintable = gtk_widget_paintable_new(widget);
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GskRenderNode *node;
    graphene_rect_t box;
    cairo_t *cairo;

    self->widget = widget;
    if (!gtk_widget_compute_bounds(widget, widget, &box))
        graphene_rect_init(&box, 0, 0, 1, 1);
    self->origin = box.origin;
    self->width = MAX((int)ceilf(box.size.width), 1);
    self->height = MAX((int)ceilf(box.size.height), 1);
    self->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, self->width, self->height);
    cairo = cairo_create(self->surface);
    paint_ground(widget, cairo);
    gdk_paintable_snapshot(paintable, snapshot, self->width, self->height);
    node = gtk_snapshot_free_to_node(snapshot);
    if (node != NULL) {
        gsk_render_node_draw(node, cairo);
        gsk_render_node_unref(node);
    }
    cairo_destroy(cairo);
    cairo_surface_flush(self->surface);
    g_object_unref(paintable);
    return self;
}

void
audit_sheet_free(AuditSheet *self)
{
    cairo_surface_destroy(self->surface);
    g_free(self);
}

static double
channel(guint32 value)
{
    double part = value / 255.0;

    return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double
luminance(guint32 colour)
{
    return 0.2126 * channel((colour >> 16) & 0xff) + 0.7152 * channel((colour >> 8) & 0xff) +
           0.0722 * channel(colour & 0xff);
}

double
audit_contrast(guint32 a, guint32 b)
{
    double first = luminance(a), second = luminance(b);

    return (MAX(first, second) + 0.05) / (MIN(first, second) + 0.05);
}

static void
clip(const AuditSheet *self, const graphene_rect_t *area, cairo_rectangle_int_t *box)
{
    float x = area->origin.x - self->origin.x, y = area->origin.y - self->origin.y;
    int left = CLAMP((int)floorf(x), 0, self->width);
    int top = CLAMP((int)floorf(y), 0, self->height);
    int right = CLAMP((int)ceilf(x + area->size.width), 0, self->width);
    int bottom = CLAMP((int)ceilf(y + area->size.height), 0, self->height);

    *box = (cairo_rectangle_int_t){left, top, right - left, bottom - top};
}

static guint32
get_pixel(const AuditSheet *self, int x, int y)
{
    const guint8 *bytes = cairo_image_surface_get_data(self->surface);
    int stride = cairo_image_surface_get_stride(self->surface);

    return *(const guint32 *)(gconstpointer)(bytes + y * stride + 4 * x) & 0xffffff;
}

static GHashTable *
count_colours(const AuditSheet *self, const graphene_rect_t *area)
{
    GHashTable *counts = g_hash_table_new(NULL, NULL);
    cairo_rectangle_int_t box;

    clip(self, area, &box);
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++) {
            gpointer key = GUINT_TO_POINTER(get_pixel(self, x, y) + 1);
            guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

            if (count > 0 || g_hash_table_size(counts) < DISTINCT_LIMIT)
                g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
        }
    return counts;
}

double
audit_sheet_text_contrast(const AuditSheet *self, const graphene_rect_t *area)
{
    g_autoptr(GHashTable) counts = count_colours(self, area);
    GHashTableIter iter;
    gpointer key, value;
    guint32 ground = 0;
    guint most = 0;
    double best = 1;

    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (GPOINTER_TO_UINT(value) > most) {
            most = GPOINTER_TO_UINT(value);
            ground = GPOINTER_TO_UINT(key) - 1;
        }
    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (GPOINTER_TO_UINT(value) >= FEW_PIXELS)
            best = MAX(best, audit_contrast(ground, GPOINTER_TO_UINT(key) - 1));
    return best;
}

guint
audit_sheet_count_changed(const AuditSheet *self, const AuditSheet *other,
                          const graphene_rect_t *area, double contrast)
{
    cairo_rectangle_int_t box;
    guint changed = 0;

    clip(self, area, &box);
    for (int y = box.y; y < MIN(box.y + box.height, other->height); y++)
        for (int x = box.x; x < MIN(box.x + box.width, other->width); x++)
            changed += audit_contrast(get_pixel(self, x, y), get_pixel(other, x, y)) >= contrast;
    return changed;
}
