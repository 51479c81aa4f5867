/* SPDX-License-Identifier: EUPL-1.2 */
/* The floor of a window: what GTK 4 itself costs. */
#include <gtk/gtk.h>

static void
on_activate(GtkApplication *application, gpointer data)
{
    GtkWidget *window = gtk_application_window_new(application);
    gtk_window_set_title(GTK_WINDOW(window), "Bare");
    gtk_window_set_default_size(GTK_WINDOW(window), 1024, 720);
    gtk_window_set_child(GTK_WINDOW(window), gtk_label_new("Bonjour"));
    gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
    g_autoptr(GtkApplication) application =
        gtk_application_new("org.example.Bare", G_APPLICATION_NON_UNIQUE);
    g_signal_connect(application, "activate", G_CALLBACK(on_activate), NULL);
    return g_application_run(G_APPLICATION(application), argc, argv);
}
