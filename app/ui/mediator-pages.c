/* SPDX-License-Identifier: EUPL-1.2 */
#include "mediator-pages.h"

#include <string.h>

#include "pages/follow.h"
#include "pages/mediator-home.h"
#include "pages/professional.h"
#include "pages/site-help.h"

static const struct {
    const char *name;
    GType (*get_type)(void);
} pages[] = {
    {"follow", guichet_follow_page_get_type},
    {"professional", guichet_professional_page_get_type},
    {"site-help", guichet_site_help_page_get_type},
};

GType
guichet_mediator_pages_find(const char *name)
{
    gsize length = strcspn(name, ":");

    for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
        if (strlen(pages[i].name) == length && strncmp(pages[i].name, name, length) == 0)
            return pages[i].get_type();
    return G_TYPE_INVALID;
}

void
guichet_mediator_pages_made(GuichetPage *page, GuichetOverview *overview)
{
    if (GUICHET_IS_MEDIATOR_HOME(page))
        guichet_mediator_home_set_overview(GUICHET_MEDIATOR_HOME(page), overview);
    if (GUICHET_IS_FOLLOW_PAGE(page))
        guichet_follow_page_set_overview(GUICHET_FOLLOW_PAGE(page), overview);
    if (GUICHET_IS_PROFESSIONAL_PAGE(page))
        guichet_professional_page_set_overview(GUICHET_PROFESSIONAL_PAGE(page), overview);
    if (GUICHET_IS_SITE_HELP_PAGE(page))
        guichet_site_help_page_set_overview(GUICHET_SITE_HELP_PAGE(page), overview);
}

void
guichet_mediator_pages_show(GuichetPage *page, const char *name)
{
    const char *topic = strchr(name, ':');

    if (GUICHET_IS_SITE_HELP_PAGE(page))
        guichet_site_help_page_select(GUICHET_SITE_HELP_PAGE(page),
                                      topic != NULL ? topic + 1 : NULL);
}
