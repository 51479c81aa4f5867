/* SPDX-License-Identifier: EUPL-1.2 */
#include "walk.h"

#include "pixels.h"
#include "still.h"

#define TEXT_CONTRAST 4.5 /* WCAG 2.1, 1.4.3 */
#define LARGE_CONTRAST 3.0
#define LARGE_PIXELS 24.0
#define LARGE_BOLD_PIXELS 18.66
#define EDGE_CONTRAST 3.0 /* 1.4.11 */
#define EDGE_REACH 4
#define RING_PIXELS 40 /* of a ring round 44 × 44: less than one side of it, 2 px thick */
#define RING_REACH 8

typedef struct {
    JsonArray *faults;
    GHashTable *sheets; /* GtkWidget → AuditSheet */
    guint controls, texts, edges;
} Look;

typedef void (*Visit)(GtkWidget *widget, gpointer data);

/* What lies over all of @widget (but for its own padding), and hides it; or NULL. */
static GtkWidget *
find_cover(GtkWidget *widget)
{
    GtkWidget *top = GTK_IS_OVERLAY(widget) ? gtk_widget_get_last_child(widget) : NULL;

    return top != NULL && gtk_widget_get_mapped(top) &&
                   top != gtk_overlay_get_child(GTK_OVERLAY(widget)) &&
                   gtk_widget_get_width(top) * 10 >= gtk_widget_get_width(widget) * 8 &&
                   gtk_widget_get_height(top) * 10 >= gtk_widget_get_height(widget) * 8
               ? top
               : NULL;
}

static void
visit(GtkWidget *widget, Visit function, gpointer data)
{
    GtkWidget *child, *cover = find_cover(widget);

    if (!gtk_widget_get_mapped(widget))
        return;
    function(widget, data);
    if (cover != NULL) {
        visit(cover, function, data);
        return;
    }
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        visit(child, function, data);
}

static const char *
read_words(GtkWidget *widget)
{
    GtkWidget *child;

    if (GTK_IS_LABEL(widget))
        return gtk_label_get_text(GTK_LABEL(widget));
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        const char *words = read_words(child);

        if (words != NULL && *words != '\0')
            return words;
    }
    return NULL;
}

char *
audit_describe(GtkWidget *widget)
{
    const char *words = read_words(widget);

    return g_strdup_printf("%s « %s »", G_OBJECT_TYPE_NAME(widget), words != NULL ? words : "");
}

static void
add_fault(Look *look, const char *kind, GtkWidget *widget, const char *detail)
{
    JsonObject *fault = json_object_new();
    g_autofree char *name = audit_describe(widget);
    g_autofree char *what = g_strdup_printf("%s: %s", name, detail);

    json_object_set_string_member(fault, "kind", kind);
    json_object_set_string_member(fault, "what", what);
    json_array_add_object_element(look->faults, fault);
}

/* --- targets --- */

/* Not one itself: what holds or follows another control. */
static gboolean
is_target(GtkWidget *widget)
{
    return gtk_widget_get_focusable(widget) && !GTK_IS_SCROLLED_WINDOW(widget) &&
           !GTK_IS_LIST_BOX(widget) && !GTK_IS_FLOW_BOX(widget) && !GTK_IS_LABEL(widget) &&
           !GTK_IS_WINDOW(widget) && !GTK_IS_STACK(widget);
}

/* What a finger meets: the text of an entry has the entry round it, a free text its frame. */
static GtkWidget *
body_of(GtkWidget *widget)
{
    if (GTK_IS_TEXT(widget) ||
        (GTK_IS_TEXT_VIEW(widget) && GTK_IS_SCROLLED_WINDOW(gtk_widget_get_parent(widget))))
        return gtk_widget_get_parent(widget);
    return widget;
}

static void
check_target(GtkWidget *inner, Look *look)
{
    GtkWidget *widget = body_of(inner);
    graphene_rect_t box;
    g_autofree char *size = NULL;

    if (!is_target(inner) || !gtk_widget_compute_bounds(widget, widget, &box))
        return;
    look->controls++;
    if (box.size.width >= AUDIT_TARGET_PIXELS && box.size.height >= AUDIT_TARGET_PIXELS)
        return;
    size = g_strdup_printf("%.0f × %.0f px", (double)box.size.width, (double)box.size.height);
    add_fault(look, "target", widget, size);
}

/* --- texts --- */

/* What is drawn as one: the content of the nearest scroller, or the window. */
static GtkWidget *
find_canvas(GtkWidget *widget)
{
    GtkWidget *parent = gtk_widget_get_parent(widget);

    while (parent != NULL && !GTK_IS_VIEWPORT(parent)) {
        widget = parent;
        parent = gtk_widget_get_parent(widget);
    }
    return widget;
}

static const AuditSheet *
get_sheet(Look *look, GtkWidget *canvas)
{
    AuditSheet *sheet = g_hash_table_lookup(look->sheets, canvas);

    if (sheet == NULL) {
        sheet = audit_sheet_new(canvas);
        g_hash_table_insert(look->sheets, canvas, sheet);
    }
    return sheet;
}

static gboolean
is_large(GtkWidget *label)
{
    PangoContext *context = gtk_widget_get_pango_context(label);
    const PangoFontDescription *font = pango_context_get_font_description(context);
    double pixels = pango_font_description_get_size(font) / (double)PANGO_SCALE;

    if (!pango_font_description_get_size_is_absolute(font))
        pixels *= pango_cairo_context_get_resolution(context) / 72;
    return pixels >= LARGE_PIXELS || (pixels >= LARGE_BOLD_PIXELS &&
                                      pango_font_description_get_weight(font) >= PANGO_WEIGHT_BOLD);
}

static gboolean
is_usable(GtkWidget *widget)
{
    return gtk_widget_is_sensitive(widget) && gtk_widget_get_opacity(widget) > 0;
}

static void
check_contrast(GtkWidget *widget, Look *look)
{
    GtkWidget *canvas = find_canvas(widget);
    double least = is_large(widget) ? LARGE_CONTRAST : TEXT_CONTRAST, contrast;
    g_autofree char *detail = NULL;
    graphene_rect_t box;

    if (!is_usable(widget) || !gtk_widget_compute_bounds(widget, canvas, &box) ||
        box.size.width < 2 || box.size.height < 2)
        return;
    contrast = audit_sheet_text_contrast(get_sheet(look, canvas), &box);
    if (contrast >= least)
        return;
    detail = g_strdup_printf("contrast %.2f, less than %.1f", contrast, least);
    add_fault(look, "contrast", widget, detail);
}

static void
check_whole(GtkWidget *label, Look *look)
{
    GtkWidget *canvas = find_canvas(label);
    graphene_rect_t box;

    if (pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(label))))
        add_fault(look, "cut", label, "shortened with dots");
    if (gtk_widget_compute_bounds(label, canvas, &box) &&
        (box.origin.x < -1 ||
         box.origin.x + box.size.width > (float)gtk_widget_get_width(canvas) + 1))
        add_fault(look, "cut", label, "reaches out of its page");
}

static void
check_text(GtkWidget *widget, Look *look)
{
    gboolean label = GTK_IS_LABEL(widget) && *gtk_label_get_text(GTK_LABEL(widget)) != '\0';
    gboolean typed = GTK_IS_TEXT(widget) && *gtk_editable_get_text(GTK_EDITABLE(widget)) != '\0';

    if (!label && !typed)
        return;
    look->texts++;
    check_contrast(widget, look);
    if (label)
        check_whole(widget, look);
}

/* --- edges, icons, direction --- */

/* What is drawn in @area of @widget stands out from what lies round it. */
static void
check_drawing(GtkWidget *widget, const graphene_rect_t *area, Look *look, const char *what)
{
    double contrast = audit_sheet_text_contrast(get_sheet(look, find_canvas(widget)), area);
    g_autofree char *detail = NULL;

    look->edges++;
    if (contrast >= EDGE_CONTRAST)
        return;
    detail = g_strdup_printf("%s: contrast %.2f, less than %.1f", what, contrast, EDGE_CONTRAST);
    add_fault(look, "edge", widget, detail);
}

/* Where to write shows by a line below or around; what a picture says, by its lines. The silhouette
 * that stands where a photo will be is an ornament. */
static void
check_edge(GtkWidget *widget, Look *look)
{
    graphene_rect_t box, strip;

    if (!is_usable(widget) || !gtk_widget_compute_bounds(widget, find_canvas(widget), &box) ||
        box.size.width < 2 || box.size.height < 2)
        return;
    graphene_rect_init(&strip, box.origin.x, box.origin.y + box.size.height - EDGE_REACH,
                       box.size.width, 2 * EDGE_REACH);
    if (GTK_IS_ENTRY(widget))
        check_drawing(widget, &strip, look, "the line under the answer");
    else if (GTK_IS_IMAGE(widget) && !gtk_widget_has_css_class(widget, "silhouette"))
        check_drawing(widget, &box, look, "the icon");
}

static void
check_direction(GtkWidget *widget, Look *look)
{
    if (gtk_widget_get_direction(widget) != gtk_widget_get_default_direction() &&
        !gtk_widget_has_css_class(widget, "from-left")) /* on purpose: figures and codes */
        add_fault(look, "direction", widget, "does not run as its language does");
}

static void
look_at(GtkWidget *widget, gpointer data)
{
    check_target(widget, data);
    check_text(widget, data);
    check_edge(widget, data);
    check_direction(widget, data);
}

/* --- the window --- */

static void
check_fit(GtkWidget *window, int width, int height, Look *look)
{
    g_autofree char *detail = NULL;
    int least_width, least_height;

    gtk_widget_measure(window, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
    gtk_widget_measure(window, GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL, NULL);
    if (least_width <= width && least_height <= height)
        return;
    detail =
        g_strdup_printf("needs %d × %d px, has %d × %d", least_width, least_height, width, height);
    add_fault(look, "fit", window, detail);
}

static JsonObject *
finish(Look *look)
{
    JsonObject *result = json_object_new();

    json_object_set_int_member(result, "controls", look->controls);
    json_object_set_int_member(result, "texts", look->texts);
    json_object_set_int_member(result, "edges", look->edges);
    json_object_set_array_member(result, "faults", look->faults);
    g_hash_table_unref(look->sheets);
    return result;
}

static void
begin(Look *look)
{
    *look =
        (Look){json_array_new(),
               g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)audit_sheet_free), 0, 0, 0};
}

JsonObject *
audit_look(GtkWidget *window, int width, int height)
{
    Look look;

    begin(&look);
    visit(window, look_at, &look);
    if (width > 0)
        check_fit(window, width, height, &look);
    return finish(&look);
}

/* --- stops of the Tab key --- */

/* Radios and rows are reached by the arrows from the first of them. */
static GtkWidget *
group_of(GtkWidget *widget)
{
    if (GTK_IS_CHECK_BUTTON(widget) || GTK_IS_LIST_BOX_ROW(widget) || GTK_IS_FLOW_BOX_CHILD(widget))
        return gtk_widget_get_parent(widget);
    return body_of(widget);
}

static void
add_stop(GtkWidget *widget, gpointer data)
{
    GPtrArray *stops = data;
    GtkWidget *group = group_of(widget);

    if (!is_target(widget) || !is_usable(widget) || GTK_IS_WINDOW(widget))
        return;
    if (!gtk_widget_get_can_focus(widget) || g_ptr_array_find(stops, group, NULL))
        return;
    g_ptr_array_add(stops, group);
}

static void
count_target(GtkWidget *widget, gpointer count)
{
    *(guint *)count += is_target(widget) && is_usable(widget);
}

guint
audit_count_targets(GtkWidget *window)
{
    guint count = 0;

    visit(window, count_target, &count);
    return count;
}

GPtrArray *
audit_list_stops(GtkWidget *window)
{
    GPtrArray *stops = g_ptr_array_new();

    visit(window, add_stop, stops);
    return stops;
}

int
audit_find_stop(GPtrArray *stops, GtkWidget *focus)
{
    for (; focus != NULL; focus = gtk_widget_get_parent(focus)) {
        guint index;

        if (g_ptr_array_find(stops, focus, &index))
            return (int)index;
    }
    return -1;
}

/* --- the ring --- */

static GtkWidget *
first_focus(GtkWidget *stop)
{
    GtkWidget *child = gtk_widget_get_first_child(stop);

    return is_target(stop) || GTK_IS_EDITABLE(stop) || child == NULL ? stop : child;
}

static void
check_ring(GtkWidget *window, GtkWidget *stop, Look *look)
{
    GtkWidget *widget = first_focus(stop), *canvas = find_canvas(widget);
    g_autoptr(AuditSheet) before = NULL, after = NULL;
    graphene_rect_t area;

    gtk_window_set_focus(GTK_WINDOW(window), NULL);
    audit_paint(window, 2);
    before = audit_sheet_new(canvas);
    if (!gtk_widget_grab_focus(widget))
        return;
    gtk_window_set_focus_visible(GTK_WINDOW(window), TRUE);
    audit_paint(window, 2);
    after = audit_sheet_new(canvas);
    look->controls++;
    if (!gtk_widget_compute_bounds(body_of(widget), canvas, &area))
        return;
    graphene_rect_inset(&area, -RING_REACH, -RING_REACH);
    if (audit_sheet_count_changed(before, after, &area, EDGE_CONTRAST) < RING_PIXELS)
        add_fault(look, "focus-ring", widget, "the focus is not seen");
}

JsonObject *
audit_look_at_focus(GtkWidget *window)
{
    g_autoptr(GPtrArray) stops = audit_list_stops(window);
    Look look;

    begin(&look);
    for (guint i = 0; i < stops->len; i++)
        check_ring(window, g_ptr_array_index(stops, i), &look);
    return finish(&look);
}
