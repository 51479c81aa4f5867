/* SPDX-License-Identifier: EUPL-1.2 */
#include "application.h"
#include "core/process.h"
#include "ui-locale.h"
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
    guichet_locale_start();
    g_resources_register(guichet_ui_get_resource());
    application = guichet_application_new();
    return g_application_run(G_APPLICATION(application), argc, argv);
}
