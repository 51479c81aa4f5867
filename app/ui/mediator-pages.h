/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"
#include "pages/page.h"

/**
 * The pages of those who help others, beside the assistant: "follow", "professional", "site-help"
 * (with a topic: "site-help:deaf"). They work on the overview's desk.
 */

/* The class of that name, or G_TYPE_INVALID. */
GType guichet_mediator_pages_find(const char *name);
/* Tells @page what it works on, if it is one of them or the home of the mediator. */
void guichet_mediator_pages_made(GuichetPage *page, GuichetOverview *overview);
/* Before it is shown under @name: the topic that the name carries. */
void guichet_mediator_pages_show(GuichetPage *page, const char *name);
