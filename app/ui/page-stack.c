/* SPDX-License-Identifier: EUPL-1.2 */
#include "page-stack.h"

#include <glib/gi18n-lib.h>

#include "assistant.h"
#include "typed.h"

static GtkWidget *
wrap_page(GtkWidget *page)
{
    GtkWidget *scroller;

    if (GUICHET_IS_ASSISTANT(page))
        return page;
    scroller = gtk_scrolled_window_new();
    gtk_widget_add_css_class(page, "content");
    /* everything wraps; and GTK 4.8 takes seconds to lay wrapped labels out in both directions */
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_accessible_update_property(GTK_ACCESSIBLE(scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Contenu de la page"), -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), page);
    return scroller;
}

static GuichetPage *
unwrap_page(GtkWidget *child)
{
    GtkWidget *page = child;

    if (GTK_IS_SCROLLED_WINDOW(child)) {
        page = gtk_scrolled_window_get_child(GTK_SCROLLED_WINDOW(child));
        if (GTK_IS_VIEWPORT(page))
            page = gtk_viewport_get_child(GTK_VIEWPORT(page));
    }
    return GUICHET_PAGE(page);
}

GuichetPage *
guichet_page_stack_find(GtkStack *stack, GType type)
{
    GtkWidget *child = gtk_stack_get_child_by_name(stack, g_type_name(type));

    return child != NULL ? unwrap_page(child) : NULL;
}

GuichetPage *
guichet_page_stack_ensure(GtkStack *stack, GType type, GuichetPageMade made, gpointer user_data)
{
    GuichetPage *page = guichet_page_stack_find(stack, type);

    if (page != NULL)
        return page;
    page = g_object_new(type, NULL);
    gtk_stack_add_named(stack, wrap_page(GTK_WIDGET(page)), g_type_name(type));
    made(page, user_data);
    return page;
}

static GtkWidget *
wrapper_of(GtkStack *stack, GuichetPage *page)
{
    return gtk_stack_get_child_by_name(stack, G_OBJECT_TYPE_NAME(page));
}

static GuichetPage *
renew(GtkStack *stack, GuichetPage *old, GuichetPageMade made, gpointer user_data)
{
    GtkWidget *old_wrapper = wrapper_of(stack, old);
    GuichetPage *page = g_object_new(G_OBJECT_TYPE(old), NULL);

    made(page, user_data);
    guichet_page_adopt(page, old);
    gtk_stack_remove(stack, old_wrapper);
    gtk_stack_add_named(stack, wrap_page(GTK_WIDGET(page)), G_OBJECT_TYPE_NAME(page));
    return page;
}

static GPtrArray *
list_pages(GtkStack *stack)
{
    GPtrArray *pages = g_ptr_array_new_with_free_func(g_object_unref);
    GtkWidget *child;

    for (child = gtk_widget_get_first_child(GTK_WIDGET(stack)); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        g_ptr_array_add(pages, g_object_ref(unwrap_page(child)));
    return pages;
}

void
guichet_page_stack_renew(GtkStack *stack, GuichetPage **shown, GtkWidget **focus,
                         GuichetPageMade made, gpointer user_data)
{
    g_autoptr(GPtrArray) pages = list_pages(stack);
    GuichetPage *visible = NULL;

    for (guint i = 0; i < pages->len; i++) {
        GuichetPage *old = g_ptr_array_index(pages, i);
        g_autoptr(GuichetTyped) typed =
            guichet_typed_take(GTK_WIDGET(old), old == *shown ? *focus : NULL);
        GuichetPage *page = renew(stack, old, made, user_data);

        if (old == *shown) {
            visible = page;
            gtk_stack_set_visible_child(stack, wrapper_of(stack, page));
            guichet_page_enter(page);
            *focus = guichet_typed_find_focus(typed, GTK_WIDGET(page));
        }
        guichet_typed_give(typed, GTK_WIDGET(page));
    }
    *shown = visible;
}

gpointer
guichet_renew_widget(GtkWidget *old)
{
    GtkBox *parent = GTK_BOX(gtk_widget_get_parent(old));
    GtkWidget *widget = g_object_new(G_OBJECT_TYPE(old), NULL);

    gtk_box_insert_child_after(parent, widget, old);
    gtk_box_remove(parent, old);
    return widget;
}
