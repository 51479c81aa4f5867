/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/page.h"

/* Told of each page that is made, before anything is shown of it. */
typedef void (*GuichetPageMade)(GuichetPage *page, gpointer user_data);

/* The page of class @type in @stack, made when it is first asked for. A page that does not scroll
 * by itself gets a scroller. */
GuichetPage *guichet_page_stack_ensure(GtkStack *stack, GType type, GuichetPageMade made,
                                       gpointer user_data);
/* The same page if it was made already, or NULL. */
GuichetPage *guichet_page_stack_find(GtkStack *stack, GType type);
/* Makes every page of @stack anew, in the language of now: each adopts what its old one showed,
 * and gets back what was typed in it. *@shown, in and out, is the visible page, entered; *@focus
 * (or NULL), in and out, is the widget of it that has or is to have the focus. */
void guichet_page_stack_renew(GtkStack *stack, GuichetPage **shown, GtkWidget **focus,
                              GuichetPageMade made, gpointer user_data);
/* The same kind of widget, made anew at the same place of the same box. */
gpointer guichet_renew_widget(GtkWidget *old);
