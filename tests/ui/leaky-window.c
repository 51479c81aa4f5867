/* SPDX-License-Identifier: EUPL-1.2 */
/* A window as GTK makes it, with nothing closed: the storm must get out of this one. */
#include <gtk/gtk.h>

static void
on_activate(GtkApplication *application)
{
    GtkWidget *window = gtk_application_window_new(application);

    gtk_window_set_default_size(GTK_WINDOW(window), 1280, 800);
    gtk_window_set_child(GTK_WINDOW(window), gtk_entry_new());
    gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
    g_autoptr(GtkApplication) application =
        gtk_application_new("fr.guichet.Leaky", G_APPLICATION_NON_UNIQUE);

    g_signal_connect(application, "activate", G_CALLBACK(on_activate), NULL);
    return g_application_run(G_APPLICATION(application), argc, argv);
}
