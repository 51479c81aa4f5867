/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * What a person has typed, chosen and selected below a widget, and where the focus is, by place in
 * the tree: so that the same page, made anew in another language, gets it all back, also what is
 * not well formed yet and so not stored. What is hidden as it is typed (a passphrase) goes over in
 * its own buffer and is never copied.
 */
typedef struct _GuichetTyped GuichetTyped;

/* @focus: the widget below @root that has the focus, or is to have it back; or NULL. */
GuichetTyped *guichet_typed_take(GtkWidget *root, GtkWidget *focus);
void guichet_typed_free(GuichetTyped *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTyped, guichet_typed_free)

/* Places that @root no longer has, or where another kind of widget is, are passed over. */
void guichet_typed_give(GuichetTyped *self, GtkWidget *root);
/* The widget of @root at the place of the focus, or NULL. */
GtkWidget *guichet_typed_find_focus(GuichetTyped *self, GtkWidget *root);
