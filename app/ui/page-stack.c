/* SPDX-License-Identifier: EUPL-1.2 */
#include "page-stack.h"

#include <glib/gi18n-lib.h>

#include "assistant.h"

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
guichet_page_stack_ensure(GtkStack *stack, GType type, gboolean *made)
{
    GuichetPage *page = guichet_page_stack_find(stack, type);

    *made = page == NULL;
    if (page != NULL)
        return page;
    page = g_object_new(type, NULL);
    gtk_stack_add_named(stack, wrap_page(GTK_WIDGET(page)), g_type_name(type));
    return page;
}
