/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/plot-table.h"

#define HEIGHT_ROWS 7 /* seen at once; the table scrolls */

/* One line of the table, as an object of a list. */
#define GUICHET_TYPE_PLOT_LINE (guichet_plot_line_get_type())
G_DECLARE_FINAL_TYPE(GuichetPlotLine, guichet_plot_line, GUICHET, PLOT_LINE, GObject)

struct _GuichetPlotLine {
    GObject parent_instance;
    GStrv cells;
};

G_DEFINE_FINAL_TYPE(GuichetPlotLine, guichet_plot_line, G_TYPE_OBJECT)

static void
guichet_plot_line_finalize(GObject *object)
{
    g_strfreev(GUICHET_PLOT_LINE(object)->cells);
    G_OBJECT_CLASS(guichet_plot_line_parent_class)->finalize(object);
}

static void
guichet_plot_line_class_init(GuichetPlotLineClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_plot_line_finalize;
}

static void
guichet_plot_line_init(GuichetPlotLine *self)
{
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer index)
{
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), GPOINTER_TO_UINT(index) == 0 ? 0 : 1);
    gtk_widget_add_css_class(label, "cell");
    gtk_list_item_set_child(item, label);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer index)
{
    GuichetPlotLine *line = gtk_list_item_get_item(item);

    gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)),
                       line->cells[GPOINTER_TO_UINT(index)]);
}

static void
add_column(GtkColumnView *view, const char *title, guint index)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column = gtk_column_view_column_new(title, factory);

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), GUINT_TO_POINTER(index));
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), GUINT_TO_POINTER(index));
    gtk_column_view_column_set_expand(column, index == 0);
    gtk_column_view_append_column(view, column);
    g_object_unref(column);
}

GtkWidget *
guichet_plot_table_new(const GuichetPlotModel *model)
{
    g_autoptr(GPtrArray) lines = guichet_plot_model_tabulate(model);
    GListStore *store = g_list_store_new(GUICHET_TYPE_PLOT_LINE);
    GtkWidget *view =
        gtk_column_view_new(GTK_SELECTION_MODEL(gtk_single_selection_new(G_LIST_MODEL(store))));
    GtkWidget *scroller = gtk_scrolled_window_new();
    const char *const *heads = g_ptr_array_index(lines, 0);

    for (guint i = 1; i < lines->len; i++) {
        g_autoptr(GuichetPlotLine) line = g_object_new(GUICHET_TYPE_PLOT_LINE, NULL);

        line->cells = g_strdupv(g_ptr_array_index(lines, i));
        g_list_store_append(store, line);
    }
    for (guint i = 0; heads[i] != NULL; i++)
        add_column(GTK_COLUMN_VIEW(view), heads[i], i);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   model->title, -1);
    gtk_widget_add_css_class(view, "plot-table");
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), view);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scroller),
                                               44 * (int)MIN(lines->len + 1, HEIGHT_ROWS));
    return scroller;
}
