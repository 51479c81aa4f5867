/* SPDX-License-Identifier: EUPL-1.2 */
#include "forget.h"

void
guichet_forget_entry(GtkEntry *entry)
{
    GType type = G_OBJECT_TYPE(gtk_entry_get_buffer(entry));
    g_autoptr(GtkEntryBuffer) empty = g_object_new(type, NULL);

    gtk_entry_set_buffer(entry, empty);
}

static void
forget(GdkClipboard *clipboard)
{
    if (gdk_clipboard_is_local(clipboard))
        gdk_clipboard_set_content(clipboard, NULL);
}

void
guichet_forget_clipboards(GtkWidget *widget)
{
    forget(gtk_widget_get_clipboard(widget));
    forget(gtk_widget_get_primary_clipboard(widget));
}
