/* SPDX-License-Identifier: EUPL-1.2 */
#include "mediator-pages.h"
#include "pages/dashboard.h"
#include "pages/technician.h"
#include "window-private.h"

void
guichet_window_action_go(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    const char *where = g_variant_get_string(parameter, NULL);
    GType type = guichet_mediator_pages_find(where);
    GuichetPage *page;

    if (self->agent == NULL || type == G_TYPE_INVALID)
        return;
    page = guichet_window_ensure_page(self, type);
    guichet_mediator_pages_show(page, where);
    guichet_window_show_page(self, page);
}

/* What ails the station: the technician's home, and an agent's when he is told to look. */
void
guichet_window_action_diagnostic(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);

    if (self->agent != NULL && guichet_desk_may(self->desk, GUICHET_ACTION_DEVICES, NULL))
        guichet_window_show_page(self,
                                 guichet_window_ensure_page(self, GUICHET_TYPE_TECHNICIAN_PAGE));
}

void
guichet_window_action_dashboard(GtkWidget *widget, const char *name, GVariant *parameter)
{
    GuichetWindow *self = GUICHET_WINDOW(widget);
    GuichetPage *page;

    if (self->agent == NULL || (guichet_page_get_keys(self->shown) & GUICHET_KEY_FIGURES) == 0)
        return;
    page = guichet_window_ensure_page(self, GUICHET_TYPE_DASHBOARD_PAGE);
    guichet_dashboard_page_set_desk(GUICHET_DASHBOARD_PAGE(page), self->desk);
    guichet_window_show_page(self, page);
}
