/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"

/* The page of class @type in @stack, made when it is first asked for: *@made then tells. A page
 * that does not scroll by itself gets a scroller. */
GuichetPage *guichet_page_stack_ensure(GtkStack *stack, GType type, gboolean *made);
/* The same page if it was made already, or NULL. */
GuichetPage *guichet_page_stack_find(GtkStack *stack, GType type);
