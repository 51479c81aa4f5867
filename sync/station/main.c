/* SPDX-License-Identifier: EUPL-1.2 */
/* guichet-syncd: sends what is sealed, fetches what the centre says. It holds the TLS key and no
 * key to a draft. Exit status: 0 done, 1 failed (the reason on stderr), 2 usage. */
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <locale.h>

#include "config.h"
#include "core/paths.h"
#include "core/process.h"
#include "db/outbox-store.h"
#include "sync/station/syncd.h"

#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define INTERVAL_MAX_S 3600
#define SPREAD_MAX_S 300

static gboolean
run(const char *root, const GuichetSyncdSettings *settings, GError **error)
{
    g_autofree char *database = guichet_station_path(root, "station.db");
    g_autofree char *folder = guichet_station_path(root, "outbox");
    g_autoptr(GuichetSyncSession) session = guichet_sync_session_new(root, error);
    g_autoptr(GuichetOutboxStore) outbox =
        session != NULL ? guichet_outbox_store_open(database, folder, error) : NULL;
    if (outbox == NULL)
        return FALSE;
    guichet_sync_session_set_outbox(session, GUICHET_OUTBOX(outbox));
    return guichet_syncd_run(settings, session, error);
}

static void
prepare_process(void)
{
    guichet_process_harden();
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    g_unsetenv("SSLKEYLOGFILE"); /* libcurl would write the session keys there */
}

int
main(int argc, char **argv)
{
    g_autofree char *root = NULL;
    gboolean once = FALSE;
    int interval = 60, spread = -1;
    const GOptionEntry entries[] = {
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &root, N_("dossier du poste"), "DIR"},
        {"once", 0, 0, G_OPTION_ARG_NONE, &once, N_("une seule fois, tout de suite"), NULL},
        {"interval", 0, 0, G_OPTION_ARG_INT, &interval, N_("secondes entre deux tours"), "S"},
        {"spread", 0, 0, G_OPTION_ARG_INT, &spread, N_("attente au hasard au démarrage"), "S"},
        {NULL},
    };
    prepare_process();
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    gboolean understood = g_option_context_parse(context, &argc, &argv, &error);
    if (!understood || argc > 1 || interval < 1 || interval > INTERVAL_MAX_S ||
        spread > SPREAD_MAX_S) {
        g_printerr("guichet-syncd: %s\n",
                   error != NULL ? error->message
                                 : _("usage : [--root DOSSIER] [--once] [--interval 1…3600] "
                                     "[--spread 0…300]"));
        return EXIT_USAGE;
    }
    GuichetSyncdSettings settings = {
        .interval_s = (guint)interval,
        .spread_s = (guint)(spread >= 0 ? spread : MIN(interval, SPREAD_MAX_S)),
        .once = once,
    };
    if (run(root != NULL ? root : GUICHET_DEFAULT_ROOT, &settings, &error))
        return 0;
    g_printerr("guichet-syncd: %s\n", error->message);
    return EXIT_FAILED;
}
