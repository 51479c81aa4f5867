/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "application.h"
#include "config.h"
#include "core/process.h"
#include "ui-resources.h"

int
main(int argc, char **argv)
{
    g_autoptr(GuichetApplication) application = NULL;

    guichet_process_harden();
    /* a kiosk's window lets nobody load modules into it, nor open the toolkit's inspector */
    g_unsetenv("GTK_DEBUG");
    g_unsetenv("GTK_MODULES");
    g_unsetenv("GTK_PATH");
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    g_resources_register(guichet_ui_get_resource());
    application = guichet_application_new();
    return g_application_run(G_APPLICATION(application), argc, argv);
}
