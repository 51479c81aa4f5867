/* SPDX-License-Identifier: EUPL-1.2 */
#include "forget.h"

void
guichet_forget_entry(GtkEntry *entry)
{
    GType type = G_OBJECT_TYPE(gtk_entry_get_buffer(entry));
    g_autoptr(GtkEntryBuffer) empty = g_object_new(type, NULL);

    gtk_entry_set_buffer(entry, empty);
}

/* --- copies --- */

static char *copied;

static char *
get_selection(GtkWidget *text)
{
    GtkTextIter from, to;
    int start, end;

    if (!GTK_IS_TEXT_VIEW(text))
        return gtk_editable_get_selection_bounds(GTK_EDITABLE(text), &start, &end)
                   ? gtk_editable_get_chars(GTK_EDITABLE(text), start, end)
                   : NULL;
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(text));
    return gtk_text_buffer_get_selection_bounds(buffer, &from, &to)
               ? gtk_text_buffer_get_text(buffer, &from, &to, FALSE)
               : NULL;
}

/* @words in place of what is selected. */
static void
replace_selection(GtkWidget *text, const char *words)
{
    if (GTK_IS_TEXT_VIEW(text)) {
        GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(text));

        gtk_text_buffer_delete_selection(buffer, TRUE, TRUE);
        gtk_text_buffer_insert_at_cursor(buffer, words, -1);
        return;
    }
    gtk_editable_delete_selection(GTK_EDITABLE(text));
    int position = gtk_editable_get_position(GTK_EDITABLE(text));
    gtk_editable_insert_text(GTK_EDITABLE(text), words, -1, &position);
    gtk_editable_set_position(GTK_EDITABLE(text), position);
}

static gboolean
keep_selection(GtkWidget *text)
{
    char *selected = get_selection(text);

    if (selected == NULL)
        return FALSE;
    g_free(copied);
    copied = selected;
    return TRUE;
}

static void
on_copy(GtkWidget *text)
{
    g_signal_stop_emission_by_name(text, "copy-clipboard");
    keep_selection(text);
}

static void
on_cut(GtkWidget *text)
{
    g_signal_stop_emission_by_name(text, "cut-clipboard");
    if (keep_selection(text))
        replace_selection(text, "");
}

static void
on_paste(GtkWidget *text)
{
    if (copied == NULL)
        return;
    g_signal_stop_emission_by_name(text, "paste-clipboard");
    replace_selection(text, copied);
}

void
guichet_forget_share_nothing(GtkWidget *text)
{
    GtkEditable *inside =
        GTK_IS_EDITABLE(text) ? gtk_editable_get_delegate(GTK_EDITABLE(text)) : NULL;
    GtkWidget *source = inside != NULL ? GTK_WIDGET(inside) : text;

    g_signal_connect(source, "copy-clipboard", G_CALLBACK(on_copy), NULL);
    g_signal_connect(source, "cut-clipboard", G_CALLBACK(on_cut), NULL);
    g_signal_connect(source, "paste-clipboard", G_CALLBACK(on_paste), NULL);
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
    g_clear_pointer(&copied, g_free);
    forget(gtk_widget_get_clipboard(widget));
    forget(gtk_widget_get_primary_clipboard(widget));
}
