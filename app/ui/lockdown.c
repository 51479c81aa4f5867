/* SPDX-License-Identifier: EUPL-1.2 */
#include "lockdown.h"

static gboolean
on_enable_debugging(GtkWindow *window, gboolean toggle, gpointer user_data)
{
    g_signal_stop_emission_by_name(window, "enable-debugging");
    return TRUE;
}

void
guichet_lockdown_close(GtkWindow *window)
{
    g_signal_connect(window, "enable-debugging", G_CALLBACK(on_enable_debugging), NULL);
}
