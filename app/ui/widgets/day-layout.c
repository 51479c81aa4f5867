/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/day-layout.h"

#include "comfort.h"

#define WIDE_PIXELS 1100 /* two columns whose rows keep to two lines */
#define GAP_PIXELS 24

enum { CALLS, COMES, REST, N_PARTS };

struct _GuichetDayLayout {
    GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE(GuichetDayLayout, guichet_day_layout, GTK_TYPE_LAYOUT_MANAGER)

/* The parts; NULL for one that is not shown. */
static void
find_parts(GtkWidget *widget, GtkWidget *parts[N_PARTS])
{
    GtkWidget *child = gtk_widget_get_first_child(widget);

    for (guint i = 0; i < N_PARTS; i++) {
        parts[i] = child != NULL && gtk_widget_should_layout(child) ? child : NULL;
        child = child != NULL ? gtk_widget_get_next_sibling(child) : NULL;
    }
}

static gboolean
is_wide(int width)
{
    return width >= WIDE_PIXELS && guichet_comfort_get_text_percent() == 100;
}

static int
measure_part(GtkWidget *part, int width)
{
    int height = 0;

    if (part != NULL)
        gtk_widget_measure(part, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
    return height;
}

/* Below each other, as high as they are; returns the height of all. @at: where, or NULL. */
static int
stack(GtkWidget *const *parts, guint n, const GtkAllocation *at, int width)
{
    int y = 0;

    for (guint i = 0; i < n; i++) {
        int height = measure_part(parts[i], width);

        if (parts[i] == NULL)
            continue;
        y += y > 0 && height > 0 ? GAP_PIXELS : 0;
        if (at != NULL) {
            const GtkAllocation box = {at->x, y, width, height};

            gtk_widget_size_allocate(parts[i], &box, -1);
        }
        y += height;
    }
    return y;
}

static int
measure_height(GtkWidget *const *parts, int width)
{
    int half = (width - GAP_PIXELS) / 2;
    GtkWidget *const left[] = {parts[CALLS], parts[REST]};

    if (!is_wide(width))
        return stack(parts, N_PARTS, NULL, width);
    return MAX(stack(left, G_N_ELEMENTS(left), NULL, half), measure_part(parts[COMES], half));
}

static void
guichet_day_layout_measure(GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation,
                           int for_size, int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
    GtkWidget *parts[N_PARTS];

    find_parts(widget, parts);
    *minimum = *natural = 0;
    if (orientation == GTK_ORIENTATION_VERTICAL) {
        *minimum = *natural = measure_height(parts, for_size);
        return;
    }
    for (guint i = 0; i < N_PARTS; i++) {
        int least = 0, nice = 0;

        if (parts[i] != NULL)
            gtk_widget_measure(parts[i], orientation, -1, &least, &nice, NULL, NULL);
        *minimum = MAX(*minimum, least);
        *natural = MAX(*natural, nice);
    }
}

static void
guichet_day_layout_allocate(GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                            int baseline)
{
    gboolean mirrored = gtk_widget_get_direction(widget) == GTK_TEXT_DIR_RTL;
    int half = (width - GAP_PIXELS) / 2, second = width - half;
    GtkAllocation at = {0};
    GtkWidget *parts[N_PARTS];

    find_parts(widget, parts);
    if (!is_wide(width)) {
        stack(parts, N_PARTS, &at, width);
        return;
    }
    GtkWidget *const left[] = {parts[CALLS], parts[REST]};
    at.x = mirrored ? second : 0;
    stack(left, G_N_ELEMENTS(left), &at, half);
    at.x = mirrored ? 0 : second;
    stack(&parts[COMES], 1, &at, half);
}

static GtkSizeRequestMode
guichet_day_layout_get_request_mode(GtkLayoutManager *manager, GtkWidget *widget)
{
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
guichet_day_layout_class_init(GuichetDayLayoutClass *klass)
{
    GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS(klass);

    manager_class->get_request_mode = guichet_day_layout_get_request_mode;
    manager_class->measure = guichet_day_layout_measure;
    manager_class->allocate = guichet_day_layout_allocate;
}

static void
guichet_day_layout_init(GuichetDayLayout *self)
{
}

GtkLayoutManager *
guichet_day_layout_new(void)
{
    return g_object_new(GUICHET_TYPE_DAY_LAYOUT, NULL);
}
